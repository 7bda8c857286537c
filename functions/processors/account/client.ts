import * as v from 'valibot';
import { QuarantineError } from '../../domain/errors.ts';
import type { HeldMailbox } from '../../domain/suppression.ts';
import type { ExportedRecord, HttpRequest, HttpResponse, ProcessorDependencies } from '../contract.ts';
import { jsonRequest } from '../json-request.ts';
import { refusalOf } from '../refusal.ts';
import { readJson, saysAbsent } from '../response.ts';
import {
  accountState,
  type accountSummary,
  apiError,
  erasureState,
  lookupResponse,
  mailboxPage,
  type profileChange,
  recordPage,
} from './api.ts';

export type AccountSummary = v.InferOutput<typeof accountSummary>;
export type AccountState = v.InferOutput<typeof accountState>;
export type ErasureState = v.InferOutput<typeof erasureState>;

const absentAccount = v.object({ ...apiError.entries, code: v.literal('account-not-found') });

/** A paging that goes on longer than this is a loop at the other side. */
const mostPages = 10_000;

/** Calls of docs/account-connector.openapi.json; an absent account is undefined and never an error. */
export function createAccountClient(
  config: { readonly baseUrl: string; readonly tokenSecret: string },
  deps: ProcessorDependencies,
) {
  async function send(
    method: HttpRequest['method'],
    path: string,
    options: { readonly body?: unknown; readonly idempotencyKey?: string } = {},
  ): Promise<HttpResponse> {
    return deps.http.send(
      jsonRequest({
        method,
        url: `${config.baseUrl}${path}`,
        headers: {
          authorization: `Bearer ${await deps.secret(config.tokenSecret)}`,
          ...(options.idempotencyKey === undefined ? {} : { 'idempotency-key': options.idempotencyKey }),
        },
        body: options.body,
        // Every call of this interface sets a state or carries a key; none adds anything when it comes twice.
        repeatable: true,
      }),
    );
  }

  function expectId<T extends { readonly accountId: string }>(wanted: string, answer: T): T {
    if (answer.accountId !== wanted) throw new QuarantineError('another-record');
    return answer;
  }

  const isAbsent = (response: HttpResponse) => saysAbsent(response, absentAccount);

  const pathOf = (accountId: string) => `/accounts/${encodeURIComponent(accountId)}`;

  async function expectDone(answer: Promise<HttpResponse>): Promise<void> {
    const response = await answer;
    if (response.status !== 200 && response.status !== 204) throw refusalOf(response);
  }

  return {
    async lookUp(email: string): Promise<readonly AccountSummary[]> {
      const response = await send('POST', '/lookups', { body: { email } });
      if (response.status !== 200) throw refusalOf(response);
      const { accounts, total } = readJson(response, lookupResponse);
      if (accounts.length !== total) throw new QuarantineError('truncated-page');
      return accounts;
    },

    async read(accountId: string): Promise<AccountState | undefined> {
      const response = await send('GET', pathOf(accountId));
      if (isAbsent(response)) return undefined;
      if (response.status !== 200) throw refusalOf(response);
      return expectId(accountId, readJson(response, accountState));
    },

    async *records(accountId: string): AsyncIterable<ExportedRecord> {
      let seen = 0;
      let cursor: string | undefined;
      for (let page = 0; page < mostPages; page += 1) {
        const query = cursor === undefined ? '' : `?cursor=${encodeURIComponent(cursor)}`;
        const response = await send('GET', `${pathOf(accountId)}/records${query}`);
        if (response.status !== 200) throw refusalOf(response);
        const { records, total, next } = readJson(response, recordPage);
        for (const { id, othersAt, ...record } of records)
          yield { ...record, handle: id, ...(othersAt === undefined ? {} : { othersAt }) };
        seen += records.length;
        if (next === undefined) {
          if (seen < total) throw new QuarantineError('truncated-page');
          return;
        }
        cursor = next;
      }
      throw new QuarantineError('endless-pages');
    },

    rectify(accountId: string, change: v.InferOutput<typeof profileChange>, idempotencyKey: string) {
      return expectDone(send('PATCH', `${pathOf(accountId)}/profile`, { body: change, idempotencyKey }));
    },

    restrict(accountId: string, restricted: boolean): Promise<void> {
      return expectDone(send(restricted ? 'PUT' : 'DELETE', `${pathOf(accountId)}/restriction`));
    },

    withdrawMarketing(accountId: string): Promise<void> {
      return expectDone(send('DELETE', `${pathOf(accountId)}/marketing-consent`));
    },

    async erase(accountId: string, idempotencyKey: string): Promise<ErasureState | 'blocked' | 'absent'> {
      const response = await send('PUT', `${pathOf(accountId)}/erasure`, { idempotencyKey });
      if (response.status === 409) return 'blocked';
      if (isAbsent(response)) return 'absent';
      if (response.status !== 200 && response.status !== 202) throw refusalOf(response);
      return expectId(accountId, readJson(response, erasureState));
    },

    async readErasure(accountId: string): Promise<ErasureState | undefined> {
      const response = await send('GET', `${pathOf(accountId)}/erasure`);
      if (isAbsent(response)) return undefined;
      if (response.status !== 200) throw refusalOf(response);
      return expectId(accountId, readJson(response, erasureState));
    },

    async *mailboxes(): AsyncIterable<HeldMailbox> {
      let cursor: string | undefined;
      for (let page = 0; page < mostPages; page += 1) {
        const query = cursor === undefined ? '' : `?cursor=${encodeURIComponent(cursor)}`;
        const response = await send('GET', `/mailboxes${query}`);
        if (response.status !== 200) throw refusalOf(response);
        const { mailboxes, next } = readJson(response, mailboxPage);
        yield* mailboxes;
        if (next === undefined) return;
        cursor = next;
      }
      throw new QuarantineError('endless-pages');
    },

    async check(): Promise<void> {
      await expectDone(send('GET', '/status'));
    },
  };
}
