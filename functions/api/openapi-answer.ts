import { transmissionFailures } from '../domain/transmission.ts';
import { instant, json, problem, referenceParameter, schemaOf, session } from './openapi-parts.ts';
import { packageInput } from './public/package.ts';
import { transmissionInput } from './public/transmission.ts';

const messageSchema = {
  type: 'object',
  required: ['id', 'at', 'from'],
  properties: {
    id: { type: 'string' },
    at: instant,
    from: { enum: ['subject', 'staff'] },
    text: { type: 'string' },
    files: {
      type: 'array',
      items: {
        type: 'object',
        required: ['number', 'name', 'type', 'bytes'],
        properties: {
          number: { type: 'integer' },
          name: { type: 'string' },
          type: { type: 'string' },
          bytes: { type: 'integer' },
          hash: { type: 'string', description: 'SHA-256 of the file, hexadecimal' },
        },
      },
    },
    gone: { const: true, description: 'The words have been destroyed' },
  },
} as const;

const transmissionSchema = {
  type: 'object',
  required: ['number', 'host', 'hash', 'state', 'askedAt'],
  properties: {
    number: { type: 'integer' },
    host: { type: 'string' },
    hash: { type: 'string', description: 'SHA-256 of the package, hexadecimal' },
    state: { enum: ['under-way', 'sent', 'failed'] },
    askedAt: instant,
    endedAt: instant,
    failure: { enum: transmissionFailures },
  },
} as const;

