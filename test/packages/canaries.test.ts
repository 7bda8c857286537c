import { strFromU8, unzipSync } from 'fflate';
import { exportKey, packageKey } from '../../functions/domain/package-files.ts';
import type { Redaction } from '../../functions/domain/redaction.ts';
import { buildPackage } from '../../functions/packages/builder.ts';
import { overviewFiles } from '../../functions/packages/overview.ts';
import { readAll } from '../../functions/packages/read-all.ts';
import { createFilesDouble } from '../doubles/files.ts';
import { openVendors, type Vendors } from '../processors/vendors.ts';
import { copiedFrom, crowd, crowdedEmulators, type Person } from './crowd.ts';

const people = crowd(200);
// Emulators save all they hold after every call, so the crowd is spread over several worlds.
const perWorld = 25;
const worlds = Array.from({ length: people.length / perWorld }, (_, at) =>
  people.slice(at * perWorld, (at + 1) * perWorld),
);

/** One person's package as the product makes it: every system searched with the proved mailbox and the account's ids, then exported. */
async function packageOf(
  vendors: Vendors,
  person: Person,
  how: { readonly right?: 'access' | 'portability'; readonly marks?: readonly Redaction['what'][] } = {},
): Promise<{ readonly names: readonly string[]; readonly text: string }> {
  const id = `${person.canary.slice(-4)}${'0'.repeat(22)}`;
  const files = createFilesDouble();
  const keys = await vendors.keysOf(person.email);
  const sources = [];
  for (const [name, processor] of vendors.processors) {
    if (vendors.enabled.get(name)?.definition.capabilities.export !== 'automated') continue;
    const finding = await processor.find(keys);
    if (finding.holdings.length === 0) continue;
    async function* lines(): AsyncIterable<Uint8Array> {
      for await (const record of processor.export(keys, finding))
        yield Buffer.from(`${JSON.stringify(record)}\n`);
    }
    const { bytes } = await files.put(exportKey(id, name), lines(), 'application/x-ndjson');
    sources.push({ processor: name, bytes });
  }
  const row = { id, right: how.right ?? 'access', language: 'en' } as const;
  const redactions = (how.marks ?? []).map(
    (what, at): Redaction => ({
      id: `mark-${at}`,
      at: '2026-03-05T09:00:00.000Z',
      by: 'staff:officer',
      reason: 'others-rights-15-4',
      what,
    }),
  );
  const built = await buildPackage(
    files,
    {
      row,
      inputs: 'c'.repeat(64),
      sources,
      handFiles: [],
      redactions,
      titleOf: (name) => name,
      overview: () => overviewFiles({ row, contents: [], handFiles: [] }),
    },
    () => true,
  );
  if (built.state !== 'built') throw new Error('not built');
  const unpacked = unzipSync((await readAll(files, packageKey(id, built.hash))) ?? new Uint8Array());
  return {
    names: Object.keys(unpacked),
    text: Object.values(unpacked)
      .map((one) => strFromU8(one))
      .join('\n'),
  };
}

test.each(worlds.map((world, at) => ({ world, at })))(
  'of many people with look-alike addresses each gets all of their own and nothing of another (world $at)',
  async ({ world }) => {
    const { emulators, wordsOf } = crowdedEmulators(world);
    const vendors = await openVendors({ emulators });
    try {
      const addresses = people.map(({ email }) => email);
      expect(new Set(addresses).size).toBe(people.length);
      for (const person of world) {
        const { names, text } = await packageOf(vendors, person);
        // Nothing of another: neither their words nor their address.
        const canaries = [...new Set(text.match(/CANARY-\w+/g))];
        expect(canaries).toEqual([person.canary]);
        const mentioned = new Set(text.match(/[\w.+-]+@[\w.-]+\.\w+/g)?.map((one) => one.toLowerCase()));
        expect(addresses.filter((one) => one !== person.email && mentioned.has(one))).toEqual([]);
        // All of their own, from every system that gives a copy.
        const words = wordsOf(person);
        expect(words.length).toBeGreaterThan(15);
        expect(words.filter((word) => !text.includes(word))).toEqual([]);
        for (const name of copiedFrom)
          expect(names.some((one) => one.startsWith(`data/${name}/`))).toBe(true);
      }
      for (const person of world.slice(0, 4)) {
        // To take along: less, in no other form than files for machines, and still nobody else's.
        const along = await packageOf(vendors, person, { right: 'portability' });
        expect([...new Set(along.text.match(/CANARY-\w+/g))]).toEqual([person.canary]);
        expect(along.names.filter((one) => one.startsWith('pages/'))).toEqual([]);
        // Marked: what is marked is gone from every system's files, and all else is there.
        const [marked = ''] = wordsOf(person);
        const redacted = await packageOf(vendors, person, { marks: [{ text: marked }] });
        expect([...new Set(redacted.text.match(/CANARY-\w+/g))]).toEqual([person.canary]);
        expect(redacted.text.toLowerCase()).not.toContain(marked.toLowerCase());
        expect(redacted.text).toContain('[others-rights-15-4]');
        const rest = wordsOf(person).filter((word) => !word.toLowerCase().includes(marked.toLowerCase()));
        expect(rest.length).toBeGreaterThan(0);
        expect(rest.filter((word) => !redacted.text.includes(word))).toEqual([]);
      }
    } finally {
      vendors.close();
    }
  },
  240_000,
);

test('the crowd is at every system that gives a copy by call; all others are left to people', async () => {
  const vendors = await openVendors();
  try {
    const by = (way: string) =>
      [...vendors.enabled]
        .filter(([, { definition }]) => definition.capabilities.export === way)
        .map(([name]) => name)
        .sort();
    expect(by('automated')).toEqual([...copiedFrom].sort());
    // An OpenDSR system among them: its copies come by a link to a person, and go into one request's folder.
    expect(by('manual')).toEqual(
      ['adyen', 'beacon', 'google-analytics', 'hotjar', 'linkedin', 'meta', 'paypal'].sort(),
    );
  } finally {
    vendors.close();
  }
});
