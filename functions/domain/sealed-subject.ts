import * as v from 'valibot';
import { PermanentError } from './errors.ts';
import { type SealedSubject, sealedSubject } from './intake.ts';
import type { Vault } from './ports.ts';

/** The subject's own words of a request. Throws `PermanentError` when they were destroyed or are damaged. */
export async function readSubject(vault: Pick<Vault, 'get'>, id: string): Promise<SealedSubject> {
  const parsed = v.safeParse(sealedSubject, await vault.get(id, 'subject'));
  if (!parsed.success) throw new PermanentError('subject-not-readable');
  return parsed.output;
}
