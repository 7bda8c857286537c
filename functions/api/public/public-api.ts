import type { Context } from 'hono';
import { Hono } from 'hono';
import * as v from 'valibot';
import type { AuditEvent } from '../../domain/audit.ts';
import type { Case } from '../../domain/case.ts';
import { reference as referenceSchema } from '../../domain/case.ts';
import { ConflictError, RefusedByDomain } from '../../domain/errors.ts';
import { submissionInput } from '../../domain/intake.ts';
import { record } from '../../domain/lifecycle.ts';
import type { Signer } from '../../domain/ports.ts';
import { reconcile } from '../../domain/reconcile.ts';
import { openClaimKey } from '../../domain/verify.ts';
import type { Runtime } from '../../runtime/lambda.ts';
import { createCookies } from '../cookies.ts';
import { createApp, readJson, readOptionalJson, restFrom, sameOrigin } from '../http.ts';
import type { MessageInput, MessagePorts } from '../messages.ts';
import { ApiProblem, readInput } from '../problem.ts';
import { statusDocument } from '../view.ts';
import { sendCode } from './fresh-code.ts';
import { takeIntakePlace } from './intake-budget.ts';
import { type CallbackPorts, mountOpenDsrCallbacks } from './opendsr-callbacks.ts';
import { fetchPackage, type PackagePorts, packageInput } from './package.ts';
import {
  closeSession,
  knownBrowser,
  knownTokenOf,
  readSession,
  type SubjectSession,
  sessionLimits,
} from './sessions.ts';
import { submit } from './submit.ts';
import { mountSuppression, type SuppressionPorts } from './suppression.ts';
import { startTransmission, type TransmissionInput, type TransmissionPorts } from './transmission.ts';
import { mountTransmissions } from './transmission-routes.ts';
import { verifyByCode, verifyByLink } from './verification.ts';

export interface PublicPorts extends Omit<PackagePorts & TransmissionPorts, 'files'> {
  readonly files: PackagePorts['files'] & MessagePorts['files'];
  readonly signer: Signer;
  readonly publicUrl: string;
  readonly callbacks: CallbackPorts['callbacks'];
  readonly suppression: SuppressionPorts['suppression'];
}

export const verificationInput = v.union(
  [
    v.strictObject({ token: v.pipe(v.string(), v.minLength(16), v.maxLength(100)) }),
    v.strictObject({
      reference: v.pipe(v.string(), v.maxLength(60)),
      code: v.pipe(v.string(), v.regex(/^\d{6}$/, 'six-digits')),
    }),
  ],
  'token-or-reference-and-code',
);

const idempotencyKey = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(255),
  v.regex(/^[\x21-\x7e]+$/, 'not-printable'),
);

/** Loaded by the first call that reads or writes one. */
const messages = () => import('../messages.ts');

