import type { Context } from 'hono';
import type * as v from 'valibot';
import { policyOf } from '../../domain/policy.ts';
import type { Signer } from '../../domain/ports.ts';
import type { Language } from '../../domain/words.ts';
import type { Runtime } from '../../runtime/lambda.ts';
import { caseFile } from '../case-file.ts';
import { createCookies } from '../cookies.ts';
import { type MessageInput, readMessageFile, readMessages, sendMessage } from '../messages.ts';
import type { Systems } from '../pages/staff/plan.ts';
import { ApiProblem } from '../problem.ts';
import { submit } from '../public/submit.ts';
import { staffDocument } from '../view.ts';
import { actorOf, readCase } from './cases.ts';
import { decideCase } from './decision.ts';
import { addHandFile, type HandFileInput, removeHandFile } from './hand-files.ts';
import type { decisionInput, extensionInput, questionInput, recordedInput, taskInput } from './inputs.ts';
import { askQuestion, endPause, extendCase, liftRestriction } from './letters.ts';
import { addNote, recordAuthority, setHold } from './notes.ts';
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
import { readProcessors } from './processors.ts';
import { readQueue } from './queue.ts';
import { requestTask } from './request-tasks.ts';
import {
  createStaffSignIn,
  mustBeAllowed,
  type Permission,
  type StaffIdentity,
  type StaffSession,
} from './sign-in.ts';
import { answerTask } from './tasks.ts';

export interface StaffApiPorts extends PackagePorts {
  readonly signer: Signer;
  readonly identity: StaffIdentity;
  /** The enabled systems and what each can do: what a grant would do is shown before it happens. */
  readonly systems: Systems;
}

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

  function view(read: Awaited<ReturnType<typeof readCase>>, language: Language) {
    const document = staffDocument(read.current, read.events, runtime.now(), (processor, key) => {
      const texts = ports.manualTasks(processor);
      return (texts[key]?.instructions ?? requestTask(key)).map((line) => line[language]);
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
    /** Instructions of tasks come in this language. */
    read: async (id: string, language: Language = 'en') => view(await readCase(ports, id), language),
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
