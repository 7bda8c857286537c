import type { KnownVersion } from '../workflows/versions.ts';

/**
 * Why a definition may not go to a stage that people use, or nothing: its recordings must stand beside those of its predecessors before the
 * first open case runs on it, because afterwards nobody can make them again.
 */
export function unreleased(version: string, list: readonly KnownVersion[]): string | undefined {
  const newest = list.at(-1);
  if (newest?.version !== version)
    return `version ${version} of the definition has no recordings: npm run golden -- write`;
  return newest.released
    ? undefined
    : `version ${version} is not released: npm run golden -- release, and commit what it writes`;
}
