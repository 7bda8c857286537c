import * as v from 'valibot';
import type { RequestRow } from './case.ts';
import { PermanentError } from './errors.ts';
import { type SealedSubject, sealedSubject } from './intake.ts';
import type { Vault } from './ports.ts';

/** The subject's own words of a request. Throws `PermanentError` when they were destroyed or are damaged. */
export async function readSubject(vault: Pick<Vault, 'get'>, id: string): Promise<SealedSubject> {
  const parsed = v.safeParse(sealedSubject, await vault.get(id, 'subject'));
  if (!parsed.success) throw new PermanentError('subject-not-readable');
  return parsed.output;
}

/** Staff's own words with their decision, where they wrote some and they have not been destroyed. */
export async function readExplanation(
  vault: Pick<Vault, 'get'>,
  { id, decision }: Pick<RequestRow, 'id' | 'decision'>,
): Promise<string | undefined> {
  if (decision?.reason === undefined && decision?.words === undefined) return undefined;
  // Decisions of earlier versions have one place for their words, and the words alone in it.
  const sealed = await vault.get(id, decision.words ?? 'explanation');
  const parsed = v.safeParse(v.union([v.string(), v.object({ text: v.string() })]), sealed);
  if (!parsed.success) return undefined;
  return typeof parsed.output === 'string' ? parsed.output : parsed.output.text;
}
