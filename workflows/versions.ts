import * as v from 'valibot';
import { versionPattern } from './definition-version.ts';
import listed from './versions.json' with { type: 'json' };

/**
 * A version of the request's definition that open cases may still run on. A deploy touches none of them: an execution stays on the definition
 * that it began with. `finish` lets them, and its recordings (test/golden) then hold today's functions to what that definition asks and
 * reads. `move` says that they must not stay: `npm run ops -- move` starts each anew from its row, on the version that is live.
 */
export const knownVersion = v.strictObject({
  version: v.pipe(v.string(), v.regex(versionPattern)),
  /** False while it has been on no stage that people use: the next recording takes its place. */
  released: v.boolean(),
  openCases: v.picklist(['finish', 'move']),
});
export type KnownVersion = v.InferOutput<typeof knownVersion>;

/** Oldest first; the last is the definition that is checked out. */
export const versions: readonly KnownVersion[] = v.parse(v.array(knownVersion), listed);