/** The subject's side as a service: the JSON API and the pages both stand on it, so neither can do what the other may not. */
export function createSubjectDesk(ports: PublicPorts, runtime: Runtime) {
  const cookies = createCookies(ports.publicUrl);
  const { store } = ports;

  async function session(c: Context): Promise<SubjectSession | undefined> {
    return readSession(ports, cookies.read(c, 'session'), runtime.wallNow());
  }

  function keepSession(c: Context, token: string): void {
    cookies.set(c, 'session', token, sessionLimits.idleSeconds, 'Lax');
    cookies.set(c, 'known', knownTokenOf(token), sessionLimits.knownSeconds, 'Lax');
  }

  /** The case, if this session has proved its mailbox. Absent and others' requests look the same (TRUST.md A42). */
  async function ownCase(c: Context, id: string): Promise<{ current: Case; events: readonly AuditEvent[] }> {
    const proved = await session(c);
    if (!proved) throw new ApiProblem({ type: 'not-found' });
    const current = v.is(referenceSchema, id) ? await store.load(id) : undefined;
    if (!current || current.row.mailbox !== proved.mailbox) throw new ApiProblem({ type: 'not-found' });
    return { current, events: await store.events(id) };
  }

  async function withdraw(c: Context, id: string): Promise<Case> {
    const { current } = await ownCase(c, id);
    const at = new Date(runtime.now()).toISOString();
    if (current.row.outcome === 'withdrawn') return current;
    try {
      const change = record(current, [
        { type: 'withdrawn', by: 'subject', at, set: { outcome: 'withdrawn', closedAt: at } },
      ]);
      await store.commit({ changes: [change], releases: [openClaimKey(current.row)] });
    } catch (error) {
      if (error instanceof RefusedByDomain)
        throw new ApiProblem({ type: 'conflict', detail: 'too-late-to-withdraw' });
      if (error instanceof ConflictError)
        throw new ApiProblem({ type: 'conflict', detail: 'changed-meanwhile' });
      throw error;
    }
    await reconcile(store, ports.engine, id, { now: at, restart: false });
    return (await ownCase(c, id)).current;
  }

  return {
    cookies,
    session,
    keepSession,
    ownCase,
    withdraw,
    submit: async (c: Context, input: v.InferOutput<typeof submissionInput>, key?: string) => {
      const [proved] = await Promise.all([session(c), withinBudget()]);
      const kept = cookies.read(c, 'browser');
      const result = await submit(ports, runtime, input, {
        channel: 'form',
        by: 'subject',
        receivedAt: new Date(runtime.now()).toISOString(),
        ...(proved ? { provedMailbox: proved.mailbox } : {}),
        ...(key === undefined ? {} : { idempotencyKey: key }),
        ...(kept !== undefined && /^[\w-]{32}$/.test(kept) ? { browserToken: kept } : {}),
      });
      runtime.metrics.emit('IntakeAccepted', 1);
      cookies.set(c, 'browser', result.browserToken, 24 * 60 * 60, 'Lax');
      return result.answer;
    },
    verifyByLink: (token: string) => counted(verifyByLink(ports, runtime, token)),
    verifyByCode: (c: Context, reference: string, code: string) =>
      counted(verifyByCode(ports, runtime, reference, code, cookies.read(c, 'known'))),
    /** A fresh code: whoever is signed in to this mailbox, or has been, asks for it themselves, so it is not held back as unasked mail. */
    sendCode: async (c: Context, reference: string) => {
      const row = v.is(referenceSchema, reference) ? await store.row(reference) : undefined;
      if (!row) return;
      const [proved, asker] = await Promise.all([
        session(c),
        knownBrowser(ports, cookies.read(c, 'known'), row.mailbox, runtime.wallNow()),
      ]);
      await sendCode(ports, runtime, reference, { asker, signedIn: proved?.mailbox === row.mailbox });
    },
    /** What the subject can hold against a case file later: their trail as it stands, signed. */
    receipt: async (c: Context, id: string): Promise<string> => {
      const { current } = await ownCase(c, id);
      const { readTogether, signedReceipt } = await import('../case-file.ts');
      const read = await readTogether(store, current.row.id);
      if (!read) throw new ApiProblem({ type: 'not-found' });
      return signedReceipt(ports.signer, current.row.id, read.events, runtime.now());
    },
    messages: async (c: Context, id: string) => {
      const { current } = await ownCase(c, id);
      // Which colleague wrote is not for the subject.
      const { readMessages } = await messages();
      return (await readMessages(ports, current)).map(({ by: _, ...message }) => message);
    },
    sendMessage: async (c: Context, id: string, input: MessageInput) => {
      const { current } = await ownCase(c, id);
      const { sendMessage } = await messages();
      return sendMessage(ports, runtime, current.row.id, 'subject', input);
    },
    messageFile: async (c: Context, id: string, message: string, number: number) => {
      const { current } = await ownCase(c, id);
      const { readMessageFile } = await messages();
      return readMessageFile(ports, current, message, number);
    },
    fetchPackage: (c: Context, reference: string, code: string) =>
      counted(fetchPackage(ports, runtime, reference, code, cookies.read(c, 'known'))),
    startTransmission: async (c: Context, id: string, input: TransmissionInput) => {
      const own = await ownCase(c, id);
      return counted(startTransmission(ports, runtime, own, input, cookies.read(c, 'known')));
    },
    transmissionReceipt: async (c: Context, id: string, number: number): Promise<string> => {
      const { current, events } = await ownCase(c, id);
      const sent = events.find((one) => one.type === 'transmitted' && one.data.number === number);
      if (!sent) throw new ApiProblem({ type: 'not-found' });
      const { signedTransmissionReceipt } = await import('../case-file.ts');
      return signedTransmissionReceipt(ports.signer, current.row.id, sent, runtime.now());
    },
    signOut: async (c: Context) => {
      const token = cookies.read(c, 'session');
      if (token) await closeSession(ports, token);
      cookies.clear(c, 'session');
    },
  };

  /** Counted before anything is read or stored, so that known and unknown mailboxes meet it alike. */
  async function withinBudget(): Promise<void> {
    try {
      await takeIntakePlace(store, runtime.wallNow());
    } catch (error) {
      if (error instanceof ApiProblem) runtime.metrics.emit('IntakeThrottled', 1);
      throw error;
    }
  }

  async function counted<Result>(attempt: Promise<Result>): Promise<Result> {
    try {
      return await attempt;
    } catch (error) {
      if (error instanceof ApiProblem) runtime.metrics.emit('VerificationFailed', 1);
      throw error;
    }
  }
}
export type SubjectDesk = ReturnType<typeof createSubjectDesk>;

