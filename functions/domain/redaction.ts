import * as v from 'valibot';
import { sha256 } from './audit.ts';
import { actor, code, instant } from './case.ts';
import type { Json, PackageRecord } from './package.ts';
import type { Text } from './register-record.ts';

/** Why something is left out of a copy. Closed: each is told to the subject in these words. */
export const redactionReasons = {
  'others-rights-15-4': {
    nl: 'Dit gaat over iemand anders; wij moeten ook diens rechten beschermen (artikel 15 lid 4 AVG).',
    en: 'This is about somebody else, whose rights we must protect too (article 15(4) GDPR).',
  },
  'trade-secret-15-4': {
    nl: 'Dit is een bedrijfsgeheim dat geen persoonsgegeven van u is (artikel 15 lid 4 en overweging 63 AVG).',
    en: 'This is a trade secret that is not personal data of yours (article 15(4) and recital 63 GDPR).',
  },
  'civil-claims-uavg-41': {
    nl: 'Dit is nodig voor een rechtsvordering (artikel 41 lid 1 onder j UAVG).',
    en: 'This is needed for a legal claim (article 41(1)(j) of the Dutch GDPR implementation act).',
  },
  'not-about-subject': {
    nl: 'Dit gaat niet over u en hoort niet in deze kopie.',
    en: 'This is not about you and does not belong in this copy.',
  },
} as const satisfies Record<string, Text>;
export type RedactionReason = keyof typeof redactionReasons;

// Object.keys forgets that it knows the keys.
const reasons = Object.keys(redactionReasons) as RedactionReason[];

const processorName = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,60}$/, 'not-a-processor'));
/** First 16 hex digits of the SHA-256 of the record's line: it names this content and no other. */
const recordKey = v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/, 'not-a-record'));
/** Keys and indexes with dots between them, as the connectors write them. */
const path = v.pipe(v.string(), v.minLength(1, 'empty'), v.maxLength(500, 'too-long'));
/** In UTF-16 code units, as a browser counts a selection. */
const place = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10_000_000));

/** What to leave out: a record, a value in it, some characters of it, a text wherever it stands, or all that connectors marked as others'. */
export const redactionTarget = v.union(
  [
    v.pipe(
      v.strictObject({ processor: processorName, record: recordKey, path, from: place, to: place }),
      v.check(({ from, to }) => from < to, 'empty-span'),
    ),
    v.strictObject({ processor: processorName, record: recordKey, path }),
    v.strictObject({ processor: processorName, record: recordKey }),
    v.strictObject({ text: v.pipe(v.string(), v.trim(), v.minLength(3, 'too-short'), v.maxLength(500)) }),
    v.strictObject({ flagged: v.literal(true), processor: v.exactOptional(processorName) }),
  ],
  'record-path-span-text-or-flagged',
);
export type RedactionTarget = v.InferOutput<typeof redactionTarget>;

export const redactionReason = v.picklist(reasons, 'not-a-reason');

export const redaction = v.strictObject({
  id: code,
  at: instant,
  by: actor,
  reason: redactionReason,
  what: redactionTarget,
});
export type Redaction = v.InferOutput<typeof redaction>;

/** Marks that one case can carry: all of them are sealed together. */
export const redactionsInAll = 1000;

/** The name of a record in marks and on the page, from its line as it lies in the bucket. */
export function recordKeyOf(line: string | Uint8Array): string {
  return sha256(line).slice(0, 16);
}

export interface Redacted {
  /** The record as the subject gets it; `undefined` when it is left out whole. */
  readonly record: PackageRecord | undefined;
  /** Marks that left out something here. */
  readonly used: readonly Redaction[];
}

/** What stands in a left-out place. */
export const marker = (reason: RedactionReason): string => `[${reason}]`;

