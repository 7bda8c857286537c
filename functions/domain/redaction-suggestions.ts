import type { Json, PackageRecord } from './package.ts';

/** Something in a record that looks like another person's: a person decides, nothing is left out by itself. */
export interface Suggestion {
  readonly kind: 'address' | 'phone' | 'name' | 'flagged';
  readonly path: string;
  /** In UTF-16 code units; absent where the whole value is meant. */
  readonly from?: number;
  readonly to?: number;
  readonly text?: string;
}

/** What is known to be the subject's own, and so never suggested. */
export interface OwnWords {
  readonly mailboxes: readonly string[];
  readonly names: readonly string[];
  readonly phones: readonly string[];
}

const mailPattern = /[\p{L}\p{N}._%+'-]{1,64}@[\p{L}\p{N}.-]{1,180}\.\p{L}{2,24}/gu;
/** International, or Dutch national; long runs of digits alone are ids more often than phones. */
const phonePattern =
  /(?<![\p{L}\p{N}.#-])(?:\+|00)\d[\d ().-]{7,18}\d|(?<![\p{L}\p{N}.#-])0\d{1,3}[ -]?\d[\d -]{5,8}\d(?![\p{L}\p{N}-])/gu;
/** A salutation or a word for a relation, Dutch and English: a name often follows. */
const introduction =
  /\b(?:hi|hello|hey|dear|hoi|hallo|beste|geachte|mr\.?|mrs\.?|ms\.?|dhr\.?|mevr\.?|mevrouw|meneer|(?:my|our|mijn|onze)\s+(?:colleague|wife|husband|son|daughter|friend|boss|neighbour|collega|vrouw|man|zoon|dochter|vriendin|vriend|baas|buurman|buurvrouw))\s+/giu;
/** Apart from the introduction, since a pattern that minds no case takes any word for a capitalised one. */
const properName =
  /\p{Lu}[\p{L}'’-]+(?:(?:\s+(?:van|de|der|den|ten|ter|von|el|al|ben|da|di))*\s+\p{Lu}[\p{L}'’-]+)*/uy;
const nameKeys = new Set([
  'name',
  'full_name',
  'fullname',
  'first_name',
  'last_name',
  'display_name',
  'author_name',
  'from_name',
  'username',
]);
const suggestionsPerRecord = 200;
const textLimit = 200_000;

/** Addresses, phone numbers and names in a record that are not the subject's own, and what its connector marked as others' (art. 15(4)). */
export function suggestionsFor(record: PackageRecord, own: OwnWords): readonly Suggestion[] {
  const found: Suggestion[] = (record.othersAt ?? []).map((path) => ({ kind: 'flagged', path }));
  const ownMailboxes = new Set(own.mailboxes.map((one) => one.toLowerCase()));
  const ownPhones = own.phones.map(digits);
  const ownNames = new Set(own.names.flatMap(nameParts));
  const others = [...new Set(namesIn(record.data, ownMailboxes))].filter((name) => !isOwn(name));

  function isOwn(name: string): boolean {
    return nameParts(name).every((part) => ownNames.has(part));
  }

  function add(kind: Suggestion['kind'], path: string, from: number, text: string): void {
    if (found.length < suggestionsPerRecord) found.push({ kind, path, from, to: from + text.length, text });
  }

  function look(value: Json, path: string): void {
    if (found.length >= suggestionsPerRecord) return;
    if (typeof value === 'string') lookAt(value.slice(0, textLimit), path);
    else if (value !== null && typeof value === 'object') {
      for (const [key, inner] of Object.entries(value)) look(inner, join(path, key));
    }
  }

  function lookAt(text: string, path: string): void {
    for (const match of text.matchAll(mailPattern))
      if (!ownMailboxes.has(match[0].toLowerCase())) add('address', path, match.index, match[0]);
    for (const match of text.matchAll(phonePattern)) {
      const number = digits(match[0]);
      if (number.length >= 9 && !ownPhones.some((phone) => sameNumber(phone, number)))
        add('phone', path, match.index, match[0]);
    }
    for (const match of text.matchAll(introduction)) {
      const from = match.index + match[0].length;
      properName.lastIndex = from;
      const name = properName.exec(text)?.[0];
      if (name !== undefined && !isOwn(name)) add('name', path, from, name);
    }
    for (const name of others)
      for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length))
        add('name', path, at, name);
  }

  look(record.data, '');
  return distinct(found);
}

/** Values of name fields that stand beside somebody else's address, or beside none. */
function namesIn(value: Json, ownMailboxes: ReadonlySet<string>): string[] {
  if (value === null || typeof value !== 'object') return [];
  const fields = Object.entries(value);
  const isOwn = fields.some(
    ([key, inner]) => /mail/i.test(key) && typeof inner === 'string' && ownMailboxes.has(inner.toLowerCase()),
  );
  const hasMailbox = fields.some(
    ([key, inner]) => /mail/i.test(key) && typeof inner === 'string' && inner.includes('@'),
  );
  const here =
    isOwn || !hasMailbox
      ? []
      : fields.flatMap(([key, inner]) =>
          nameKeys.has(key.toLowerCase()) && typeof inner === 'string' && inner.trim().length >= 3
            ? [inner.trim()]
            : [],
        );
  return [...here, ...fields.flatMap(([, inner]) => namesIn(inner, ownMailboxes))];
}

const join = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);
const digits = (text: string): string => text.replace(/\D/g, '');
const nameParts = (name: string): string[] =>
  name
    .toLowerCase()
    .split(/[\s,.]+/)
    .filter((part) => part.length > 1);

/** The same line, with or without its country or trunk prefix. */
function sameNumber(a: string, b: string): boolean {
  return a.slice(-9) === b.slice(-9);
}

function distinct(found: readonly Suggestion[]): readonly Suggestion[] {
  const seen = new Map(found.map((one) => [`${one.kind}#${one.path}#${one.from}#${one.to}`, one]));
  return [...seen.values()];
}
