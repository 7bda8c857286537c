import * as v from 'valibot';
import { PermanentError, QuarantineError, TransientError } from '../domain/errors.ts';
import type { Action } from '../domain/words.ts';
import { baseUrl, originOf, parseConfig, secretName } from './config.ts';
import type {
  ActInput,
  ActResult,
  Confirmation,
  ConfirmInput,
  ExportedRecord,
  Finding,
  Holding,
  Processor,
  ProcessorDefinition,
  ProcessorDependencies,
  SubjectKeys,
} from './contract.ts';
import { lookedAgain, vendorStatus } from './evidence.ts';
import { refusalOf } from './refusal.ts';
import { expectSubject, readJson, saysAbsent } from './response.ts';
import { handlesBefore, standingOf } from './standing.ts';
import { telegramTasks } from './telegram/tasks.ts';

const name = 'telegram';

const configuration = v.strictObject({
  baseUrl: baseUrl('https://api.telegram.org'),
  botTokenSecret: secretName('telegram/bot-token'),
  /** Our own bot back end, which keeps what was written to and by the bot (`/chats`). */
  store: v.unwrap(baseUrl('https://localhost')),
  storeTokenSecret: secretName('telegram/store-token'),
});
type Config = v.InferOutput<typeof configuration>;

const capabilities = {
  find: 'automated',
  export: 'automated',
  rectify: 'manual',
  erase: 'automated',
  restrict: 'automated',
  lift: 'automated',
  'opt-out': 'automated',
} as const;

/** Telegram lets a bot delete messages of the last 48 hours only; a little less, so that none grows too old on the way. */
const deletableMs = 48 * 3_600_000 - 60_000;
/** Messages in one `deleteMessages`. */
const batch = 100;

const messageSchema = v.object({
  messageId: v.pipe(v.number(), v.integer(), v.minValue(1)),
  sentAt: v.pipe(v.string(), v.isoTimestamp()),
  from: v.picklist(['bot', 'subject', 'staff']),
  text: v.string(),
});
/** The words of our own store for what it does not hold. */
const absentFromStore = v.object({ code: v.literal('absent') });
/** One chat in our bot back end, as docs/telegram-chats.openapi.json promises it. */
export const chatSchema = v.object({
  chatId: v.string(),
  email: v.string(),
  linkedAt: v.pipe(v.string(), v.isoTimestamp()),
  stopped: v.boolean(),
  messages: v.array(messageSchema),
});
type Chat = v.InferOutput<typeof chatSchema>;

const botAnswer = v.variant('ok', [
  v.object({ ok: v.literal(true), result: v.literal(true) }),
  v.object({
    ok: v.literal(false),
    error_code: v.number(),
    parameters: v.optional(v.object({ retry_after: v.optional(v.number()) })),
  }),
]);

export const telegram: ProcessorDefinition<unknown> = {
  name,
  title: 'Telegram (Telegram Messenger Inc.)',
  capabilities,
  ownController: true,
  // A bot may call about thirty times a second over all chats.
  limits: { concurrency: 2, perSecond: 10 },
  manualTasks: telegramTasks,
  origins: (config) => {
    const { baseUrl, store } = parseConfig(name, configuration, config);
    return [originOf(baseUrl), originOf(store)];
  },
  connect: (config, deps) => connect(parseConfig(name, configuration, config), deps),
  exampleConfig: { store: 'https://bot.internal.example.com' },
};

