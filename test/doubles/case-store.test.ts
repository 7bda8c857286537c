import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { createStore } from '../../functions/adapters/dynamodb/store.ts';
import { firstBroken } from '../../functions/domain/audit.ts';
import type { Case } from '../../functions/domain/case.ts';
import { converge } from '../../functions/domain/converge.ts';
import { ConflictError } from '../../functions/domain/errors.ts';
import { newReference } from '../../functions/domain/identity.ts';
import { receive, record } from '../../functions/domain/lifecycle.ts';
import type { CaseStore, Submission } from '../../functions/domain/ports.ts';
import { openClaimKey, pendingClaimKey } from '../../functions/domain/verify.ts';
import { type DynamoDb, ensureTable, startDynamoDb } from '../../local/dynamodb.ts';
import { startDynamoDbLocal, whyNot } from '../differential/dynamodb-local.ts';
import { createCaseStoreDouble } from './case-store.ts';
import { seededBytes } from './runtime.ts';

const at = '2026-03-05T09:00:00.000Z';
const later = '2026-03-06T09:00:00.000Z';
const bytes = seededBytes('case-store');
const newId = () => newReference(bytes);

interface Place {
  readonly name: string;
  open(): Promise<CaseStore>;
  close(): Promise<void>;
}

const inMemory: Place = {
  name: 'the double in memory',
  open: async () => createCaseStoreDouble(),
  close: async () => undefined,
};

function onDynamoDb(
  name = 'the DynamoDB adapter',
  start: (dataDir: string) => Promise<DynamoDb> = (dataDir) =>
    startDynamoDb({ dataDir, endpoint: process.env.AWS_ENDPOINT_URL_DYNAMODB }),
): Place & { raw(): DynamoDBClient } {
  let folder: string | undefined;
  let server: DynamoDb | undefined;
  let client: DynamoDBClient | undefined;
  return {
    name,
    raw() {
      if (!client) throw new Error('not open yet');
      return client;
    },
    async open() {
      folder = mkdtempSync(join(tmpdir(), 'case-store-'));
      server = await start(folder);
      client = new DynamoDBClient({
        endpoint: server.endpoint,
        region: 'eu-central-1',
        credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      });
      await ensureTable(client, 'contract');
      return createStore(client, 'contract');
    },
    async close() {
      client?.destroy();
      await server?.stop();
      if (folder) rmSync(folder, { recursive: true, force: true });
    },
  };
}

function arrived(mailbox = 'mailbox-1', right: 'erasure' | 'access' = 'erasure') {
  const id = newId();
  return receive(
    {
      id,
      submissionId: newId(),
      siblings: [],
      right,
      channel: 'form',
      language: 'nl',
      receivedAt: at,
      mailbox,
    },
    'subject',
    at,
  );
}

const submissionOf = (references: readonly string[]): Submission => ({
  id: newId(),
  references,
  language: 'nl',
  mailbox: 'mailbox-1',
  createdAt: at,
  totalTries: 0,
  codesSent: 1,
  code: { hash: 'code-hash', expiresAt: later, tries: 0 },
  token: { hash: `token-${newId()}`, expiresAt: later },
});

const outcomes = async (work: readonly Promise<unknown>[]) =>
  (await Promise.allSettled(work)).map(({ status }) => status);
const won = (all: readonly string[]) => all.filter((status) => status === 'fulfilled').length;

const whyNotAmazons = whyNot();
const places = [
  inMemory,
  onDynamoDb(),
  ...(whyNotAmazons === undefined
    ? [onDynamoDb('the DynamoDB adapter on Amazon’s DynamoDB Local', startDynamoDbLocal)]
    : []),
];
const whereJavaIs = whyNotAmazons === undefined ? test : test.skip;
whereJavaIs(
  `the contract also runs on Amazon’s DynamoDB Local${whyNotAmazons ? `: ${whyNotAmazons}` : ''}`,
  () => {
    expect(places).toHaveLength(3);
  },
);

