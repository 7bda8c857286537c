import * as v from 'valibot';
import type { Actor, Case, FindingRecord } from '../../functions/domain/case.ts';
import { after as caseAfter } from '../../functions/domain/converge.ts';
import { receive, record, withChildren } from '../../functions/domain/lifecycle.ts';
import {
  belongs,
  downloadsInAll,
  exportResults,
  inlineBytes,
  inputsOf,
  linkSeconds,
  type PackageRecord,
  packageAvailability,
  packageBuilt,
  packageChanged,
  packageEndsAt,
  packageFetched,
  packageLastDay,
  packageRecord,
  packageReminderAt,
  release,
  sourcesOf,
} from '../../functions/domain/package.ts';
import type { Redaction } from '../../functions/domain/redaction.ts';

const at = '2026-03-06T09:00:00.000Z';
const hash = 'a'.repeat(64);

function caseWith(findings: readonly Partial<FindingRecord>[], more: Partial<Case['row']> = {}): Case {
  const { current } = receive(
    {
      id: '0123456789abcdefghjkmnpqrs',
      submissionId: 's-1',
      siblings: [],
      right: 'access',
      channel: 'form',
      language: 'en',
      receivedAt: '2026-03-05T09:00:00.000Z',
      mailbox: 'hash',
    },
    'subject',
    '2026-03-05T09:00:00.000Z',
  );
  const full = findings.map(
    (one): FindingRecord => ({ processor: 'account', at, state: 'found', holdings: [], ...one }),
  );
  return {
    ...current,
    findings: full,
    row: {
      ...current.row,
      status: 'awaiting-decision',
      verifiedAt: at,
      decision: { kind: 'grant', by: 'staff:officer', at },
      processors: full.map((one) => one.processor),
      ...more,
    },
  };
}

const built = (current: Case, value = hash): Case =>
  caseAfter(current, record(current, [packageBuilt({ hash: value, bytes: 10 }, at, [])]));

describe('what becomes of a system', () => {
  const results = (
    finding: Partial<FindingRecord>,
    options: {
      counted?: number;
      can?: 'automated' | 'manual' | 'none';
      files?: number;
      row?: Partial<Case['row']>;
    } = {},
  ) => {
    const current = caseWith([finding], options.row);
    const children = exportResults(current, at, {
      tallies: new Map([['account', { account: options.counted ?? 0 }]]),
      handFiles: Array.from({ length: options.files ?? 0 }, () => ({
        processor: 'account',
        name: '0123456789abcdef.csv',
        bytes: 1,
      })),
      capability: () => options.can ?? 'automated',
    });
    const { dispositions, tasks } = withChildren(current, children);
    return {
      disposition: dispositions[0]?.disposition,
      code: dispositions[0]?.code,
      open: tasks.map((task) => task.operation),
    };
  };

  test.each([
    ['its records are in the package', { exportedBytes: 9 }, { counted: 3 }, 'done-confirmed', undefined, []],
    ['nothing was found', { state: 'nothing' }, {}, 'nothing-found', undefined, []],
    [
      'the register says there is nothing to give',
      { state: 'nothing', code: 'not-portable-data' },
      {},
      'not-applicable',
      'not-portable-data',
      [],
    ],
    ['the search failed', { state: 'failed', code: 'timeout' }, {}, 'failed', 'timeout', ['export']],
    [
      'more than one person may be meant',
      { state: 'ambiguous', exportedBytes: 9 },
      { counted: 0 },
      'failed',
      'ambiguous-mailbox',
      ['export'],
    ],
    [
      'pages were cut',
      { state: 'incomplete', exportedBytes: 9 },
      { counted: 2 },
      'failed',
      'search-incomplete',
      ['export'],
    ],
    ['only people can look there', { state: 'by-hand' }, {}, 'failed', 'by-hand', ['export']],
    ['people looked and added a file', { state: 'by-hand' }, { files: 1 }, 'done-by-hand', undefined, []],
    ['only people can export', { state: 'found' }, { can: 'manual' }, 'failed', 'by-hand', ['export']],
    [
      'it cannot export at all',
      { state: 'found' },
      { can: 'none' },
      'not-applicable',
      'no-such-operation',
      [],
    ],
    ['the export never came', { state: 'found' }, {}, 'failed', 'not-exported', ['export']],
    [
      'the decision keeps it back',
      { exportedBytes: 9 },
      {
        row: {
          decision: { kind: 'grant-in-part', except: { processors: ['account'] }, by: 'staff:officer', at },
        },
      },
      'not-applicable',
      'kept-back',
      [],
    ],
    [
      'none of it is portable',
      { exportedBytes: 9 },
      { row: { right: 'portability' } },
      'not-applicable',
      'not-portable-data',
      [],
    ],
  ] as const)('%s', (_what, finding, options, disposition, code, open) => {
    expect(results(finding as Partial<FindingRecord>, options as Parameters<typeof results>[1])).toEqual({
      disposition,
      code,
      open,
    });
  });

  test('what a person has settled by hand stays, and building again writes nothing twice', () => {
    const current = caseWith([{ state: 'by-hand' }]);
    const options = { tallies: new Map(), handFiles: [], capability: () => 'manual' as const };
    const first = withChildren(current, exportResults(current, at, options));
    expect(exportResults(first, at, options)).toEqual([]);
    const [disposition] = first.dispositions;
    if (!disposition) throw new Error('no disposition');
    const settled = withChildren(first, [
      { kind: 'disposition', value: { ...disposition, disposition: 'done-by-hand' } },
    ]);
    expect(exportResults(settled, at, options)).toEqual([]);
  });
});

