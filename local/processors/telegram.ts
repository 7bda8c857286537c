import { Hono } from 'hono';
import { defineEmulator, type EmulatorEnv } from './emulator.ts';
import { seeds } from './seeds.ts';

const botToken = '7100001:local-bot-token';
const storeToken = 'local-bot-store-token';
const deletableMs = 48 * 3_600_000;

interface Message {
  messageId: number;
  sentAt: string;
  from: 'bot' | 'subject' | 'staff';
  text: string;
}

interface TelegramData {
  /** Our own bot back end. */
  chats: Record<string, { email: string; linkedAt: string; stopped: boolean; messages: Message[] }>;
  /** Telegram's side: chat → message id → when it was sent. */
  window: Record<string, Record<string, { sentAt: string }>>;
}

/** Telegram's Bot API, and under `/store` our own bot back end. */
export const telegramEmulator = defineEmulator<TelegramData>({
  name: 'telegram',
  seed(nowMs) {
    const { email, canary, telegramChatIds } = seeds.ada;
    const at = (daysAgo: number) => new Date(nowMs - daysAgo * 86_400_000).toISOString();
    const messages: Message[] = [
      { messageId: 11, sentAt: at(200), from: 'bot', text: 'Your video has been processed.' },
      { messageId: 12, sentAt: at(90), from: 'subject', text: `${canary}-telegram-question` },
      { messageId: 13, sentAt: at(90), from: 'staff', text: 'An answer by our support.' },
      { messageId: 14, sentAt: at(0.5), from: 'bot', text: 'Your video has been processed.' },
    ];
    const byId = Object.fromEntries(messages.map(({ messageId, sentAt }) => [messageId, { sentAt }]));
    return {
      chats: Object.fromEntries(
        telegramChatIds.map((id) => [id, { email, linkedAt: at(201), stopped: false, messages }]),
      ),
      window: Object.fromEntries(telegramChatIds.map((id) => [id, byId])),
    };
  },
  create({ state, now }) {
    const app = new Hono<EmulatorEnv>();

    app.post('/:bot/:method', async (c) => {
      const { bot, method } = c.req.param();
      if (bot !== `bot${botToken}`) return botError(401, 'Unauthorized');
      if (method === 'getMe') return c.json({ ok: true, result: { id: 7100001, is_bot: true } });
      if (method !== 'deleteMessages') return botError(404, 'Not Found');
      const body = await c.req.json<{ chat_id: number; message_ids: number[] }>();
      const window = state.data.window[body.chat_id];
      if (window === undefined) return botError(400, 'Bad Request: chat not found');
      for (const id of body.message_ids) {
        const message = window[id];
        // Missing ones are skipped, too old ones are an error.
        if (message === undefined) continue;
        if (now() - Date.parse(message.sentAt) >= deletableMs)
          return botError(400, "Bad Request: message can't be deleted");
        delete window[id];
      }
      return c.json({ ok: true, result: true });
    });

    app.use('/store/*', async (c, next) => {
      if (c.req.header('authorization') !== `Bearer ${storeToken}`)
        return c.json({ code: 'unauthorized' }, 401);
      return next();
    });
    app.get('/store/chats/:id', (c) => {
      const chatId = c.req.param('id');
      const chat = state.data.chats[chatId];
      return chat === undefined ? c.json({ code: 'absent' }, 404) : c.json({ chatId, ...chat });
    });
    app.put('/store/chats/:id/stopped', async (c) => {
      const chat = state.data.chats[c.req.param('id')];
      if (chat === undefined) return c.json({ code: 'absent' }, 404);
      chat.stopped = (await c.req.json<{ stopped: boolean }>()).stopped;
      return c.body(null, 204);
    });
    app.delete('/store/chats/:id', (c) => {
      const id = c.req.param('id');
      const chat = state.data.chats[id];
      if (chat === undefined) return c.json({ code: 'absent' }, 404);
      if (c.env.lie === 'archive' || c.env.lie === 'cancel') chat.stopped = true;
      else delete state.data.chats[id];
      return c.body(null, 204);
    });

    return {
      app,
      holds: () =>
        Object.values(state.data.chats).map(({ email, messages }) => ({
          email,
          records: 1 + messages.length,
        })),
      errorBody: (status) => ({ ok: false, error_code: status, description: 'scripted' }),
      configuration: (baseUrl) => ({
        config: { baseUrl, store: `${baseUrl}/store` },
        secrets: { 'telegram/bot-token': botToken, 'telegram/store-token': storeToken },
      }),
    };
  },
});

function botError(status: number, description: string): Response {
  return Response.json({ ok: false, error_code: status, description }, { status });
}
