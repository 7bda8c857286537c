import { type Context, type Handler, Hono, type MiddlewareHandler } from 'hono';
import {
  ConflictError,
  InvalidInput,
  PermanentError,
  RefusedByDomain,
  TransientError,
} from '../domain/errors.ts';
import { errorFields, type Log } from '../runtime/log.ts';
import { bodyLimit, parseStrictJson } from './json-text.ts';
import { ApiProblem, type Problem, problemResponse } from './problem.ts';

/** A page's own style and script only; no frame, no other host, no inline script (DESIGN.md §6, issue of pages). */
const contentSecurityPolicy = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/** Headers that every answer carries, pages and API alike. */
export const securityHeaders: MiddlewareHandler = async (c, next) => {
  await next();
  c.header('Content-Security-Policy', contentSecurityPolicy);
  c.header('Referrer-Policy', 'no-referrer');
  c.header('X-Content-Type-Options', 'nosniff');
  c.header('X-Frame-Options', 'DENY');
  c.header('Cross-Origin-Opener-Policy', 'same-origin');
  c.header('Cross-Origin-Resource-Policy', 'same-origin');
  c.header('Permissions-Policy', 'camera=(), geolocation=(), microphone=()');
  if (c.req.url.startsWith('https:'))
    c.header('Strict-Transport-Security', 'max-age=63072000; includeSubDomains');
  // Pages and answers are about one person; only what says otherwise itself may be kept anywhere.
  if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'no-store');
};

/** An app whose every failure is a problem document; what was sent is never repeated in it, and what broke is logged as codes. */
export function createApp(log: Log): Hono {
  const app = new Hono();
  app.use(securityHeaders);
  app.notFound((c) => problemResponse(c, { type: 'not-found' }));
  app.onError((error, c) => {
    const problem = problemOf(error);
    if (problem.type === 'internal') log.error('request failed', errorFields(error));
    return problemResponse(c, problem);
  });
  return app;
}

/**
 * Passes what no route of an app has taken to a further app, which is loaded by the first such call: a call of the API never reads the pages. An
 * address that the first app knows by other methods only is answered with those (RFC 9110, 15.5.6).
 */
export function restFrom(app: Hono, load: () => Promise<Hono>): Handler {
  let loading: Promise<Hono> | undefined;
  return async (c) => {
    const methods = methodsAt(app, c.req.path);
    if (methods.length > 0) {
      c.header('Allow', methods.join(', '));
      return problemResponse(c, { type: 'method-not-allowed' });
    }
    loading ??= load();
    return (await loading).fetch(c.req.raw, c.env);
  };
}

function methodsAt({ routes }: Hono, path: string): readonly string[] {
  const methods = routes
    .filter((route) => route.method !== 'ALL' && patternOf(route.path).test(path))
    .map(({ method }) => method);
  return [...new Set(methods)];
}

/** A route's path as a pattern; `:name` stands for one segment. */
const patternOf = (path: string): RegExp => new RegExp(`^${path.replace(/:[a-z]+/gi, '[^/]+')}$`);

/** The problem that an error is told as, by the API and by the pages alike. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ApiProblem) return error.problem;
  if (error instanceof ConflictError) return { type: 'conflict', detail: error.code };
  if (error instanceof TransientError) return { type: 'unavailable', retryAfterSeconds: 5 };
  if (error instanceof RefusedByDomain) return { type: 'refused', detail: error.code };
  if (error instanceof InvalidInput)
    return { type: 'invalid-input', errors: [{ field: error.field ?? 'body', code: error.code }] };
  if (error instanceof Error && error.name === 'InvalidCursor')
    return { type: 'invalid-input', errors: [{ field: 'cursor', code: 'not-a-cursor' }] };
  if (error instanceof PermanentError && error.code === 'no-such-request') return { type: 'not-found' };
  return { type: 'internal' };
}

/** Reads a JSON body: type, size and grammar are judged before anything else happens. */
export async function readJson(c: Context): Promise<unknown> {
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw new ApiProblem({ type: 'unsupported-media-type' });
  const text = await readText(c);
  try {
    return parseStrictJson(text);
  } catch (error) {
    const code = error instanceof SyntaxError && /^[a-z-]+$/.test(error.message) ? error.message : 'not-json';
    throw new ApiProblem({ type: 'invalid-json', errors: [{ field: 'body', code }] });
  }
}

/** A JSON body where there is one; `{}` where nothing was sent. */
export async function readOptionalJson(c: Context): Promise<unknown> {
  const length = c.req.header('content-length');
  const empty = c.req.header('content-type') === undefined && (length === undefined || length === '0');
  return empty ? {} : readJson(c);
}

/** The body as it came, of at most 64 KiB. */
export async function readBytes(c: Context): Promise<Uint8Array> {
  if (Number(c.req.header('content-length') ?? 0) > bodyLimit)
    throw new ApiProblem({ type: 'body-too-large' });
  const bytes = new Uint8Array(await c.req.arrayBuffer());
  if (bytes.byteLength > bodyLimit) throw new ApiProblem({ type: 'body-too-large' });
  return bytes;
}

/** The body as text of at most 64 KiB. */
export async function readText(c: Context): Promise<string> {
  const bytes = await readBytes(c);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ApiProblem({ type: 'invalid-json', errors: [{ field: 'body', code: 'not-utf-8' }] });
  }
}

/** Refuses writes that another site's page makes a browser send (TRUST.md A45). A caller that is no browser sends neither header. */
export function sameOrigin(origin: string): MiddlewareHandler {
  return async (c, next) => {
    if (!['GET', 'HEAD', 'OPTIONS'].includes(c.req.method)) {
      const from = c.req.header('origin');
      const site = c.req.header('sec-fetch-site');
      const foreign =
        (from !== undefined && from !== origin) ||
        (site !== undefined && !['same-origin', 'none'].includes(site));
      if (foreign) throw new ApiProblem({ type: 'not-allowed', detail: 'cross-site' });
    }
    await next();
  };
}
