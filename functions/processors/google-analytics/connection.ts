import * as v from 'valibot';
import type { Action } from '../../domain/words.ts';
import type {
  ActInput,
  ActResult,
  Confirmation,
  ConfirmInput,
  Finding,
  Holding,
  Processor,
  ProcessorDependencies,
  SubjectKeys,
} from '../contract.ts';
import { dayAfter, noEvidence, vendorAcknowledged } from '../evidence.ts';
import { createGoogleBearer } from '../google/access-token.ts';
import { googleRefusalOf } from '../google/refusal.ts';
import { type GoogleAnalyticsConfig, googleAnalytics } from '../google-analytics.ts';
import { jsonRequest } from '../json-request.ts';
import { instant, mailboxesOf, readJson } from '../response.ts';
import { handlesBefore, standingOf } from '../standing.ts';
import { withoutDots } from '../uploaded.ts';

/**
 * Google hides the ids from user reports within 72 hours and purges them in a run of about every two months; nothing tells when that
 * has happened, so the look-again date takes the whole of both.
 */
const purgeDays = 3 + 62;
const idKinds = ['clientId', 'userId', 'userProvidedData'] as const;
type IdKind = (typeof idKinds)[number];

const deletion = v.object({ deletionRequestTime: instant });

export function connect(config: GoogleAnalyticsConfig, deps: ProcessorDependencies): Processor {
  const bearer = createGoogleBearer(config.auth, 'https://www.googleapis.com/auth/analytics.edit', deps);

  async function send(method: 'GET' | 'POST', path: string, body?: Record<string, string>) {
    return deps.http.send(
      jsonRequest({
        method,
        url: `${config.baseUrl}/v1alpha/${path}`,
        headers: { authorization: await bearer() },
        body,
        // A second request for the same id deletes nothing more than the first.
        repeatable: true,
      }),
    );
  }

  async function erase(input: ActInput): Promise<ActResult> {
    const handles = handlesBefore(input);
    let latest = '';
    for (const handle of handles) {
      const { property, kind, id } = parseHandle(handle);
      const response = await send('POST', `properties/${property}:submitUserDeletion`, { [kind]: id });
      if (response.status !== 200) throw googleRefusalOf(response);
      const { deletionRequestTime } = readJson(response, deletion);
      if (deletionRequestTime > latest) latest = deletionRequestTime;
    }
    return {
      result: 'accepted',
      evidence: vendorAcknowledged({ observation: 'deletion-submitted', handles }),
      expectedBy: purgedBy(latest),
      job: latest,
    };
  }

  return {
    name: googleAnalytics.name,
    async find(keys): Promise<Finding> {
      return { holdings: holdingsOf(keys, config), complete: true };
    },
    // Nothing can be read per person through the API; the capability says `manual`, so nothing is yielded.
    async *export() {},
    async act(action: Action, input: ActInput): Promise<ActResult> {
      return (
        standingOf(googleAnalytics.capabilities, action, input, noEvidence('no-linked-id')) ??
        (await erase(input))
      );
    },
    async confirm(input: ConfirmInput): Promise<Confirmation> {
      const handles = handlesBefore(input);
      const evidence = vendorAcknowledged({ observation: 'deletion-submitted', handles });
      const expectedBy = purgedBy(input.job ?? input.cutoff);
      if (dayAfter(deps.now(), 0) < expectedBy) return { seen: 'pending', evidence, expectedBy };
      // Google offers neither a status nor a look-up by id: its word of then is all there will ever be.
      return { seen: 'cannot-look', evidence };
    },
    async check() {
      for (const property of config.properties) {
        const response = await send('GET', `properties/${property}`);
        if (response.status !== 200) throw googleRefusalOf(response);
        readJson(response, v.object({ name: v.literal(`properties/${property}`) }));
      }
    },
  };
}

/** Every property × every id: an id may have been seen by each property, and only the asked one forgets it. */
function holdingsOf(keys: SubjectKeys, config: GoogleAnalyticsConfig): readonly Holding[] {
  const ids: readonly (readonly [IdKind, string])[] = [
    ...(keys.gaClientIds ?? []).map((id) => ['clientId', clientIdOf(id)] as const),
    ...(keys.gaUserIds ?? []).map((id) => ['userId', id] as const),
    ...(config.userProvidedData
      ? mailboxesOf(keys).map((mailbox) => ['userProvidedData', withoutDots(mailbox)] as const)
      : []),
  ];
  const handles = config.properties.flatMap((property) =>
    ids.map(([kind, id]) => `properties/${property}/${kind}/${id}`),
  );
  return [...new Set(handles)].map((handle) => ({ handle, category: 'usage', count: 1 }));
}

/** The cookie wraps the client id in a version and a domain depth (`GA1.2.…`); the API wants the last two numbers alone. */
function clientIdOf(stored: string): string {
  return stored.replace(/^GA\d+\.\d+\./, '');
}

function parseHandle(handle: string): { property: string; kind: IdKind; id: string } {
  const [, property = '', kind, ...rest] = handle.split('/');
  const known = idKinds.find((each) => each === kind);
  // Handles are our own writing, so another form is a defect and not the vendor's doing.
  if (known === undefined) throw new TypeError('not a handle of this processor');
  return { property, kind: known, id: rest.join('/') };
}

/** Calendar day by which Google has purged what was submitted at the given instant (RFC 3339). */
function purgedBy(submittedAt: string): string {
  return dayAfter(Date.parse(submittedAt), purgeDays);
}
