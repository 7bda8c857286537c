import * as v from 'valibot';
import { PermanentError } from '../domain/errors.ts';
import type { Vault } from '../domain/ports.ts';
import type { Finding, SubjectKeys } from '../processors/contract.ts';

/** Names under which words are sealed beside a row. */
export const sealedName = {
  subject: 'subject',
  keys: 'keys',
  finding: (processor: string) => `finding.${processor}`,
  merged: (id: string) => `merged.${id}`,
} as const;

const ids = v.optional(v.array(v.string()));

const keysSchema = v.strictObject({
  email: v.string(),
  otherEmails: ids,
  accountId: v.optional(v.string()),
  gaClientIds: ids,
  gaUserIds: ids,
  stripeCustomerIds: ids,
  adyenPspReferences: ids,
  adyenShopperReference: v.optional(v.string()),
  paypalCustomerId: v.optional(v.string()),
  telegramChatIds: ids,
  googleOauthTokenIds: ids,
  hotjarUserIds: ids,
});

const sealedKeys = v.object({ keys: keysSchema, complete: v.boolean() });

export interface Keys {
  readonly keys: SubjectKeys;
  /** False when the account system did not answer, so that its ids are missing. */
  readonly complete: boolean;
}

const sealedFinding = v.object({
  holdings: v.array(
    v.object({
      handle: v.string(),
      category: v.picklist(['account', 'usage', 'messages', 'media', 'payment', 'marketing']),
      count: v.number(),
      retained: v.optional(
        v.object({
          ground: v.picklist(['tax-records-awr-52-4', 'payment-services-5-years']),
          until: v.string(),
        }),
      ),
      blocker: v.optional(
        v.picklist(['open-subscription', 'open-dispute', 'open-invoice', 'open-payment', 'recurring-token']),
      ),
      createdAt: v.optional(v.string()),
    }),
  ),
  complete: v.boolean(),
  ambiguous: v.optional(v.boolean()),
});

function open<Schema extends v.GenericSchema>(schema: Schema, value: unknown): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, value);
  if (!parsed.success) throw new PermanentError('sealed-value-of-unknown-shape');
  return parsed.output;
}

export async function readKeys(vault: Vault, id: string): Promise<Keys> {
  const value = await vault.get(id, sealedName.keys);
  if (value === undefined) throw new PermanentError('search-not-planned');
  // valibot writes absent keys as possibly undefined; the contract has them absent, which reads the same.
  return open(sealedKeys, value) as Keys;
}

export async function readFinding(vault: Vault, id: string, processor: string): Promise<Finding | undefined> {
  const value = await vault.get(id, sealedName.finding(processor));
  return value === undefined ? undefined : (open(sealedFinding, value) as Finding);
}

export async function saveFinding(
  vault: Vault,
  id: string,
  processor: string,
  finding: Finding,
): Promise<void> {
  if (finding.holdings.length === 0) return;
  const { holdings, complete, ambiguous } = finding;
  await vault.put(id, sealedName.finding(processor), {
    holdings,
    complete,
    ...(ambiguous ? { ambiguous } : {}),
  });
}
