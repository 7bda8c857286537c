import { type Action, actions } from '../../functions/domain/words.ts';
import type { Capability, ProcessorDefinition } from '../../functions/processors/contract.ts';
import { openDsr } from '../../functions/processors/opendsr.ts';
import { definitions } from '../../functions/processors/registry.ts';

const columns = ['find', 'export', ...actions] as const satisfies readonly ('find' | 'export' | Action)[];

const marks: Readonly<Record<Capability, string>> = { automated: 'call', manual: 'person', none: '–' };

/** docs/processors.md, made from the registry. */
export function processorsDocument(): string {
  const rows = definitions.map(
    ({ name, title, capabilities }) =>
      `| \`${name}\` | ${title} | ${columns.map((column) => marks[capabilities[column]]).join(' | ')} |`,
  );
  return [
    '# Processors',
    '',
    '<!-- Made by `npm run processors -- write` from functions/processors; a test fails when it is stale. -->',
    '',
    'Every system that holds personal data, the own account system included, and what is done there how: *call* is done by a call and looked at',
    'again, *person* is a task for staff with the instructions below, – is nothing held or not applicable. A call that fails ends as a task too.',
    '',
    `| name | told to people as | ${columns.join(' | ')} |`,
    `|---|---|${columns.map(() => '---|').join('')}`,
    ...rows,
    '',
    'Any other processor that speaks OpenDSR 2.0 comes by configuration alone, under `opendsr` and a name of its own.',
    '',
    'Below: an example of each one’s part of the configuration, beside `"enabled": true`. Names that end in `Secret` are names in the secret',
    'store; every one of them has a default.',
    '',
    ...definitions.flatMap(sectionOf),
    ...sectionOf(openDsr('name-of-your-own')),
  ].join('\n');
}

function sectionOf(definition: ProcessorDefinition): readonly string[] {
  const { name, title, limits, ownController, exampleConfig } = definition;
  return [
    `## ${title}`,
    '',
    `\`${name}\` · at most ${limits.concurrency} calls at once, ${limits.perSecond} a second${
      ownController ? ' · also a controller of its own: the subject is pointed to it' : ''
    }`,
    '',
    '```json',
    JSON.stringify(exampleConfig, undefined, 2),
    '```',
    '',
  ];
}