function connect(config: Config, deps: ProcessorDependencies): Processor {
  const chats = createChats(config, deps);

  /** The found chats as our store has them now, each checked to be the subject's. */
  async function liveChats(input: ActInput): Promise<readonly Chat[]> {
    const found: Chat[] = [];
    for (const handle of handlesBefore(input)) {
      const chat = await chats.read(handle, input.keys);
      if (chat !== undefined) found.push(chat);
    }
    return found;
  }

  async function erase(input: ActInput): Promise<ActResult> {
    const handles = handlesBefore(input);
    let older = 0;
    for (const { handle, count } of input.finding.holdings.filter((one) => handles.includes(one.handle))) {
      const chat = await chats.read(handle, input.keys);
      // Erased by an earlier run: how old its messages were is no longer known, so a person looks if there were any.
      if (chat === undefined) {
        older += count - 1;
        continue;
      }
      const young = chat.messages.filter(({ sentAt }) => deps.now() - Date.parse(sentAt) < deletableMs);
      older += chat.messages.length - young.length;
      const ids = young.map(({ messageId }) => messageId);
      await chats.deleteMessages(handle, ids);
      await chats.erase(handle);
    }
    // What is older stays in the person's own chat window: only they can clear it there.
    if (older > 0)
      return {
        result: 'manual',
        instructions: 'erase',
        evidence: vendorStatus({ observation: 'own-copy-erased', handles }),
      };
    return { result: 'done', evidence: vendorStatus({ observation: 'messages-deleted', handles }) };
  }

  return {
    name,
    async find(keys): Promise<Finding> {
      const holdings: Holding[] = [];
      for (const id of new Set(keys.telegramChatIds ?? [])) {
        const chat = await chats.read(id, keys);
        if (chat === undefined) continue;
        const count = 1 + chat.messages.length;
        holdings.push({ handle: id, category: 'messages', count, createdAt: chat.linkedAt });
      }
      return { holdings, complete: true };
    },
    async *export(keys, finding): AsyncIterable<ExportedRecord> {
      for (const { handle } of finding.holdings) {
        const chat = await chats.read(handle, keys);
        if (chat === undefined) continue;
        const { linkedAt, stopped, messages } = chat;
        const link = { linkedAt, stopped };
        yield { category: 'messages', type: 'chat', handle, data: link, providedBySubject: true };
        for (const message of messages)
          yield {
            category: 'messages',
            type: 'message',
            handle: `${handle}/${message.messageId}`,
            data: message,
            providedBySubject: message.from === 'subject',
            // Staff write under their own names: a person reads such words before they go out (art. 15(4)).
            ...(message.from === 'staff' ? { othersAt: ['text'] } : {}),
          };
      }
    },
    async act(action: Action, input: ActInput): Promise<ActResult> {
      const nothing = lookedAgain({ observation: 'no-chat' });
      const standing = standingOf(capabilities, action, input, nothing);
      if (standing !== undefined) return standing;
      if (action === 'erase') return erase(input);
      const stopped = action !== 'lift';
      const handles: string[] = [];
      for (const { chatId } of await liveChats(input)) {
        await chats.stop(chatId, stopped);
        handles.push(chatId);
      }
      const observation = stopped ? 'sending-stopped' : 'sending-resumed';
      return { result: 'done', evidence: vendorStatus({ observation, handles }) };
    },
    async confirm(input: ConfirmInput): Promise<Confirmation> {
      const found = await liveChats(input);
      const handles = handlesBefore(input);
      const seen = (observation: string) => lookedAgain({ observation, handles });
      if (input.action === 'erase') {
        if (found.length > 0)
          return { seen: 'still-there', code: 'own-copy-kept', evidence: seen('chat-present') };
        return { seen: 'confirmed', evidence: seen('chat-404') };
      }
      const wanted = input.action !== 'lift';
      if (found.some(({ stopped }) => stopped !== wanted))
        return { seen: 'still-there', code: 'sending-unchanged', evidence: seen('sending-unchanged') };
      return { seen: 'confirmed', evidence: seen(wanted ? 'sending-stopped' : 'sending-resumed') };
    },
    check: () => chats.check(),
  };
}

function createChats(config: Config, deps: ProcessorDependencies) {
  async function store(
    method: 'GET' | 'PUT' | 'DELETE',
    path: string,
    body?: Readonly<Record<string, boolean>>,
  ) {
    return deps.http.send({
      method,
      url: `${config.store}/chats${path}`,
      headers: {
        authorization: `Bearer ${await deps.secret(config.storeTokenSecret)}`,
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      repeatable: true,
    });
  }

  async function bot(method: string, body?: Readonly<Record<string, unknown>>) {
    return deps.http.send({
      method: 'POST',
      url: `${config.baseUrl}/bot${await deps.secret(config.botTokenSecret)}/${method}`,
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(body ?? {}),
      // Deleting skips what is gone.
      repeatable: true,
    });
  }

  return {
    /** @throws QuarantineError `another-person` when the store links this chat to a mailbox that is not the subject's */
    async read(chatId: string, keys: SubjectKeys): Promise<Chat | undefined> {
      const response = await store('GET', `/${encodeURIComponent(chatId)}`);
      if (saysAbsent(response, absentFromStore)) return undefined;
      if (response.status !== 200) throw refusalOf(response);
      const chat = readJson(response, chatSchema);
      if (chat.chatId !== chatId) throw new QuarantineError('another-record');
      expectSubject(keys, chat.email);
      return chat;
    },
    async stop(chatId: string, stopped: boolean): Promise<void> {
      const response = await store('PUT', `/${encodeURIComponent(chatId)}/stopped`, { stopped });
      if (response.status !== 204 && !saysAbsent(response, absentFromStore)) throw refusalOf(response);
    },
    async erase(chatId: string): Promise<void> {
      const response = await store('DELETE', `/${encodeURIComponent(chatId)}`);
      if (response.status !== 204 && !saysAbsent(response, absentFromStore)) throw refusalOf(response);
    },
    /** Deletes for both sides; a chat that Telegram no longer knows, or that blocked the bot, has nothing of ours left to delete. */
    async deleteMessages(chatId: string, messageIds: readonly number[]): Promise<void> {
      for (let start = 0; start < messageIds.length; start += batch) {
        const response = await bot('deleteMessages', {
          chat_id: Number(chatId),
          message_ids: messageIds.slice(start, start + batch),
        });
        const answer = readJson(response, botAnswer);
        if (answer.ok) continue;
        if (answer.error_code === 429) {
          const seconds = answer.parameters?.retry_after;
          throw new TransientError('rate-limited', seconds === undefined ? undefined : seconds * 1000);
        }
        if (answer.error_code === 401 || answer.error_code === 404)
          throw new PermanentError('credentials-refused');
        throw new PermanentError('messages-not-deleted');
      }
    },
    async check(): Promise<void> {
      const me = await bot('getMe');
      if (me.status === 401 || me.status === 404) throw new PermanentError('credentials-refused');
      if (me.status !== 200) throw refusalOf(me);
      readJson(me, v.object({ ok: v.literal(true), result: v.object({ is_bot: v.literal(true) }) }));
      const response = await store('GET', '/rights-desk-connection-check');
      if (!saysAbsent(response, absentFromStore)) throw refusalOf(response);
    },
  };
}
