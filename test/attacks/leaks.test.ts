import {
  type AttributeValue,
  DynamoDBClient,
  ListTablesCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { createLog } from '../../functions/runtime/log.ts';
import { region } from '../../local/machines.ts';
import { credentials, resources } from '../../local/world.ts';
import { type Desk, openDesk } from '../journeys/desk.ts';
import { call, codeIn, guess, letter, otherThan, send, spend, tokenIn } from './caller.ts';

/** Words that no person but the test ever says; found anywhere they should not be, they have leaked. */
const canary = {
  mailbox: 'ada@example.com',
  name: 'Canaryname Lovelace',
  details: 'canary-details-of-mine',
  correction: 'canary-corrected-value',
  agent: 'Canaryagent Smith',
  note: 'canary-note-of-staff',
  evidence: 'canary-evidence-of-staff',
  explanation: 'canary-explanation-to-subject',
  message: 'canary-message-in-the-case',
  how: 'canary-how-authority-was-checked',
};

let desk: Desk;
let reference = '';
let secrets: Record<string, string> = {};
let staffCookie = '';

beforeAll(async () => {
  desk = await openDesk();
  desk.mayFail = true;
  staffCookie = await desk.edition.staffCookie('officer');
  const [first = '', second = ''] = await send(desk, {
    rights: ['erasure', 'rectification'],
    name: canary.name,
    details: canary.details,
    corrections: [{ field: 'name', value: canary.correction }],
    onBehalfOf: { relation: 'agent', name: canary.agent },
  });
  reference = first;
  const { text } = letter(desk, 'receipt', reference);
  secrets = { code: codeIn(text), token: tokenIn(text) };
  await guess(desk, reference, otherThan(codeIn(text)));
  const proof = await spend(desk, tokenIn(text));
  await desk.edition.settle();
  const [session = ''] = proof.headers.getSetCookie();
  secrets.session = /session=([^;]+)/.exec(session)?.[1] ?? '';
  secrets.staff = /staff=([^;]+)/.exec(staffCookie)?.[1] ?? '';
  const cookie = session.split(';')[0] ?? '';
  await call(desk, 'POST', `/api/requests/${reference}/messages`, { text: canary.message }, { cookie });
  // A vendor that answers with a stack trace full of people, and one that is down.
  for (const [vendor, fault] of [
    ['mailchimp', { status: 500, body: `Error at ${canary.mailbox} ${canary.name}`, times: 'forever' }],
    ['stripe', { status: 422, body: { error: canary.mailbox }, times: 'forever' }],
  ] as const)
    await call(desk, 'POST', `/local/processors/${vendor}/faults`, fault);
  for (const one of [first, second]) {
    await desk.staff().act(one, 'notes', { text: canary.note });
    await desk.staff().act(one, 'authority', { how: canary.how });
    const decision = { decision: 'grant', explanation: canary.explanation };
    await desk.staff('officer').act(one, 'decision', decision);
    await desk.staff('second').act(one, 'decision', decision);
  }
  await desk.edition.advance('P5D');
  await desk.staff().act(reference, 'tasks/mailchimp', { outcome: 'done', evidence: canary.evidence });
  await call(desk, 'POST', '/api/requests', { email: canary.mailbox, rights: ['x'], name: canary.name });
  await call(desk, 'GET', `/api/requests/${canary.mailbox}?name=${canary.name}`);
  await desk.edition.advance('P3D');
}, 60_000);
afterAll(() => desk.stop());

/** Every item of every table, as text; binary attributes are sealed and stay out of it. */
async function dump(table?: string): Promise<string> {
  const client = new DynamoDBClient({ endpoint: desk.edition.endpoints.dynamodb, region, credentials });
  try {
    const tables = table ? [table] : ((await client.send(new ListTablesCommand({}))).TableNames ?? []);
    const texts: string[] = [];
    for (const name of tables) {
      let start: Record<string, AttributeValue> | undefined;
      do {
        const page = await client.send(new ScanCommand({ TableName: name, ExclusiveStartKey: start }));
        for (const item of page.Items ?? [])
          for (const [key, value] of Object.entries(item))
            texts.push(`${key} ${value.B ? Buffer.from(value.B).toString('latin1') : JSON.stringify(value)}`);
        start = page.LastEvaluatedKey;
      } while (start);
    }
    return texts.join('\n');
  } finally {
    client.destroy();
  }
}

const holdsNone = (text: string, words: Readonly<Record<string, string>>) => {
  const lower = text.toLowerCase();
  for (const [what, word] of Object.entries(words)) {
    expect(word.length).toBeGreaterThanOrEqual(6);
    expect([what, lower.includes(word.toLowerCase())]).toEqual([what, false]);
  }
};

test('A12 a copy of the table holds no code, link, cookie or word of anybody, and no mailbox of a subject', async () => {
  const text = await dump(resources.table);
  expect(text).toContain(reference);
  expect(Object.values(secrets).every((one) => one.length >= 6)).toBe(true);
  // Six digits stand in many numbers by chance; a code would stand by itself.
  const { code = '', ...others } = secrets;
  expect(text).not.toMatch(new RegExp(`"${code}"`));
  holdsNone(text, { ...others, ...canary });
});

test('A12 the refresh token of a colleague’s session buys no token from the issuer', async () => {
  const stored = [...(await dump(resources.table)).matchAll(/refreshToken\\":\\"([^"\\]+)/g)].map(
    (one) => one[1],
  );
  expect(stored.length).toBeGreaterThan(0);
  for (const refreshToken of stored) {
    const form = {
      grant_type: 'refresh_token',
      client_id: resources.staffClient,
      refresh_token: refreshToken,
    };
    const answer = await fetch(`${desk.edition.url}/local/issuer/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams(form as Record<string, string>),
    });
    expect(answer.status).toBe(400);
  }
});

test('A53 the engine’s own table, with inputs, outputs, names and history of every execution, holds no word of a person', async () => {
  const text = await dump(resources.engineTable);
  expect(text).toContain(reference);
  const { code: _, ...others } = secrets;
  holdsNone(text, { ...others, ...canary });
});

test('A53 log lines and metrics hold ids and codes only, though vendors failed with people’s names in their mouths', () => {
  const lines = desk.edition.logLines().join('\n');
  expect(lines).toContain('step failed');
  expect(lines).toContain(reference);
  const { code: _, ...others } = secrets;
  holdsNone(lines, { ...others, ...canary });
  holdsNone(JSON.stringify(desk.edition.metrics()), { ...others, ...canary });
});

test('A54 what a vendor said when it failed stands nowhere that staff or the subject read', async () => {
  const { body } = await desk.staff().get(`/requests/${reference}`);
  expect(JSON.stringify(body.dispositions)).toContain('failed');
  const read = JSON.stringify([body.dispositions, body.tasks, body.findings, body.timeline]);
  expect(read).not.toContain('Error at');
  holdsNone(read, { mailbox: canary.mailbox, name: canary.name });
});

test('A49 the engine’s task tokens are in no answer, page, letter or log line', async () => {
  const stored = [...(await dump(resources.table)).matchAll(/^token (?:\{"S":"([^"]{20,})"\})/gm)].map(
    (match) => match[1] ?? '',
  );
  const waiting = stored.filter((one) => one.length > 60);
  expect(waiting.length).toBeGreaterThan(0);
  const cookie = `session=${secrets.session}`;
  const seen = [
    (await call(desk, 'GET', `/api/requests/${reference}`, undefined, { cookie })).text,
    (await call(desk, 'GET', `/requests/${reference}`, undefined, { cookie })).text,
    (await call(desk, 'GET', `/api/staff/requests/${reference}`, undefined, { cookie: staffCookie })).text,
    (await call(desk, 'GET', `/staff/requests/${reference}`, undefined, { cookie: staffCookie })).text,
    (
      await call(desk, 'GET', `/api/staff/requests/${reference}/case-file?words=include`, undefined, {
        cookie: staffCookie,
      })
    ).text,
    JSON.stringify(desk.edition.outbox()),
    desk.edition.logLines().join('\n'),
  ];
  for (const text of seen) {
    expect(text.length).toBeGreaterThan(200);
    for (const token of waiting) expect(text.includes(token)).toBe(false);
  }
});

test('A13 A53 mail subjects name no person and no whole reference', () => {
  for (const { subject } of desk.edition.outbox()) {
    expect(subject).not.toContain(reference);
    holdsNone(subject, canary);
  }
});

describe('A59 what is logged', () => {
  const written: string[] = [];
  const log = createLog({ function: 'f', write: (line) => written.push(line), now: () => 0 });

  test.each([
    ['a line break', 'ok\n{"level":"INFO","message":"forged"}'],
    ['a carriage return', 'ok\rforged'],
    ['a line separator', 'ok\u2028forged'],
    ['an escape sequence', '\u001b[2Kforged'],
    ['an address', 'ada@example.com'],
    ['words', 'Ada Lovelace'],
    ['a quote', 'a"b'],
    ['length', 'x'.repeat(301)],
  ])('A59 %s in a field makes neither a second line nor a leak', (_what, value) => {
    written.length = 0;
    log.warn('step failed', { code: value, n: 1 });
    expect(written).toHaveLength(1);
    expect(written[0]).not.toMatch(/\p{Cc}|\p{Zl}/u);
    expect(JSON.parse(written[0] ?? '')).toMatchObject({ code: '[withheld]', n: 1 });
  });

  test('A59 every line that the desk wrote is one object of the agreed shape', () => {
    const lines = desk.edition.logLines();
    expect(lines.length).toBeGreaterThan(50);
    for (const line of lines) {
      const read: unknown = JSON.parse(line);
      expect(read).toEqual(expect.any(Object));
      expect(line).not.toMatch(/[\n\r]/);
    }
  });
});
