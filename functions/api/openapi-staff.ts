import type * as v from 'valibot';
import { dispositionKinds, statuses } from '../domain/words.ts';
import { cookieName } from './cookies.ts';
import { statusSchema, submitted } from './openapi.ts';
import { day, instant, json, problem, problemSchema, referenceParameter, schemaOf } from './openapi-parts.ts';
import {
  authorityInput,
  decisionInput,
  extensionInput,
  holdInput,
  liftInput,
  noteInput,
  questionInput,
  queueQuery,
  recordedInput,
  taskInput,
} from './staff/inputs.ts';
import { packageQuery, redactionsInput, releaseInput } from './staff/package.ts';

const staff = [{ staff: [] }];

const ifMatch = {
  name: 'If-Match',
  in: 'header',
  required: true,
  schema: { type: 'string', pattern: '^(\\*|(W/)?"[0-9]{1,9}")$' },
  description: 'The ETag of the case as it was read; another version in between answers 412',
} as const;
const path = (name: string) => ({ name, in: 'path', required: true, schema: { type: 'string' } }) as const;

/** What a colleague reads of a case: the subject's document, and what is not for the subject. */
const caseSchema = {
  ...statusSchema,
  required: [...statusSchema.required, 'version', 'findings', 'tasks', 'decisions', 'trail'],
  properties: {
    ...statusSchema.properties,
    version: { type: 'integer', description: 'The number in the ETag' },
    findings: {
      type: 'array',
      items: {
        type: 'object',
        required: ['processor', 'state', 'at', 'holdings'],
        properties: {
          processor: { type: 'string' },
          state: { type: 'string' },
          at: instant,
          holdings: { type: 'array', items: { type: 'object' } },
        },
      },
    },
    dispositions: {
      type: 'array',
      items: {
        type: 'object',
        required: ['processor', 'disposition', 'evidence'],
        properties: {
          processor: { type: 'string' },
          disposition: { enum: dispositionKinds },
          evidence: { type: 'object' },
          expectedBy: day,
          retainedUntil: day,
        },
      },
    },
    tasks: {
      type: 'array',
      items: {
        type: 'object',
        required: ['processor', 'operation', 'state', 'dueAt', 'instructions'],
        properties: {
          processor: { type: 'string' },
          operation: { type: 'string' },
          state: { enum: ['open', 'done'] },
          dueAt: instant,
          instructions: { type: 'string' },
        },
      },
    },
    decisions: { type: 'array', items: { type: 'object' } },
    trail: { type: 'array', items: { type: 'object' }, description: 'The audit events, in their order' },
  },
} as const;

const queueItem = {
  type: 'object',
  required: ['reference', 'right', 'status', 'plannedBy'],
  properties: {
    reference: statusSchema.properties.reference,
    right: statusSchema.properties.right,
    status: { enum: statuses },
    plannedBy: day,
  },
} as const;

const body = (schema: v.GenericSchema) => ({
  required: true,
  content: { 'application/json': { schema: schemaOf(schema) } },
});

/** The fields of a query, each optional, as parameters. */
function query(schema: v.StrictObjectSchema<v.ObjectEntries, undefined>) {
  return Object.entries(schema.entries).map(([name, entry]) => ({
    name,
    in: 'query',
    required: false,
    schema: schemaOf(entry),
  }));
}

const reading = ['not-signed-in', 'not-allowed', 'not-found', 'unavailable'] as const;
const writing = [
  ...reading,
  'invalid-input',
  'invalid-json',
  'conflict',
  'version-changed',
  'body-too-large',
  'unsupported-media-type',
  'refused',
  'version-required',
] as const;

const changed = json(caseSchema, 'The case as it is now');

/** A write on one case, decided on the version in `If-Match`; it answers with the case. */
const write = (operationId: string, summary: string, schema?: v.GenericSchema) => ({
  post: {
    operationId,
    summary,
    security: staff,
    parameters: [referenceParameter, ifMatch],
    ...(schema ? { requestBody: body(schema) } : {}),
    responses: { 200: changed, ...problem(...writing) },
  },
});

const read = (operationId: string, summary: string, schema: object, more: readonly object[] = []) => ({
  operationId,
  summary,
  security: staff,
  parameters: [referenceParameter, ...more],
  responses: { 200: json(schema, summary), ...problem(...reading, 'invalid-input') },
});

const remove = (operationId: string, summary: string, ...names: readonly string[]) => ({
  delete: {
    operationId,
    summary,
    security: staff,
    parameters: [referenceParameter, ...names.map(path), ifMatch],
    responses: { 200: changed, ...problem(...writing) },
  },
});

const ofCase = (rest: string) => `/api/staff/requests/{reference}${rest}`;

