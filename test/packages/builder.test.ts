import Ajv from 'ajv/dist/2020';
import fc from 'fast-check';
import { strFromU8, unzipSync } from 'fflate';
import schema from '../../docs/portability.schema.json' with { type: 'json' };
import type { Decision } from '../../functions/domain/case.ts';
import type { PackageRecord } from '../../functions/domain/package.ts';
import { exportKey, packageKey, packagePrefix } from '../../functions/domain/package-files.ts';
import type { Files } from '../../functions/domain/ports.ts';
import { type Redaction, recordKeyOf } from '../../functions/domain/redaction.ts';
import { type BuildJob, type BuildStep, buildPackage } from '../../functions/packages/builder.ts';
import { overviewFiles } from '../../functions/packages/overview.ts';
import { readAll } from '../../functions/packages/read-all.ts';
import { createFilesDouble } from '../doubles/files.ts';

const id = '0123456789abcdefghjkmnpqrs';
const row = { id, right: 'access', language: 'nl' } as const;

const message = (number: number, more: Partial<PackageRecord> = {}): PackageRecord => ({
  category: number % 3 === 0 ? 'account' : 'messages',
  type: 'conversation',
  handle: `m-${number}`,
  data: { text: `words ${number}`, html: '<script>alert(1)</script>', formula: '=HYPERLINK("x")' },
  providedBySubject: number % 2 === 0,
  ...more,
});
const lineOf = (record: PackageRecord) => JSON.stringify(record);

async function filesWith(records: Readonly<Record<string, readonly PackageRecord[]>>) {
  const files = createFilesDouble();
  for (const [processor, list] of Object.entries(records))
    await files.put(
      exportKey(id, processor),
      Buffer.from(list.map((one) => `${lineOf(one)}\n`).join('')),
      'x',
    );
  return files;
}

function jobOf(
  records: Readonly<Record<string, readonly PackageRecord[]>>,
  more: Partial<BuildJob> = {},
): BuildJob {
  const job: BuildJob = {
    row,
    inputs: 'd'.repeat(64),
    sources: Object.keys(records).map((processor) => ({ processor, bytes: 1 })),
    handFiles: [],
    redactions: [],
    titleOf: (name) => `Title of ${name}`,
    overview: (systems) =>
      overviewFiles({
        row: job.row,
        handFiles: [],
        contents: [...systems].map(([processor, system]) => ({
          processor,
          title: processor,
          day: '2026-03-05',
          ...system,
          complete: true,
          keptBack: false,
        })),
      }),
    ...more,
  };
  return job;
}

async function buildAll(files: Files, job: BuildJob, partsPerCall: () => number = () => 1000) {
  let step: BuildStep = { state: 'more' };
  let calls = 0;
  while (step.state === 'more') {
    const parts = partsPerCall();
    step = await buildPackage(files, job, (made) => made < parts);
    calls += 1;
  }
  return { ...step, calls };
}

async function unpack(files: Files, hash: string): Promise<Record<string, string>> {
  const bytes = await readAll(files, packageKey(id, hash));
  return Object.fromEntries(
    Object.entries(unzipSync(bytes ?? new Uint8Array())).map(([name, one]) => [name, strFromU8(one)]),
  );
}

/** More than one part per system: parts end after 2,000 records. */
const many = {
  account: Array.from({ length: 2500 }, (_, at) => message(at)),
  intercom: Array.from({ length: 4100 }, (_, at) => message(at)),
};

test('the same content gives the same bytes, in one call or in many', async () => {
  const whole = await buildAll(await filesWith(many), jobOf(many));
  const cut = await buildAll(await filesWith(many), jobOf(many), () => 1);
  expect(whole.calls).toBe(1);
  expect(cut.calls).toBeGreaterThan(3);
  expect(cut.hash).toBe(whole.hash);
  expect(cut.bytes).toBe(whole.bytes);
});

test('a crash at any write, before or after it, ends in the same bytes', async () => {
  const small = { account: Array.from({ length: 2100 }, (_, at) => message(at)), intercom: [message(1)] };
  const { hash } = await buildAll(await filesWith(small), jobOf(small));
  for (let crashAt = 0; crashAt < 9; crashAt += 1)
    for (const when of ['before', 'after'] as const) {
      const files = await filesWith(small);
      let writes = 0;
      const fragile: Files = {
        ...files,
        async put(...put) {
          const mine = writes;
          writes += 1;
          if (mine === crashAt && when === 'before') throw new Error('crash');
          const answer = await files.put(...put);
          if (mine === crashAt && when === 'after') throw new Error('crash');
          return answer;
        },
      };
      await buildAll(fragile, jobOf(small)).catch(() => undefined);
      expect((await buildAll(files, jobOf(small))).hash).toBe(hash);
      expect((await files.list(packagePrefix(id))).filter(({ key }) => key.endsWith('.zip'))).toHaveLength(1);
    }
});

