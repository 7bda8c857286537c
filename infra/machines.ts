import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { definitionVersion, versionPlaceholder } from '../workflows/definition-version.ts';
import type { FunctionName } from './functions.ts';

export const machineNames = ['rights-request', 'sla-clock', 'package-transmission'] as const;
export type MachineName = (typeof machineNames)[number];

interface MachineDefinition {
  /** The functions that its Task states invoke: the only source of both the substitutions and the invoke grants. */
  readonly functions: readonly FunctionName[];
  /** The machines that it starts. */
  readonly starts: readonly MachineName[];
}

export const machines = {
  'rights-request': {
    functions: [
      'act-at-processor',
      'answer',
      'await-cooling-off',
      'await-decision',
      'await-identity',
      'await-purges',
      'await-release',
      'await-work',
      'begin-acting',
      'build-package',
      'close',
      'confirm-receipt',
      'escalate',
      'find-at-processor',
      'look-again',
      'plan-search',
      'raise-task',
      'remind-identity',
    ],
    starts: ['sla-clock'],
  },
  'sla-clock': { functions: ['sla-tick'], starts: [] },
  'package-transmission': { functions: ['transmit-package'], starts: [] },
} as const satisfies Record<MachineName, MachineDefinition>;

/** `find-at-processor` → `FindAtProcessorArn`, the name of its placeholder in the definition. */
export function placeholderOf(name: string): string {
  const pascal = name
    .split('-')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');
  return `${pascal}Arn`;
}

/** The definition as written, without the blanks that only people need: they would count against the template's size limit. */
export function definitionOf(machine: MachineName, root = process.cwd()): string {
  return JSON.stringify(JSON.parse(readFileSync(join(root, 'workflows', `${machine}.asl.json`), 'utf8')));
}

/** What a definition is told of itself: its version, where it asks for it. */
export function ownSubstitutions(definition: string): Record<string, string> {
  return definition.includes(`\${${versionPlaceholder}}`)
    ? { [versionPlaceholder]: definitionVersion(JSON.parse(definition)) }
    : {};
}
