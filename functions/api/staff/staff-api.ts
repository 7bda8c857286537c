import { type Context, Hono } from 'hono';
import * as v from 'valibot';
import { day, instant } from '../../domain/case.ts';
import { submissionInput } from '../../domain/intake.ts';
import { policyOf } from '../../domain/policy.ts';
import type { Signer } from '../../domain/ports.ts';
import {
  channels,
  dataCategories,
  decisions,
  extensionReasons,
  rights,
  statuses,
} from '../../domain/words.ts';
import type { Runtime } from '../../runtime/lambda.ts';
import { caseFile } from '../case-file.ts';
import { createCookies } from '../cookies.ts';
import { createApp, readJson, sameOrigin } from '../http.ts';
import { expectedVersion } from '../if-match.ts';
import { type MessageInput, readMessageFile, readMessages, sendMessage } from '../messages.ts';
import type { Systems } from '../pages/staff/plan.ts';
import { createStaffPages } from '../pages/staff/staff-pages.ts';
import { ApiProblem, readInput } from '../problem.ts';
import { submit } from '../public/submit.ts';
import { staffDocument } from '../view.ts';
import {
  actorOf,
  addNote,
  answerTask,
  askQuestion,
  decideCase,
  endPause,
  extendCase,
  liftRestriction,
  readCase,
  recordAuthority,
  setHold,
} from './cases.ts';
import { addHandFile, type HandFileInput, removeHandFile } from './hand-files.ts';
import {
  addRedactions,
  type PackagePorts,
  packageLink,
  type packageQuery,
  type redactionsInput,
  releasePackage,
  removeRedaction,
  reviewPackage,
} from './package.ts';
import { mountPackageRoutes } from './package-routes.ts';
import { readProcessors } from './processors.ts';
import { readQueue } from './queue.ts';
import {
  createStaffSignIn,
  mustBeAllowed,
  type Permission,
  type StaffIdentity,
  type StaffSession,
} from './sign-in.ts';

export interface StaffApiPorts extends PackagePorts {
  readonly signer: Signer;
  readonly identity: StaffIdentity;
  /** The enabled systems and what each can do: what a grant would do is shown before it happens. */
  readonly systems: Systems;
}

const words = (max: number) =>
  v.pipe(v.string(), v.trim(), v.minLength(1, 'empty'), v.maxLength(max, 'too-long'));

export const decisionInput = v.strictObject({
  decision: v.picklist(decisions, 'not-a-decision'),
  reason: v.exactOptional(v.string()),
  explanation: v.exactOptional(words(5000)),
  except: v.exactOptional(
    v.strictObject({
      categories: v.exactOptional(v.array(v.picklist(dataCategories, 'not-a-category'))),
      processors: v.exactOptional(
        v.array(v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{1,40}$/, 'not-a-processor'))),
      ),
    }),
  ),
});
export const extensionInput = v.strictObject({
  reason: v.picklist(extensionReasons, 'not-a-reason'),
  explanation: v.exactOptional(words(5000)),
});
export const questionInput = v.strictObject({
  question: words(5000),
  ground: v.exactOptional(v.string()),
  recordedReason: v.exactOptional(words(2000)),
});
export const taskInput = v.union(
  [
    v.strictObject({ action: v.literal('retry'), operation: v.exactOptional(v.string()) }),
    v.strictObject({
      outcome: v.picklist(['done', 'nothing-found', 'not-applicable', 'retained']),
      evidence: words(5000),
      until: v.exactOptional(day),
      operation: v.exactOptional(v.string()),
    }),
  ],
  'outcome-and-evidence-or-retry',
);
export const noteInput = v.strictObject({ text: words(5000) });
export const authorityInput = v.strictObject({ how: words(2000) });
export const liftInput = v.strictObject({ explanation: v.exactOptional(words(5000)) });
export const holdInput = v.strictObject({ hold: v.boolean() });
export const recordedInput = v.strictObject({
  ...submissionInput.entries,
  channel: v.picklist(
    channels.filter((channel) => channel !== 'form'),
    'not-a-channel',
  ),
  receivedAt: v.union(
    [
      instant,
      day,
      v.pipe(
        v.string(),
        v.isoTimestamp(),
        v.transform((text) => new Date(text).toISOString()),
      ),
    ],
    'not-a-date',
  ),
  about: v.exactOptional(v.string()),
});
const queueQuery = v.strictObject({
  status: v.exactOptional(v.picklist(statuses, 'not-a-status')),
  right: v.exactOptional(v.picklist(rights, 'not-a-right')),
  due: v.exactOptional(v.union([v.picklist(['overdue', 'today', 'week']), day], 'not-a-due')),
  cursor: v.exactOptional(v.pipe(v.string(), v.maxLength(2000))),
  limit: v.exactOptional(v.pipe(v.string(), v.regex(/^\d{1,3}$/), v.transform(Number))),
});

