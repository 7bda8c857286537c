import * as v from 'valibot';
import { dataCategories } from '../../domain/words.ts';
import { instant, jsonValue } from '../response.ts';

/**
 * What we ask of Kinescope's own back end, as schemas: the connector reads its answers through them, and
 * docs/account-connector.openapi.json is made from them for those who build the other side.
 */

const id = v.pipe(v.string(), v.regex(/^[\w.:-]{1,128}$/));
const day = v.pipe(v.string(), v.isoDate());
const mailbox = v.pipe(v.string(), v.maxLength(254));

/** Ids under which other processors know this account's holder. */
export const linkedIds = v.object({
  gaClientIds: v.optional(v.array(v.string())),
  gaUserIds: v.optional(v.array(v.string())),
  stripeCustomerIds: v.optional(v.array(v.string())),
  adyenPspReferences: v.optional(v.array(v.string())),
  adyenShopperReference: v.optional(v.string()),
  paypalCustomerId: v.optional(v.string()),
  telegramChatIds: v.optional(v.array(v.string())),
  googleOauthTokenIds: v.optional(v.array(v.string())),
  hotjarUserIds: v.optional(v.array(v.string())),
});

export const accountSummary = v.object({
  accountId: id,
  /** The confirmed address; the one that was asked for, or one of `otherEmails` is. */
  email: mailbox,
  otherEmails: v.array(mailbox),
  createdAt: instant,
  /** When this mailbox became the account's; equals `createdAt` unless the address was changed later. */
  mailboxSince: instant,
  /** Exportable records by kind. */
  counts: v.array(
    v.object({ category: v.picklist(dataCategories), count: v.pipe(v.number(), v.integer(), v.minValue(0)) }),
  ),
  /** Invoices and the like, by the calendar year of the books they stand in. */
  billing: v.array(
    v.object({
      bookYear: v.pipe(v.number(), v.integer(), v.minValue(2000)),
      count: v.pipe(v.number(), v.integer(), v.minValue(1)),
    }),
  ),
  openSubscription: v.boolean(),
  mediaProjectIds: v.array(id),
  linked: linkedIds,
});

export const lookupRequest = v.object({ email: mailbox });
export const lookupResponse = v.object({
  /** How many accounts answer to the mailbox; a list that is shorter was cut on its way. */
  total: v.pipe(v.number(), v.integer(), v.minValue(0)),
  accounts: v.array(accountSummary),
});

/** The fields that a rectification may change without a person looking; the address is none of them, because it is the key. */
export const profileFields = ['name', 'company', 'phone', 'language'] as const;

export const accountState = v.object({
  accountId: id,
  email: mailbox,
  otherEmails: v.array(mailbox),
  profile: v.object({
    name: v.nullable(v.string()),
    company: v.nullable(v.string()),
    phone: v.nullable(v.string()),
    language: v.nullable(v.string()),
  }),
  restricted: v.boolean(),
  marketingConsent: v.boolean(),
});

export const profileChange = v.partial(
  v.object({ name: v.string(), company: v.string(), phone: v.string(), language: v.string() }),
);

export const recordPage = v.object({
  total: v.pipe(v.number(), v.integer(), v.minValue(0)),
  records: v.array(
    v.object({
      id,
      category: v.picklist(dataCategories),
      type: v.string(),
      /** True when the person gave it to us; false when we observed or made it. */
      providedBySubject: v.boolean(),
      /** Paths (dots) inside `data` with other people's words or addresses. */
      othersAt: v.optional(v.array(v.string())),
      data: jsonValue,
    }),
  ),
  next: v.optional(v.string()),
});

/** State of an erasure: what is gone from the running system, and when the last backup that holds it is destroyed. */
export const erasureState = v.object({
  accountId: id,
  requestedAt: instant,
  live: v.picklist(['pending', 'gone']),
  /** Derived files, transcodes, caches and copies at the edge. */
  derived: v.picklist(['pending', 'gone']),
  backups: v.picklist(['pending', 'gone']),
  backupsGoneBy: day,
  /** Book years kept apart from the account for the tax authority. */
  keptBookYears: v.array(v.number()),
});

export const mailboxPage = v.object({
  mailboxes: v.array(v.object({ accountId: id, email: mailbox, createdAt: instant })),
  next: v.optional(v.string()),
});

export const apiError = v.object({
  type: v.string(),
  title: v.string(),
  status: v.number(),
  code: v.string(),
});

/** Answers of Kinescope's public API (https://api.kinescope.io/v1), as far as we read them. */
export const videoPage = v.object({
  data: v.array(v.looseObject({ id: v.pipe(v.string(), v.nonEmpty()), title: v.optional(v.string()) })),
  meta: v.object({
    pagination: v.object({
      page: v.pipe(v.number(), v.integer()),
      per_page: v.pipe(v.number(), v.integer()),
      total: v.pipe(v.number(), v.integer(), v.minValue(0)),
    }),
  }),
});
export const videoDeleted = v.object({ data: v.object({ success: v.boolean() }) });