/** The answer and what is said about it: the package, messages, the receipt. */
export const answerPaths = {
  '/api/requests/{reference}/package': {
    post: {
      operationId: 'fetchPackage',
      summary: 'Without a code: mail a fresh one. With it: fetch the copy of your data',
      description:
        'A caller that keeps our cookies has codes and tries of its own, which nobody else can use up; it types a code where it asked for it.',
      parameters: [referenceParameter],
      requestBody: {
        required: false,
        content: { 'application/json': { schema: schemaOf(packageInput) } },
      },
      responses: {
        200: {
          description: 'The package; for a large one a link that works for a minute',
          content: {
            'application/zip': { schema: { type: 'string', format: 'binary' } },
            'application/json': {
              schema: {
                type: 'object',
                required: ['url', 'expiresAt', 'bytes', 'hash'],
                properties: {
                  url: { type: 'string', format: 'uri' },
                  expiresAt: instant,
                  bytes: { type: 'integer' },
                  hash: { type: 'string', description: 'SHA-256 of the bytes, hexadecimal' },
                },
              },
            },
          },
        },
        202: json({ type: 'object', properties: { sent: { const: true } } }, 'The same for every reference'),
        ...problem(
          'invalid-input',
          'invalid-json',
          'not-allowed',
          'not-found',
          'gone',
          'body-too-large',
          'unsupported-media-type',
          'too-many-requests',
          'unavailable',
        ),
      },
    },
  },
  '/api/requests/{reference}/package/transmissions': {
    get: {
      operationId: 'readTransmissions',
      summary: 'What became of sending the package to another controller (art. 20(2))',
      security: session,
      parameters: [referenceParameter],
      responses: {
        200: json(
          {
            type: 'object',
            required: ['transmissions', 'left'],
            properties: {
              transmissions: { type: 'array', items: transmissionSchema },
              left: { type: 'integer', description: 'How many more this package allows' },
            },
          },
          'Oldest first',
        ),
        ...problem('not-found', 'unavailable'),
      },
    },
    post: {
      operationId: 'startTransmission',
      summary: 'Send a released portability package to another controller, with a fresh code',
      description:
        'The package is sent by HTTP PUT with Content-Length and Repr-Digest (sha-256) to an https address on the public internet; redirects are not followed. `host` repeats the host of `url`, as what you mean to send your data to. The mail tells what became of it.',
      security: session,
      parameters: [referenceParameter],
      requestBody: {
        required: true,
        content: { 'application/json': { schema: schemaOf(transmissionInput) } },
      },
      responses: {
        202: json(
          { type: 'object', required: ['number'], properties: { number: { type: 'integer' } } },
          'Under way',
        ),
        ...problem(
          'invalid-input',
          'invalid-json',
          'not-allowed',
          'not-found',
          'conflict',
          'gone',
          'body-too-large',
          'unsupported-media-type',
          'refused',
          'too-many-requests',
          'unavailable',
        ),
      },
    },
  },
  '/api/requests/{reference}/package/transmissions/{number}/receipt': {
    get: {
      operationId: 'readTransmissionReceipt',
      summary:
        'Signed proof of which bytes went to which host; verify_case_file.py checks a case file against it',
      security: session,
      parameters: [
        referenceParameter,
        { name: 'number', in: 'path', required: true, schema: { type: 'integer', minimum: 1 } },
      ],
      responses: {
        200: json(
          {
            type: 'object',
            required: ['body', 'signature', 'publicKey'],
            properties: {
              body: {
                type: 'object',
                required: ['form', 'issuedAt', 'reference', 'signedWith', 'transmission', 'events', 'head'],
              },
              signature: { type: 'string' },
              publicKey: { type: 'string' },
            },
          },
          'The receipt',
        ),
        ...problem('not-found', 'unavailable'),
      },
    },
  },
  '/api/requests/{reference}/messages': {
    get: {
      operationId: 'readMessages',
      security: session,
      parameters: [referenceParameter],
      responses: {
        200: json(
          {
            type: 'object',
            required: ['messages'],
            properties: { messages: { type: 'array', items: messageSchema } },
          },
          'Oldest first',
        ),
        ...problem('not-found', 'unavailable'),
      },
    },
    post: {
      operationId: 'sendMessage',
      summary: 'Write to us inside the request',
      security: session,
      parameters: [referenceParameter],
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
          'multipart/form-data': {
            schema: {
              type: 'object',
              required: ['text'],
              properties: {
                text: { type: 'string', minLength: 1, maxLength: 10_000 },
                file: {
                  type: 'array',
                  maxItems: 3,
                  items: { type: 'string', format: 'binary' },
                  description: 'PDF, PNG, JPEG or plain text; 4 MiB together',
                },
                keepAnyway: {
                  const: 'true',
                  description: 'Send a file that looks like an identity document all the same',
                },
              },
            },
          },
        },
      },
      responses: {
        201: json({ type: 'object', required: ['id'], properties: { id: { type: 'string' } } }, 'Sent'),
        ...problem(
          'invalid-input',
          'invalid-json',
          'not-allowed',
          'not-found',
          'body-too-large',
          'unsupported-media-type',
          'refused',
          'too-many-requests',
          'unavailable',
        ),
      },
    },
  },
  '/api/requests/{reference}/messages/{message}/files/{number}': {
    get: {
      operationId: 'readMessageFile',
      security: session,
      parameters: [
        referenceParameter,
        { name: 'message', in: 'path', required: true, schema: { type: 'string' } },
        { name: 'number', in: 'path', required: true, schema: { type: 'integer', minimum: 1 } },
      ],
      responses: {
        200: {
          description: 'The file, to be saved',
          content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
        },
        ...problem('not-found', 'unavailable'),
      },
    },
  },
  '/api/requests/{reference}/receipt': {
    get: {
      operationId: 'readReceipt',
      summary: 'Your request’s trail as it stands, signed; verify_case_file.py checks a case file against it',
      security: session,
      parameters: [referenceParameter],
      responses: {
        200: json(
          {
            type: 'object',
            required: ['body', 'signature', 'publicKey'],
            properties: {
              body: {
                type: 'object',
                required: ['form', 'issuedAt', 'reference', 'signedWith', 'events', 'head'],
              },
              signature: { type: 'string' },
              publicKey: { type: 'string' },
            },
          },
          'The receipt',
        ),
        ...problem('not-found', 'conflict', 'unavailable'),
      },
    },
  },
};
