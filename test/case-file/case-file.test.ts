import { execFile } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  type AuditData,
  type AuditEvent,
  canonicalJson,
  chain,
  noEvent,
} from '../../functions/domain/audit.ts';
import {
  bytesToSign,
  caseFileBody,
  commit,
  receiptBody,
  sealFile,
  transmissionReceiptBody,
} from '../../functions/domain/case-file.ts';
import { receive } from '../../functions/domain/lifecycle.ts';
import { commitWords } from '../../functions/domain/sealed-words.ts';

const run = promisify(execFile);
const verifier = join(__dirname, '../../docs/verify_case_file.py');
const dir = mkdtempSync(join(tmpdir(), 'case-file-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function keyPair() {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { pem: publicKey.export({ type: 'spki', format: 'pem' }).toString(), privateKey };
}
const keys = keyPair();
const signature = (bytes: Uint8Array, key: KeyObject = keys.privateKey) =>
  sign('sha256', bytes, key).toString('base64');

function eventsOf(types: readonly [string, AuditData][]): AuditEvent[] {
  const events: AuditEvent[] = [];
  for (const [seq, [type, data]] of types.entries())
    events.push(
      chain(events.at(-1)?.hash ?? noEvent, seq, {
        at: `2026-03-0${(seq % 8) + 1}T09:00:00.000Z`,
        type,
        by: seq % 2 ? 'system' : 'staff:officer',
        data,
      }),
    );
  return events;
}

const explained = commitWords(
  { kind: 'explanation' },
  { text: 'what a colleague wrote\n\u2028 “é” \ud800 \u{1f600}', by: 'staff:officer' },
  Buffer.alloc(32, 9),
);
const events = eventsOf([
  ['received', { right: 'access', channel: 'form', receivedAt: '2026-03-05T09:00:00.000Z' }],
  ['identity-verified', {}],
  ['search-finished', { found: ['account', 'intercom'], nothing: [] }],
  ['decided', { decision: 'grant', note: 'é " \\ \u2028 \u0007 ok', ...explained.data }],
  ['package-built', { hash: 'ab'.repeat(32), bytes: 1234 }],
  ['released', { hash: 'ab'.repeat(32) }],
  ['answered', { outcome: 'fulfilled', on: true, none: null }],
]);
const { current } = receive(
  {
    id: '0123456789abcdefghjkmnpqrs',
    submissionId: 'sub-1',
    siblings: [],
    right: 'access',
    channel: 'form',
    language: 'nl',
    receivedAt: '2026-03-05T09:00:00.000Z',
    mailbox: 'hash',
  },
  'subject',
  '2026-03-05T09:00:00.000Z',
);
const head = events.at(-1)?.hash ?? '';

let salts = 0;
const words = commit(
  [
    { name: 'subject', value: { email: 'ada@example.com', name: 'Ada "é" \ud800' } },
    { name: explained.name, value: explained.sealed },
  ],
  () => {
    salts += 1;
    return String(salts).padStart(64, '0');
  },
);

function fileOf(
  options: {
    readonly openings?: boolean;
    readonly events?: readonly AuditEvent[];
    readonly head?: string;
  } = {},
) {
  const body = caseFileBody(
    { ...current, row: { ...current.row, head: options.head ?? head } },
    options.events ?? events,
    { issuedAt: '2026-04-01T09:00:00.000Z', publicKey: keys.pem, commitments: words.commitments },
  );
  return sealFile(
    body,
    signature(bytesToSign(body)),
    keys.pem,
    options.openings === false ? undefined : words.openings,
  );
}

function receiptOf(upTo: number, reference = current.row.id, story = events) {
  const body = receiptBody(story.slice(0, upTo), {
    reference,
    issuedAt: '2026-03-20T09:00:00.000Z',
    publicKey: keys.pem,
  });
  return sealFile(body, signature(bytesToSign(body)), keys.pem);
}

async function verify(file: string, extra: readonly [string, string][] = []) {
  const write = (name: string, text: string) => {
    const path = join(dir, name);
    writeFileSync(path, text);
    return path;
  };
  const flags = extra.flatMap(([flag, text], at) => [flag, write(`extra-${at}`, text)]);
  try {
    const { stdout } = await run('python3', ['-B', verifier, write('case-file.json', file), ...flags]);
    return { valid: true, says: stdout };
  } catch (error) {
    // execFile rejects with what the process wrote.
    const { code, stderr } = error as { code: number; stderr: string };
    expect(code).toBe(1);
    return { valid: false, says: stderr };
  }
}

test('a file is valid with its words, and still valid when they have been destroyed', async () => {
  const whole = await verify(fileOf());
  expect(whole.says).toMatch(/^valid: request 0123456789abcdefghjkmnpqrs, 7 events/);
  expect(whole.says).toContain('2 of 2 sealed values');
  expect(whole.says).toContain('1 of them are what events of the trail speak of');
  const cut = fileOf({ openings: false });
  expect(cut).not.toContain('ada@example.com');
  expect((await verify(cut)).says).toContain('0 of 2 sealed values');
});

test('signatures are accepted time after time, and none of another key', async () => {
  for (let time = 0; time < 25; time += 1) {
    const other = keyPair();
    const body = receiptBody(events, {
      reference: current.row.id,
      issuedAt: `2026-03-20T09:00:00.0${10 + time}Z`,
      publicKey: keys.pem,
    });
    const good = sealFile(body, signature(bytesToSign(body)), keys.pem);
    expect((await verify(fileOf(), [['--receipt', good]])).valid).toBe(true);
    const forged = sealFile(
      body,
      signature(
        bytesToSign(body),
        createPrivateKey(other.privateKey.export({ type: 'pkcs8', format: 'pem' })),
      ),
      keys.pem,
    );
    expect((await verify(fileOf(), [['--receipt', forged]])).says).toContain('signature does not fit');
  }
}, 60_000);

test('a whole file rewritten under another key is found by whoever knows the real key', async () => {
  const forger = keyPair();
  const body = caseFileBody({ ...current, row: { ...current.row, head } }, events, {
    issuedAt: '2026-04-01T09:00:00.000Z',
    publicKey: forger.pem,
    commitments: [],
  });
  const forged = sealFile(body, signature(bytesToSign(body), forger.privateKey), forger.pem);
  expect((await verify(forged)).says).toContain('note: compare that key');
  expect((await verify(forged, [['--key', keys.pem]])).says).toContain('not the one that you trust');
  expect((await verify(fileOf(), [['--key', keys.pem]])).valid).toBe(true);
});

test('a receipt fits the file that goes on from it, and no file that tells another story', async () => {
  expect((await verify(fileOf(), [['--receipt', receiptOf(3)]])).valid).toBe(true);
  expect((await verify(fileOf(), [['--receipt', receiptOf(3, 'z'.repeat(26))]])).says).toContain(
    'another request',
  );
  const otherStory = eventsOf([
    ['received', { right: 'access', channel: 'form', receivedAt: '2026-03-05T09:00:00.000Z' }],
    ['withdrawn', {}],
  ]);
  const told = await verify(fileOf(), [['--receipt', receiptOf(2, current.row.id, otherStory)]]);
  expect(told.says).toContain('another story than the receipt: event 1');
  const shorter = fileOf({ events: events.slice(0, 5), head: events[4]?.hash ?? '' });
  expect((await verify(shorter)).valid).toBe(true);
  expect((await verify(shorter, [['--receipt', receiptOf(7)]])).says).toContain('lacks');
});

test('events cut off at the end, with a valid signature over the rest of the body, are found by the head', async () => {
  expect((await verify(fileOf({ events: events.slice(0, 5) }))).says).toContain(
    'the head is not the last event',
  );
});

test('words that were changed, exchanged or added are found', async () => {
  const document = JSON.parse(fileOf());
  const changed = { ...document, openings: [{ ...document.openings[0], value: '"other words"' }] };
  expect((await verify(canonicalJson(changed))).says).toContain('not those that were sealed');
  const added = { ...document, openings: [...document.openings, { name: 'more', salt: '00', value: '1' }] };
  expect((await verify(canonicalJson(added))).says).toContain('never committed');
});

test('words that were exchanged in the vault, with a commitment made for them since, are found by the event that spoke of them', async () => {
  const later = commitWords(
    { name: explained.name },
    { text: 'kinder words', by: 'staff:officer' },
    Buffer.alloc(32, 9),
  );
  const resalted = { ...explained.sealed, salt: '00'.repeat(32) };
  const without = { text: explained.sealed.text };
  for (const value of [later.sealed, resalted, without, 'kinder words', null, []]) {
    const replaced = commit([{ name: explained.name, value }], () => '11'.repeat(32));
    const body = caseFileBody({ ...current, row: { ...current.row, head } }, events, {
      issuedAt: '2026-04-01T09:00:00.000Z',
      publicKey: keys.pem,
      commitments: replaced.commitments,
    });
    const file = sealFile(body, signature(bytesToSign(body)), keys.pem, replaced.openings);
    const told = await verify(file);
    expect([value, told.valid]).toEqual([value, false]);
    expect(told.says).toContain('event 3 (decided');
    // Cut out, as after their destruction, nothing is left to compare.
    const { openings: _, ...cut } = JSON.parse(file);
    expect((await verify(canonicalJson(cut))).valid).toBe(true);
  }
});

describe('one key signs several kinds of file, and none passes for another', () => {
  const about = { reference: current.row.id, issuedAt: '2026-03-20T09:00:00.000Z', publicKey: keys.pem };
  const story = eventsOf([
    ['received', { right: 'portability' }],
    ['transmitted', { number: 1, host: 'upload.example.org', hash: 'ab'.repeat(32), bytes: 1234 }],
    ['transmitted', { number: 2, host: 'other.example.org', hash: 'ab'.repeat(32), bytes: 1234 }],
  ]);
  const fileWith = (told: readonly AuditEvent[]) => fileOf({ events: told, head: told.at(-1)?.hash ?? '' });
  const sentBody = (seq: number, change: object = {}) => ({
    ...transmissionReceiptBody(story[seq] as AuditEvent, about),
    ...change,
  });
  const sealed = (body: Parameters<typeof bytesToSign>[0]) =>
    sealFile(body, signature(bytesToSign(body)), keys.pem);

  test('a receipt is no case file, a case file no receipt, whatever their signatures are exchanged for', async () => {
    const caseFile = fileWith(story);
    const receipt = receiptOf(2, current.row.id, story);
    const sent = sealed(sentBody(1));
    for (const file of [receipt, sent])
      expect((await verify(file)).says).toContain('is not a file of the form');
    expect((await verify(caseFile, [['--receipt', caseFile]])).says).toContain('is not a file of the form');
    const [first, second] = [JSON.parse(caseFile), JSON.parse(receipt)];
    for (const [body, signer] of [
      [first, second],
      [second, first],
    ]) {
      const forged = canonicalJson({ ...body, signature: signer.signature });
      expect(
        (await verify(body === first ? forged : caseFile, body === first ? [] : [['--receipt', forged]]))
          .says,
      ).toContain('the signature does not fit');
    }
    // Renaming the form is a change of what was signed.
    const renamed = { ...second, body: { ...second.body, form: 'rights-desk-case-file-1' } };
    expect((await verify(canonicalJson(renamed))).valid).toBe(false);
    const asReceipt = {
      ...JSON.parse(sent),
      body: { ...JSON.parse(sent).body, form: 'rights-desk-receipt-1' },
    };
    expect((await verify(caseFile, [['--receipt', canonicalJson(asReceipt)]])).says).toContain(
      'signature does not fit',
    );
  });

  test('a receipt of a transmission fits the event that it tells of, and no other', async () => {
    const file = fileWith(story);
    expect(
      (
        await verify(file, [
          ['--receipt', sealed(sentBody(1))],
          ['--receipt', sealed(sentBody(2))],
        ])
      ).valid,
    ).toBe(true);
    const { transmission } = sentBody(1);
    for (const change of [
      { transmission: { ...transmission, host: 'evil.example.org' } },
      { transmission: { ...transmission, bytes: 1 } },
      { transmission: { ...transmission, package: 'cd'.repeat(32) } },
      { transmission: sentBody(2).transmission },
    ])
      expect((await verify(file, [['--receipt', sealed(sentBody(1, change))]])).says).toContain(
        'another transmission',
      );
    const other = { ...sentBody(1), events: 1, head: story[0]?.hash ?? '' };
    expect((await verify(file, [['--receipt', sealed(other)]])).says).toContain(
      'another transmission than event 0',
    );
    const shorter = fileWith(story.slice(0, 1));
    expect((await verify(shorter, [['--receipt', sealed(sentBody(1))]])).says).toContain('lacks');
  });
});

test('any byte flipped, event dropped, inserted or moved, the file cut or lengthened: never valid, and the event is named', async () => {
  const path = join(dir, 'real.json');
  writeFileSync(path, fileOf());
  const { stdout } = await run('python3', ['-B', join(__dirname, 'tamper.py'), verifier, path], {
    maxBuffer: 10_000_000,
  });
  const report = JSON.parse(stdout);
  expect(report.accepted).toEqual([]);
  expect(report.flips).toBeGreaterThan(3000);
  expect(report.mangled).toBeGreaterThan(2000);
  expect(report.crashes).toEqual([]);
  expect(report.events).toBe(events.length);
  for (const [number, told] of report.named.dropped.entries())
    expect(told).toContain(
      number === events.length - 1 ? 'the head is not the last event' : `event ${number} `,
    );
  for (const [number, told] of report.named.inserted.entries())
    expect(told).toContain(`event ${number + 1} `);
  for (const [number, told] of report.named.swapped.entries()) expect(told).toContain(`event ${number} `);
}, 120_000);
