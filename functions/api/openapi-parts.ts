import { type JsonSchema, toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import { problemTypes } from './problem.ts';

/** What every part of the API's description is written with. */

export const day = {
  type: 'string',
  format: 'date',
  description: 'Calendar day in Europe/Amsterdam',
} as const;
export const instant = { type: 'string', format: 'date-time', description: 'Instant in UTC' } as const;
export const reference = { type: 'string', pattern: '^[0-9a-hjkmnp-tv-z]{26}$' } as const;

/** Our own checks in the schema language's words, by the code with which they refuse. */
const spoken: Readonly<Record<string, JsonSchema>> = {
  'not-a-mail-address': { format: 'email' },
  'named-twice': { uniqueItems: true },
  'not-an-instant': { format: 'date-time' },
  'not-a-day': { format: 'date' },
};

export function schemaOf(schema: v.GenericSchema): object {
  const { $schema: _, ...rest } = toJsonSchema(schema, {
    errorMode: 'ignore',
    overrideAction: ({ valibotAction, jsonSchema }) => {
      const words = 'message' in valibotAction ? spoken[String(valibotAction.message)] : undefined;
      return words && { ...jsonSchema, ...words };
    },
  });
  return rest;
}

export const json = (schema: object, description: string) => ({
  description,
  content: { 'application/json': { schema } },
});

export function problem(...types: (keyof typeof problemTypes)[]) {
  const byStatus = new Map<number, string[]>();
  for (const type of types) {
    const [status] = problemTypes[type];
    byStatus.set(status, [...(byStatus.get(status) ?? []), type]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, names]) => [
      String(status),
      {
        description: names.join(', '),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
}

export const referenceParameter = {
  name: 'reference',
  in: 'path',
  required: true,
  schema: { type: 'string' },
} as const;
export const session = [{ session: [] }];

/** RFC 9457. */
export const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status'],
  properties: {
    type: { enum: Object.keys(problemTypes).map((name) => `/problems/${name}`) },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['field', 'code'],
        properties: { field: { type: 'string' }, code: { type: 'string' } },
      },
    },
  },
} as const;