describe('release', () => {
  const approve = (current: Case, by: Actor, value = hash) =>
    caseAfter(current, record(current, release(current, value, by, at)));

  test('takes two different people and exactly the hash they read', () => {
    const ready = built(caseWith([{ exportedBytes: 1 }]));
    expect(() => release(ready, 'b'.repeat(64), 'staff:a', at)).toThrow('package-changed');
    const once = approve(ready, 'staff:a');
    expect(once.row.releasedHash).toBeUndefined();
    expect(() => release(once, hash, 'staff:a', at)).toThrow('second-person-needed');
    const twice = approve(once, 'staff:b');
    expect(twice.row.releasedHash).toBe(hash);
    expect(release(twice, hash, 'staff:c', at)).toEqual([]);
  });

  test('what changes after an approval starts over, even when it comes out the same again', () => {
    const released = approve(approve(built(caseWith([{ exportedBytes: 1 }])), 'staff:a'), 'staff:b');
    const changed = caseAfter(released, record(released, [packageChanged('staff:a', at, { added: 1 })]));
    expect(changed.row.package).toBeUndefined();
    expect(changed.row.releasedHash).toBeUndefined();
    expect('package' in changed.row).toBe(false);
    const again = built(changed);
    expect(again.row.package?.approvals).toEqual([]);
    expect(again.row.releasedHash).toBeUndefined();
    expect(packageAvailability(again, at)).toBe('not-released');
  });

  test('nothing is there to fetch before the answer, or after the last day in the Netherlands', () => {
    const released = approve(approve(built(caseWith([{ exportedBytes: 1 }])), 'staff:a'), 'staff:b');
    expect(packageAvailability(released, at)).toBe('not-released');
    const answered: Case = {
      ...released,
      row: { ...released.row, status: 'answered', answeredAt: '2026-03-06T23:30:00.000Z' },
    };
    // Half past midnight on 7 March in Emmen: the last day is 6 April, which ends at 22:00 UTC.
    expect(packageAvailability(answered, '2026-04-06T21:59:59.000Z')).toBe('available');
    expect(packageAvailability(answered, '2026-04-06T22:00:00.000Z')).toBe('expired');
  });
});

