import * as v from 'valibot';
import { PermanentError, QuarantineError, TransientError } from '../../domain/errors.ts';
import type { ProcessorDependencies, SubjectKeys } from '../contract.ts';
import { jsonRequest } from '../json-request.ts';
import { refusalOf } from '../refusal.ts';
import { expectSubject, instant, readJson, saysAbsent } from '../response.ts';
import type { TelegramConfig } from '../telegram.ts';

/** Messages in one `deleteMessages`. */
const batch = 100;

const messageSchema = v.object({
  messageId: v.pipe(v.number(), v.integer(), v.minValue(1)),
  sentAt: instant,
  from: v.picklist(['bot', 'subject', 'staff']),
  text: v.string(),
});

/** The words of our own store for what it does not hold. */
const absentFromStore = v.object({ code: v.literal('absent') });

/** One chat in our bot back end, as docs/telegram-chats.openapi.json promises it. */
export const chatSchema = v.object({
  chatId: v.string(),
  email: v.string(),
  linkedAt: instant,
  stopped: v.boolean(),
  messages: v.array(messageSchema),
});
export type Chat = v.InferOutput<typeof chatSchema>;

const botAnswer = v.variant('ok', [
  v.object({ ok: v.literal(true), result: v.literal(true) }),
  v.object({
    ok: v.literal(false),
    error_code: v.number(),
    parameters: v.optional(v.object({ retry_after: v.optional(v.number()) })),
  }),
]);

export function createChats(config: TelegramConfig, deps: ProcessorDependencies) {
  async function store(
    method: 'GET' | 'PUT' | 'DELETE',
    path: string,
    body?: Readonly<Record<string, boolean>>,
  ) {
    return deps.http.send(
      jsonRequest({
        method,
        url: `${config.store}/chats${path}`,
        headers: { authorization: `Bearer ${await deps.secret(config.storeTokenSecret)}` },
        body,
        repeatable: true,
      }),
    );
  }

  async function bot(method: string, body?: Readonly<Record<string, unknown>>) {
    return deps.http.send(
      jsonRequest({
        method: 'POST',
        url: `${config.baseUrl}/bot${await deps.secret(config.botTokenSecret)}/${method}`,
        body: body ?? {},
        // Deleting skips what is gone.
        repeatable: true,
      }),
    );
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
