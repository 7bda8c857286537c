import * as v from 'valibot';
import { PermanentError, QuarantineError, TransientError } from '../domain/errors.ts';
import { baseUrl, originOf, parseConfig, secretName } from './config.ts';
import type {
  ActInput,
  ActResult,
  Confirmation,
  ConfirmInput,
  ExportedRecord,
  Finding,
  Holding,
  Processor,
  ProcessorDefinition,
  ProcessorDependencies,
  SubjectKeys,
} from './contract.ts';
import { lookedAgain } from './evidence.ts';
import { refusalOf } from './refusal.ts';
import { jsonValue, readJson, saysAbsent } from './response.ts';
import { handlesBefore, standingOf } from './standing.ts';
import { failureTasks } from './tasks.ts';

const name = 'google-oauth';

const configuration = v.strictObject({
  /** Google's token service: revocation, and the proof that a revoked grant is dead. */
  baseUrl: baseUrl('https://oauth2.googleapis.com'),
  /** Our own back end that keeps the grants and what was fetched under them (`/google-grants`). */
  store: v.unwrap(baseUrl('https://localhost')),
  storeTokenSecret: secretName('google-oauth/store-token'),
  /** The OAuth client under which people gave us access. */
  clientId: v.pipe(v.string(), v.nonEmpty()),
  clientSecretSecret: secretName('google-oauth/client-secret'),
});
type Config = v.InferOutput<typeof configuration>;

const capabilities = {
  find: 'automated',
  export: 'automated',
  rectify: 'none',
  erase: 'automated',
  restrict: 'automated',
  lift: 'none',
  'opt-out': 'automated',
} as const;

const timestamp = v.pipe(v.string(), v.isoTimestamp());
/** One grant in our store, as docs/google-grants.openapi.json promises it. */
export const grantSchema = v.object({
  id: v.string(),
  accountId: v.string(),
  grantedAt: timestamp,
  refreshToken: v.pipe(v.string(), v.nonEmpty()),
  scopes: v.array(v.string()),
  records: v.array(v.object({ id: v.string(), type: v.string(), fetchedAt: timestamp, data: jsonValue })),
});
type Grant = v.InferOutput<typeof grantSchema>;
export const grantList = v.object({ grants: v.array(v.object({ id: v.string() })) });
/** The words of our own store for what it does not hold. */
export const absentFromStore = v.object({ code: v.literal('absent') });
const oauthError = v.object({ error: v.string() });

/** Google's own words: revocation may take a moment to spread. */
const spreadingMs = 60_000;

export const googleOauth: ProcessorDefinition<unknown> = {
  name,
  title: 'Google user data (Google Ireland Limited)',
  capabilities,
  ownController: true,
  limits: { concurrency: 2, perSecond: 5 },
  manualTasks: {
    ...failureTasks('our store of Google grants', ['find', 'export', 'restrict', 'opt-out']),
    erase: {
      instructions: [
        'Look in the Google Cloud console whether the OAuth client still exists and its secret is current; correct the secret and retry.',
        'If Google keeps the grant alive, ask the subject to remove our access at myaccount.google.com/connections.',
      ],
      evidence: 'What stood in the way, and how it was seen that the grant no longer works.',
      subjectText: {
        nl: 'Wij hebben onze toegang tot uw Google-account ingetrokken en onze kopie gewist. Wat in uw Google-account zelf staat, beheert Google. U ziet en beheert dat op myaccount.google.com.',
        en: 'We have given up our access to your Google account and erased our copy. What is in your Google account itself is kept by Google. You can see and manage it at myaccount.google.com.',
      },
    },
  },
  origins: (config) => {
    const { baseUrl, store } = parseConfig(name, configuration, config);
    return [originOf(baseUrl), originOf(store)];
  },
  connect: (config, deps) => connect(parseConfig(name, configuration, config), deps),
  exampleConfig: {
    store: 'https://grants.internal.example.com',
    clientId: '1234567890-abc.apps.googleusercontent.com',
  },
};