describe.each(places)('store contract: $name', (place) => {
  let store: CaseStore;
  beforeAll(async () => {
    store = await place.open();
  });
  afterAll(() => place.close());

  async function kept(mailbox?: string, right?: 'erasure' | 'access'): Promise<Case> {
    const { current, change } = arrived(mailbox, right);
    await store.commit({ changes: [change] });
    return current;
  }
  const verifiedBy = (current: Case) =>
    record(current, [{ type: 'identity-verified', by: 'subject', at, set: { verifiedAt: at } }]);

  test('a case comes back as it was written, its events in order and their chain whole', async () => {
    const current = await kept();
    await store.commit({ changes: [verifiedBy(current)] });
    const read = await store.load(current.row.id);
    expect(read?.row).toMatchObject({ status: 'finding', version: 2, verifiedAt: at });
    const events = await store.events(current.row.id);
    expect(events.map((event) => event.type)).toEqual(['received', 'identity-verified']);
    expect(firstBroken(events)).toBe(-1);
    expect(read?.row.head).toBe(events.at(-1)?.hash);
    expect(await store.row(current.row.id)).toEqual(read?.row);
  });

  test('what is not there is undefined, not an error', async () => {
    expect(await store.load(newId())).toBeUndefined();
    expect(await store.row(newId())).toBeUndefined();
    expect(await store.events(newId())).toEqual([]);
    expect(await store.submission(newId())).toBeUndefined();
    expect(await store.submissionByToken('nobody')).toBeUndefined();
    expect(await store.claimed('nothing')).toBeUndefined();
    expect(await store.tokens(newId())).toEqual([]);
  });

  test('a change decided on an old version is refused whole (F38)', async () => {
    const current = await kept();
    await store.commit({
      changes: [verifiedBy(current)],
      claims: [{ key: `first-${current.row.id}`, value: 'a' }],
    });
    const second = store.commit({
      changes: [verifiedBy(current)],
      claims: [{ key: `second-${current.row.id}`, value: 'b' }],
    });
    await expect(second).rejects.toBeInstanceOf(ConflictError);
    expect(await store.claimed(`second-${current.row.id}`)).toBeUndefined();
    expect(await store.events(current.row.id)).toHaveLength(2);
  });

  test('a case cannot be created twice (F5)', async () => {
    const { change } = arrived();
    const all = await outcomes([store.commit({ changes: [change] }), store.commit({ changes: [change] })]);
    expect(won(all)).toBe(1);
    expect(await store.events(change.row.id)).toHaveLength(1);
  });

  test('a taken claim refuses the whole transaction, even one whose time is over', async () => {
    const key = `claim-${newId()}`;
    expect(await store.claim({ key, value: 'one', expiresAt: at }, at)).toBe('claimed');
    const { change } = arrived();
    await expect(store.commit({ changes: [change], claims: [{ key, value: 'two' }] })).rejects.toBeInstanceOf(
      ConflictError,
    );
    expect(await store.row(change.row.id)).toBeUndefined();
  });

  test('F4 a claim whose holder is gone is taken over after its time, not before', async () => {
    const key = `lock-${newId()}`;
    await store.claim({ key, value: 'dead', expiresAt: later }, at);
    expect(await store.claim({ key, value: 'second' }, at)).toEqual({ heldBy: 'dead' });
    expect(await store.claim({ key, value: 'second' }, later)).toEqual({ heldBy: 'dead' });
    expect(await store.claim({ key, value: 'second' }, '2026-03-06T09:00:01.000Z')).toBe('claimed');
    expect(await store.claimed(key)).toBe('second');
  });

  test('of 20 claims at once exactly one wins, and the others learn who', async () => {
    const key = `race-${newId()}`;
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => store.claim({ key, value: `claimant-${index}` }, at)),
    );
    const winner = answers.indexOf('claimed');
    expect(answers.filter((answer) => answer === 'claimed')).toHaveLength(1);
    expect(answers.filter((answer) => answer !== 'claimed')).toEqual(
      Array.from({ length: 19 }, () => ({ heldBy: `claimant-${winner}` })),
    );
  });

  test('an expired claim reads as free, a claim without an end never does', async () => {
    const key = `read-${newId()}`;
    await store.claim({ key, value: 'held', expiresAt: at }, at);
    expect(await store.claimed(key, at)).toBe('held');
    expect(await store.claimed(key, later)).toBeUndefined();
    await store.replace({ key, value: 'for ever' });
    expect(await store.claimed(key, '2036-01-01T00:00:00.000Z')).toBe('for ever');
    await store.release(key);
    expect(await store.claimed(key)).toBeUndefined();
  });

  test('claims of one owner are listed by their prefix, bounded, in order', async () => {
    const owner = newId();
    for (const name of ['pending#access#2', 'pending#access#1', 'pending#erasure#1', 'open#access#'])
      await store.claim({ key: `${owner}/${name}`, value: name }, at);
    const found = await store.claims({ owner, startsWith: 'pending#access#' }, 10);
    expect(found.map(({ key, value }) => [key, value])).toEqual([
      [`${owner}/pending#access#1`, 'pending#access#1'],
      [`${owner}/pending#access#2`, 'pending#access#2'],
    ]);
    expect(await store.claims({ owner, startsWith: 'pending#' }, 1)).toHaveLength(1);
  });

  test('two opposite decisions at once: one stands, one conflicts, and both can be in the trail (F38)', async () => {
    const start = await kept();
    const ready = await converge(store, start.row.id, (current) =>
      current.row.status === 'awaiting-identity'
        ? [
            { type: 'identity-verified', by: 'subject', at, set: { verifiedAt: at } },
            { type: 'search-planned', by: 'system', at, set: { processors: [] } },
            { type: 'search-finished', by: 'system', at },
          ]
        : [],
    );
    const decided = (by: 'staff:one' | 'staff:two', kind: 'grant' | 'refuse') =>
      record(ready, [
        {
          type: 'decided',
          by,
          at,
          set: {
            decision: {
              kind,
              by,
              at,
              ...(kind === 'refuse' ? { reason: 'manifestly-unfounded' as const } : {}),
            },
          },
        },
      ]);
    const all = await outcomes([
      store.commit({ changes: [decided('staff:one', 'grant')] }),
      store.commit({ changes: [decided('staff:two', 'refuse')] }),
    ]);
    expect(won(all)).toBe(1);
    const stands = await store.load(start.row.id);
    const loser = stands?.row.decision?.by === 'staff:one' ? 'staff:two' : 'staff:one';
    await converge(store, start.row.id, ({ row }) =>
      row.version === ready.row.version + 1 ? [{ type: 'decision-came-second', by: loser, at }] : [],
    );
    const events = await store.events(start.row.id);
    expect(events.slice(-2).map((event) => event.type)).toEqual(['decided', 'decision-came-second']);
    expect(new Set(events.slice(-2).map((event) => event.by)).size).toBe(2);
    expect(firstBroken(events)).toBe(-1);
  });

  test('many writers at once all get their event, in one unbroken chain', async () => {
    const { row } = await kept();
    await Promise.all(
      Array.from({ length: 6 }, (_, index) => {
        let mine = false;
        return converge(store, row.id, () => {
          // Decided anew on each try, stored once.
          if (mine) throw new Error('stored twice');
          return [{ type: 'note-added', by: `staff:writer-${index}`, at }];
        }).then(() => {
          mine = true;
        });
      }),
    );
    const events = await store.events(row.id);
    expect(events).toHaveLength(7);
    expect(new Set(events.map((event) => event.by)).size).toBe(7);
    expect(firstBroken(events)).toBe(-1);
  });

  test('20 parallel redemptions of one link: exactly one wins', async () => {
    const { row } = await kept();
    const before = submissionOf([row.id]);
    await store.saveSubmission(undefined, before);
    const { token: _spent, ...after } = before;
    const all = await outcomes(
      Array.from({ length: 20 }, (_, index) =>
        store.commit({
          changes: [],
          claims: [{ key: `session-${before.id}-${index}`, value: 'open' }],
          submission: { before, after: { ...after, verifiedAt: at } },
        }),
      ),
    );
    expect(won(all)).toBe(1);
    expect(await store.submission(before.id)).toMatchObject({ verifiedAt: at });
    expect((await store.submission(before.id))?.token).toBeUndefined();
  });

  test('a submission is found by its newest link; the link it had before no longer opens it', async () => {
    const first = submissionOf([newId()]);
    await store.saveSubmission(undefined, first);
    const second = { ...first, token: { hash: `token-${newId()}`, expiresAt: later } };
    await store.saveSubmission(first, second);
    expect((await store.submissionByToken(second.token.hash))?.id).toBe(first.id);
    const byOld = await store.submissionByToken(first.token?.hash ?? '');
    expect(byOld?.token?.hash).toBe(second.token.hash);
    await expect(store.saveSubmission(first, { ...first, codesSent: 9 })).rejects.toBeInstanceOf(
      ConflictError,
    );
  });

  test('guesses at once: five per code and not one more, each counted for life', async () => {
    const submission = submissionOf([newId()]);
    await store.saveSubmission(undefined, submission);
    const limits = { perCode: 5, total: 20, now: at };
    const taken = await Promise.all(Array.from({ length: 20 }, () => store.takeTry(submission.id, limits)));
    expect(taken.filter((one) => one !== undefined)).toHaveLength(5);
    expect(await store.submission(submission.id)).toMatchObject({ totalTries: 5, code: { tries: 5 } });
  });

  test('no try is left on an old code, on no code, or when the life’s tries are used up', async () => {
    const old = submissionOf([newId()]);
    await store.saveSubmission(undefined, old);
    expect(await store.takeTry(old.id, { perCode: 5, total: 20, now: later })).toBeUndefined();
    const { code: _none, ...without } = submissionOf([newId()]);
    await store.saveSubmission(undefined, without);
    expect(await store.takeTry(without.id, { perCode: 5, total: 20, now: at })).toBeUndefined();
    const used = { ...submissionOf([newId()]), totalTries: 20 };
    await store.saveSubmission(undefined, used);
    expect(await store.takeTry(used.id, { perCode: 5, total: 20, now: at })).toBeUndefined();
    expect(await store.takeTry(newId(), { perCode: 5, total: 20, now: at })).toBeUndefined();
  });

  test('touch moves only the time to look, and nothing when the row has changed since', async () => {
    const { row } = await kept();
    await store.touch(row, '2026-04-01T00:00:00.000Z');
    expect(await store.row(row.id)).toEqual({ ...row, lookAt: '2026-04-01T00:00:00.000Z' });
    await store.touch({ ...row, version: 7 }, '2027-01-01T00:00:00.000Z');
    expect((await store.row(row.id))?.lookAt).toBe('2026-04-01T00:00:00.000Z');
  });

  test('the time to look can be set whatever has happened to the row, and of no row that is not there', async () => {
    const { row } = await kept();
    await store.lookBy(row.id, '2026-04-01T00:00:00.000Z');
    expect(await store.row(row.id)).toEqual({ ...row, lookAt: '2026-04-01T00:00:00.000Z' });
    const nobody = newId();
    await store.lookBy(nobody, '2020-01-01T00:00:00.000Z');
    const { items, unreadable } = await store.overdueForLook({
      before: '2020-01-02T00:00:00.000Z',
      limit: 10,
    });
    expect([items, unreadable, await store.row(nobody)]).toEqual([[], undefined, undefined]);
  });

  test('the sweep’s list has what is due before an instant, the longest due first', async () => {
    const first = await kept();
    const second = await kept();
    await store.touch(first.row, '2020-01-02T00:00:00.000Z');
    await store.touch(second.row, '2020-01-01T00:00:00.000Z');
    const found = await store.overdueForLook({ before: '2020-01-03T00:00:00.000Z', limit: 10 });
    expect(found.items.map(({ id }) => id)).toEqual([second.row.id, first.row.id]);
    const exact = await store.overdueForLook({ before: '2020-01-01T00:00:00.000Z', limit: 10 });
    expect(exact.items).toEqual([]);
  });

  test('lists come in pages that miss nothing and repeat nothing', async () => {
    for (let index = 0; index < 5; index += 1) await kept();
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await store.open({ limit: 2, ...(cursor ? { cursor } : {}) });
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.cursor;
    } while (cursor);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBe(await store.countOpen(1000));
    expect(await store.countOpen(2)).toBe(2);
    await expect(store.open({ limit: 2, cursor: 'bm90aGluZw' })).rejects.toMatchObject({
      name: 'InvalidCursor',
    });
  });

  test('a closed case leaves the queue; its words’ end stays watched until they are gone', async () => {
    const current = await kept();
    const closing = record(current, [
      { type: 'withdrawn', by: 'subject', at, set: { outcome: 'withdrawn', closedAt: at } },
    ]);
    await store.commit({ changes: [closing] });
    expect((await store.closed({ limit: 50 })).items.map(({ id }) => id)).toContain(current.row.id);
    expect((await store.open({ limit: 500 })).items.map(({ id }) => id)).not.toContain(current.row.id);
    const watched = await store.overdueForLook({ before: '2030-01-01T00:00:00.000Z', limit: 500 });
    expect(watched.items.map(({ id }) => id)).toContain(current.row.id);
    const gone = record({ ...current, row: closing.row }, [
      { type: 'anonymised', by: 'system', at, set: { anonymisedAt: at, mailbox: 'anonymised' } },
    ]);
    await store.commit({ changes: [gone] });
    const after = await store.overdueForLook({ before: '2030-01-01T00:00:00.000Z', limit: 500 });
    expect(after.items.map(({ id }) => id)).not.toContain(current.row.id);
  });

  test('claims join and leave with the transaction they belong to', async () => {
    const { current, change } = arrived('mailbox-claims');
    await store.commit({
      changes: [change],
      claims: [{ key: pendingClaimKey(current.row), value: current.row.id }],
    });
    await store.commit({
      changes: [verifiedBy(current)],
      claims: [{ key: openClaimKey(current.row), value: current.row.id }],
      releases: [pendingClaimKey(current.row)],
    });
    expect(await store.claimed(openClaimKey(current.row))).toBe(current.row.id);
    expect(await store.claimed(pendingClaimKey(current.row))).toBeUndefined();
  });

  test('F16 the token of an earlier wait never takes a newer one away', async () => {
    const id = newId();
    await store.saveToken(id, 'identity', 'old', at);
    await store.saveToken(id, 'identity', 'new', at);
    await store.dropToken(id, 'identity', 'old');
    expect(await store.tokens(id)).toEqual([{ wait: 'identity', token: 'new' }]);
    await store.saveToken(id, 'decision', 'other', at);
    await store.dropToken(id, 'identity', 'new');
    expect(await store.tokens(id)).toEqual([{ wait: 'decision', token: 'other' }]);
  });

  test('uses in one window are counted one by one, also at once', async () => {
    const counter = newId();
    const counts = await Promise.all(
      Array.from({ length: 10 }, () => store.count(counter, { key: 'minute-1', expiresAt: later })),
    );
    expect([...counts].sort((a, b) => a - b)).toEqual(Array.from({ length: 10 }, (_, index) => index + 1));
    expect(await store.count(counter, { key: 'minute-2', expiresAt: later })).toBe(1);
    expect(await store.counted(counter, 'minute-1')).toBe(11);
    expect(await store.counted(counter, 'minute-2')).toBe(1);
    expect([await store.counted(counter, 'minute-3'), await store.counted(newId(), 'minute-0')]).toEqual([
      0, 0,
    ]);
  });

  test('a record beside the row is replaced under its name, without an event', async () => {
    const { row } = await kept();
    for (const state of ['failed', 'nothing'] as const)
      await store.note(row.id, {
        kind: 'finding',
        value: { processor: 'mailchimp', at, state, holdings: [] },
      });
    const read = await store.load(row.id);
    expect(read?.findings).toEqual([{ processor: 'mailchimp', at, state: 'nothing', holdings: [] }]);
    expect(await store.events(row.id)).toHaveLength(1);
  });

  test('one transaction cannot write one item twice', async () => {
    const { change } = arrived();
    const twice = store.commit({ changes: [change], releases: ['same-key', 'same-key'] });
    await expect(twice).rejects.toThrow();
    expect(await store.row(change.row.id)).toBeUndefined();
  });
});

