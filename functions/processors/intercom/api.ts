import * as v from 'valibot';
import { PermanentError, QuarantineError } from '../../domain/errors.ts';
import type { HttpRequest, HttpResponse, JsonValue, ProcessorDependencies } from '../contract.ts';
import { jsonRequest } from '../json-request.ts';
import { refusalOf } from '../refusal.ts';
import { jsonObject, readJson, readJsonIf, saysAbsent } from '../response.ts';

/** The version whose published description the calls below were checked against. */
export const apiVersion = '2.16';
const pageSize = 50;
const mostPages = 1000;
const mostHops = 3;
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const pages = v.nullish(v.object({ next: v.nullish(v.object({ starting_after: v.nullish(v.string()) })) }));

const contactSchema = v.object({
  type: v.literal('contact'),
  id: v.pipe(v.string(), v.nonEmpty()),
  external_id: v.nullish(v.string()),
  role: v.string(),
  email: v.nullish(v.string()),
  name: v.nullish(v.string()),
  phone: v.nullish(v.string()),
  created_at: v.number(),
  unsubscribed_from_emails: v.nullish(v.boolean()),
  archived: v.optional(v.boolean()),
});
export type Contact = v.InferOutput<typeof contactSchema> & { readonly raw: JsonValue };

const contactPage = v.object({ data: v.array(contactSchema), total_count: count, pages });
const threadSchema = v.object({ id: v.pipe(v.string(), v.nonEmpty()), created_at: v.number() });
export type Thread = v.InferOutput<typeof threadSchema>;
const subscriptionList = v.object({
  data: v.array(
    v.object({ id: v.string(), state: v.string(), consent_type: v.picklist(['opt_out', 'opt_in']) }),
  ),
});
export type Subscription = v.InferOutput<typeof subscriptionList>['data'][number];
const rawList = v.looseObject({ data: v.array(jsonObject) });
const eventList = v.object({ events: v.array(jsonObject) });
const deleted = v.object({ id: v.string(), deleted: v.boolean() });
const errorList = v.object({
  type: v.literal('error.list'),
  errors: v.pipe(v.array(v.object({ code: v.string() })), v.minLength(1)),
});

const absence = v.object({
  type: v.literal('error.list'),
  errors: v.pipe(v.array(v.object({ code: v.pipe(v.string(), v.endsWith('not_found')) })), v.minLength(1)),
});

/** Where a contact's conversations and tickets are searched, and how the answer lists them. */
const threadKinds = {
  conversation: {
    search: '/conversations/search',
    path: '/conversations',
    page: v.pipe(
      v.object({ conversations: v.array(threadSchema), total_count: count, pages }),
      v.transform(({ conversations, ...rest }) => ({ items: conversations, ...rest })),
    ),
  },
  ticket: {
    search: '/tickets/search',
    path: '/tickets',
    page: v.pipe(
      v.object({ tickets: v.array(threadSchema), total_count: count, pages }),
      v.transform(({ tickets, ...rest }) => ({ items: tickets, ...rest })),
    ),
  },
} as const;
export type ThreadKind = keyof typeof threadKinds;

export type IntercomApi = ReturnType<typeof createIntercomApi>;