function connect(config: Config, deps: ProcessorDependencies): Processor {
  const grants = createGrants(config, deps);

  async function revokeAll(
    input: ActInput,
    andThen: (grant: Grant) => Promise<void>,
  ): Promise<readonly string[]> {
    const handles = handlesBefore(input);
    for (const handle of handles) {
      const grant = await grants.read(handle);
      // Gone since it was found: an earlier run got this far.
      if (grant === undefined) continue;
      expectAccount(input.keys, grant);
      await grants.revoke(grant);
      await andThen(grant);
    }
    return handles;
  }

  return {
    name,
    async find(keys): Promise<Finding> {
      const holdings: Holding[] = [];
      for (const id of new Set(keys.googleOauthTokenIds ?? [])) {
        const grant = await grants.read(id);
        if (grant === undefined) continue;
        expectAccount(keys, grant);
        const count = 1 + grant.records.length;
        holdings.push({ handle: id, category: 'account', count, createdAt: grant.grantedAt });
      }
      return { holdings, complete: true };
    },
    async *export(keys, finding): AsyncIterable<ExportedRecord> {
      for (const { handle } of finding.holdings) {
        const grant = await grants.read(handle);
        if (grant === undefined) continue;
        expectAccount(keys, grant);
        const { scopes, grantedAt } = grant;
        yield {
          category: 'account',
          type: 'google-grant',
          handle,
          // The token itself is a key to the account and no information about the person: it stays out.
          data: { scopes, grantedAt },
          providedBySubject: true,
        };
        for (const { id, type, fetchedAt, data } of grant.records)
          yield {
            category: 'account',
            type,
            handle: id,
            data: { fetchedAt, expiresOn: yearAfter(fetchedAt), data },
            providedBySubject: true,
          };
      }
    },
    async act(action, input): Promise<ActResult> {
      const nothing = lookedAgain({ observation: 'no-grant', handles: [] });
      const standing = standingOf(capabilities, action, input, nothing);
      if (standing !== undefined) return standing;
      const erasing = action === 'erase';
      const handles = await revokeAll(input, async (grant) => {
        if (erasing) await grants.erase(grant.id);
      });
      const observation = erasing ? 'grant-dead-copy-erased' : 'grant-dead';
      return { result: 'done', evidence: lookedAgain({ observation, handles }) };
    },
    async confirm(input: ConfirmInput): Promise<Confirmation> {
      const handles = handlesBefore(input);
      for (const handle of handles) {
        const grant = await grants.read(handle);
        if (grant === undefined) continue;
        if (input.action === 'erase')
          return stillThere('own-copy-kept', lookedAgain({ observation: 'own-copy-present', handles }));
        if (await grants.isAlive(grant))
          return stillThere('grant-alive', lookedAgain({ observation: 'grant-alive', handles }));
      }
      const observation = input.action === 'erase' ? 'own-copy-404' : 'grant-dead';
      return { seen: 'confirmed', evidence: lookedAgain({ observation, handles }) };
    },
    async check() {
      await grants.fetchedBefore(new Date(0).toISOString());
    },
  };
}

function stillThere(code: string, evidence: ReturnType<typeof lookedAgain>): Confirmation {
  return { seen: 'still-there', code, evidence };
}

/** A grant of another account under an id of this one would hand out or destroy somebody else's data. */
function expectAccount(keys: SubjectKeys, grant: Grant): void {
  if (grant.accountId !== keys.accountId) throw new QuarantineError('another-person');
}

/**
 * The promise of the privacy policy: Google user data is kept for one calendar year. Revokes and erases every grant whose data was
 * fetched longer ago than that; run it daily. `left` counts those that did not go and will be tried again tomorrow.
 */
