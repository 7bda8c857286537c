import { type Context, Hono } from 'hono';
import * as v from 'valibot';
import { type FaultScripts, faultScript } from './aws/faults.ts';
import type { SesEmulator } from './aws/ses.ts';
import { InvalidAdvance } from './clock.ts';
import { indexPage, mailPage, outboxPage } from './local-pages.ts';
import type { MetricSummary } from './metrics.ts';
import type { Outbox } from './outbox.ts';

export interface LocalAppOptions {
  readonly outbox: Outbox;
  readonly metrics: () => MetricSummary[];
  readonly faults: FaultScripts;
  readonly ses: Pick<SesEmulator, 'script' | 'clear'>;
  readonly clockMode: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Moves the clock by an ISO 8601 duration and resolves when all that fell due is done. */
  readonly advance: (duration: unknown) => Promise<void>;
  /** `Set-Cookie` values of a signed-in session, or undefined when there is no such person. */
  readonly staffSession: (user: string) => Promise<readonly string[] | undefined>;
}

const mailScript = v.strictObject({
  event: v.picklist(['bounce', 'complaint', 'delivery']),
  to: v.exactOptional(v.string()),
  times: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1))),
});
const staffUser = v.strictObject({ user: v.string() });

/** What exists on this machine only: outbox, clock, metrics, scripted failures, ready-made staff sessions. */
export function createLocalApp(options: LocalAppOptions): Hono {
  const app = new Hono();

  app.use(async (c, next) => {
    // A name that another site points at 127.0.0.1 (DNS rebinding), or that site's own form, must not act here.
    const host = (c.req.header('host') ?? '').replace(/:\d+$/, '');
    if (host !== '127.0.0.1' && host !== 'localhost') return problem(c, 403, 'not-loopback');
    if (c.req.method !== 'GET' && c.req.header('sec-fetch-site') === 'cross-site') {
      return problem(c, 403, 'cross-site');
    }
    return next();
  });

  app.get('/local', (c) =>
    c.html(
      indexPage({
        now: new Date(options.now()).toISOString(),
        mails: options.outbox.summaries().length,
        clockMode: options.clockMode,
      }),
    ),
  );

  app.get('/local/outbox.json', (c) => {
    const { to, letter, reference } = c.req.query();
    const filter = {
      ...(to === undefined ? {} : { to }),
      ...(letter === undefined ? {} : { letter }),
      ...(reference === undefined ? {} : { reference }),
    };
    return c.json(options.outbox.mails(filter));
  });
  app.get('/local/outbox', (c) => c.html(outboxPage(options.outbox.summaries())));
  app.get('/local/outbox/:id', (c) => {
    const mail = options.outbox.mail(c.req.param('id'));
    return mail ? c.html(mailPage(mail)) : problem(c, 404, 'unknown-mail');
  });
  app.post('/local/outbox/events', async (c) => {
    const script = v.safeParse(mailScript, await c.req.json().catch(() => undefined));
    if (!script.success) return invalid(c, script.issues);
    options.ses.script(script.output);
    return c.json(script.output, 201);
  });
  app.delete('/local/outbox/events', (c) => {
    options.ses.clear();
    return c.body(null, 204);
  });

  app.get('/local/clock', (c) => c.json(clockState()));
  app.post('/local/clock', async (c) => {
    const isForm = c.req.header('content-type')?.startsWith('application/x-www-form-urlencoded') ?? false;
    const text = await c.req.text();
    const body: unknown = isForm ? Object.fromEntries(new URLSearchParams(text)) : parseJson(text);
    const advance = typeof body === 'object' && body !== null && 'advance' in body ? body.advance : undefined;
    try {
      await options.advance(advance);
    } catch (error) {
      if (!(error instanceof InvalidAdvance)) throw error;
      return problem(c, 400, 'invalid-advance', [{ field: 'advance', message: error.message }]);
    }
    return isForm ? c.redirect('/local', 303) : c.json(clockState());
  });

  app.get('/local/metrics.json', (c) => c.json({ metrics: options.metrics() }));

  app.get('/local/faults', (c) => c.json(options.faults.list()));
  app.post('/local/faults', async (c) => {
    const script = v.safeParse(faultScript, await c.req.json().catch(() => undefined));
    if (!script.success) return invalid(c, script.issues);
    options.faults.add(script.output);
    return c.json(script.output, 201);
  });
  app.delete('/local/faults', (c) => {
    options.faults.clear();
    return c.body(null, 204);
  });

  app.post('/local/staff-session', async (c) => {
    const body = v.safeParse(staffUser, await c.req.json().catch(() => undefined));
    if (!body.success) return invalid(c, body.issues);
    const cookies = await options.staffSession(body.output.user);
    if (!cookies) return problem(c, 400, 'unknown-user', [{ field: 'user', message: 'nobody of that name' }]);
    for (const cookie of cookies) c.header('set-cookie', cookie, { append: true });
    return c.json({ user: body.output.user });
  });

  function clockState() {
    return { now: new Date(options.now()).toISOString(), mode: options.clockMode };
  }

  app.notFound((c) => problem(c, 404, 'not-found'));
  return app;
}

interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

function problem(c: Context, status: 400 | 403 | 404, code: string, errors?: readonly FieldProblem[]) {
  const body = { type: `urn:rights-desk:local:${code}`, title: code, status, ...(errors ? { errors } : {}) };
  return c.body(JSON.stringify(body), status, { 'content-type': 'application/problem+json' });
}

function invalid(c: Context, issues: readonly v.BaseIssue<unknown>[]) {
  const errors = issues.map((issue) => ({ field: v.getDotPath(issue) ?? 'body', message: issue.message }));
  return problem(c, 400, 'invalid-body', errors);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
