import type { ManualTask } from '../contract.ts';
import { failureTasks } from '../tasks.ts';

const subjectText = {
  nl: 'Berichten die ouder zijn dan twee dagen kan een bot in Telegram niet meer wissen. U kunt het gesprek zelf wissen, ook voor de andere kant. Telegram is zelf verantwoordelijk voor uw Telegram-account; daarvoor kunt u in de app terecht bij @GDPRbot.',
  en: 'A bot in Telegram cannot erase messages older than two days. You can delete the chat yourself, for both sides. Telegram itself is responsible for your Telegram account; in the app, @GDPRbot is there for that.',
};

/** Work at Telegram that a person does, by operation. */
export const telegramTasks: Readonly<Record<string, ManualTask>> = {
  ...failureTasks('the bot back end', ['find', 'export', 'restrict', 'lift', 'opt-out']),
  rectify: {
    instructions: [
      'Names and numbers in Telegram are set by the person there; nothing of that can be corrected from our side.',
      'If our own note about the chat is wrong, correct it in the bot back end.',
    ],
    evidence: 'What was corrected in the bot back end and when.',
    subjectText,
  },
  erase: {
    instructions: [
      'Our own copy and the messages of the last 48 hours have been erased by call. Older messages remain in the chat.',
      'On every staff device and shared Telegram account: open the chat and delete it for both sides.',
      'Check that no export or screenshot of the chat was saved in shared folders.',
    ],
    evidence: 'On which shared accounts the chat was deleted, by whom and when.',
    subjectText,
  },
};
