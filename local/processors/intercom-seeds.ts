import type { JsonValue } from '../../functions/processors/contract.ts';
import { type SeedName, seeds } from './seeds.ts';

export interface ContactRow {
  role: 'user' | 'lead';
  email: string;
  external_id: string | null;
  name: string;
  phone: string | null;
  created_at: number;
  updated_at: number;
  unsubscribed_from_emails: boolean;
  archived?: boolean;
  custom_attributes: Record<string, JsonValue>;
  tags: { type: 'tag'; id: string; name: string }[];
  notes: { type: 'note'; id: string; created_at: number; body: string }[];
  /** Ids of attached subscription types. */
  subscriptions: string[];
  events: { name: string; first: string; last: string; count: number }[];
}

export interface ThreadRow {
  contactIds: string[];
  created_at: number;
  updated_at: number;
  [key: string]: JsonValue;
}

export interface IntercomData {
  contacts: Record<string, ContactRow>;
  conversations: Record<string, ThreadRow>;
  tickets: Record<string, ThreadRow>;
  /** Old id of a merged contact → the one it lives on in. */
  mergedInto: Record<string, string>;
}

const joined = Date.UTC(2024, 4, 2) / 1000;

/** Being attached to an opt-in kind means "opted in", to an opt-out kind "opted out". */
export const subscriptionTypes = [
  { type: 'subscription', id: '91', state: 'live', consent_type: 'opt_out', content_types: ['email'] },
  { type: 'subscription', id: '93', state: 'live', consent_type: 'opt_in', content_types: ['email'] },
  { type: 'subscription', id: '95', state: 'archived', consent_type: 'opt_out', content_types: ['email'] },
].map((type) => ({
  ...type,
  default_translation: { name: `Kind ${type.id}`, description: 'Mailings', locale: 'en' },
  translations: [],
}));

export function intercomSeeds(): IntercomData {
  const [adaId] = seeds.ada.intercomContactIds;
  const [linUser, linLead] = seeds.lin.intercomContactIds;
  return {
    contacts: {
      [adaId]: contact('ada', 'user', seeds.ada.accountId),
      [linUser]: contact('lin', 'user', seeds.lin.accountId),
      [linLead]: contact('lin', 'lead', null),
    },
    conversations: {
      '70011': thread('ada', adaId, 'first question'),
      '70012': thread('ada', adaId, 'second question'),
      '70013': thread('ada', adaId, 'third question'),
      '70021': thread('lin', linUser, 'question as a user'),
      '70022': thread('lin', linLead, 'question as a visitor'),
    },
    tickets: { '80011': ticket('ada', adaId) },
    mergedInto: {},
  };
}

function contact(name: SeedName, role: ContactRow['role'], externalId: string | null): ContactRow {
  const { email, canary } = seeds[name];
  return {
    role,
    email,
    external_id: externalId,
    name: `${canary}-intercom-name`,
    phone: '+31201234567',
    created_at: joined,
    updated_at: joined,
    unsubscribed_from_emails: false,
    custom_attributes: { plan: 'pro' },
    tags: [{ type: 'tag', id: '17', name: 'paying' }],
    notes: [
      { type: 'note', id: `${name}-${role}`, created_at: joined, body: `<p>${canary}-intercom-note</p>` },
    ],
    subscriptions: ['93'],
    events: [
      {
        name: 'uploaded-video',
        first: '2024-05-03T10:00:00.000+00:00',
        last: '2025-02-17T10:00:00.000+00:00',
        count: 3,
      },
    ],
  };
}

const colleague = { type: 'admin', id: '991', name: 'Support', email: 'support@kinescope.example' };

function thread(name: SeedName, contactId: string, topic: string): ThreadRow {
  const { email, canary } = seeds[name];
  const author = { type: 'user', id: contactId, name: `${canary}-intercom-name`, email };
  return {
    contactIds: [contactId],
    created_at: joined + 3600,
    updated_at: joined + 7200,
    title: null,
    state: 'closed',
    open: false,
    read: true,
    priority: 'none',
    source: {
      type: 'conversation',
      id: `${contactId}-source`,
      body: `<p>${canary}-intercom-${topic}</p>`,
      author,
    },
    conversation_parts: {
      type: 'conversation_part.list',
      total_count: 2,
      conversation_parts: [
        {
          type: 'conversation_part',
          id: '1',
          part_type: 'comment',
          body: '<p>An answer.</p>',
          author: colleague,
        },
        {
          type: 'conversation_part',
          id: '2',
          part_type: 'comment',
          body: `<p>${canary}-intercom-thanks</p>`,
          author,
        },
      ],
    },
  };
}

function ticket(name: SeedName, contactId: string): ThreadRow {
  return {
    contactIds: [contactId],
    created_at: joined + 10_800,
    updated_at: joined + 10_800,
    ticket_id: '34',
    category: 'Customer',
    open: false,
    ticket_attributes: {
      _default_title_: `${seeds[name].canary}-intercom-ticket`,
      _default_description_: 'A film does not play.',
    },
    ticket_parts: { type: 'ticket_part.list', total_count: 0, ticket_parts: [] },
  };
}
