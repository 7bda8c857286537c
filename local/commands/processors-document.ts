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
    ...openDsrSection(),
  ].join('\n');
}

/** The one kind of processor that is known by configuration alone, as the whole part of the configuration that it takes. */
function openDsrSection(): readonly string[] {
  const name = 'name-of-your-own';
  const register = {
    title: 'Name as told to people',
    legalEntity: 'Legal name B.V.',
    country: { nl: 'Nederland', en: 'the Netherlands' },
    role: 'processor',
    activities: ['analytics'],
    categories: ['usage'],
    safeguard: 'within-eea',
  };
  const callbackUrl = `https://rights.example.com/callbacks/opendsr/${name}`;
  const { exampleConfig } = openDsr(name);
  const entry = { enabled: true, register, ...Object(exampleConfig), callbackUrl };
  return [
    '## Any processor that speaks OpenDSR 2.0',
    '',
    '`register` is what the record of processing must say of it; without it the configuration is refused, because nothing true could be told',
    'about it. With `callbackUrl` it reports by itself: each report must carry its signature over the bytes as they came, and only makes us look',
    'at the request now; without it we look when it is due. Its certificate is fetched from its own domain and must lead to a well-known',
    'authority, or to the `rootCertificate` given here. Discovery and certificate are read without our credential, so that the public address',
    'needs none.',
    '',
    '```json',
    JSON.stringify({ opendsr: { [name]: entry } }, undefined, 2),
    '```',
    '',
  ];
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
