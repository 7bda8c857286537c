import { submissionInput } from '../domain/intake.ts';
import { suppressionReasons } from '../domain/suppression.ts';
import { channels, dispositionKinds, outcomes, rights, statuses } from '../domain/words.ts';
import { cookieName } from './cookies.ts';
import { answerPaths } from './openapi-answer.ts';
import {
  day,
  instant,
  json,
  problem,
  problemSchema,
  reference,
  referenceParameter,
  schemaOf,
  session,
} from './openapi-parts.ts';
import { verificationInput } from './public/public-api.ts';
import { suppressionCheckInput, suppressionLiftInput } from './public/suppression.ts';

export const submitted = {
  type: 'object',
  required: ['submitted'],
  properties: {
    submitted: {
      type: 'array',
      items: {
        type: 'object',
        required: ['right', 'reference', 'plannedBy'],
        properties: { right: { enum: rights }, reference, plannedBy: day },
      },
    },
  },
} as const;

export const statusSchema = {
  type: 'object',
  required: [
    'reference',
    'right',
    'status',
    'outcome',
    'channel',
    'receivedAt',
    'clock',
    'dispositions',
    'timeline',
  ],
  properties: {
    reference,
    right: { enum: rights },
    status: { enum: statuses },
    outcome: { enum: [...outcomes, null] },
    channel: { enum: channels },
    receivedAt: instant,
    clock: {
      type: 'object',
      required: ['plannedBy', 'legalBy', 'extended', 'pauses', 'breached'],
      properties: {
        plannedBy: day,
        legalBy: day,
        extended: { type: 'boolean' },
        pauses: { type: 'array', items: { type: 'object' } },
        breached: { type: 'boolean' },
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
    timeline: {
      type: 'array',
      items: {
        type: 'object',
        required: ['at', 'event'],
        properties: { at: instant, event: { type: 'string' } },
      },
    },
  },
} as const;

const service = [{ service: [] }];

const suppressionResults = {
  type: 'object',
  required: ['results'],
  properties: {
    results: {
      type: 'array',
      items: {
        type: 'object',
        required: ['hash', 'suppressed', 'why'],
        properties: {
          hash: { type: 'string', pattern: '^[0-9a-f]{64}$' },
          suppressed: { type: 'boolean' },
          why: { type: 'array', items: { enum: suppressionReasons } },
        },
      },
    },
  },
} as const;
const suppressionProblems = [
  'invalid-input',
  'invalid-json',
  'not-signed-in',
  'not-allowed',
  'body-too-large',
  'unsupported-media-type',
  'unavailable',
] as const;

/** The public API as OpenAPI 3.1, from the schemas that also check the input. */
export function openApiDocument(publicUrl: string) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Rights requests under the GDPR',
      version: '1',
      description: 'Ask for your rights at Kinescope B.V., follow your request and fetch the answer.',
    },
    servers: [{ url: publicUrl }],
    paths: {
      '/api/requests': {
        post: {
          operationId: 'submitRequests',
          summary: 'Send one request for each right',
          parameters: [
            {
              name: 'Idempotency-Key',
              in: 'header',
              schema: { type: 'string', maxLength: 255, pattern: '^[!-~]*$' },
              description: 'Sending the same again within 24 hours makes no second request',
            },
          ],
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schemaOf(submissionInput) } },
          },
          responses: {
            202: json(submitted, 'Received; a mail to confirm the address is on its way'),
            ...problem(
              'invalid-input',
              'invalid-json',
              'not-allowed',
              'conflict',
              'body-too-large',
              'unsupported-media-type',
              'key-reused',
              'too-many-requests',
              'unavailable',
            ),
          },
        },
      },
      '/api/verifications': {
        post: {
          operationId: 'verify',
          summary: 'Confirm the mailbox with the code or the link of the mail',
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schemaOf(verificationInput) } },
          },
          responses: {
            200: json(
              {
                type: 'object',
                required: ['verified'],
                properties: { verified: { type: 'array', items: reference } },
              },
              'Confirmed; the answer sets the session cookie',
            ),
            ...problem(
              'invalid-input',
              'invalid-json',
              'not-allowed',
              'gone',
              'body-too-large',
              'unsupported-media-type',
              'too-many-requests',
              'unavailable',
            ),
          },
        },
      },
      '/api/requests/{reference}/code': {
        post: {
          operationId: 'sendCode',
          summary: 'Mail a fresh code for signing in',
          parameters: [referenceParameter],
          responses: {
            202: json(
              { type: 'object', properties: { sent: { const: true } } },
              'The same for every reference',
            ),
            ...problem('not-allowed', 'unavailable'),
          },
        },
      },
      ...answerPaths,
      '/api/requests/{reference}': {
        get: {
          operationId: 'readRequest',
          security: session,
          parameters: [referenceParameter],
          responses: {
            200: json(statusSchema, 'How the request stands'),
            ...problem('not-found', 'unavailable'),
          },
        },
        delete: {
          operationId: 'withdrawRequest',
          security: session,
          parameters: [referenceParameter],
          responses: {
            200: json(statusSchema, 'Withdrawn'),
            ...problem('not-found', 'not-allowed', 'conflict', 'unavailable'),
          },
        },
      },
      '/api/suppression/check': {
        post: {
          operationId: 'checkSuppression',
          summary: 'For jobs that feed a vendor: who must not be sent there any more',
          security: service,
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schemaOf(suppressionCheckInput) } },
          },
          responses: {
            200: json(suppressionResults, 'In the order asked'),
            ...problem(...suppressionProblems),
          },
        },
      },
      '/api/suppression/lift': {
        post: {
          operationId: 'liftSuppression',
          summary: 'For jobs that record a new consent: lifts what was written before it',
          security: service,
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schemaOf(suppressionLiftInput) } },
          },
          responses: { 200: json(suppressionResults, 'As it is now'), ...problem(...suppressionProblems) },
        },
      },
      '/callbacks/opendsr/{processor}': {
        post: {
          operationId: 'hearProcessor',
          summary: 'Where a configured OpenDSR 2.0 processor reports changes, signed',
          parameters: [
            { name: 'processor', in: 'path', required: true, schema: { type: 'string' } },
            { name: 'X-OpenDSR-Processor-Domain', in: 'header', required: true, schema: { type: 'string' } },
            { name: 'X-OpenDSR-Signature', in: 'header', required: true, schema: { type: 'string' } },
          ],
          requestBody: { required: true, content: { 'application/json': { schema: { type: 'object' } } } },
          responses: {
            202: { description: 'Heard; the processor itself is asked what is true' },
            ...problem(
              'invalid-input',
              'not-allowed',
              'not-found',
              'conflict',
              'body-too-large',
              'unavailable',
            ),
          },
        },
      },
    },
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: cookieName(publicUrl, 'session') },
        service: { type: 'http', scheme: 'bearer', description: "The secret of the company's own jobs" },
      },
      schemas: {
        Problem: problemSchema,
      },
    },
  } as const;
}