/** The staff API as OpenAPI 3.1, from the schemas that also check the input. */
export function staffOpenApiDocument(staffUrl: string) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Rights requests under the GDPR: staff',
      version: '1',
      description:
        'The queue, the cases and what is decided about them. Every write names the version that it was decided on.',
    },
    servers: [{ url: staffUrl }],
    paths: {
      '/api/staff/requests': {
        get: {
          operationId: 'readQueue',
          summary: 'Open requests, soonest due first; closed ones only when asked for, latest first',
          security: staff,
          parameters: query(queueQuery),
          responses: {
            200: json(
              {
                type: 'object',
                required: ['items'],
                properties: { items: { type: 'array', items: queueItem }, cursor: { type: 'string' } },
              },
              'One page',
            ),
            ...problem(...reading, 'invalid-input'),
          },
        },
        post: {
          operationId: 'recordRequest',
          summary:
            'Record a request that came by letter, mail, chat or phone, with the day on which it arrived',
          security: staff,
          requestBody: body(recordedInput),
          responses: {
            201: json(submitted, 'Recorded'),
            ...problem(
              'not-signed-in',
              'not-allowed',
              'invalid-input',
              'invalid-json',
              'conflict',
              'body-too-large',
              'unsupported-media-type',
              'key-reused',
              'unavailable',
            ),
          },
        },
      },
      [ofCase('')]: { get: read('readCase', 'One case', caseSchema) },
      [ofCase('/decision')]: write('decide', 'Grant, grant in part or refuse', decisionInput),
      [ofCase('/extension')]: write(
        'extend',
        'Two further months, told to the subject with the reasons',
        extensionInput,
      ),
      [ofCase('/question')]: write(
        'ask',
        'Ask the subject; pauses the clock only where the law allows it',
        questionInput,
      ),
      [ofCase('/question/answered')]: write('endPause', 'The question has been answered sufficiently'),
      [ofCase('/tasks/{processor}')]: {
        post: {
          ...write(
            'answerTask',
            'Report manual work with its evidence, or have a failed step tried again',
            taskInput,
          ).post,
          parameters: [referenceParameter, path('processor'), ifMatch],
        },
      },
      [ofCase('/notes')]: write('note', 'A note for colleagues', noteInput),
      [ofCase('/authority')]: write(
        'recordAuthority',
        'How a representative’s authority was checked',
        authorityInput,
      ),
      [ofCase('/lift-restriction')]: write(
        'liftRestriction',
        'Lift a restriction after telling the subject',
        liftInput,
      ),
      [ofCase('/hold')]: write('hold', 'Keep the case for a litigation, or let it go again', holdInput),
      [ofCase('/package')]: {
        get: read(
          'reviewPackage',
          'Records of the package, in pages',
          { type: 'object' },
          query(packageQuery),
        ),
      },
      [ofCase('/package/file')]: {
        get: read('packageLink', 'A link to the package, for a minute', { type: 'object' }),
      },
      [ofCase('/package/files')]: {
        post: {
          operationId: 'addFile',
          summary: 'Add a file that was fetched by hand',
          security: staff,
          parameters: [referenceParameter, ifMatch],
          requestBody: {
            required: true,
            content: {
              'multipart/form-data': {
                schema: {
                  type: 'object',
                  required: ['processor', 'file'],
                  properties: {
                    processor: { type: 'string' },
                    file: { type: 'string', format: 'binary' },
                  },
                },
              },
            },
          },
          responses: { 200: changed, ...problem(...writing) },
        },
      },
      [ofCase('/package/files/{processor}/{name}')]: remove(
        'removeFile',
        'Take such a file out again',
        'processor',
        'name',
      ),
      [ofCase('/redactions')]: write(
        'redact',
        'Leave records or places out of the package, with the reason',
        redactionsInput,
      ),
      [ofCase('/redactions/{mark}')]: remove('unredact', 'Take a mark back', 'mark'),
      [ofCase('/release')]: write('release', 'Release exactly the package that was read', releaseInput),
      [ofCase('/messages')]: {
        get: read('readMessages', 'Messages with the subject, oldest first', {
          type: 'object',
          required: ['messages'],
          properties: { messages: { type: 'array', items: { type: 'object' } } },
        }),
        post: {
          operationId: 'sendMessage',
          summary: 'Write to the subject inside the case; the mail only says so',
          security: staff,
          parameters: [referenceParameter, ifMatch],
          requestBody: {
            required: true,
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  required: ['text'],
                  additionalProperties: false,
                  properties: { text: { type: 'string', minLength: 1, maxLength: 10_000 } },
                },
              },
            },
          },
          responses: {
            201: json({ type: 'object', required: ['id'], properties: { id: { type: 'string' } } }, 'Sent'),
            ...problem(...writing, 'too-many-requests'),
          },
        },
      },
      [ofCase('/messages/{message}/files/{number}')]: {
        get: {
          operationId: 'readMessageFile',
          security: staff,
          parameters: [
            referenceParameter,
            path('message'),
            { name: 'number', in: 'path', required: true, schema: { type: 'integer', minimum: 1 } },
          ],
          responses: {
            200: {
              description: 'The file, to be saved',
              content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
            },
            ...problem(...reading),
          },
        },
      },
      [ofCase('/case-file')]: {
        get: read(
          'readCaseFile',
          'The signed case file, for verify_case_file.py; with words=include also what opens its commitments',
          { type: 'object', required: ['body', 'signature', 'publicKey'] },
          [{ name: 'words', in: 'query', required: false, schema: { enum: ['include'] } }],
        ),
      },
      '/api/staff/processors': {
        get: {
          operationId: 'readProcessors',
          summary: 'How every system fares',
          security: staff,
          responses: {
            200: json(
              {
                type: 'object',
                required: ['items'],
                properties: {
                  items: { type: 'array', items: { type: 'object', required: ['name', 'title', 'enabled'] } },
                },
              },
              'Those that are switched on first',
            ),
            ...problem('not-signed-in', 'not-allowed', 'unavailable'),
          },
        },
      },
    },
    components: {
      securitySchemes: { staff: { type: 'apiKey', in: 'cookie', name: cookieName(staffUrl, 'staff') } },
      schemas: { Problem: problemSchema },
    },
  };
}
