import * as v from 'valibot';
import { PermanentError, QuarantineError } from '../../domain/errors.ts';
import type {
  HttpRequest,
  HttpResponse,
  JsonValue,
  ProcessorDependencies,
  SubjectKeys,
} from '../contract.ts';
import { jsonRequest } from '../json-request.ts';
import { refusalOf } from '../refusal.ts';
import { expectSubject, jsonObject, readJson, readJsonIf, saysAbsent } from '../response.ts';

const pageSize = 1000;
const mostPages = 1000;

/** Every answer of the v3 interface; `Count` tells how many rows of this page there should be. */
const page = <Row extends v.GenericSchema>(row: Row) =>
  v.object({ Count: v.pipe(v.number(), v.integer(), v.minValue(0)), Data: v.array(row) });

const contactSchema = v.object({
  ID: v.pipe(v.number(), v.integer()),
  Email: v.string(),
  Name: v.optional(v.string()),
  CreatedAt: v.optional(v.string()),
  IsExcludedFromCampaigns: v.boolean(),
});
export type Contact = v.InferOutput<typeof contactSchema> & { readonly raw: JsonValue };

const membership = v.object({ ListID: v.number(), IsUnsub: v.boolean() });
const propertiesSchema = v.object({ Name: v.string(), Value: v.string() });
const failure = v.object({ StatusCode: v.number(), ErrorMessage: v.string() });
const anyCount = v.object({ Total: v.pipe(v.number(), v.integer(), v.minValue(0)) });

export interface MailjetAccount {
  readonly name: string;
  /** The secret's value is `key:secret` of this (sub)account. */
  readonly credentialsSecret: string;
}

export type MailjetApi = ReturnType<typeof createMailjetApi>;

