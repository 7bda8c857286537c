import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { emulators } from '../../local/processors/all.ts';
import type { EmulatorFactory } from '../../local/processors/emulator.ts';
import { seeds } from '../../local/processors/seeds.ts';

/** A person whom every emulated vendor knows: Ada's records under ids, an address and words of their own. */
export interface Person {
  readonly email: string;
  readonly canary: string;
}

/** Addresses that a careless comparison takes for one another. */
const lookAlikes: readonly ((number: number) => string)[] = [
  (number) => `ada${number}@example.com`,
  (number) => `ada+${number}@example.com`,
  (number) => `ada.${number}@example.com`,
  (number) => `${number}ada@example.com`,
  (number) => `a.d.a${number}@example.com`,
  (number) => `ada@${number}.example.com`,
  (number) => `ada@example.com.${number}.example`,
  (number) => `ada_${number}@example.com`,
];

export function crowd(size: number): readonly Person[] {
  return Array.from({ length: size }, (_, at) => ({
    // Neighbours share their number, so that only the shape of the address tells them apart.
    email: lookAlikes[at % lookAlikes.length]?.(Math.floor(at / lookAlikes.length)) ?? '',
    canary: `CANARY-p${String(at).padStart(4, '0')}`,
  }));
}

/** Where each vendor that gives a copy by call keeps records by id; a star is every key. */
const collections: Readonly<Record<string, readonly string[]>> = {
  account: ['accounts', 'videos'],
  mailchimp: ['lists.*.members'],
  intercom: ['contacts', 'conversations', 'tickets'],
  mailjet: ['main', 'campaigns'],
  'google-oauth': ['grants', 'tokens'],
  stripe: ['customers', 'cards', 'subscriptions'],
  paddle: ['customers', 'cards'],
  telegram: ['chats', 'window'],
};
export const copiedFrom = Object.keys(collections);

const md5 = (text: string) => createHash('md5').update(text).digest('hex');
const { email: adasEmail, canary: adasCanary, ...adasIds } = seeds.ada;
const adasProject = '5f0d7d5e-3f1c-4a43-9a38-0d6ad0000001';
const adasMail = ['910001', '910002', '920001', '920002'];
const ids: readonly string[] = [...Object.values(adasIds).flat().map(String), adasProject, ...adasMail];
const isAdas = (text: string) =>
  [adasEmail, adasCanary, ...ids].some((one) => text.toLowerCase().includes(one.toLowerCase()));

type Collection = Record<string, unknown>;

function* atPath(value: unknown, path: readonly string[]): Generator<Collection> {
  if (value === null || typeof value !== 'object') return;
  const [head, ...rest] = path;
  if (head === undefined) yield value as Collection;
  else
    for (const [key, inner] of Object.entries(value))
      if (head === '*' || head === key) yield* atPath(inner, rest);
}

/** The same kind of id with other digits, different for every person and id. */
function idFor(id: string, number: number): string {
  // Short numbers would meet by chance.
  if (/^\d+$/.test(id)) return String(BigInt(id) + 1_000_000n * BigInt(number + 1));
  const tail = createHash('sha256').update(`${id} ${number}`).digest('hex');
  const digits = tail.replace(/[a-f]/g, (letter) => String(letter.charCodeAt(0) % 10));
  const length = Math.min(id.length, 12);
  // The first character stays, so that numbers keep their length; dots and dashes stay where they are.
  return [...id]
    .map((char, at) => {
      const place = at - (id.length - length);
      if (place < 0 || at === 0 || !/[0-9a-z]/i.test(char)) return char;
      return /\d/.test(char) ? (digits[place] ?? char) : /[a-f]/i.test(char) ? (tail[place] ?? char) : char;
    })
    .join('');
}

function substitution(keys: readonly string[], person: Person, number: number): (text: string) => string {
  const pairs: [string, string][] = [
    [md5(adasEmail), md5(person.email)],
    ...[...new Set([...ids, ...keys])]
      .filter((id) => id !== md5(adasEmail))
      .map((id): [string, string] => [id, idFor(id, number)]),
    [adasCanary, person.canary],
  ];
  pairs.sort(([a], [b]) => b.length - a.length);
  const pattern = new RegExp(
    pairs.map(([from]) => from.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'),
    'g',
  );
  const to = new Map(pairs);
  return (text) =>
    text
      .replace(pattern, (found) => to.get(found) ?? found)
      .replace(new RegExp(adasEmail.replace('.', '\\.'), 'gi'), person.email);
}

/** The emulated vendors with all these people in them, beside the seeds. `own` gets each person's words that a copy must hold. */
export function crowdedEmulators(people: readonly Person[]): {
  readonly emulators: readonly EmulatorFactory[];
  readonly wordsOf: (person: Person) => readonly string[];
} {
  const words = new Map<string, Set<string>>();
  const crowded = emulators.map(
    (factory): EmulatorFactory => ({
      name: factory.name,
      open(options) {
        const paths = collections[factory.name];
        const first = factory.open(options);
        if (paths === undefined) return first;
        const saved = JSON.parse(readFileSync(options.path, 'utf8'));
        const places = paths.flatMap((path) => [...atPath(saved.data, path.split('.'))]);
        const adas = places.map((place) =>
          Object.entries(place).filter(([key, value]) => isAdas(JSON.stringify([key, value]))),
        );
        // A vendor whose records were not found would make every check below pass for nothing.
        if (adas.flat().length === 0) throw new Error(`nothing of Ada at ${factory.name}`);
        const keys = adas.flatMap((entries) => entries.map(([key]) => key));
        for (const [number, person] of people.entries()) {
          const substitute = substitution(keys, person, number);
          for (const [at, place] of places.entries())
            for (const entry of adas[at] ?? []) {
              const text = substitute(JSON.stringify(entry));
              const [key, value] = JSON.parse(text);
              if (key in place) throw new Error(`two people share ${key} at ${factory.name}`);
              place[key] = value;
              const own = words.get(person.canary) ?? new Set();
              for (const [word] of text.matchAll(/CANARY-[\w-]+(?: \w+)*/g)) own.add(word);
              words.set(person.canary, own);
            }
        }
        writeFileSync(options.path, JSON.stringify(saved));
        return factory.open(options);
      },
    }),
  );
  return { emulators: crowded, wordsOf: (person) => [...(words.get(person.canary) ?? [])] };
}
