import fc from 'fast-check';
import { builtInProcessors, dataCategories } from '../../functions/domain/words.ts';
import type { Processor } from '../../functions/processors/contract.ts';
import { createHttpClient } from '../../functions/processors/http.ts';
import { connectProcessor } from '../../functions/processors/registry.ts';
import { openDsrEmulator } from '../../local/processors/opendsr.ts';
import { actInput, gather, openVendors, type Vendors } from '../processors/vendors.ts';

const ada = 'ada@example.com';

/** Values that real answers never held where they will now stand. */
const strange: readonly unknown[] = [
  null,
  true,
  -1,
  1e308,
  '',
  'x'.repeat(5000),
  '\u0000',
  '../../etc/passwd',
  'mallory@example.org',
  '2026-02-30T25:61:00Z',
  '9999999999999999999999',
  [],
  [[[[[[]]]]]],
  {},
  { constructor: { prototype: { polluted: true } } },
];

interface Change {
  /** Which answer of the run, which of its places, and what happens there. */
  readonly answer: number;
  readonly place: number;
  readonly how: 'replace' | 'remove' | 'repeat';
  readonly value: unknown;
}

const change: fc.Arbitrary<Change> = fc.record({
  answer: fc.nat(6),
  place: fc.nat(400),
  how: fc.constantFrom('replace' as const, 'remove' as const, 'repeat' as const),
  value: fc.constantFrom(...strange),
});

function changed(text: string, { place, how, value }: Change): string {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return how === 'remove' ? text.slice(0, text.length / 2) : `${text}${JSON.stringify(value)}`;
  }
  const places: [Record<string, unknown>, string][] = [];
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, inner] of Object.entries(node)) {
      places.push([node as Record<string, unknown>, key]);
      walk(inner);
    }
  };
  walk(read);
  const spot = places[place % Math.max(1, places.length)];
  if (!spot) return JSON.stringify(value);
  const [parent, key] = spot;
  if (how === 'replace') parent[key] = value;
  else if (how === 'remove') delete parent[key];
  else if (Array.isArray(parent)) parent.push(...parent);
  else parent[key] = [parent[key], parent[key]];
  return JSON.stringify(read);
}

let vendors: Vendors;
beforeAll(async () => {
  vendors = await openVendors();
});
afterAll(() => vendors.close());
const names = [...builtInProcessors, openDsrEmulator.name];

test('every system of the local edition is looked at', () => {
  expect([...vendors.processors.keys()].toSorted()).toEqual(names.toSorted());
});

/** The same system behind an exchange that changes one answer on its way. */
async function behind(applied: Change, name: string): Promise<Processor> {
  let answers = 0;
  const meddling: typeof fetch = async (input, init) => {
    const honest = await vendors.hub.app.fetch(new Request(String(input), init));
    const mine = answers === applied.answer;
    answers += 1;
    if (!mine) return honest;
    const { status, headers } = honest;
    const hasBody = status !== 204 && status !== 304;
    const body = hasBody ? changed(await honest.text(), applied) : null;
    return new Response(body, { status, headers: { 'content-type': headers.get('content-type') ?? '' } });
  };
  const enabled = vendors.enabled.get(name);
  if (!enabled) throw new Error(`no processor ${name}`);
  return connectProcessor(enabled, {
    httpFor: (fence) =>
      createHttpClient({
        ...fence,
        limits: { concurrency: 4, perSecond: 1_000_000 },
        now: () => vendors.clock.ms,
        sleep: async () => {},
        random: () => 0.5,
        fetch: meddling,
      }),
    now: () => vendors.clock.ms,
    secret: vendors.secret,
  });
}

function expectFamily(error: unknown): void {
  if (!(error instanceof Error)) throw new Error('thrown what is no error');
  expect(error.name).toMatch(/^(TransientError|PermanentError|QuarantineError)$/);
  expect(error.message).toMatch(/^[a-z0-9-]{3,60}$/);
}

test.each(names)(
  'A37 A38 A54 %s: one answer changed anywhere gives a sound finding or one of three errors in codes',
  async (name) => {
    const keys = await vendors.keysOf(ada);
    await fc.assert(
      fc.asyncProperty(change, async (applied) => {
        const processor = await behind(applied, name);
        try {
          const finding = await processor.find(keys);
          expect(typeof finding.complete).toBe('boolean');
          for (const holding of finding.holdings) {
            expect(holding.handle.length).toBeGreaterThan(0);
            expect(dataCategories).toContain(holding.category);
            expect(Number.isFinite(holding.count) && holding.count >= 0).toBe(true);
          }
          for (const record of await gather(processor.export(keys, finding))) JSON.stringify(record);
        } catch (error) {
          expectFamily(error);
        }
        expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
      }),
      { numRuns: 25, seed: 7 },
    );
  },
);

test.each(names)('A37 A54 %s: looking again at changed answers never throws anything else', async (name) => {
  const keys = await vendors.keysOf(ada);
  const honest = await vendors.processor(name).find(keys);
  const input = actInput(keys, honest, vendors);
  await fc.assert(
    fc.asyncProperty(change, async (applied) => {
      try {
        const seen = await (await behind(applied, name)).confirm({ ...input, action: 'erase' });
        expect(['confirmed', 'pending', 'still-there', 'cannot-look']).toContain(seen.seen);
        expect(JSON.stringify(seen)).not.toContain('mallory');
      } catch (error) {
        expectFamily(error);
      }
    }),
    { numRuns: 15, seed: 8 },
  );
});
