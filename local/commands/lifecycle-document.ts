import { type EventType, lifecycle, type Transition } from '../../functions/domain/transitions.ts';
import { statuses } from '../../functions/domain/words.ts';

const facts = Object.entries(lifecycle) as [EventType, Transition][];

/** docs/lifecycle.md, whole, from the table that also moves every request. */
export function lifecycleDocument(): string {
  return `# The life of a request

Made from \`functions/domain/transitions.ts\` by \`npm run lifecycle\`; a test fails when this page is stale. Nothing else can move a request:
whatever is asked for in the console, the API or a step becomes one of these facts, and what the table refuses cannot be stored.

\`\`\`mermaid
stateDiagram-v2
${diagram().join('\n')}
\`\`\`

| fact | from | to | by | must be true |
|---|---|---|---|---|
${facts.map(([type, rule]) => row(type, rule)).join('\n')}
`;
}

/** One arrow per change of status; the facts that cause it are named on it. */
function diagram(): string[] {
  const arrows = new Map<string, EventType[]>();
  for (const [type, rule] of facts) {
    for (const to of rule.to) {
      for (const from of rule.from.length > 0 ? rule.from : ['[*]']) {
        if (from === to) continue;
        const arrow = `    ${state(from)} --> ${state(to)}`;
        arrows.set(arrow, [...(arrows.get(arrow) ?? []), type]);
      }
    }
  }
  return [
    ...[...arrows].map(([arrow, types]) => `${arrow}: ${types.join(', ')}`),
    `    ${state('closed')} --> [*]`,
  ];
}

/** Mermaid takes no hyphen in the name of a state. */
const state = (name: string): string => name.replaceAll('-', '_');

function row(type: EventType, rule: Transition): string {
  const from = rule.from.length === statuses.length ? 'any' : rule.from.join(', ') || '(new)';
  const to = rule.to.join(', ') || '(stays)';
  return `| ${type} | ${from} | ${to} | ${rule.who.join(', ')} | ${(rule.needs ?? []).join(', ') || '-'} |`;
}