/** Applies marks to records. What is marked is replaced, never shortened in silence: the reason stands in its place. */
export function createRedactor(redactions: readonly Redaction[]) {
  const byRecord = new Map<string, Redaction[]>();
  const texts: { readonly redaction: Redaction; readonly text: string }[] = [];
  const flagged: Redaction[] = [];
  for (const one of redactions) {
    if ('text' in one.what) texts.push({ redaction: one, text: one.what.text });
    else if ('flagged' in one.what) flagged.push(one);
    else {
      const key = `${one.what.processor}/${one.what.record}`;
      byRecord.set(key, [...(byRecord.get(key) ?? []), one]);
    }
  }

  return (processor: string, key: string, record: PackageRecord): Redacted => {
    const own = byRecord.get(`${processor}/${key}`) ?? [];
    const whole = own.find(({ what }) => !('path' in what));
    if (whole) return { record: undefined, used: [whole] };
    const used = new Set<Redaction>();
    let data = record.data;
    for (const one of flagged) {
      const { what } = one;
      if ('flagged' in what && what.processor !== undefined && what.processor !== processor) continue;
      for (const flaggedPath of record.othersAt ?? []) data = replaceAt(data, flaggedPath, one, used);
    }
    // Spans from the back, so that one does not move another's place.
    const spans = own
      .flatMap((one) => ('from' in one.what ? [{ one, what: one.what }] : []))
      .sort((a, b) => b.what.from - a.what.from);
    for (const { one, what } of spans) data = cutAt(data, what, one, used);
    for (const one of own)
      if ('path' in one.what && !('from' in one.what)) data = replaceAt(data, one.what.path, one, used);
    let handle = record.handle;
    for (const { redaction: one, text } of texts) {
      data = replaceText(data, text, one, used);
      handle = replaceInString(handle, text, one, used);
    }
    return { record: used.size === 0 ? record : { ...record, handle, data }, used: [...used] };
  };
}

function replaceAt(data: Json, at: string, one: Redaction, used: Set<Redaction>): Json {
  return changeAt(data, at.split('.'), () => {
    used.add(one);
    return marker(one.reason);
  });
}

function cutAt(
  data: Json,
  what: { readonly path: string; readonly from: number; readonly to: number },
  one: Redaction,
  used: Set<Redaction>,
): Json {
  return changeAt(data, what.path.split('.'), (value) => {
    if (typeof value !== 'string' || what.from >= value.length) return value;
    used.add(one);
    return `${value.slice(0, what.from)}${marker(one.reason)}${value.slice(what.to)}`;
  });
}

/** Changes the value at a path and copies only what lies on the way; a path that leads nowhere changes nothing. */
function changeAt(value: Json, segments: readonly string[], change: (value: Json) => Json): Json {
  const [head, ...rest] = segments;
  if (head === undefined) return change(value);
  if (isList(value)) {
    const index = /^\d{1,9}$/.test(head) ? Number(head) : -1;
    const inner = value[index];
    return inner === undefined ? value : value.with(index, changeAt(inner, rest, change));
  }
  if (value === null || typeof value !== 'object') return value;
  // A key may itself hold dots: the shortest that exists is taken.
  for (let length = 1; length <= segments.length; length += 1) {
    const key = segments.slice(0, length).join('.');
    const inner = Object.hasOwn(value, key) ? value[key] : undefined;
    if (inner !== undefined) return { ...value, [key]: changeAt(inner, segments.slice(length), change) };
  }
  return value;
}

function replaceText(value: Json, text: string, one: Redaction, used: Set<Redaction>): Json {
  if (typeof value === 'string') return replaceInString(value, text, one, used);
  if (isList(value)) return value.map((inner) => replaceText(inner, text, one, used));
  if (value === null || typeof value !== 'object') return value;
  // Vendors use addresses as keys too.
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      replaceInString(key, text, one, used),
      replaceText(inner, text, one, used),
    ]),
  );
}

function replaceInString(value: string, text: string, one: Redaction, used: Set<Redaction>): string {
  const pattern = new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'giu');
  return value.replace(pattern, () => {
    used.add(one);
    return marker(one.reason);
  });
}

export function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
