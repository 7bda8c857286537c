import type { Action } from '../../domain/words.ts';
import type {
  ActInput,
  ActResult,
  Confirmation,
  ConfirmInput,
  ExportedRecord,
  Finding,
  Holding,
  Processor,
  ProcessorDependencies,
} from '../contract.ts';
import { lookedAgain, vendorStatus } from '../evidence.ts';
import { handlesBefore, standingOf } from '../standing.ts';
import { type TelegramConfig, telegram } from '../telegram.ts';
import { type Chat, createChats } from './chats.ts';

/** Telegram lets a bot delete messages of the last 48 hours only; a little less, so that none grows too old on the way. */
const deletableMs = 48 * 3_600_000 - 60_000;

export function connect(config: TelegramConfig, deps: ProcessorDependencies): Processor {
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
    name: telegram.name,
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
      const standing = standingOf(telegram.capabilities, action, input, nothing);
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