test('a fingerprint follows everything that decides the content, and nothing else', () => {
  const current = caseWith([{ exportedBytes: 5 }, { processor: 'intercom', exportedBytes: 7 }]);
  const mark: Redaction = { id: 'm', at, by: 'staff:a', reason: 'others-rights-15-4', what: { text: 'bob' } };
  const same = inputsOf(current, [], []);
  expect(inputsOf({ ...current, findings: [...current.findings].reverse() }, [], [])).toBe(same);
  expect(inputsOf({ ...current, row: { ...current.row, version: 99, openTasks: 3 } }, [], [])).toBe(same);
  const others = [
    inputsOf(current, [mark], []),
    inputsOf(current, [{ ...mark, reason: 'not-about-subject' }], []),
    inputsOf(current, [], [{ processor: 'adyen', name: '0123456789abcdef.csv', bytes: 1 }]),
    inputsOf({ ...current, row: { ...current.row, language: 'nl' } }, [], []),
    inputsOf(
      { ...current, findings: current.findings.map((one) => ({ ...one, at: '2026-03-07T09:00:00.000Z' })) },
      [],
      [],
    ),
  ];
  expect(new Set([same, ...others]).size).toBe(others.length + 1);
});

test('records that may be another person’s are never a source', () => {
  expect(sourcesOf(caseWith([{ state: 'ambiguous', exportedBytes: 5 }]))).toEqual([]);
  expect(sourcesOf(caseWith([{ state: 'incomplete', exportedBytes: 5 }]))).toEqual([
    { processor: 'account', bytes: 5 },
  ]);
});

