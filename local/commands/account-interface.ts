import { toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import {
  accountState,
  apiError,
  erasureState,
  lookupRequest,
  lookupResponse,
  mailboxPage,
  profileChange,
  recordPage,
} from '../../functions/processors/account/api.ts';

/**
 * The interface that Kinescope's back end offers to the rights desk, as an OpenAPI 3.1 document made from the connector's own schemas, so
 * that what is promised to its builders and what is read here cannot drift apart.
 */
export function accountInterface(): Readonly<Record<string, unknown>> {
  const accountId = {
    name: 'accountId',
    in: 'path',
    required: true,
    schema: { type: 'string' },
    description: 'Never given to another account, not even after an erasure.',
  };
  const cursor = {
    name: 'cursor',
    in: 'query',
    schema: { type: 'string' },
    description: '`next` of the page before.',
  };
  const idempotencyKey = {
    name: 'Idempotency-Key',
    in: 'header',
    schema: { type: 'string' },
    description:
      'The same key asks for the same effect: a repeated call does nothing more and gives the same answer.',
  };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Account system, as the rights desk needs it',
      version: '1.0.0',
      description: [
        'Everything is keyed by the account id. Addresses travel in bodies only, never in a path or query, because those end up in logs.',
        'Every call may come twice. Errors are `application/problem+json` with a `code`; an account that is not there is always 404 with the code `account-not-found`, so that a wrong address is never read as an absence.',
        'All instants are RFC 3339 in UTC, all days `YYYY-MM-DD`.',
      ].join('\n\n'),
    },
    servers: [{ url: 'https://rights.internal.example.com/v1' }],
    security: [{ bearer: [] }],
    paths: {
      '/status': {
        get: operation('Shows that address and token are right. Changes nothing.', {
          responses: { 200: body('Ready.', { type: 'object', properties: { status: { const: 'ready' } } }) },
        }),
      },
      '/lookups': {
        post: operation(
          'Accounts that answer to a confirmed mailbox, compared without regard to case. A pending or unconfirmed address does not count.',
          {
            requestBody: { required: true, ...content(ref('LookupRequest')) },
            responses: { 200: body('All of them; none is an empty list.', ref('LookupResponse')) },
          },
        ),
      },
      '/mailboxes': {
        get: operation(
          'Every mailbox of every account, page by page: read after a restore, to find whom to erase again.',
          {
            parameters: [cursor],
            responses: { 200: body('One page.', ref('MailboxPage')) },
          },
        ),
      },
      '/accounts/{accountId}': {
        parameters: [accountId],
        get: operation('State of an account.', {
          responses: { 200: body('As it is now.', ref('AccountState')), ...absent },
        }),
      },
      '/accounts/{accountId}/records': {
        parameters: [accountId],
        get: operation(
          'Everything that is held about the holder, page by page in a fixed order: profile, sign-up events, chatbot messages, usage. `providedBySubject` marks what art. 20 GDPR covers; `othersAt` what other people wrote (art. 15(4)).',
          { parameters: [cursor], responses: { 200: body('One page.', ref('RecordPage')), ...absent } },
        ),
      },
      '/accounts/{accountId}/profile': {
        parameters: [accountId],
        patch: operation('Corrects fields of the profile; absent fields stay.', {
          parameters: [idempotencyKey],
          requestBody: { required: true, ...content(ref('ProfileChange')) },
          responses: { 200: body('As it is now.', ref('AccountState')), ...absent },
        }),
      },
      '/accounts/{accountId}/restriction': {
        parameters: [accountId],
        put: operation(
          'Restricts processing (art. 18 GDPR): data is kept and not used. To be enforced wherever it would be: playing, mailing, statistics, support.',
          { responses: { 204: { description: 'Restricted.' }, ...absent } },
        ),
        delete: operation('Lifts the restriction.', {
          responses: { 204: { description: 'Lifted.' }, ...absent },
        }),
      },
      '/accounts/{accountId}/marketing-consent': {
        parameters: [accountId],
        delete: operation(
          'Ends newsletters and every other marketing, and stops feeding audiences from this account.',
          {
            responses: { 204: { description: 'Ended.' }, ...absent },
          },
        ),
      },
      '/accounts/{accountId}/erasure': {
        parameters: [accountId],
        put: operation(
          'Erases the account with everything that hangs on it and every derived file. Invoices are moved to the books, apart from the account, and kept for as long as the tax law asks. Backups are not edited: they end by their own age. Asked for again, it gives the state of the erasure that is under way.',
          {
            parameters: [idempotencyKey],
            responses: {
              200: body('Asked for before; its state now.', ref('ErasureState')),
              202: body('Begun.', ref('ErasureState')),
              409: body(
                'A subscription is open (`open-subscription`): nothing was done.',
                ref('Problem'),
                problemType,
              ),
              ...absent,
            },
          },
        ),
        get: operation('State of an erasure; kept after the account is gone, without personal data.', {
          responses: { 200: body('Its state now.', ref('ErasureState')), ...absent },
        }),
      },
    },
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
      schemas: {
        LookupRequest: schemaOf(lookupRequest),
        LookupResponse: schemaOf(lookupResponse),
        AccountState: schemaOf(accountState),
        ProfileChange: schemaOf(profileChange),
        RecordPage: schemaOf(recordPage),
        ErasureState: schemaOf(erasureState),
        MailboxPage: schemaOf(mailboxPage),
        Problem: schemaOf(apiError),
      },
    },
  };
}

const problemType = 'application/problem+json';

export const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

export function content(schema: object, type = 'application/json') {
  return { content: { [type]: { schema } } };
}

export function body(description: string, schema: object, type?: string) {
  return { description, ...content(schema, type) };
}

const absent = {
  404: body('There is no such account (`account-not-found`).', ref('Problem'), problemType),
};

const everywhere = {
  401: body('The token is not valid.', ref('Problem'), problemType),
  429: {
    description: 'Too many calls.',
    headers: { 'Retry-After': { schema: { type: 'integer' }, description: 'Seconds.' } },
    ...content(ref('Problem'), problemType),
  },
};

function operation(
  summary: string,
  parts: { readonly responses: Readonly<Record<number, object>>; readonly [key: string]: unknown },
) {
  return { summary, ...parts, responses: { ...parts.responses, ...everywhere } };
}

export function schemaOf(schema: v.GenericSchema): object {
  const { $schema: _dialect, ...rest } = toJsonSchema(schema, {
    errorMode: 'throw',
    // Any JSON: the connector's schema is a check that JSON Schema need not repeat.
    overrideSchema: ({ valibotSchema }) => (valibotSchema.type === 'custom' ? {} : undefined),
  });
  return rest;
}