export function createIntercomApi(
  config: { readonly baseUrl: string; readonly tokenSecret: string; readonly retainMetrics: boolean },
  deps: ProcessorDependencies,
) {
  async function send(method: HttpRequest['method'], path: string, body?: unknown): Promise<HttpResponse> {
    return deps.http.send(
      jsonRequest({
        method,
        url: `${config.baseUrl}${path}`,
        headers: {
          authorization: `Bearer ${await deps.secret(config.tokenSecret)}`,
          'intercom-version': apiVersion,
        },
        body,
        // Searches read; every other call sets a state of a thing that is named by its id.
        repeatable: true,
      }),
    );
  }

  function expectOk(response: HttpResponse): HttpResponse {
    if (response.status === 200) return response;
    if (codeOf(response) === 'api_plan_restricted') throw new PermanentError('plan-restricted');
    throw refusalOf(response);
  }

  const isAbsent = (response: HttpResponse) => saysAbsent(response, absence);

  async function* search<Item>(
    path: string,
    field: string,
    value: string,
    read: (response: HttpResponse) => {
      readonly items: readonly Item[];
      readonly total: number;
      readonly next?: string;
    },
  ): AsyncIterable<Item> {
    let seen = 0;
    let after: string | undefined;
    for (let page = 0; page < mostPages; page += 1) {
      const pagination = { per_page: pageSize, ...(after === undefined ? {} : { starting_after: after }) };
      const query = { field, operator: '=', value };
      const { items, total, next } = read(expectOk(await send('POST', path, { query, pagination })));
      yield* items;
      seen += items.length;
      if (next === undefined) {
        if (seen < total) throw new QuarantineError('truncated-page');
        return;
      }
      after = next;
    }
    throw new QuarantineError('endless-pages');
  }

  async function readContact(id: string): Promise<Contact | undefined> {
    let path = `/contacts/${encodeURIComponent(id)}`;
    for (let hop = 0; hop <= mostHops; hop += 1) {
      const response = await send('GET', path);
      if (isAbsent(response)) return undefined;
      if (response.status === 410) {
        // Merged into another contact: the person's data lives on there.
        path = canonicalPath(response);
        continue;
      }
      const contact = readJson(expectOk(response), contactSchema);
      return { ...contact, raw: readJson(response, jsonObject) };
    }
    throw new QuarantineError('endless-merges');
  }

  return {
    readContact,

    searchContacts(field: 'email' | 'external_id', value: string): AsyncIterable<Contact> {
      return search('/contacts/search', field, value, (response) => {
        const answer = readJson(response, contactPage);
        const raw = readJson(response, v.object({ data: v.array(jsonObject) })).data;
        const next = answer.pages?.next?.starting_after ?? undefined;
        const items = answer.data.map((contact, at) => ({ ...contact, raw: raw[at] ?? {} }));
        return { items, total: answer.total_count, ...(next === undefined ? {} : { next }) };
      });
    },

    threadsOf(kind: ThreadKind, contactId: string): AsyncIterable<Thread> {
      const { search: path, page } = threadKinds[kind];
      return search(path, 'contact_ids', contactId, (response) => {
        const { items, total_count, pages: cursor } = readJson(response, page);
        const next = cursor?.next?.starting_after ?? undefined;
        return { items, total: total_count, ...(next === undefined ? {} : { next }) };
      });
    },

    async readThread(
      kind: ThreadKind,
      id: string,
    ): Promise<{ readonly [key: string]: JsonValue } | undefined> {
      const response = await send('GET', `${threadKinds[kind].path}/${encodeURIComponent(id)}`);
      if (isAbsent(response)) return undefined;
      const thread = readJson(expectOk(response), jsonObject);
      if (thread.id !== id) throw new QuarantineError('another-record');
      return thread;
    },

    /** `restricted` where our plan does not let us delete such things one by one. */
    async deleteThread(kind: ThreadKind, id: string): Promise<'deleted' | 'absent' | 'restricted'> {
      const query = kind === 'conversation' ? `?retain_metrics=${config.retainMetrics}` : '';
      const response = await send('DELETE', `${threadKinds[kind].path}/${encodeURIComponent(id)}${query}`);
      if (isAbsent(response)) return 'absent';
      if (response.status === 403 && codeOf(response) === 'api_plan_restricted') return 'restricted';
      expectDeleted(readJson(expectOk(response), deleted), id);
      return 'deleted';
    },

    async deleteContact(id: string): Promise<void> {
      const response = await send('DELETE', `/contacts/${encodeURIComponent(id)}`);
      if (isAbsent(response)) return;
      expectDeleted(readJson(expectOk(response), deleted), id);
    },

    async changeContact(id: string, change: object): Promise<void> {
      const response = expectOk(await send('PUT', `/contacts/${encodeURIComponent(id)}`, change));
      if (readJson(response, contactSchema).id !== id) throw new QuarantineError('another-record');
    },

    /** All kinds of mailing that the workspace knows. */
    async subscriptionTypes(): Promise<readonly Subscription[]> {
      return readJson(expectOk(await send('GET', '/subscription_types')), subscriptionList).data;
    },

    /** Those a contact is attached to: opted in to an opt-in kind, opted out of an opt-out kind. */
    async subscriptionsOf(id: string): Promise<readonly Subscription[]> {
      const response = expectOk(await send('GET', `/contacts/${encodeURIComponent(id)}/subscriptions`));
      return readJson(response, subscriptionList).data;
    },

    async optOut(contactId: string, subscriptionId: string): Promise<void> {
      const body = { id: subscriptionId, consent_type: 'opt_out' };
      expectOk(await send('POST', `/contacts/${encodeURIComponent(contactId)}/subscriptions`, body));
    },

    async withdrawOptIn(contactId: string, subscriptionId: string): Promise<void> {
      const path = `/contacts/${encodeURIComponent(contactId)}/subscriptions/${encodeURIComponent(subscriptionId)}`;
      const response = await send('DELETE', path);
      if (!isAbsent(response)) expectOk(response);
    },

    /** Notes, tags, segments, companies or subscriptions of a contact. */
    async partsOf(
      id: string,
      part: 'notes' | 'tags' | 'segments' | 'companies' | 'subscriptions',
    ): Promise<readonly { readonly [key: string]: JsonValue }[]> {
      const items: { readonly [key: string]: JsonValue }[] = [];
      for (let page = 1; page <= mostPages; page += 1) {
        const query = part === 'notes' || part === 'companies' ? `?page=${page}&per_page=${pageSize}` : '';
        const response = await send('GET', `/contacts/${encodeURIComponent(id)}/${part}${query}`);
        if (isAbsent(response)) return items;
        const { data, total_count } = readJson(expectOk(response), rawList);
        items.push(...data);
        if (query === '' || typeof total_count !== 'number' || items.length >= total_count) return items;
        if (data.length === 0) throw new QuarantineError('truncated-page');
      }
      throw new QuarantineError('endless-pages');
    },

    /** Counts of every event ever sent; Intercom gives single events of the last ninety days only. */
    async eventSummary(id: string): Promise<readonly { readonly [key: string]: JsonValue }[]> {
      const query = new URLSearchParams({ type: 'user', intercom_user_id: id, summary: 'true' });
      const response = await send('GET', `/events?${query}`);
      if (isAbsent(response)) return [];
      return readJson(expectOk(response), eventList).events;
    },

    /** Shows that address, region and token lead to our workspace. */
    async check(): Promise<void> {
      readJson(expectOk(await send('GET', '/me')), v.object({ type: v.literal('admin') }));
    },
  };
}

function expectDeleted(answer: { readonly id: string; readonly deleted: boolean }, id: string): void {
  if (answer.id !== id) throw new QuarantineError('another-record');
  if (!answer.deleted) throw new PermanentError('delete-refused');
}

function codeOf(response: HttpResponse): string | undefined {
  return readJsonIf(response, errorList)?.errors[0]?.code;
}

/** `Link: </contacts/{id}>; rel="canonical"`; nothing else is followed. */
function canonicalPath(response: HttpResponse): string {
  const id = /<[^>]*\/contacts\/([\w-]+)>\s*;\s*rel="?canonical"?/.exec(response.headers.link ?? '')?.[1];
  if (id === undefined) throw new QuarantineError('unexpected-shape');
  return `/contacts/${id}`;
}