/** The public JSON API of DESIGN.md §6. */
export function createPublicApi(
  ports: PublicPorts,
  runtime: Runtime,
  desk = createSubjectDesk(ports, runtime),
): Hono {
  const app = createApp(runtime.log);
  const api = new Hono();
  app.get('/health', (c) => c.json({ status: 'ok' }));
  app.get('/openapi.json', async (c) => {
    const { openApiDocument } = await import('../openapi.ts');
    return c.json(openApiDocument(ports.publicUrl));
  });
  api.use(sameOrigin(new URL(ports.publicUrl).origin));

  api.post('/requests', async (c) => {
    const input = readInput(submissionInput, await readJson(c));
    const header = c.req.header('idempotency-key');
    const key =
      header === undefined
        ? undefined
        : readInput(v.object({ 'Idempotency-Key': idempotencyKey }), { 'Idempotency-Key': header })[
            'Idempotency-Key'
          ];
    return c.json(await desk.submit(c, input, key), 202);
  });

  api.post('/verifications', async (c) => {
    const input = readInput(verificationInput, await readJson(c));
    const proof =
      'token' in input
        ? await desk.verifyByLink(input.token)
        : await desk.verifyByCode(c, input.reference.toLowerCase(), input.code);
    desk.keepSession(c, proof.session);
    return c.json({ verified: proof.references });
  });

  /** A fresh code for signing in; the same answer whether or not there is such a request. */
  api.post('/requests/:reference/code', async (c) => {
    await desk.sendCode(c, c.req.param('reference'));
    return c.json({ sent: true }, 202);
  });

  api.get('/requests/:reference', async (c) => {
    const { current, events } = await desk.ownCase(c, c.req.param('reference'));
    c.header('ETag', `"${current.row.version}"`);
    return c.json(statusDocument(current, events, runtime.now()));
  });

  api.delete('/requests/:reference', async (c) => {
    const id = c.req.param('reference');
    await desk.withdraw(c, id);
    const { current, events } = await desk.ownCase(c, id);
    return c.json(statusDocument(current, events, runtime.now()));
  });

  /** Without a code: sends one. With it: the package itself, or for a large one a link that works for a minute. */
  api.post('/requests/:reference/package', async (c) => {
    const id = c.req.param('reference').toLowerCase();
    const { code } = readInput(packageInput, await readOptionalJson(c));
    if (code === undefined) {
      await desk.sendCode(c, id);
      return c.json({ sent: true }, 202);
    }
    const fetched = await desk.fetchPackage(c, id, code);
    if (fetched.kind === 'link') {
      const { url, expiresAt, bytes, hash } = fetched;
      return c.json({ url, expiresAt, bytes, hash });
    }
    return c.body(new Uint8Array(fetched.bytes), 200, {
      'Content-Type': 'application/zip',
      'Content-Disposition': `attachment; filename="${fetched.name}"`,
      'Cache-Control': 'no-store',
      'Repr-Digest': `sha-256=:${Buffer.from(fetched.hash, 'hex').toString('base64')}:`,
    });
  });

  api.get('/requests/:reference/messages', async (c) =>
    c.json({ messages: await desk.messages(c, c.req.param('reference')) }),
  );

  api.post('/requests/:reference/messages', async (c) => {
    // Who may write is settled before a large body is read.
    await desk.ownCase(c, c.req.param('reference'));
    const { readMessage } = await messages();
    return c.json(await desk.sendMessage(c, c.req.param('reference'), await readMessage(c)), 201);
  });

  api.get('/requests/:reference/messages/:message/files/:number', async (c) => {
    const { reference, message, number } = c.req.param();
    const { fileAnswer } = await messages();
    return fileAnswer(c, await desk.messageFile(c, reference, message, Number(number)));
  });

  api.get('/requests/:reference/receipt', async (c) => {
    const id = c.req.param('reference');
    return c.body(await desk.receipt(c, id), 200, {
      'Content-Type': 'application/json',
      'Content-Disposition': `attachment; filename="receipt-${id.slice(0, 8)}.json"`,
    });
  });

  mountTransmissions(api, desk);
  mountSuppression(api, ports, runtime);
  app.route('/api', api);
  mountOpenDsrCallbacks(app, ports, runtime);
  app.all(
    '*',
    restFrom(app, async () => {
      const { createPublicPages } = await import('../pages/public/public-pages.ts');
      return createPublicPages(ports, runtime, desk);
    }),
  );
  return app;
}
