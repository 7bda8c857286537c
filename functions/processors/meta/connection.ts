import * as v from 'valibot';
import { PermanentError, QuarantineError, TransientError } from '../../domain/errors.ts';
import type { Action } from '../../domain/words.ts';
import type {
  ActInput,
  ActResult,
  Confirmation,
  ConfirmInput,
  Finding,
  Holding,
  HttpResponse,
  Processor,
  ProcessorDependencies,
} from '../contract.ts';
import { dayAfter, noEvidence, vendorAcknowledged } from '../evidence.ts';
import { type MetaConfig, meta } from '../meta.ts';
import { refusalOf } from '../refusal.ts';
import { readJson } from '../response.ts';
import { handlesBefore, standingOf } from '../standing.ts';
import { mayBeUploaded, uploadedHashes } from '../uploaded.ts';

/** Meta takes up to a day to take a person out of an audience, and tells nobody when it has. */
const removalDays = 1;
const pageLimit = 50;
const identifier = v.pipe(v.string(), v.regex(/^\d{1,30}$/));

const audiencePage = v.object({
  data: v.array(v.object({ id: identifier, subtype: v.string() })),
  paging: v.optional(
    v.object({
      cursors: v.optional(v.object({ after: v.optional(v.string()) })),
      next: v.optional(v.string()),
    }),
  ),
});

const removal = v.object({
  audience_id: v.union([identifier, v.pipe(v.number(), v.transform(String))]),
  session_id: v.optional(v.union([v.string(), v.number()])),
  num_received: v.pipe(v.number(), v.integer()),
  num_invalid_entries: v.optional(v.number(), 0),
});

const graphError = v.object({ error: v.object({ code: v.number() }) });

/** Unknown and temporary trouble, and the limits of app, account and audience. */
const passing = new Set([1, 2, 4, 17, 32, 613, 80003, 80004]);

export function connect(config: MetaConfig, deps: ProcessorDependencies): Processor {
  async function send(method: 'GET' | 'DELETE', path: string, form?: URLSearchParams): Promise<HttpResponse> {
    return deps.http.send({
      method,
      url: `${config.baseUrl}/${config.version}/${path}`,
      headers: {
        // In a header and not in the address, which is written down along the way.
        authorization: `Bearer ${await deps.secret(config.tokenSecret)}`,
        accept: 'application/json',
        ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(form === undefined ? {} : { body: form.toString() }),
      // Taking out who is out already is the same end.
      repeatable: true,
    });
  }

  async function audiencesOf(account: string): Promise<{ ids: string[]; complete: boolean }> {
    const ids: string[] = [];
    let after: string | undefined;
    for (let page = 0; page < pageLimit; page += 1) {
      const query = new URLSearchParams({ fields: 'id,subtype', limit: '100', ...(after ? { after } : {}) });
      const response = await send('GET', `${account}/customaudiences?${query}`);
      if (response.status !== 200) throw graphRefusalOf(response);
      const { data, paging } = readJson(response, audiencePage);
      // Only lists that were uploaded hold the people we named; the others Meta makes from its own events.
      ids.push(...data.filter(({ subtype }) => subtype === 'CUSTOM').map(({ id }) => id));
      // An edge without anything has no cursors: a page that has them and is empty was cut.
      if (paging?.next === undefined)
        return { ids, complete: data.length > 0 || paging?.cursors === undefined };
      after = paging.cursors?.after;
      if (after === undefined) return { ids, complete: false };
    }
    return { ids, complete: false };
  }

  async function remove(input: ActInput): Promise<ActResult> {
    const handles = handlesBefore(input);
    const requestIds: string[] = [];
    const data = uploadedHashes(input.keys);
    const form = new URLSearchParams({ payload: JSON.stringify({ schema: 'EMAIL_SHA256', data }) });
    for (const handle of handles) {
      const response = await send('DELETE', `${handle}/users`, form);
      if (response.status !== 200) throw graphRefusalOf(response);
      const answer = readJson(response, removal);
      if (answer.audience_id !== handle) throw new QuarantineError('another-record');
      if (answer.num_received !== data.length || answer.num_invalid_entries > 0)
        throw new PermanentError('entries-not-taken');
      if (answer.session_id !== undefined) requestIds.push(String(answer.session_id));
    }
    const evidence = vendorAcknowledged({ observation: 'removal-accepted', handles, requestIds });
    if (config.pixel) return { result: 'manual', instructions: 'pixel', evidence };
    return {
      result: 'accepted',
      evidence,
      expectedBy: dayAfter(deps.now(), removalDays),
      job: new Date(deps.now()).toISOString(),
    };
  }

  return {
    name: meta.name,
    async find(keys): Promise<Finding> {
      if (!mayBeUploaded(keys, config.fedFrom)) return { holdings: [], complete: true };
      const holdings: Holding[] = [];
      let complete = true;
      for (const account of config.adAccounts) {
        const audiences = await audiencesOf(account);
        complete &&= audiences.complete;
        for (const handle of audiences.ids) holdings.push({ handle, category: 'marketing', count: 1 });
      }
      return { holdings, complete };
    },
    // Neither members of an audience nor events of a person can be read back.
    async *export() {},
    async act(action: Action, input: ActInput): Promise<ActResult> {
      const nothing = noEvidence('not-in-upload-source');
      return standingOf(meta.capabilities, action, input, nothing) ?? (await remove(input));
    },
    async confirm(input: ConfirmInput): Promise<Confirmation> {
      const evidence = vendorAcknowledged({ observation: 'removal-accepted', handles: handlesBefore(input) });
      const expectedBy = dayAfter(Date.parse(input.job ?? input.cutoff), removalDays);
      if (dayAfter(deps.now(), 0) < expectedBy) return { seen: 'pending', evidence, expectedBy };
      // There is no call that tells who is in an audience.
      return { seen: 'cannot-look', evidence };
    },
    async check() {
      for (const account of config.adAccounts) {
        const response = await send('GET', `${account}?fields=id`);
        if (response.status !== 200) throw graphRefusalOf(response);
        readJson(response, v.object({ id: v.literal(account) }));
      }
    },
  };
}

/** Meta says most things with status 400; the code in the body tells what may pass by itself. */
function graphRefusalOf(response: HttpResponse): Error {
  if (response.status !== 400 && response.status !== 403) return refusalOf(response);
  const { code } = readJson(response, graphError).error;
  if (passing.has(code)) return new TransientError('try-later');
  return new PermanentError(code === 190 ? 'credentials-refused' : 'rejected');
}
