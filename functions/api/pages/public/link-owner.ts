import { timingSafeEqual } from 'node:crypto';
import { ApiProblem } from '../../problem.ts';
import type { SubmitPorts, SubmitWorld } from '../../public/submit.ts';

export interface LinkOwner {
  /** A request of the link's submission: where its typed code is tried. */
  readonly reference: string;
  /** Whether the browser that asks is the one that submitted. */
  readonly sameBrowser: boolean;
}

/**
 * Looks at a mailed link without spending it. Throws 410 when it is unknown, spent or too old, all in the same words. A scanner that opens
 * links and presses buttons holds the link but neither the submitting browser's cookie nor the typed code (TRUST.md A5).
 */
export async function linkOwner(
  { store, hash }: Pick<SubmitPorts, 'store' | 'hash'>,
  world: Pick<SubmitWorld, 'now'>,
  token: string,
  browser: string | undefined,
): Promise<LinkOwner> {
  if (token.length < 16 || token.length > 100) throw new ApiProblem({ type: 'gone' });
  const tokenHash = await hash.of('token', token);
  const submission = await store.submissionByToken(tokenHash);
  const reference = submission?.references[0];
  const now = new Date(world.now()).toISOString();
  if (!reference || submission.token?.hash !== tokenHash || submission.token.expiresAt <= now)
    throw new ApiProblem({ type: 'gone' });
  const known = Buffer.from(submission.browser ?? '');
  const given = Buffer.from(browser && browser.length <= 100 ? await hash.of('session', browser) : '');
  const sameBrowser = known.length > 0 && known.length === given.length && timingSafeEqual(known, given);
  return { reference, sameBrowser };
}
