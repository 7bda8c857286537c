import { absentFromStore, grantList, grantSchema } from '../../functions/processors/google-oauth/grants.ts';
import { chatSchema } from '../../functions/processors/telegram/chats.ts';
import { body, content, ref, schemaOf } from './account-interface.ts';

/**
 * The interfaces of our own two stores beside the account system, made from the connectors' own schemas as the account's is: the grants
 * to Google data, and the chats of the bot.
 */

const refusals = {
  401: { description: 'The token is not valid.' },
  404: body(
    'There is no such record, with the code `absent`: any other 404 is read as a wrong address and never as an absence.',
    ref('Absent'),
  ),
};

const id = (description: string) => ({
  name: 'id',
  in: 'path',
  required: true,
  schema: { type: 'string' },
  description,
});

function document(title: string, notes: readonly string[], paths: object, schemas: object) {
  return {
    openapi: '3.1.0',
    info: {
      title,
      version: '1.0.0',
      description: [
        ...notes,
        'Every call may come twice, and the second does nothing more. All instants are RFC 3339 in UTC.',
      ].join('\n\n'),
    },
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
      schemas: { ...schemas, Absent: schemaOf(absentFromStore) },
    },
  };
}

export function grantsInterface(): Readonly<Record<string, unknown>> {
  return document(
    'Store of Google grants, as the rights desk needs it',
    [
      'Keeps what people allowed us to fetch from Google and what was fetched; the ids are those that the account system hands out as `googleOauthTokenIds`.',
    ],
    {
      '/google-grants': {
        get: {
          summary:
            'Grants that hold a record fetched before an instant: read daily, because such data is kept for one calendar year.',
          parameters: [
            {
              name: 'fetchedBefore',
              in: 'query',
              required: true,
              schema: { type: 'string', format: 'date-time' },
            },
          ],
          responses: {
            200: body(
              'As many as fit into one answer; the rest comes when these are gone.',
              ref('GrantList'),
            ),
            401: refusals[401],
          },
        },
      },
      '/google-grants/{id}': {
        parameters: [id('Never given to another person.')],
        get: {
          summary: 'One grant with everything that was fetched under it.',
          responses: { 200: body('As it is now.', ref('Grant')), ...refusals },
        },
        delete: {
          summary: 'Erases the grant and everything that was fetched under it, copies and caches included.',
          responses: { 204: { description: 'Gone.' }, ...refusals },
        },
      },
    },
    { Grant: schemaOf(grantSchema), GrantList: schemaOf(grantList) },
  );
}

export function chatsInterface(): Readonly<Record<string, unknown>> {
  return document(
    'Back end of the Telegram bot, as the rights desk needs it',
    [
      'Keeps which chat belongs to which mailbox, and what was written there; the ids are Telegram’s chat ids, which the account system hands out as `telegramChatIds`.',
    ],
    {
      '/chats/{id}': {
        parameters: [id('Chat id of Telegram.')],
        get: {
          summary: 'One chat with its messages.',
          responses: { 200: body('As it is now.', ref('Chat')), ...refusals },
        },
        delete: {
          summary: 'Erases the chat, its link to the mailbox and its messages, copies and logs included.',
          responses: { 204: { description: 'Gone.' }, ...refusals },
        },
      },
      '/chats/{id}/stopped': {
        parameters: [id('Chat id of Telegram.')],
        put: {
          summary:
            'Stops or resumes everything that the bot sends by itself. Answers to the person’s own commands go on.',
          requestBody: {
            required: true,
            ...content({
              type: 'object',
              required: ['stopped'],
              additionalProperties: false,
              properties: { stopped: { type: 'boolean' } },
            }),
          },
          responses: { 204: { description: 'As asked.' }, ...refusals },
        },
      },
    },
    { Chat: schemaOf(chatSchema) },
  );
}
