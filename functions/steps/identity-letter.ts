import type { Case } from '../domain/case.ts';
import { codeLivesMs, linkLivesMs, newCode, newToken } from '../domain/identity.ts';
import type { CaseStore, KeyedHash, Submission } from '../domain/ports.ts';

/** A fresh code and link for a submission; from here on only the newest of each is worth anything. */
export interface FreshProof {
  readonly code: string;
  readonly verifyUrl: string;
  readonly statusUrl: string;
  readonly expiresMinutes: number;
}

interface Ports {
  readonly store: CaseStore;
  readonly hash: KeyedHash;
}

/** Stores the hashes before anything is sent, so that a letter never carries what cannot be spent. */
export async function freshProof(
  { store, hash }: Ports,
  submission: Submission,
  world: {
    readonly now: number;
    readonly randomBytes: (size: number) => Uint8Array;
    readonly publicUrl: string;
  },
  reference: string,
): Promise<FreshProof> {
  const code = newCode(world.randomBytes);
  const token = newToken(world.randomBytes);
  const until = (ms: number) => new Date(world.now + ms).toISOString();
  await store.saveSubmission(submission, {
    ...submission,
    code: {
      hash: await hash.of('code', `${submission.id}\n${code}`),
      expiresAt: until(codeLivesMs),
      tries: 0,
    },
    token: { hash: await hash.of('token', token), expiresAt: until(linkLivesMs) },
    codesSent: submission.codesSent + 1,
  });
  return {
    code,
    // After the hash mark, so that it reaches no server, log or referrer until the subject presses the button (TRUST.md A13).
    verifyUrl: `${world.publicUrl}/verify#token=${token}`,
    statusUrl: `${world.publicUrl}/requests/${reference}`,
    expiresMinutes: codeLivesMs / 60_000,
  };
}

/** The request that speaks for its submission while identity is open: the first one still waiting. Letters go out once, not once per right. */
export function speaks(current: Case, siblings: readonly Case[], submission: Submission): boolean {
  const waiting = submission.references.find((id) =>
    [current, ...siblings].some((one) => one.row.id === id && one.row.status === 'awaiting-identity'),
  );
  return waiting === current.row.id;
}

export async function siblingsOf(store: CaseStore, current: Case): Promise<readonly Case[]> {
  const all = await Promise.all(current.row.siblings.map((id) => store.load(id)));
  return all.filter((one) => one !== undefined);
}