describe('what other versions wrote', () => {
  const place = onDynamoDb();
  let store: CaseStore;
  beforeAll(async () => {
    store = await place.open();
  });
  afterAll(() => place.close());

  async function rewritten(change: (content: Record<string, unknown>) => Record<string, unknown>) {
    const { change: first, current } = arrived();
    await store.commit({ changes: [first] });
    const Key = { pk: { S: `R#${current.row.id}` }, sk: { S: 'ROW' } };
    const { Item } = await place.raw().send(new GetItemCommand({ TableName: 'contract', Key }));
    const content = change(JSON.parse(Item?.j?.S ?? '{}'));
    await place
      .raw()
      .send(
        new PutItemCommand({ TableName: 'contract', Item: { ...Item, j: { S: JSON.stringify(content) } } }),
      );
    return current.row.id;
  }

  test('F30 a row with a field of a newer version is read, and keeps that field when it is written again', async () => {
    const id = await rewritten((content) => ({ ...content, addedLater: { of: 'version 9' } }));
    await converge(store, id, ({ row }) =>
      row.status === 'awaiting-identity'
        ? [{ type: 'identity-verified', by: 'subject', at, set: { verifiedAt: at } }]
        : [],
    );
    expect(await store.row(id)).toMatchObject({ status: 'finding', addedLater: { of: 'version 9' } });
  });

  test('F30 what a newer version added inside a part of the row is kept as well, and a known part is as strict as ever', async () => {
    const pause = { ground: 'identity-doubt-12-6', from: at, letterId: 'question-1' };
    const id = await rewritten((content) => ({
      ...content,
      pauses: [{ ...pause, weighed: { by: 'version 9' } }],
    }));
    const before = await store.row(id);
    expect(before?.pauses).toEqual([{ ...pause, weighed: { by: 'version 9' } }]);
    await converge(store, id, ({ row }) =>
      row.status === 'awaiting-identity'
        ? [{ type: 'identity-verified', by: 'subject', at, set: { verifiedAt: at } }]
        : [],
    );
    expect((await store.row(id))?.pauses).toEqual(before?.pauses);
    const broken = await rewritten((content) => ({ ...content, pauses: [{ ...pause, from: 'yesterday' }] }));
    await expect(store.row(broken)).rejects.toMatchObject({ name: 'UnknownShape' });
  });

  test('F23 F30 one row of a newer shape hides no other of its page, is named, and can be put off', async () => {
    const early = '2020-01-01T00:00:00.000Z';
    const known = await rewritten((content) => content);
    const newer = await rewritten((content) => ({ ...content, status: 'pondering' }));
    for (const id of [known, newer]) await store.lookBy(id, early);
    const due = { before: '2020-01-02T00:00:00.000Z', limit: 10 };
    const page = await store.overdueForLook(due);
    expect([page.items.map(({ id }) => id), page.unreadable]).toEqual([[known], [newer]]);
    expect((await store.open({ limit: 500 })).unreadable).toContain(newer);
    await store.lookBy(newer, '2030-01-01T00:00:00.000Z');
    expect((await store.overdueForLook(due)).unreadable).toBeUndefined();
    await expect(store.row(newer)).rejects.toMatchObject({ name: 'UnknownShape' });
  });

  test('F30 a record of a kind that only a newer version knows is left alone', async () => {
    const { change, current } = arrived();
    await store.commit({ changes: [change] });
    const Item = { pk: { S: `R#${current.row.id}` }, sk: { S: 'later#one' }, j: { S: '{}' } };
    await place.raw().send(new PutItemCommand({ TableName: 'contract', Item }));
    expect((await store.load(current.row.id))?.row.id).toBe(current.row.id);
  });

  test.each([
    ['a status that nobody knows', { status: 'half-open' }],
    ['a date that is none', { plannedBy: 'soon' }],
    ['a version that is no number', { version: 'two' }],
    ['words where a code belongs', { mailbox: 'someone with a name' }],
  ])('%s is refused, never guessed at', async (_, wrong) => {
    const id = await rewritten((content) => ({ ...content, ...wrong }));
    await expect(store.load(id)).rejects.toMatchObject({ name: 'UnknownShape' });
    await expect(store.row(id)).rejects.toMatchObject({ name: 'UnknownShape' });
  });

  test('a row without what every version has is refused', async () => {
    const id = await rewritten(({ receivedAt: _gone, ...rest }) => rest);
    await expect(store.row(id)).rejects.toMatchObject({ name: 'UnknownShape' });
  });
});
