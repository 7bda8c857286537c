import { createHash } from 'node:crypto';
import { knownBrowserMs, newToken, sessionIdleMs, sessionLivesMs } from '../../domain/identity.ts';
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
  await store.replace({
    key: await knownKey({ hash }, knownTokenOf(token)),
    value: mailbox,
    expiresAt: new Date(now + knownBrowserMs).toISOString(),
  });
  return token;
}

/**
 * What a browser keeps after its session: it opens nothing, and only says that this browser has proved a mailbox before. Derived one way, so that
 * keeping it is not keeping the session.
 */
export function knownTokenOf(session: string): string {
  return createHash('sha256').update(`known\n${session}`).digest('base64url');
}

const knownKey = async ({ hash }: Pick<Ports, 'hash'>, token: string): Promise<string> =>
  `known.${await hash.of('session', `known\n${token}`)}`;

/** The known browser's own name (a keyed hash) if it has proved this mailbox; codes and tries are counted under it. */
export async function knownBrowser(
  ports: Ports,
  token: string | undefined,
  mailbox: string,
  now: number,
): Promise<string | undefined> {
  if (!token || token.length > 100) return undefined;
  const key = await knownKey(ports, token);
  const proved = await ports.store.claimed(key, new Date(now).toISOString());
  return proved === mailbox ? key : undefined;
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
  knownSeconds: knownBrowserMs / 1000,
} as const;
