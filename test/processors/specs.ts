import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { specFolder } from './openapi.ts';

export function hasSpec(path: string): boolean {
  return existsSync(join(specFolder, path));
}

export function readSpec(path: string): Json {
  return JSON.parse(readFileSync(join(specFolder, path), 'utf8'));
}

/** A vendor's document: deep, and of a shape that is the vendor's own. */
// biome-ignore lint/suspicious/noExplicitAny: every vendor's document has another shape, and AJV takes any of them
export type Json = any;

/** Checks values against schemas of one document; references point into it. */
export function validatorOf(document: Json, options: { readonly coerce?: boolean } = {}) {
  const ajv = new Ajv({
    strict: false,
    validateSchema: false,
    validateFormats: false,
    allErrors: true,
    coerceTypes: options.coerce ?? false,
  });
  ajv.addSchema(document, 'vendor');
  const compiled = new Map<string, ValidateFunction>();
  /** Undefined when the value fits the schema at the pointer, else what is wrong. */
  return function problemsOf(pointer: string, value: unknown): string | undefined {
    const validate = compiled.get(pointer) ?? ajv.compile({ $ref: `vendor#${pointer}` });
    compiled.set(pointer, validate);
    return validate(structuredClone(value)) ? undefined : ajv.errorsText(validate.errors);
  };
}

/** A JSON pointer of the given steps. */
export function pointerOf(...steps: readonly string[]): string {
  return steps
    .map((step) => `/${encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))}`)
    .join('');
}

/** A Google discovery document as JSON Schema: references by name, and no property that Google does not name. */
export function discoverySchemas(document: Json): Json {
  const eachOf = (map: Json): Json =>
    Object.fromEntries(Object.entries(map).map(([name, schema]) => [name, convert(schema)]));
  const convert = (node: Json): Json => {
    if (Array.isArray(node)) return node.map(convert);
    if (typeof node !== 'object' || node === null) return node;
    if (typeof node.$ref === 'string') return { $ref: `#/schemas/${node.$ref}` };
    // Below `properties` the keys are names of Google's, above it they are words of the schema language.
    const converted = Object.fromEntries(
      Object.entries<Json>(node)
        .filter(([key]) => !['description', 'id', 'readOnly', 'enumDescriptions'].includes(key))
        .map(([key, value]) => [key, key === 'properties' ? eachOf(value) : convert(value)]),
    );
    return node.type === 'object' && node.properties !== undefined && node.additionalProperties === undefined
      ? { ...converted, additionalProperties: false }
      : converted;
  };
  return { schemas: eachOf(document.schemas) };
}

export interface DiscoveryMethod {
  readonly id: string;
  readonly httpMethod: string;
  readonly flatPath?: string;
  readonly path: string;
  readonly parameters?: Json;
  readonly request?: { readonly $ref: string };
  readonly response?: { readonly $ref: string };
  readonly scopes?: readonly string[];
}

export function discoveryMethods(node: Json): readonly DiscoveryMethod[] {
  return [
    ...Object.values<DiscoveryMethod>(node.methods ?? {}),
    ...Object.values<Json>(node.resources ?? {}).flatMap(discoveryMethods),
  ];
}

/** Whether a concrete path fits a template with `{…}` in it. */
export function fitsTemplate(template: string, path: string): boolean {
  const pattern = template
    .split(/\{[^}]+\}/)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('[^/:]+');
  return new RegExp(`^${pattern}$`).test(path);
}
