import * as v from 'valibot';
import { baseUrl, originOf, secretName } from './config.ts';
import type { ManualTask, ProcessorDefinition } from './contract.ts';
import { defineProcessor } from './definition.ts';
import { failureTasks } from './tasks.ts';

const configuration = v.strictObject({
  baseUrl: baseUrl('https://api.telegram.org'),
  botTokenSecret: secretName('telegram/bot-token'),
  /** Our own bot back end, which keeps what was written to and by the bot (`/chats`). */
  store: v.unwrap(baseUrl('https://localhost')),
  storeTokenSecret: secretName('telegram/store-token'),
});
export type TelegramConfig = v.InferOutput<typeof configuration>;

const subjectText = {
  nl: 'Berichten die ouder zijn dan twee dagen kan een bot in Telegram niet meer wissen. U kunt het gesprek zelf wissen, ook voor de andere kant. Telegram is zelf verantwoordelijk voor uw Telegram-account; daarvoor kunt u in de app terecht bij @GDPRbot.',
  en: 'A bot in Telegram cannot erase messages older than two days. You can delete the chat yourself, for both sides. Telegram itself is responsible for your Telegram account; in the app, @GDPRbot is there for that.',
};

/** Work at Telegram that a person does, by operation. */
const manualTasks: Readonly<Record<string, ManualTask>> = {
  ...failureTasks({ nl: 'de backend van de bot', en: 'the bot back end' }, [
    'find',
    'export',
    'restrict',
    'lift',
    'opt-out',
  ]),
  rectify: {
    instructions: [
      {
        nl: 'Namen en nummers stelt iemand in Telegram zelf in; daar kunnen wij niets aan veranderen.',
        en: 'Names and numbers in Telegram are set by the person there; nothing of that can be corrected from our side.',
      },
      {
        nl: 'Klopt onze eigen notitie over de chat niet, corrigeer die dan in de backend van de bot.',
        en: 'If our own note about the chat is wrong, correct it in the bot back end.',
      },
    ],
    evidence: 'What was corrected in the bot back end and when.',
    subjectText,
  },
  erase: {
    instructions: [
      {
        nl: 'Onze eigen kopie en de berichten van de laatste 48 uur zijn automatisch gewist. Oudere berichten blijven in de chat.',
        en: 'Our own copy and the messages of the last 48 hours have been erased by call. Older messages remain in the chat.',
      },
      {
        nl: 'Op elk apparaat van collega’s en elk gedeeld Telegram-account: open de chat en verwijder hem aan beide kanten.',
        en: 'On every staff device and shared Telegram account: open the chat and delete it for both sides.',
      },
      {
        nl: 'Controleer dat er geen export of schermafdruk van de chat in gedeelde mappen staat.',
        en: 'Check that no export or screenshot of the chat was saved in shared folders.',
      },
    ],
    evidence: 'On which shared accounts the chat was deleted, by whom and when.',
    subjectText,
  },
};

export const telegram: ProcessorDefinition = defineProcessor({
  name: 'telegram',
  title: 'Telegram (Telegram Messenger Inc.)',
  capabilities: {
    find: 'automated',
    export: 'automated',
    rectify: 'manual',
    erase: 'automated',
    restrict: 'automated',
    lift: 'automated',
    'opt-out': 'automated',
  },
  ownController: true,
  // A bot may call about thirty times a second over all chats.
  limits: { concurrency: 2, perSecond: 10 },
  manualTasks,
  configuration,
  origins: ({ baseUrl, store }) => [originOf(baseUrl), originOf(store)],
  connection: () => import('./telegram/connection.ts'),
  exampleConfig: { store: 'https://bot.internal.example.com' },
});
