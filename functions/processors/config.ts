import * as v from 'valibot';
import { ConfigurationError } from '../domain/errors.ts';
import { urlOf } from '../domain/transmission-target.ts';

const loopbackHosts = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** An address literal as host is refused (metadata services live at one), except loopback, where the local edition runs. */
function isAllowedBase(text: string): boolean {
  const url = urlOf(text);
  if (url === undefined) return false;
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return false;
  if (loopbackHosts.has(url.hostname)) return url.protocol === 'http:' || url.protocol === 'https:';
  const isAddress = url.hostname.startsWith('[') || /^\d+\.\d+\.\d+\.\d+$/.test(url.hostname);
  return url.protocol === 'https:' && !isAddress && url.hostname.includes('.');
}

/** Base address of a vendor: https and a host name, or http on loopback; comes out without a slash at its end. */
export const baseUrl = (fallback: string) =>
  v.optional(
    v.pipe(
      v.string(),
      v.check(isAllowedBase, 'must be https with a host name'),
      v.transform((text) => text.replace(/\/+$/, '')),
    ),
    fallback,
  );

/** A secret's name (never its value), as the operator keeps it in the secret store. */
export const secretName = (fallback: string) =>
  v.optional(v.pipe(v.string(), v.regex(/^[\w/+=.@-]{1,256}$/)), fallback);

/**
 * Lists that we feed and cannot read back (advertising audiences): who may be in them follows from where they are fed from.
 * `accounts`: only from our own accounts, so a mailbox without an account is in none. `anywhere`: nobody can be ruled out.
 */
export const fedFrom = v.optional(v.picklist(['accounts', 'anywhere']), 'accounts');

/** Validates one processor's part of the configuration; the error names the processor and the fields, never their values. */
export function parseConfig<const Schema extends v.GenericSchema>(
  processor: string,
  schema: Schema,
  config: unknown,
): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, config);
  if (parsed.success) return parsed.output;
  const fields = [...new Set(parsed.issues.map((issue) => v.getDotPath(issue) ?? '(root)'))];
  throw new ConfigurationError(`${processor}: ${fields.join(', ')}`);
}

/** The origin of a configured base address. */
export function originOf(base: string): string {
  return new URL(base).origin;
}
