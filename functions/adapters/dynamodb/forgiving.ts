import * as v from 'valibot';

/**
 * The same schema for what a newer version may have written: objects at any depth may hold fields that are not known here, and keep them; every
 * known field is as strict as before. What is inside a pipe or a union stays as it is.
 */
export function forgiving(schema: v.GenericSchema): v.GenericSchema {
  if ('pipe' in schema) return schema;
  if (has(schema, 'strict_object', 'entries')) return v.looseObject(forgivingEntries(schema.entries));
  if (has(schema, 'array', 'item')) return v.array(forgiving(schema.item));
  if (has(schema, 'nullable', 'wrapped')) return v.nullable(forgiving(schema.wrapped));
  if (has(schema, 'exact_optional', 'wrapped')) return v.exactOptional(forgiving(schema.wrapped));
  return schema;
}

export function forgivingEntries(entries: v.ObjectEntries): v.ObjectEntries {
  return Object.fromEntries(
    // Entries of our schemas are synchronous schemas; the library's own type also allows their actions.
    Object.entries(entries).map(([name, schema]) => [name, forgiving(schema as v.GenericSchema)]),
  );
}

interface Parts {
  readonly entries: v.ObjectEntries;
  readonly item: v.GenericSchema;
  readonly wrapped: v.GenericSchema;
}

/** Each kind of schema holds its parts under one name. */
function has<Part extends keyof Parts>(
  schema: v.GenericSchema,
  type: string,
  part: Part,
): schema is v.GenericSchema & Pick<Parts, Part> {
  return schema.type === type && part in schema;
}