test('every record is there once, in JSON, in CSV and on a page, under our own names', async () => {
  const files = await filesWith(many);
  const { hash, manifest } = await buildAll(files, jobOf(many));
  const unpacked = await unpack(files, hash);
  expect(Object.keys(unpacked)).toHaveLength(manifest.files);
  for (const name of Object.keys(unpacked))
    expect(name).toMatch(/^(index\.html|LEESMIJ\.txt|(data|pages)\/[a-z0-9/.-]+)$/);
  const valid = new Ajv().compile(schema);
  const ids = { account: [] as string[], intercom: [] as string[] };
  for (const [name, text] of Object.entries(unpacked).filter(([one]) => one.endsWith('.json'))) {
    const file = JSON.parse(text);
    expect(valid(file) ? [] : valid.errors).toEqual([]);
    ids[name.startsWith('data/account') ? 'account' : 'intercom'].push(
      ...file.records.map((one: { id: string }) => one.id),
    );
    const csv = unpacked[name.replace(/json$/, 'csv')] ?? '';
    expect(csv.trimEnd().split('\r\n')).toHaveLength(file.records.length + 1);
    expect(csv).toContain('"\'=HYPERLINK(""x"")"');
  }
  expect(ids.account.sort()).toEqual(many.account.map((one) => one.handle).sort());
  expect(ids.intercom.sort()).toEqual(many.intercom.map((one) => one.handle).sort());
  const pages = Object.entries(unpacked).filter(([name]) => name.endsWith('.html'));
  expect(pages.length).toBeGreaterThan(4);
  for (const [, html] of pages) expect(html).not.toContain('<script');
});

test('links of the overview lead to pages that are there', async () => {
  const files = await filesWith(many);
  const unpacked = await unpack(files, (await buildAll(files, jobOf(many))).hash);
  const links = [...(unpacked['index.html'] ?? '').matchAll(/href="([^"]+)"/g)].map(([, link]) => link ?? '');
  expect(links.length).toBeGreaterThan(4);
  expect(links.filter((link) => !(link in unpacked))).toEqual([]);
});

test('what a decision keeps back, and for portability what the subject did not give, is not in it', async () => {
  const records = { account: [message(0), message(1), message(2), message(3)] };
  const files = await filesWith(records);
  const portable = await unpack(
    files,
    (await buildAll(files, jobOf(records, { row: { ...row, right: 'portability' } }))).hash,
  );
  expect(JSON.stringify(portable)).toContain('m-2');
  expect(JSON.stringify(portable)).not.toMatch(/m-1|m-3/);
  expect(Object.keys(portable).filter((name) => name.startsWith('pages/'))).toEqual([]);
  expect(portable['schema.json']).toContain('rights-desk-data-1');
  const decision = {
    kind: 'grant-in-part',
    except: { categories: ['messages'] },
    by: 'staff:officer',
    at: '2026-03-05T09:00:00.000Z',
  } satisfies Decision;
  const kept = await unpack(
    files,
    (await buildAll(files, jobOf(records, { row: { ...row, decision }, inputs: 'e'.repeat(64) }))).hash,
  );
  expect(JSON.stringify(kept)).toContain('m-0');
  expect(JSON.stringify(kept)).not.toMatch(/m-1|m-2/);
});

test('marks take out what they say, are told with their reason, and one that finds nothing is known', async () => {
  const records = { account: [message(0), message(1)] };
  const files = await filesWith(records);
  const mark = (name: string, what: Redaction['what']): Redaction => ({
    id: name,
    at: '2026-03-05T09:00:00.000Z',
    by: 'staff:officer',
    reason: 'others-rights-15-4',
    what,
  });
  const redactions = [
    mark('whole', { processor: 'account', record: recordKeyOf(lineOf(message(0))) }),
    mark('text', { text: 'words 1' }),
    mark('lost', { processor: 'account', record: '0'.repeat(16) }),
  ];
  const { hash, manifest } = await buildAll(files, jobOf(records, { redactions }));
  const unpacked = await unpack(files, hash);
  const { 'index.html': index = '', ...rest } = unpacked;
  expect(JSON.stringify(rest)).not.toMatch(/words 0|words 1|m-0/);
  expect(index).toContain('[others-rights-15-4]');
  expect(index).toContain('artikel 15 lid 4 AVG');
  expect(manifest.unmatched).toEqual(['lost']);
});

