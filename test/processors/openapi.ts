import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv, { type ValidateFunction } from 'ajv';
import { parse } from 'yaml';

type Json = Record<string, unknown>;

/** The folder with the vendors' own descriptions, beside the repository; it need not be there. */
export const specFolder = join(__dirname, '../../../shared/specs');

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** OpenAPI 3.0 says `nullable: true` where JSON Schema says `type: [..., 'null']`; AJV knows only the latter. */
export function withNull(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withNull);
  if (!isObject(node)) return node;
  const { nullable, ...rest } = node;
  const mapped = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, withNull(value)]));
  if (nullable !== true) return mapped;
  if (typeof mapped.type === 'string' && mapped.enum === undefined)
    return { ...mapped, type: [mapped.type, 'null'] };
  return { anyOf: [mapped, { type: 'null' }] };
}

export interface ApiDescription {
  /** The first problem of a request, or undefined: an unknown path, verb or query, or a body that does not fit. */
  requestProblem(method: string, path: string, body: unknown): string | undefined;
  /** The first problem of an answer, or undefined. */
  responseProblem(method: string, path: string, status: number, body: unknown): string | undefined;
}

/** Reads an OpenAPI 3 description (YAML or JSON text) for checking calls against it. */
export function readDescription(text: string): ApiDescription {
  const document = withNull(parse(text)) as Json;
  const ajv = new Ajv({ strict: false, validateSchema: false, validateFormats: false, allErrors: true });
  ajv.addSchema(document, 'api');
  const compiled = new Map<string, ValidateFunction>();

  function resolve(node: unknown): unknown {
    if (!isObject(node) || typeof node.$ref !== 'string') return node;
    const path = node.$ref.slice(2).split('/');
    return path.reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), document);
  }

  function pointerTo(...keys: readonly string[]): string {
    return `api#/${keys.map((key) => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;
  }

  function problemOf(pointer: string, value: unknown): string | undefined {
    const validate = compiled.get(pointer) ?? ajv.compile({ $ref: pointer });
    compiled.set(pointer, validate);
    if (validate(value)) return undefined;
    const first = validate.errors?.[0];
    return `${first?.instancePath} ${first?.message}`;
  }

  const templates = Object.keys(isObject(document.paths) ? document.paths : {}).map((template) => ({
    template,
    fixed: template.split('/').filter((part) => !part.includes('{')).length,
    pattern: new RegExp(`^${template.replace(/[.+*?^$()[\]\\]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+')}$`),
  }));

  function operationAt(method: string, path: string) {
    const [match] = templates
      .filter(({ pattern }) => pattern.test(path))
      .toSorted((one, other) => other.fixed - one.fixed);
    const item = match && isObject(document.paths) ? document.paths[match.template] : undefined;
    const operation = isObject(item) ? item[method.toLowerCase()] : undefined;
    return match && isObject(operation) && isObject(item)
      ? { template: match.template, item, operation }
      : undefined;
  }

  return {
    requestProblem(method, address, body) {
      const { pathname, searchParams } = new URL(address, 'http://api.invalid');
      const found = operationAt(method, pathname);
      if (found === undefined) return `no such call: ${method} ${pathname}`;
      const { template, item, operation } = found;
      const parameters = [item.parameters, operation.parameters].flatMap((list) =>
        Array.isArray(list) ? list : [],
      );
      const known = parameters.map(resolve).filter(isObject);
      const queries = known.filter((one) => one.in === 'query').map(({ name }) => name);
      for (const name of searchParams.keys()) if (!queries.includes(name)) return `unknown query: ${name}`;
      const content = resolve(operation.requestBody);
      if (!isObject(content)) return body === undefined ? undefined : 'a body where none is taken';
      if (body === undefined) return content.required === true ? 'no body' : undefined;
      return problemOf(
        pointerTo(
          'paths',
          template,
          method.toLowerCase(),
          'requestBody',
          'content',
          'application/json',
          'schema',
        ),
        body,
      );
    },

    responseProblem(method, address, status, body) {
      const { pathname } = new URL(address, 'http://api.invalid');
      const found = operationAt(method, pathname);
      if (found === undefined) return `no such call: ${method} ${pathname}`;
      const responses = found.operation.responses;
      const answer = isObject(responses) ? resolve(responses[String(status)]) : undefined;
      if (!isObject(answer)) return `status ${status} is not described`;
      if (!isObject(answer.content)) return body === undefined ? undefined : 'a body where none is given';
      const [type] = Object.keys(answer.content);
      return problemOf(
        pointerTo(
          'paths',
          found.template,
          method.toLowerCase(),
          'responses',
          String(status),
          'content',
          type ?? '',
          'schema',
        ),
        body,
      );
    },
  };
}

/** A vendor's own description, or undefined where the folder is not there. */
export function vendorDescription(file: string): ApiDescription | undefined {
  const path = join(specFolder, file);
  return existsSync(path) ? readDescription(readFileSync(path, 'utf8')) : undefined;
}