/** Work on the request itself, by the name of the step or event that raised it. */
const requestTasks: Readonly<Record<string, readonly string[]>> = {
  decision: ['Nobody has decided yet. Read the findings and decide, or extend while the first month runs.'],
  release: ['The package waits to be read. Read it, redact what is about others, and release it.'],
  'pause-ended': [
    'The subject has not answered the question. Decide on what is known, or ask again without a pause.',
  ],
  'mail-complaint': [
    'The subject called a letter of ours unwanted. Reminders stop by themselves; what the law demands still goes out.',
    'See whether somebody else uses this address for requests, and write down what you found.',
  ],
  'letter-bounced': [
    'A letter came back. Check the address with the subject by another channel, or send the letter on paper.',
    'Write down how and when the subject was reached.',
  ],
  'ambiguous-mailbox': [
    'More than one person may use this mailbox. Ask the subject a question that only the right person can answer.',
  ],
  'search-incomplete': ['The system did not give everything. Try again; if it stays so, ask its support.'],
};

/** Staff's side as a service, on which the JSON API and the console both stand. */
export function createStaffDesk(ports: StaffApiPorts, runtime: Runtime) {
  const cookies = createCookies(ports.publicUrl);
  const signIn = createStaffSignIn(ports, cookies, runtime);

  /** The signed-in colleague with this permission, or 401 and 403. */
  async function colleague(c: Context, permission: Permission): Promise<StaffSession> {
    const session = await signIn.session(c);
    mustBeAllowed(session, permission);
    return session;
  }

  function view(read: Awaited<ReturnType<typeof readCase>>) {
    const document = staffDocument(read.current, read.events, runtime.now(), (processor, key) => {
      const texts = ports.manualTasks(processor);
      return texts[key]?.instructions ?? requestTasks[key] ?? [];
    });
    return { ...document, series: read.series };
  }

  return {
    ports,
    cookies,
    signIn,
    colleague,
    now: runtime.now,
    queue: (query: Parameters<typeof readQueue>[1]) => readQueue(ports.store, query, runtime.now()),
    processors: () => readProcessors(ports.store, ports.systems, runtime.now()),
    read: async (id: string) => view(await readCase(ports, id)),
    async decide(
      session: StaffSession,
      id: string,
      version: number | 'any',
      asked: v.InferOutput<typeof decisionInput>,
    ) {
      const { current } = await readCase(ports, id);
      // What two people must agree on cannot be undone, so the group is asked for live.
      if (policyOf(current.row.right).peopleToGrant === 2) await signIn.live(session, 'decide');
      return decideCase(ports, id, version, session, withExcept(asked), runtime.now());
    },
    extend: (
      session: StaffSession,
      id: string,
      version: number | 'any',
      asked: v.InferOutput<typeof extensionInput>,
    ) => extendCase(ports, id, version, session, asked, runtime.now()),
    ask: (
      session: StaffSession,
      id: string,
      version: number | 'any',
      asked: v.InferOutput<typeof questionInput>,
    ) => askQuestion(ports, id, version, session, asked, runtime.now()),
    endPause: (session: StaffSession, id: string, version: number | 'any') =>
      endPause(ports, id, version, session, runtime.now()),
    answerTask: (
      session: StaffSession,
      id: string,
      version: number | 'any',
      processor: string,
      { operation, ...answer }: v.InferOutput<typeof taskInput>,
    ) => answerTask(ports, id, version, session, processor, answer, runtime.now(), operation),
    note: (session: StaffSession, id: string, text: string) =>
      addNote(ports, id, session, text, runtime.now()),
    authority: (session: StaffSession, id: string, version: number | 'any', how: string) =>
      recordAuthority(ports, id, version, session, how, runtime.now()),
    liftRestriction: (session: StaffSession, id: string, version: number | 'any', explanation?: string) =>
      liftRestriction(ports, id, version, session, explanation, runtime.now()),
    hold: (session: StaffSession, id: string, version: number | 'any', hold: boolean) =>
      setHold(ports, id, version, session, hold, runtime.now()),
    package: (id: string, query: v.InferOutput<typeof packageQuery>) => reviewPackage(ports, id, query),
    packageLink: (id: string) => packageLink(ports, id, runtime.now()),
    async caseFile(id: string, withWords: boolean): Promise<string> {
      const file = await caseFile(ports, runtime, id, withWords);
      if (file === undefined) throw new ApiProblem({ type: 'not-found' });
      return file;
    },
    messages: async (id: string) => readMessages(ports, (await readCase(ports, id)).current),
    messageFile: async (id: string, message: string, number: number) =>
      readMessageFile(ports, (await readCase(ports, id)).current, message, number),
    sendMessage: (session: StaffSession, id: string, input: MessageInput) =>
      sendMessage(ports, runtime, id, actorOf(session), input),
    addFile: (session: StaffSession, id: string, version: number | 'any', file: HandFileInput) =>
      addHandFile(ports, id, version, session, file, runtime.now()),
    removeFile: (
      session: StaffSession,
      id: string,
      version: number | 'any',
      file: { readonly processor: string; readonly name: string },
    ) => removeHandFile(ports, id, version, session, file, runtime.now()),
    redact: (
      session: StaffSession,
      id: string,
      version: number | 'any',
      { redactions }: v.InferOutput<typeof redactionsInput>,
    ) =>
      addRedactions(ports, id, version, session, redactions, {
        now: runtime.now(),
        randomBytes: runtime.randomBytes,
      }),
    unredact: (session: StaffSession, id: string, version: number | 'any', mark: string) =>
      removeRedaction(ports, id, version, session, mark, runtime.now()),
    async release(session: StaffSession, id: string, version: number | 'any', hash: string) {
      // What has left cannot be taken back, so the group is asked for live.
      await signIn.live(session, 'release');
      return releasePackage(ports, id, version, session, hash, runtime.now());
    },
    async recordRequest(session: StaffSession, input: v.InferOutput<typeof recordedInput>, key?: string) {
      const { channel, receivedAt, about, ...submission } = input;
      const arrived = receivedAt.length === 10 ? `${receivedAt}T12:00:00.000Z` : receivedAt;
      const result = await submit(ports, runtime, submission, {
        channel,
        by: actorOf(session),
        receivedAt: notInFuture(arrived, runtime.now()),
        ...(about ? { about } : {}),
        ...(key === undefined ? {} : { idempotencyKey: key }),
      });
      return result.answer;
    },
  };
}
export type StaffDesk = ReturnType<typeof createStaffDesk>;

