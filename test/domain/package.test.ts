import type { Actor, Case, FindingRecord } from '../../functions/domain/case.ts';
import { after as caseAfter } from '../../functions/domain/converge.ts';
import { receive, record, withChildren } from '../../functions/domain/lifecycle.ts';
import {
  exportResults,
  inputsOf,
  packageAvailability,
  packageBuilt,
  packageChanged,
  release,
  sourcesOf,
} from '../../functions/domain/package.ts';
import { exportKey, handFileKey, packageKey } from '../../functions/domain/package-files.ts';
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

test.each([
  () => exportKey('id', '../up'),
  () => exportKey('id', 'a/b'),
  () => packageKey('id', '../../x'),
  () => handFileKey('id', 'adyen', '../x.csv'),
  () => handFileKey('id', 'adyen', 'x.csv'),
])('no key of the bucket can be made of somebody else’s words: %s', (key) => {
  expect(key).toThrow(/^(processor-name|package-hash|file-name)$/);
});
