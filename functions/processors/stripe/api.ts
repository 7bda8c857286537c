import * as v from 'valibot';
import type { HttpResponse, ProcessorDependencies } from '../contract.ts';
import { refusalOf } from '../refusal.ts';
import { readJson } from '../response.ts';

/** Stripe's own page size limit. */
const pageSize = 100;
/** Nobody has ten thousand cards; a list that does not end is cut here and called incomplete. */
const pageLimit = 100;

export interface Listing<Item> {
  readonly items: readonly Item[];
  /** False when the pages did not come to their end. */
  readonly complete: boolean;
}

const pageOf = <const Schema extends RecordSchema>(schema: Schema) =>
  v.object({
    object: v.picklist(['list', 'search_result']),
    data: v.array(schema),
    has_more: v.boolean(),
    next_page: v.optional(v.nullable(v.string())),
  });

type RecordSchema = v.GenericSchema<unknown, { readonly id: string }>;

/** Stripe's own words for what is not there; a proxy or a wrong path answers 404 in others. */
export const resourceMissing = v.object({ error: v.object({ code: v.literal('resource_missing') }) });

export interface StripeApi {
  get(path: string, query?: Query): Promise<HttpResponse>;
  /** Form-encoded; Stripe gives the same answer to the same key for at least a day, failures included. */
  post(path: string, form: Query, idempotencyKey: string): Promise<HttpResponse>;
  delete(path: string): Promise<HttpResponse>;
  list<const Schema extends RecordSchema>(
    path: string,
    query: Query,
    schema: Schema,
  ): Promise<Listing<v.InferOutput<Schema>>>;
}

type Query = Readonly<Record<string, string>>;

export function createStripeApi(
  options: { readonly baseUrl: string; readonly apiVersion: string; readonly keySecret: string },
  deps: ProcessorDependencies,
): StripeApi {
  async function send(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    extra: { readonly body?: string; readonly headers?: Query } = {},
  ): Promise<HttpResponse> {
    return deps.http.send({
      method,
      url: `${options.baseUrl}/v1${path}`,
      headers: {
        authorization: `Bearer ${await deps.secret(options.keySecret)}`,
        'stripe-version': options.apiVersion,
        ...(extra.body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        ...extra.headers,
      },
      ...(extra.body === undefined ? {} : { body: extra.body }),
      // POST carries an idempotency key, and a second DELETE finds nothing left to do.
      repeatable: true,
    });
  }

  const get = (path: string, query: Query = {}) => {
    const search = new URLSearchParams(query).toString();
    return send('GET', search === '' ? path : `${path}?${search}`);
  };

  return {
    get,
    post: (path, form, idempotencyKey) =>
      send('POST', path, {
        body: new URLSearchParams(form).toString(),
        headers: { 'idempotency-key': idempotencyKey },
      }),
    delete: (path) => send('DELETE', path),
    async list(path, query, schema) {
      const items: v.InferOutput<typeof schema>[] = [];
      let cursor: Query = {};
      for (let round = 0; round < pageLimit; round += 1) {
        const response = await get(path, { ...query, limit: String(pageSize), ...cursor });
        if (response.status !== 200) throw refusalOf(response);
        const { data, has_more, next_page } = readJson(response, pageOf(schema));
        items.push(...data);
        if (!has_more) return { items, complete: true };
        const last = data.at(-1)?.id;
        // A page that says "more" and gives no way on was cut.
        if (last === undefined) return { items, complete: false };
        cursor = typeof next_page === 'string' ? { page: next_page } : { starting_after: last };
      }
      return { items, complete: false };
    },
  };
}
