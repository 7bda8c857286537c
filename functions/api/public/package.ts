import * as v from 'valibot';
import { reference as referenceSchema } from '../../domain/case.ts';
import { converge } from '../../domain/converge.ts';
import {
  downloadsInAll,
  inlineBytes,
  linkSeconds,
  packageAvailability,
  packageFetched,
} from '../../domain/package.ts';
import { packageKey } from '../../domain/package-files.ts';
import type { Files } from '../../domain/ports.ts';
import { readAll } from '../../packages/read-all.ts';
import { ApiProblem } from '../problem.ts';
import { type CodePorts, proveCode, spendCode } from './fresh-code.ts';
import { knownBrowser } from './sessions.ts';
import type { SubmitWorld } from './submit.ts';

export interface PackagePorts extends CodePorts {
  readonly files: Pick<Files, 'get' | 'link'>;
}

export const packageInput = v.strictObject({
  code: v.exactOptional(v.pipe(v.string(), v.regex(/^\d{6}$/, 'six-digits'))),
});

export type Fetched =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly hash: string; readonly name: string }
  | {
      readonly kind: 'link';
      readonly url: string;
      readonly expiresAt: string;
      readonly bytes: number;
      readonly hash: string;
    };

/**
 * Hands out a released package against a fresh code, a few times in all (TRUST.md A52). The code is spent here without opening a session
 * and without ending one. 410 when the code is wrong or too old or the package has gone, 429 without a try or a download left, 404 before
 * the release. A large package is a link that works for a minute.
 */
export async function fetchPackage(
  ports: PackagePorts,
  world: SubmitWorld,
  reference: string,
  code: string,
  known?: string,
): Promise<Fetched> {
  const { store, files } = ports;
  const at = new Date(world.now()).toISOString();
  const current = v.is(referenceSchema, reference) ? await store.load(reference) : undefined;
  if (!current) throw new ApiProblem({ type: 'gone' });
  const asker = await knownBrowser(ports, known, current.row.mailbox, world.wallNow());
  const proved = await proveCode(ports, current.row.submissionId, code, at, asker);
  // Told only to whoever has the code; what cannot be fetched does not spend it.
  const availability = packageAvailability(current, at);
  if (availability === 'not-released') throw new ApiProblem({ type: 'not-found' });
  const { package: built } = current.row;
  if (availability === 'expired' || !built) throw new ApiProblem({ type: 'gone', detail: 'package-expired' });
  const key = packageKey(reference, built.hash);
  const inline = built.bytes <= inlineBytes ? await readAll(files, key) : undefined;
  if (built.bytes <= inlineBytes && inline === undefined)
    throw new ApiProblem({ type: 'gone', detail: 'package-expired' });
  await spendCode(ports, proved, at);
  await countDownload(ports, reference, built.hash, at);
  const name = `kinescope-${reference.slice(0, 8)}.zip`;
  if (inline) return { kind: 'bytes', bytes: inline, hash: built.hash, name };
  return {
    kind: 'link',
    url: await files.link(key, linkSeconds, name),
    expiresAt: new Date(world.now() + linkSeconds * 1000).toISOString(),
    bytes: built.bytes,
    hash: built.hash,
  };
}

/** The count and the trail are one: each download is an event, and the row's version keeps two from being the last one both. */
async function countDownload({ store }: PackagePorts, id: string, hash: string, at: string): Promise<void> {
  await converge(store, id, async (current) => {
    const events = await store.events(id);
    const fetched = events.filter((one) => one.type === 'package-fetched' && one.data.hash === hash).length;
    if (fetched >= downloadsInAll)
      throw new ApiProblem({ type: 'too-many-requests', detail: 'download-limit' });
    return [packageFetched(current, hash, fetched + 1, at)];
  });
}