describe('the record of an export', () => {
  const options = (more: Partial<Parameters<typeof exportResults>[2]> = {}) => ({
    tallies: new Map([['account', { account: 2, media: 1 }]]),
    handFiles: [],
    capability: () => 'automated' as const,
    ...more,
  });
  const holding = (handle: string) => ({ handle, category: 'account' as const, count: 1 });
  const earlier = '2026-03-05T10:00:00.000Z';
  const settledBefore = {
    processor: 'account',
    disposition: 'failed',
    action: 'export',
    at: earlier,
    looks: 4,
    code: 'timeout',
    evidence: { class: 'none', looked: 0, requestIds: [], handles: [], observation: 'timeout' },
  } as const;
  const open = {
    processor: 'account',
    operation: 'export',
    state: 'open',
    openedAt: earlier,
    dueAt: earlier,
    instructions: 'export',
  } as const;

  test('says how many records went in, and of which of the system’s ids', () => {
    const many = Array.from({ length: 60 }, (_, at) => holding(`h-${at % 55}`));
    const current = caseWith([{ exportedBytes: 9, holdings: many }]);
    expect(exportResults(current, at, options())).toEqual([
      {
        kind: 'disposition',
        value: {
          processor: 'account',
          action: 'export',
          at,
          looks: 1,
          disposition: 'done-confirmed',
          evidence: {
            class: 'looked-again',
            looked: 3,
            requestIds: [],
            handles: Array.from({ length: 50 }, (_, at) => `h-${at}`),
            observation: 'records-exported',
          },
        },
      },
    ]);
  });

  test('of nothing found, of files that people added, and of what failed', () => {
    const evidenceOf = (finding: Partial<FindingRecord>, more = {}) => {
      const [child] = exportResults(caseWith([finding]), at, options(more));
      return child?.kind === 'disposition' ? child.value.evidence : undefined;
    };
    const none = { requestIds: [], handles: [] };
    expect(evidenceOf({ state: 'nothing' })).toEqual({
      class: 'looked-again',
      looked: 1,
      observation: 'searched',
      ...none,
    });
    const handFiles = ['account', 'stripe', 'account'].map((processor) => ({
      processor,
      name: 'x',
      bytes: 1,
    }));
    expect(evidenceOf({ state: 'by-hand' }, { handFiles })).toEqual({
      class: 'staff-statement',
      looked: 2,
      observation: 'files-added',
      ...none,
    });
    expect(evidenceOf({ state: 'failed' })).toEqual({
      class: 'none',
      looked: 0,
      observation: 'failed',
      ...none,
    });
  });

  test('a system of which nothing is known has failed, and another’s finding is not its own', () => {
    const current = caseWith([{ processor: 'stripe', exportedBytes: 9 }], { processors: ['account'] });
    expect(exportResults(current, at, options())).toMatchObject([
      { value: { processor: 'account', disposition: 'failed', code: 'no-result' } },
      {
        kind: 'task',
        value: {
          processor: 'account',
          operation: 'export',
          instructions: 'export',
          code: 'no-result',
          openedAt: at,
          dueAt: '2026-03-11T09:00:00.000Z',
        },
      },
    ]);
    expect(exportResults({ ...current, row: { ...current.row, processors: [] } }, at, options())).toEqual([]);
    const { processors: _, ...unplanned } = current.row;
    expect(exportResults({ ...current, row: unplanned }, at, options())).toEqual([]);
  });

  test('records that were all kept back, for access, are told as that', () => {
    const current = caseWith([{ exportedBytes: 9 }]);
    expect(exportResults(current, at, options({ tallies: new Map() }))).toMatchObject([
      { value: { disposition: 'not-applicable', code: 'kept-back' } },
    ]);
    expect(exportResults(caseWith([{ state: 'nothing', code: 'retry-asked' }]), at, options())).toMatchObject(
      [{ value: { disposition: 'nothing-found' } }],
    );
  });

  test('what the decision keeps back is told as that, although it was exported', () => {
    const part = {
      kind: 'grant-in-part',
      by: 'staff:officer',
      at,
      except: { processors: ['account'] },
    } as const;
    const current = caseWith([{ exportedBytes: 9 }], { decision: structuredClone(part) as never });
    expect(exportResults(current, at, options())).toMatchObject([
      { value: { disposition: 'not-applicable', code: 'kept-back' } },
    ]);
  });

  test('without a decision nothing is kept back', () => {
    const { decision: _, ...undecided } = caseWith([{ exportedBytes: 9 }]).row;
    const current = { ...caseWith([{ exportedBytes: 9 }]), row: undecided };
    expect(exportResults(current, at, options())).toMatchObject([
      { value: { disposition: 'done-confirmed' } },
    ]);
    expect(sourcesOf(current)).toEqual([{ processor: 'account', bytes: 9 }]);
    const part = {
      kind: 'grant-in-part',
      by: 'staff:officer',
      at,
      except: { categories: ['payment'] },
    } as const;
    const inPart = caseWith([{ exportedBytes: 9 }], { decision: structuredClone(part) as never });
    expect(exportResults(inPart, at, options())).toMatchObject([
      { value: { disposition: 'done-confirmed' } },
    ]);
  });

  test('what failed and works now is looked at once more, and its task is done', () => {
    const others = [
      { ...open, processor: 'stripe' },
      { ...open, operation: 'find' },
      { ...open, state: 'done' as const, operation: 'export', processor: 'adyen' },
    ];
    const current: Case = {
      ...caseWith([{ exportedBytes: 9 }]),
      dispositions: [{ ...settledBefore, processor: 'stripe', looks: 9 }, settledBefore],
      tasks: [...others, open],
    };
    expect(exportResults(current, at, options())).toMatchObject([
      { kind: 'disposition', value: { disposition: 'done-confirmed', looks: 5 } },
      { kind: 'task', value: { ...open, state: 'done', doneAt: at, doneBy: 'system' } },
    ]);
    expect(exportResults({ ...current, tasks: others }, at, options())).toHaveLength(1);
  });

  test('what fails again has one task, and one that was done is opened anew', () => {
    const failing = (tasks: Case['tasks']) => {
      const current = {
        ...caseWith([{ state: 'failed', code: 'refused' }]),
        dispositions: [settledBefore],
        tasks,
      };
      return exportResults(current, at, options()).map((child) => child.kind);
    };
    expect(failing([open])).toEqual(['disposition']);
    expect(failing([{ ...open, state: 'done' }])).toEqual(['disposition', 'task']);
    expect(failing([{ ...open, operation: 'find' }])).toEqual(['disposition', 'task']);
    expect(failing([{ ...open, processor: 'stripe' }])).toEqual(['disposition', 'task']);
  });

  test.each([
    ['disposition', { disposition: 'accepted' }],
    ['code', { code: 'other' }],
    ['number of records', { evidence: { ...settledBefore.evidence, looked: 1 } }],
    ['observation', { evidence: { ...settledBefore.evidence, observation: 'other' } }],
  ] as const)('the same again is not written again; another %s is', (_what, change) => {
    const current = (before: Partial<Case['dispositions'][number]>): Case => ({
      ...caseWith([{ state: 'failed', code: 'timeout' }]),
      dispositions: [{ ...settledBefore, ...before }],
      tasks: [open],
    });
    expect(exportResults(current({}), at, options())).toEqual([]);
    expect(exportResults(current(change), at, options())).toHaveLength(1);
  });

  test('what was settled is settled anew when the export says otherwise', () => {
    const current: Case = {
      ...caseWith([{ exportedBytes: 9 }]),
      dispositions: [{ ...settledBefore, disposition: 'done-by-hand' }],
    };
    expect(exportResults(current, at, options())).toMatchObject([
      { value: { disposition: 'done-confirmed' } },
    ]);
  });
});

