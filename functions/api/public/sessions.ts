import { newToken, sessionIdleMs, sessionLivesMs } from '../../domain/identity.ts';
import type { CaseStore, KeyedHash } from '../../domain/ports.ts';

/** What a subject's browser proves: control of one mailbox, for a while. */
export interface SubjectSession {
  readonly mailbox: string;
  readonly since: string;
}

interface Ports {
  readonly store: CaseStore;
  readonly hash: KeyedHash;
}

/** Opens a session for a proved mailbox and returns the cookie's value; only its keyed hash is stored. */
export async function openSession(
  { store, hash }: Ports,
  mailbox: string,
  now: number,
  randomBytes: (size: number) => Uint8Array,
): Promise<string> {
  const token = newToken(randomBytes);
  const at = new Date(now).toISOString();
  await store.claim(
    {
      key: `session.${await hash.of('session', token)}`,
      value: JSON.stringify({ mailbox, since: at }),
      expiresAt: new Date(now + sessionLivesMs).toISOString(),
    },
    at,
  );
  return token;
}

/** The session behind a cookie, or nothing when it is unknown or over. */
export async function readSession(
  { store, hash }: Ports,
  token: string | undefined,
  now: number,
): Promise<SubjectSession | undefined> {
  if (!token || token.length > 100) return undefined;
  const value = await store.claimed(
    `session.${await hash.of('session', token)}`,
    new Date(now).toISOString(),
  );
  return value === undefined ? undefined : (JSON.parse(value) as SubjectSession);
}

export async function closeSession({ store, hash }: Ports, token: string): Promise<void> {
  await store.release(`session.${await hash.of('session', token)}`);
}

/** The two limits in force: idle time is the cookie's own age, the whole life is the record's. */
export const sessionLimits = {
  idleSeconds: sessionIdleMs / 1000,
  livesSeconds: sessionLivesMs / 1000,
} as const;
