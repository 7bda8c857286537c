import { timingSafeEqual } from 'node:crypto';
import * as v from 'valibot';
import { reference as referenceSchema } from '../../domain/case.ts';
import { converge } from '../../domain/converge.ts';
import { ConflictError } from '../../domain/errors.ts';
import { triesInAll, triesPerCode } from '../../domain/identity.ts';
import {
  downloadsInAll,
  inlineBytes,
  linkSeconds,
  packageAvailability,
  packageFetched,
} from '../../domain/package.ts';
import { packageKey } from '../../domain/package-files.ts';
import type { Files, Submission } from '../../domain/ports.ts';
import { readAll } from '../../packages/builder.ts';
import { ApiProblem } from '../problem.ts';
import type { SubmitWorld } from './submit.ts';
import type { VerificationPorts } from './verification.ts';

export interface PackagePorts extends VerificationPorts {
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
): Promise<Fetched> {
  const { store, files } = ports;
  const at = new Date(world.now()).toISOString();
  const current = v.is(referenceSchema, reference) ? await store.load(reference) : undefined;
  if (!current) throw new ApiProblem({ type: 'gone' });
  const submission = await proveCode(ports, current.row.submissionId, code, at);
  // Told only to whoever has the code; what cannot be fetched does not spend it.
  const availability = packageAvailability(current, at);
  if (availability === 'not-released') throw new ApiProblem({ type: 'not-found' });
  const { package: built } = current.row;
  if (availability === 'expired' || !built) throw new ApiProblem({ type: 'gone', detail: 'package-expired' });
  const key = packageKey(reference, built.hash);
  const inline = built.bytes <= inlineBytes ? await readAll(files, key) : undefined;
  if (built.bytes <= inlineBytes && inline === undefined)
    throw new ApiProblem({ type: 'gone', detail: 'package-expired' });
  await spendCode(ports, submission);
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

/** The try is counted before the code is compared, so that guesses at the same moment cannot share one (A8). */
async function proveCode(
  { store, hash }: PackagePorts,
  submissionId: string,
  code: string,
  now: string,
): Promise<Submission> {
  const before = await store.submission(submissionId);
  if (!before?.code || before.code.expiresAt <= now) throw new ApiProblem({ type: 'gone' });
  const submission = await store.takeTry(before.id, { perCode: triesPerCode, total: triesInAll, now });
  if (!submission?.code) throw new ApiProblem({ type: 'too-many-requests' });
  const given = Buffer.from(await hash.of('code', `${submission.id}\n${code}`));
  const expected = Buffer.from(submission.code.hash);
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    throw new ApiProblem({ type: 'gone' });
  return submission;
}

/** Of several calls with one code exactly one goes on. */
async function spendCode({ store }: PackagePorts, submission: Submission): Promise<void> {
  const { code: _spent, ...after } = submission;
  try {
    await store.saveSubmission(submission, after);
  } catch (error) {
    if (error instanceof ConflictError) throw new ApiProblem({ type: 'gone' });
    throw error;
  }
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