export async function eraseExpiredGoogleData(
  config: unknown,
  deps: ProcessorDependencies,
): Promise<{ readonly erased: number; readonly left: number }> {
  const grants = createGrants(parseConfig(name, configuration, config), deps);
  const aYearAgo = new Date(deps.now());
  aYearAgo.setUTCFullYear(aYearAgo.getUTCFullYear() - 1);
  const outcome = { erased: 0, left: 0 };
  for (const id of await grants.fetchedBefore(aYearAgo.toISOString())) {
    try {
      const grant = await grants.read(id);
      if (grant !== undefined) {
        await grants.revoke(grant);
        await grants.erase(id);
      }
      outcome.erased += 1;
    } catch (error) {
      // One stubborn grant must not keep the others past their year; anything but a vendor's refusal is a defect.
      if (!(error instanceof TransientError || error instanceof PermanentError)) throw error;
      outcome.left += 1;
    }
  }
  return outcome;
}

/** Day (YYYY-MM-DD) on which data fetched at the instant has been kept for one calendar year. */
function yearAfter(fetchedAt: string): string {
  const day = new Date(fetchedAt);
  day.setUTCFullYear(day.getUTCFullYear() + 1);
  return day.toISOString().slice(0, 10);
}

function createGrants(config: Config, deps: ProcessorDependencies) {
  async function store(method: 'GET' | 'DELETE', path: string) {
    return deps.http.send({
      method,
      url: `${config.store}/google-grants${path}`,
      headers: {
        authorization: `Bearer ${await deps.secret(config.storeTokenSecret)}`,
        accept: 'application/json',
      },
      repeatable: true,
    });
  }

  async function google(path: 'revoke' | 'token', form: Record<string, string>) {
    return deps.http.send({
      method: 'POST',
      url: `${config.baseUrl}/${path}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      // The token goes in the body: addresses end up in logs along the way.
      body: new URLSearchParams(form).toString(),
      repeatable: true,
    });
  }

  async function read(id: string): Promise<Grant | undefined> {
    const response = await store('GET', `/${encodeURIComponent(id)}`);
    if (saysAbsent(response, absentFromStore)) return undefined;
    if (response.status !== 200) throw refusalOf(response);
    const grant = readJson(response, grantSchema);
    if (grant.id !== id) throw new QuarantineError('another-record');
    return grant;
  }

  /** Uses the grant as we would to fetch data: only a refusal of this very grant shows that it is dead. */
  async function isAlive(grant: Grant): Promise<boolean> {
    const response = await google('token', {
      grant_type: 'refresh_token',
      client_id: config.clientId,
      client_secret: await deps.secret(config.clientSecretSecret),
      refresh_token: grant.refreshToken,
    });
    if (response.status === 200) return true;
    if (response.status === 400 && readJson(response, oauthError).error === 'invalid_grant') return false;
    throw response.status === 400 ? new PermanentError('credentials-refused') : refusalOf(response);
  }

  async function revoke(grant: Grant): Promise<void> {
    const response = await google('revoke', { token: grant.refreshToken });
    const wasDead =
      response.status === 400 &&
      ['invalid_token', 'invalid_grant'].includes(readJson(response, oauthError).error);
    if (response.status !== 200 && !wasDead) throw refusalOf(response);
    if (await isAlive(grant)) throw new TransientError('revocation-not-effective', spreadingMs);
  }

  return {
    read,
    isAlive,
    revoke,
    async erase(id: string): Promise<void> {
      const response = await store('DELETE', `/${encodeURIComponent(id)}`);
      if (response.status !== 204 && !saysAbsent(response, absentFromStore)) throw refusalOf(response);
      if ((await read(id)) !== undefined) throw new PermanentError('own-copy-kept');
    },
    async fetchedBefore(instant: string): Promise<readonly string[]> {
      const response = await store('GET', `?fetchedBefore=${encodeURIComponent(instant)}`);
      if (response.status !== 200) throw refusalOf(response);
      return readJson(response, grantList).grants.map((grant) => grant.id);
    },
  };
}