describe('which records go in', () => {
  const record: PackageRecord = {
    category: 'payment',
    type: 'invoice',
    handle: 'i-1',
    data: {},
    providedBySubject: false,
  };
  const decision = (except?: object) =>
    ({ kind: 'grant-in-part', by: 'staff:officer', at, ...except }) as const;

  test('none of a kind that is kept back', () => {
    const kept = (categories: readonly ['payment' | 'media']) => ({
      right: 'access' as const,
      decision: decision({ except: { categories } }),
    });
    expect(belongs(kept(['payment']), record)).toBe(false);
    expect(belongs(kept(['media']), record)).toBe(true);
    expect(belongs({ right: 'access', decision: decision({ except: {} }) }, record)).toBe(true);
    expect(belongs({ right: 'access', decision: decision() }, record)).toBe(true);
    expect(belongs({ right: 'access' }, record)).toBe(true);
  });

  test('to take along, only what the subject gave (art. 20(1))', () => {
    expect(belongs({ right: 'portability' }, record)).toBe(false);
    expect(belongs({ right: 'portability' }, { ...record, providedBySubject: true })).toBe(true);
  });

  test('of the systems that were planned and exported something', () => {
    const current = caseWith(
      [
        { processor: 'a', exportedBytes: 5 },
        { processor: 'b', exportedBytes: 0 },
        { processor: 'c' },
        { processor: 'd', exportedBytes: 7 },
        { processor: 'e', exportedBytes: 7 },
      ],
      { processors: ['d', 'c', 'b', 'unknown', 'a'] },
    );
    expect(sourcesOf(current)).toEqual([
      { processor: 'd', bytes: 7 },
      { processor: 'a', bytes: 5 },
    ]);
    const { processors: _, ...row } = current.row;
    expect(sourcesOf({ ...current, row })).toEqual([]);
    const kept = { ...current.row, decision: decision({ except: { processors: ['d'] } }) };
    expect(sourcesOf({ ...current, row: kept })).toEqual([{ processor: 'a', bytes: 5 }]);
  });

  test('a record has its whole shape', () => {
    expect(v.is(packageRecord, { ...record, othersAt: ['a.b'] })).toBe(true);
    expect(v.is(packageRecord, { ...record, data: null })).toBe(true);
    for (const field of ['category', 'type', 'handle', 'data', 'providedBySubject', 'othersAt'])
      expect(v.is(packageRecord, { ...record, [field]: undefined })).toBe(false);
  });
});

