import { createHash } from 'node:crypto';

/** How a version is written: in definitions, rows and the list of versions. */
export const versionPattern = /^[0-9a-f]{12}$/;

/** The placeholder by which a definition hands its own version to the step that records it. */
export const versionPlaceholder = 'MachineVersion';

/**
 * Names a definition, as written with its placeholders, by what it does: 12 hex digits of SHA-256. Comments do not count, so that better
 * words make no new version; the order of the fields does, because nobody changes it without meaning something.
 */
export function definitionVersion(definition: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(definition, (key, value: unknown) => (key === 'Comment' ? undefined : value)))
    .digest('hex')
    .slice(0, 12);
}