function notInFuture(receivedAt: string, now: number): string {
  const at = Date.parse(receivedAt);
  // A letter of today, recorded in the morning as of noon, arrived at the latest now.
  const sameDay = receivedAt.slice(0, 10) === new Date(now).toISOString().slice(0, 10);
  if (at > now && !sameDay)
    throw new ApiProblem({ type: 'invalid-input', errors: [{ field: 'receivedAt', code: 'in-the-future' }] });
  return new Date(Math.min(at, now)).toISOString();
}

function withExcept({ except, ...asked }: v.InferOutput<typeof decisionInput>) {
  return except ? { ...asked, except } : asked;
}

/** The staff JSON API of DESIGN.md §6. */
export function createStaffApi(
  ports: StaffApiPorts,
  runtime: Runtime,
  desk = createStaffDesk(ports, runtime),
): Hono {
  const app = createApp(runtime.log);
  const api = new Hono();
  api.use(sameOrigin(new URL(ports.publicUrl).origin));

  app.get('/staff/sign-in', (c) => desk.signIn.begin(c));
  app.get('/staff/callback', (c) => desk.signIn.callback(c));

  async function answerWith(c: Context, id: string, extra: Record<string, unknown> = {}) {
    const document = await desk.read(id);
    c.header('ETag', `"${document.version}"`);
    return c.json({ ...document, ...extra });
  }

  api.get('/requests', async (c) => {
    await desk.colleague(c, 'read');
    return c.json(await desk.queue(readInput(queueQuery, c.req.query())));
  });

  api.post('/requests', async (c) => {
    const session = await desk.colleague(c, 'work');
    const input = readInput(recordedInput, await readJson(c));
    return c.json(await desk.recordRequest(session, input, c.req.header('idempotency-key')), 201);
  });

  api.get('/requests/:reference', async (c) => {
    await desk.colleague(c, 'read');
    return answerWith(c, c.req.param('reference'));
  });

  api.post('/requests/:reference/decision', async (c) => {
    const session = await desk.colleague(c, 'decide');
    const id = c.req.param('reference');
    const version = expectedVersion(c);
    const taken = await desk.decide(session, id, version, readInput(decisionInput, await readJson(c)));
    return answerWith(c, id, { decision: taken.state });
  });

  api.post('/requests/:reference/extension', async (c) => {
    const session = await desk.colleague(c, 'decide');
    const id = c.req.param('reference');
    await desk.extend(session, id, expectedVersion(c), readInput(extensionInput, await readJson(c)));
    return answerWith(c, id);
  });

  api.post('/requests/:reference/question', async (c) => {
    const session = await desk.colleague(c, 'work');
    const id = c.req.param('reference');
    await desk.ask(session, id, expectedVersion(c), readInput(questionInput, await readJson(c)));
    return answerWith(c, id);
  });

  api.post('/requests/:reference/question/answered', async (c) => {
    const session = await desk.colleague(c, 'work');
    const id = c.req.param('reference');
    await desk.endPause(session, id, expectedVersion(c));
    return answerWith(c, id);
  });

  api.post('/requests/:reference/tasks/:processor', async (c) => {
    const session = await desk.colleague(c, 'work');
    const id = c.req.param('reference');
    const input = readInput(taskInput, await readJson(c));
    await desk.answerTask(session, id, expectedVersion(c), c.req.param('processor'), input);
    return answerWith(c, id);
  });

  api.post('/requests/:reference/notes', async (c) => {
    const session = await desk.colleague(c, 'work');
    const id = c.req.param('reference');
    expectedVersion(c);
    await desk.note(session, id, readInput(noteInput, await readJson(c)).text);
    return answerWith(c, id);
  });

  api.post('/requests/:reference/authority', async (c) => {
    const session = await desk.colleague(c, 'work');
    const id = c.req.param('reference');
    await desk.authority(session, id, expectedVersion(c), readInput(authorityInput, await readJson(c)).how);
    return answerWith(c, id);
  });

  api.post('/requests/:reference/lift-restriction', async (c) => {
    const session = await desk.colleague(c, 'decide');
    const id = c.req.param('reference');
    const { explanation } = readInput(liftInput, await readJson(c));
    await desk.liftRestriction(session, id, expectedVersion(c), explanation);
    return answerWith(c, id);
  });

  api.post('/requests/:reference/hold', async (c) => {
    const session = await desk.colleague(c, 'decide');
    const id = c.req.param('reference');
    await desk.hold(session, id, expectedVersion(c), readInput(holdInput, await readJson(c)).hold);
    return answerWith(c, id);
  });

  mountPackageRoutes(api, desk, answerWith);
  api.get('/processors', async (c) => {
    await desk.colleague(c, 'read');
    return c.json({ items: await desk.processors() });
  });

  app.route('/api/staff', api);
  const schemas = {
    decision: decisionInput,
    question: questionInput,
    recorded: recordedInput,
    task: taskInput,
  };
  app.route('/', createStaffPages(ports, runtime, desk, schemas));
  return app;
}