describe('how long a package can be fetched', () => {
  const answeredAt = '2026-03-06T23:30:00.000Z';

  test('thirty days from the day of the answer in the Netherlands, with a reminder a week before', () => {
    expect(packageLastDay(answeredAt)).toBe('2026-04-06');
    expect(packageEndsAt({ answeredAt })).toBe('2026-04-06T21:59:59.999Z');
    expect(packageReminderAt({ answeredAt })).toBe('2026-03-29T22:00:00.000Z');
    expect([packageEndsAt({}), packageReminderAt({})]).toEqual([undefined, undefined]);
  });

  test('how often, how long a link opens, and up to which size it is the answer itself', () => {
    expect({ downloadsInAll, linkSeconds, inlineBytes }).toEqual({
      downloadsInAll: 5,
      linkSeconds: 60,
      inlineBytes: 4_194_304,
    });
  });

  const ready: Partial<Case['row']> = {
    status: 'answered',
    answeredAt,
    releasedHash: hash,
    package: { hash, builtAt: at, bytes: 1, approvals: [] },
  };
  const without = (field: keyof Case['row']) => {
    const row = { ...caseWith([], ready).row };
    delete row[field as 'package'];
    return packageAvailability({ row }, at);
  };

  test('only what was released, is still the same, and was answered', () => {
    const of = (row: Partial<Case['row']>, now = at) =>
      packageAvailability(caseWith([], { ...ready, ...row }), now);
    expect(of({})).toBe('available');
    expect(of({ status: 'closed' })).toBe('available');
    expect(of({}, '2026-04-06T21:59:59.999Z')).toBe('available');
    expect(of({ status: 'acting' })).toBe('not-released');
    expect(without('releasedHash')).toBe('not-released');
    expect(without('package')).toBe('expired');
    expect(without('answeredAt')).toBe('expired');
    expect(of({ releasedHash: 'b'.repeat(64) })).toBe('expired');
  });
});

describe('what is written down of a package', () => {
  test('that it is ready, and that nobody has looked at it within a week', () => {
    expect(packageBuilt({ hash, bytes: 10 }, at, [])).toEqual({
      type: 'package-built',
      by: 'system',
      at,
      data: { hash, bytes: 10 },
      set: {
        package: { hash, bytes: 10, builtAt: at, approvals: [] },
        releasedHash: undefined,
        lookAt: '2026-03-13T09:00:00.000Z',
      },
      children: [],
    });
  });

  test('who approved which bytes, and the release', () => {
    const ready = built(caseWith([{ exportedBytes: 1 }]));
    const first = release(ready, hash, 'staff:a', at);
    const approvals: Actor[] = ['staff:a'];
    expect(first).toEqual([
      {
        type: 'release-approved',
        by: 'staff:a',
        at,
        data: { hash, number: 1 },
        set: { package: { ...ready.row.package, approvals }, lookAt: ready.row.lookAt },
      },
    ]);
    const second = release(caseAfter(ready, record(ready, first)), hash, 'staff:b', at);
    expect(second[0]?.data).toEqual({ hash, number: 2 });
    expect(second[1]).toEqual({
      type: 'released',
      by: 'staff:b',
      at,
      data: { hash },
      set: { releasedHash: hash },
    });
  });

  test('nothing is approved that is not there to be read', () => {
    const current = caseWith([]);
    expect(() => release(current, hash, 'staff:a', at)).toThrow('wrong-status');
    const waiting = { ...current, row: { ...current.row, status: 'awaiting-release' as const } };
    expect(() => release(waiting, hash, 'staff:a', at)).toThrow('package-changed');
  });

  test('that it was fetched, which puts off nothing', () => {
    const current = caseWith([]);
    expect(packageFetched(current, hash, 2, at)).toEqual({
      type: 'package-fetched',
      by: 'subject',
      at,
      data: { hash, number: 2 },
      set: { lookAt: current.row.lookAt },
    });
  });
});

test('a fingerprint of a case without a plan or a decision is one too, in whatever order the findings lie', () => {
  const { processors: _, decision: __, ...row } = caseWith([]).row;
  const bare = inputsOf({ row, findings: [] }, [], []);
  expect(bare).toBe(inputsOf({ row: { ...row, processors: [] }, findings: [] }, [], []));
  expect(inputsOf({ row: { ...row, processors: ['account'] }, findings: [] }, [], [])).not.toBe(bare);
  const kept = { kind: 'grant-in-part', by: 'policy', at, except: { processors: ['x'] } } as const;
  const decided = { ...row, decision: structuredClone(kept) as never };
  expect(inputsOf({ row: decided, findings: [] }, [], [])).not.toBe(bare);
  const other = { ...row, decision: { ...structuredClone(kept), except: { processors: ['y'] } } as never };
  expect(inputsOf({ row: other, findings: [] }, [], [])).not.toBe(
    inputsOf({ row: decided, findings: [] }, [], []),
  );
});
