import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { PermanentError, QuarantineError, TransientError } from '../../domain/errors.ts';
import type {
  ExportedRecord,
  HttpRequest,
  HttpResponse,
  JsonValue,
  ProcessorDependencies,
  SubjectKeys,
} from '../contract.ts';
import { jsonRequest } from '../json-request.ts';
import { refusalOf } from '../refusal.ts';
import { expectSubject, foldMailbox, jsonObject, readJson, readJsonIf, saysAbsent } from '../response.ts';

const pageSize = 1000;
const mostPages = 1000;

const listPage = v.object({
  lists: v.array(v.object({ id: v.pipe(v.string(), v.nonEmpty()) })),
  total_items: v.pipe(v.number(), v.integer(), v.minValue(0)),
});

const memberSchema = v.object({
  id: v.string(),
  list_id: v.string(),
  contact_id: v.pipe(v.string(), v.nonEmpty()),
  email_address: v.string(),
  status: v.picklist(['subscribed', 'unsubscribed', 'cleaned', 'pending', 'transactional', 'archived']),
  timestamp_signup: v.optional(v.string()),
  timestamp_opt: v.optional(v.string()),
  language: v.optional(v.string()),
  merge_fields: v.optional(v.record(v.string(), v.unknown())),
  interests: v.optional(v.record(v.string(), v.boolean())),
  marketing_permissions: v.optional(
    v.array(v.object({ marketing_permission_id: v.string(), enabled: v.boolean() })),
  ),
});
export type Member = v.InferOutput<typeof memberSchema> & { readonly raw: JsonValue };

const searchSchema = v.object({
  exact_matches: v.object({
    members: v.array(v.object({ contact_id: v.string(), list_id: v.string(), email_address: v.string() })),
    total_items: v.number(),
  }),
});

/** Errors are problem documents; only the title is read, and it never leaves this file. */
const problem = v.object({ title: v.string(), status: v.number() });

/** Kinds of records under a member, with the name of the list in the answer. */
const recordKinds = [
  { path: 'activity-feed', list: 'activity', type: 'activity', providedBySubject: false, paged: true },
  { path: 'tags', list: 'tags', type: 'tag', providedBySubject: false, paged: true },
  { path: 'notes', list: 'notes', type: 'note', providedBySubject: false, paged: true },
  { path: 'events', list: 'events', type: 'event', providedBySubject: false, paged: true },
  // Goals answer with the last fifty and know no pages.
  { path: 'goals', list: 'goals', type: 'goal', providedBySubject: false, paged: false },
] as const;

/** Mailchimp's name for an address: MD5 of its lower-case form. */
export function hashOf(mailbox: string): string {
  return createHash('md5').update(foldMailbox(mailbox).toLowerCase()).digest('hex');
}

export function createMailchimpApi(
  config: { readonly baseUrl: string; readonly apiKeySecret: string },
  deps: ProcessorDependencies,
) {
  async function send(method: HttpRequest['method'], path: string, body?: unknown): Promise<HttpResponse> {
    const key = await deps.secret(config.apiKeySecret);
    const response = await deps.http.send(
      jsonRequest({
        method,
        url: `${config.baseUrl}${path}`,
        headers: {
          authorization: `Basic ${Buffer.from(`rights-desk:${key}`).toString('base64')}`,
          accept: 'application/json, application/problem+json',
        },
        body,
        // Every path names the member by hash: the second time finds what the first time left.
        repeatable: true,
      }),
    );
    // Under heavy load the gateway answers 403 without a problem document; that is no verdict on our key.
    if (response.status === 403 && readJsonIf(response, problem)?.title === undefined)
      throw new TransientError('overloaded');
    return response;
  }

  const memberPath = (list: string, hash: string) =>
    `/lists/${encodeURIComponent(list)}/members/${encodeURIComponent(hash)}`;

  function expectOk(response: HttpResponse): HttpResponse {
    if (response.status === 200 || response.status === 204) return response;
    if (readJsonIf(response, problem)?.title === 'Member In Compliance State')
      throw new PermanentError('member-in-compliance-state');
    throw refusalOf(response);
  }

  return {
    /** Every audience of the account. */
    async listIds(): Promise<readonly string[]> {
      const ids: string[] = [];
      for (let page = 0; page < mostPages; page += 1) {
        const query = `count=${pageSize}&offset=${ids.length}&fields=lists.id,total_items`;
        const answer = readJson(expectOk(await send('GET', `/lists?${query}`)), listPage);
        ids.push(...answer.lists.map(({ id }) => id));
        if (ids.length >= answer.total_items) return ids;
        if (answer.lists.length === 0) throw new QuarantineError('truncated-page');
      }
      throw new QuarantineError('endless-pages');
    },

    async readMember(keys: SubjectKeys, list: string, hash: string): Promise<Member | undefined> {
      const response = await send('GET', memberPath(list, hash));
      if (saysAbsent(response, problem)) return undefined;
      const member = readJson(expectOk(response), memberSchema);
      expectSubject(keys, member.email_address);
      if (member.list_id !== list || member.id !== hash) throw new QuarantineError('another-record');
      return { ...member, raw: readJson(response, jsonObject) };
    },

    /** Exact matches over all audiences. */
    async search(mailbox: string) {
      const response = expectOk(await send('GET', `/search-members?query=${encodeURIComponent(mailbox)}`));
      const { members, total_items } = readJson(response, searchSchema).exact_matches;
      if (members.length < total_items) throw new QuarantineError('truncated-page');
      return members.filter((member) => foldMailbox(member.email_address) === foldMailbox(mailbox));
    },

    /** `refused`: 405, which says that the member cannot be removed, and is also given when it is gone already. */
    async deletePermanently(list: string, hash: string): Promise<'done' | 'refused'> {
      const response = await send('POST', `${memberPath(list, hash)}/actions/delete-permanent`);
      if (response.status === 405) return 'refused';
      // Gone between our look and our call: an earlier try whose answer was lost.
      if (saysAbsent(response, problem)) return 'done';
      if (response.status === 204) return 'done';
      throw response.status === 200 ? new QuarantineError('unexpected-shape') : refusalOf(response);
    },

    async changeMember(list: string, hash: string, patch: object): Promise<void> {
      const response = await send('PATCH', `${memberPath(list, hash)}?skip_merge_validation=true`, patch);
      const member = readJson(expectOk(response), memberSchema);
      if (member.id !== hash || member.list_id !== list) throw new QuarantineError('another-record');
    },

    async *memberRecords(list: string, hash: string, handle: string): AsyncIterable<ExportedRecord> {
      for (const kind of recordKinds) {
        const schema = v.object({
          [kind.list]: v.array(jsonObject),
          total_items: v.optional(v.number()),
        });
        let seen = 0;
        for (let page = 0; page < mostPages; page += 1) {
          const query = kind.paged ? `?count=${pageSize}&offset=${seen}` : '';
          const response = await send('GET', `${memberPath(list, hash)}/${kind.path}${query}`);
          if (saysAbsent(response, problem)) break;
          const answer = readJson(expectOk(response), schema);
          const items = answer[kind.list];
          if (!Array.isArray(items)) throw new QuarantineError('unexpected-shape');
          for (const data of items)
            yield {
              category: 'marketing',
              type: kind.type,
              handle,
              data,
              providedBySubject: kind.providedBySubject,
            };
          seen += items.length;
          const total = typeof answer.total_items === 'number' ? answer.total_items : undefined;
          if (!kind.paged || seen >= (total ?? seen)) break;
          if (items.length === 0) throw new QuarantineError('truncated-page');
        }
      }
    },
  };
}