/** Calls under the key pair of one (sub)account. */
export function createMailjetApi(
  config: { readonly baseUrl: string; readonly account: MailjetAccount },
  deps: ProcessorDependencies,
) {
  async function send(method: HttpRequest['method'], path: string, body?: unknown): Promise<HttpResponse> {
    const pair = await deps.secret(config.account.credentialsSecret);
    return deps.http.send(
      jsonRequest({
        method,
        url: `${config.baseUrl}${path}`,
        headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` },
        body,
        // PUT works like PATCH here, and the one POST sets lists to a named state: nothing adds up.
        repeatable: true,
      }),
    );
  }

  function expectOk(response: HttpResponse): HttpResponse {
    if (response.status === 200 || response.status === 201 || response.status === 204) return response;
    throw refusalOf(response);
  }

  const isAbsent = (response: HttpResponse) => saysAbsent(response, failure);

  function rowsOf<Row extends v.GenericSchema>(response: HttpResponse, row: Row): v.InferOutput<Row>[] {
    const { Count, Data } = readJson(response, page(row));
    if (Data.length !== Count) throw new QuarantineError('truncated-page');
    return Data;
  }

  async function readOne(idOrEmail: string): Promise<Contact | undefined> {
    const response = await send('GET', `/v3/REST/contact/${encodeURIComponent(idOrEmail)}`);
    if (isAbsent(response)) return undefined;
    const [contact] = rowsOf(expectOk(response), contactSchema);
    if (contact === undefined) throw new QuarantineError('unexpected-shape');
    return { ...contact, raw: rowsOf(response, jsonObject)[0] ?? {} };
  }

  /** 304: nothing had to change, which is what was wanted. */
  async function put(path: string, body: object): Promise<void> {
    const response = await send('PUT', path, body);
    if (response.status !== 304) expectOk(response);
  }

  return {
    account: config.account.name,

    async findByEmail(mailbox: string): Promise<Contact | undefined> {
      const contact = await readOne(mailbox);
      if (contact !== undefined) expectSubject({ email: mailbox }, contact.Email);
      return contact;
    },

    /** The contact under the id, if its address is the subject's or is no longer anybody's. */
    async read(keys: SubjectKeys, id: string): Promise<Contact | undefined> {
      const contact = await readOne(id);
      if (contact === undefined) return undefined;
      if (String(contact.ID) !== id) throw new QuarantineError('another-record');
      if (!isAnonymised(contact)) expectSubject(keys, contact.Email);
      return contact;
    },

    async countMessages(id: string): Promise<number> {
      const query = new URLSearchParams({ Contact: id, countOnly: '1' });
      return readJson(expectOk(await send('GET', `/v3/REST/message?${query}`)), anyCount).Total;
    },

    /** Messages to an address, also where no contact carries it any more. */
    async countMessagesTo(mailbox: string): Promise<number> {
      const query = new URLSearchParams({ ContactAlt: mailbox, countOnly: '1' });
      return readJson(expectOk(await send('GET', `/v3/REST/message?${query}`)), anyCount).Total;
    },

    async *messages(id: string): AsyncIterable<{ readonly [key: string]: JsonValue }> {
      let seen = 0;
      for (let number = 0; number < mostPages; number += 1) {
        const query = new URLSearchParams({
          Contact: id,
          Limit: String(pageSize),
          Offset: String(seen),
          ShowSubject: 'true',
          ShowContactAlt: 'true',
        });
        const rows = rowsOf(expectOk(await send('GET', `/v3/REST/message?${query}`)), jsonObject);
        yield* rows;
        seen += rows.length;
        if (rows.length < pageSize) return;
      }
      throw new QuarantineError('endless-pages');
    },

    /** Rows that hang on a contact or a message; none where the vendor knows nothing of the kind. */
    async rows(path: string): Promise<readonly { readonly [key: string]: JsonValue }[]> {
      const response = await send('GET', path);
      if (isAbsent(response)) return [];
      return rowsOf(expectOk(response), jsonObject);
    },

    async properties(id: string): Promise<Readonly<Record<string, string>>> {
      const response = await send('GET', `/v3/REST/contactdata/${id}`);
      if (isAbsent(response)) return {};
      const row = v.object({ Data: v.array(propertiesSchema) });
      const [data] = rowsOf(expectOk(response), row);
      return Object.fromEntries((data?.Data ?? []).map(({ Name, Value }) => [Name, Value]));
    },

    async lists(id: string) {
      const response = await send('GET', `/v3/REST/contact/${id}/getcontactslists`);
      return isAbsent(response) ? [] : rowsOf(expectOk(response), membership);
    },

    rename: (id: string, name: string) => put(`/v3/REST/contact/${id}`, { Name: name }),

    setProperties: (id: string, data: readonly { readonly Name: string; readonly Value: string }[]) =>
      put(`/v3/REST/contactdata/${id}`, { Data: data }),

    exclude: (id: string) => put(`/v3/REST/contact/${id}`, { IsExcludedFromCampaigns: true }),

    async unsubscribe(id: string, listIds: readonly number[]): Promise<void> {
      const ContactsLists = listIds.map((ListID) => ({ ListID, Action: 'unsub' }));
      expectOk(await send('POST', `/v3/REST/contact/${id}/managecontactslists`, { ContactsLists }));
    },

    /** Anonymises at once and removes after thirty days. Any answer but 200 means that it was not done. */
    async erase(id: string): Promise<void> {
      const response = await send('DELETE', `/v4/contacts/${id}`);
      if (isAbsent(response)) return;
      if (response.status !== 200) throw refusalOf(response);
      if (readJsonIf(response, failure) !== undefined) throw new PermanentError('delete-refused');
    },

    async check(): Promise<void> {
      readJson(expectOk(await send('GET', '/v3/REST/contact?countOnly=1&Limit=1')), anyCount);
    },
  };
}

/** What Mailjet leaves of an erased contact until it is removed. */
export function isAnonymised(contact: Contact): boolean {
  return contact.Name === 'Anonymized' && contact.Email.toLowerCase().endsWith('@domain.invalid');
}
