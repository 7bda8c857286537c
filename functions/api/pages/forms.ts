import type { Context, MiddlewareHandler } from 'hono';
import { readText } from '../http.ts';
import { ApiProblem } from '../problem.ts';

/** What a form sent: the first value of a name, trimmed of nothing; and all values of a name that may come several times. */
export interface FormData {
  text(name: string): string;
  all(name: string): readonly string[];
  has(name: string): boolean;
  /** Every name that came, once. */
  readonly names: readonly string[];
}

/** Reads a form-encoded body of at most 64 KiB. Line ends come as CR LF from browsers and leave as LF. */
export async function readForm(c: Context): Promise<FormData> {
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') throw new ApiProblem({ type: 'unsupported-media-type' });
  const sent = new URLSearchParams(await readText(c));
  const clean = (text: string) => text.replace(/\r\n?/g, '\n');
  return {
    text: (name) => clean(sent.get(name) ?? ''),
    all: (name) => sent.getAll(name).map(clean),
    has: (name) => sent.has(name),
    names: [...new Set(sent.keys())],
  };
}

/**
 * Refuses forms that another site's page sends (TRUST.md A45). Under `no-referrer` a browser calls the origin of its own page's forms
 * `null`, so the browser's word on the site decides where it gives one, and the cookies are not sent across sites in any case.
 */
export function fromOwnPages(origin: string): MiddlewareHandler {
  return async (c, next) => {
    if (!['GET', 'HEAD', 'OPTIONS'].includes(c.req.method)) {
      const from = c.req.header('origin');
      const site = c.req.header('sec-fetch-site');
      const foreign =
        (from !== undefined && from !== origin && from !== 'null') ||
        (site !== undefined && site !== 'same-origin' && site !== 'none');
      if (foreign) throw new ApiProblem({ type: 'not-allowed', detail: 'cross-site' });
    }
    await next();
  };
}

/** Whether the caller is a browser that wants to see something, rather than a program. */
export function wantsPage(c: Context): boolean {
  return (c.req.header('accept') ?? '').includes('text/html');
}
