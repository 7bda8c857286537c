import type { JsonValue, SubjectKeys } from '../../functions/processors/contract.ts';
import { type SeedName, seeds } from './seeds.ts';

export interface AccountRow {
  email: string;
  otherEmails: string[];
  createdAt: string;
  mailboxSince: string;
  profile: { name: string | null; company: string | null; phone: string | null; language: string | null };
  restricted: boolean;
  marketingConsent: boolean;
  openSubscription: boolean;
  billing: { bookYear: number; count: number }[];
  mediaProjectIds: string[];
  linked: Partial<Omit<SubjectKeys, 'email' | 'accountId' | 'otherEmails'>>;
  records: {
    id: string;
    category: string;
    type: string;
    providedBySubject: boolean;
    othersAt?: string[];
    data: JsonValue;
  }[];
}

export interface AccountData {
  accounts: Record<string, AccountRow>;
  videos: Record<
    string,
    { project_id: string; title: string; status: string; created_at: string; duration: number }
  >;
  erasures: Record<
    string,
    {
      requestedAt: string;
      live: 'pending' | 'gone';
      derived: 'pending' | 'gone';
      backups: 'pending' | 'gone';
      backupsGoneBy: string;
      keptBookYears: number[];
    }
  >;
  keptBooks: Record<string, { email: string; books: AccountRow['billing'] }>;
}

const adasProject = '5f0d7d5e-3f1c-4a43-9a38-0d6ad0000001';

export function accountSeeds(nowMs: number): AccountData {
  const lastYear = new Date(nowMs).getUTCFullYear() - 1;
  const { ada, grace, lin } = seeds;
  return {
    accounts: {
      [ada.accountId]: {
        ...rowOf('ada', '2024-03-01T09:00:00.000Z'),
        mediaProjectIds: [adasProject],
        linked: {
          gaClientIds: ada.gaClientIds,
          gaUserIds: ada.gaUserIds,
          stripeCustomerIds: ada.stripeCustomerIds,
          adyenPspReferences: ada.adyenPspReferences,
          adyenShopperReference: ada.adyenShopperReference,
          paypalCustomerId: ada.paypalCustomerId,
          telegramChatIds: ada.telegramChatIds,
          googleOauthTokenIds: ada.googleOauthTokenIds,
          hotjarUserIds: ada.hotjarUserIds,
        },
      },
      [grace.accountId]: {
        ...rowOf('grace', '2023-05-12T14:30:00.000Z'),
        billing: [
          { bookYear: lastYear - 1, count: 3 },
          { bookYear: lastYear, count: 5 },
        ],
        linked: { stripeCustomerIds: grace.stripeCustomerIds },
      },
      [lin.accountId]: rowOf('lin', '2025-01-20T20:15:00.000Z'),
    },
    videos: {
      '0b3ce7b0-53a5-4df5-9d3c-ada000000001': video('first film', '2024-03-02T10:00:00Z'),
      '0b3ce7b0-53a5-4df5-9d3c-ada000000002': video('second film', '2024-06-11T10:00:00Z'),
      '0b3ce7b0-53a5-4df5-9d3c-ada000000003': video('third film', '2025-02-17T10:00:00Z'),
    },
    erasures: {},
    keptBooks: {},
  };
}

function video(title: string, created_at: string): AccountData['videos'][string] {
  return {
    project_id: adasProject,
    title: `${seeds.ada.canary}-video ${title}`,
    status: 'done',
    created_at,
    duration: 61.5,
  };
}

function rowOf(name: SeedName, createdAt: string): AccountRow {
  const { email, canary } = seeds[name];
  const profile = {
    name: `${canary}-name`,
    company: `${canary}-company`,
    phone: '+31201234567',
    language: name === 'grace' ? 'nl' : 'en',
  };
  return {
    email,
    otherEmails: [],
    createdAt,
    mailboxSince: createdAt,
    profile,
    restricted: false,
    marketingConsent: true,
    openSubscription: false,
    billing: [],
    mediaProjectIds: [],
    linked: {},
    records: [
      {
        id: `${name}-profile`,
        category: 'account',
        type: 'profile',
        providedBySubject: true,
        data: { ...profile, email },
      },
      {
        id: `${name}-signup`,
        category: 'account',
        type: 'sign-up',
        providedBySubject: false,
        data: { signedUpAt: createdAt, emailConfirmedAt: createdAt, ip: '192.0.2.17' },
      },
      {
        id: `${name}-chat-1`,
        category: 'messages',
        type: 'chatbot-message',
        providedBySubject: true,
        othersAt: ['reply'],
        data: { text: `${canary}-chatbot-question`, reply: 'An answer by our support.' },
      },
    ],
  };
}