test('a missing or damaged export is an error without a word of it, never a smaller package', async () => {
  const records = { account: [message(0)] };
  await expect(buildAll(createFilesDouble(), jobOf(records))).rejects.toThrow('export-missing');
  const files = createFilesDouble();
  await files.put(exportKey(id, 'account'), Buffer.from('{"category":"CANARY"}\n'), 'x');
  await expect(buildAll(files, jobOf(records))).rejects.toThrow(/^exported-record-of-unknown-shape$/);
});

test('A34 hostile data changes neither names nor shape of the archive', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.string(), fc.string(), fc.jsonValue()), { minLength: 1, maxLength: 5 }),
      async (items) => {
        const records = {
          account: items.map(
            ([type, handle, data]): PackageRecord => ({
              category: 'media',
              type,
              handle: `../${handle}`,
              data: data as PackageRecord['data'],
              providedBySubject: true,
            }),
          ),
        };
        const files = await filesWith(records);
        const unpacked = await unpack(files, (await buildAll(files, jobOf(records))).hash);
        expect(Object.keys(unpacked).sort()).toEqual([
          'LEESMIJ.txt',
          'data/account/media-1.csv',
          'data/account/media-1.json',
          'index.html',
          'pages/account-media-1.html',
        ]);
        const back = JSON.parse(unpacked['data/account/media-1.json'] ?? '').records;
        expect(back).toEqual(
          JSON.parse(
            JSON.stringify(
              records.account.map(({ type, handle, providedBySubject, data }) => ({
                type,
                id: handle,
                providedBySubject,
                data,
              })),
            ),
          ),
        );
      },
    ),
    { numRuns: 60 },
  );
});

describe('A34 a system’s data cannot make the archive, or the memory that it is made in, larger than its own size allows', () => {
  const mebibyte = 1024 * 1024;
  const record = (data: PackageRecord['data']): PackageRecord => ({
    category: 'media',
    type: 'video',
    handle: 'v-1',
    data,
    providedBySubject: true,
  });
  const nested = (levels: number): PackageRecord['data'] =>
    Array.from({ length: levels }).reduce<PackageRecord['data']>((inner) => [inner], 'x');

  test.each<readonly [string, readonly PackageRecord[]]>([
    ['what packs to almost nothing', Array.from({ length: 8 }, () => record('a'.repeat(mebibyte)))],
    ['signs that HTML spells out', [record('"'.repeat(mebibyte))]],
    ['quotes that CSV doubles', [record(`=${'"'.repeat(mebibyte)}`)]],
    ['very many empty values', [record(Array.from({ length: 200_000 }, () => null))]],
    [
      'very many columns',
      Array.from({ length: 300 }, (_, at) =>
        record(Object.fromEntries(Array.from({ length: 300 }, (_, field) => [`f${at}-${field}`, 1]))),
      ),
    ],
    ['one value on every level', Array.from({ length: 300 }, () => record(nested(190)))],
  ])('A34 %s', async (_, records) => {
    const files = await filesWith({ account: records });
    const own = records.reduce((sum, one) => sum + lineOf(one).length, 0);
    const { hash } = await buildAll(files, jobOf({ account: records }));
    const packed = (await readAll(files, packageKey(id, hash))) ?? new Uint8Array();
    expect(packed.byteLength).toBeLessThan(own + 64 * 1024);
    const entries = Object.entries(unzipSync(packed));
    // JSON, CSV and a page: each a bounded multiple of what came in, and none beyond what an unpacker or a reader can hold.
    for (const [name, content] of entries) {
      expect([name, content.byteLength < own * 12 + 64 * 1024]).toEqual([name, true]);
      expect(content.byteLength).toBeLessThan(64 * mebibyte);
    }
  });

  test('A34 a record that nests without end is set aside by a code, not by a stack that overflows', async () => {
    for (const levels of [201, 50_000]) {
      const deep = `{"category":"media","type":"x","handle":"h","providedBySubject":true,"data":${'['.repeat(levels)}${']'.repeat(levels)}}\n`;
      const files = createFilesDouble();
      await files.put(exportKey(id, 'account'), Buffer.from(deep), 'x');
      const job = jobOf({ account: [] });
      await expect(buildAll(files, job)).rejects.toMatchObject({
        name: 'QuarantineError',
        code: 'exported-record-too-deep',
      });
    }
  });

  test('A34 a line without end is set aside before it fills the memory', async () => {
    const files = createFilesDouble();
    let given = 0;
    const endless: Files = {
      ...files,
      get: async (key) =>
        key === exportKey(id, 'account')
          ? (async function* () {
              for (; given < 1024; given += 1) yield Buffer.alloc(mebibyte, 'x');
            })()
          : files.get(key),
    };
    await expect(buildAll(endless, jobOf({ account: [] }))).rejects.toMatchObject({
      code: 'record-too-large',
    });
    expect(given).toBeLessThan(40);
  });
});
