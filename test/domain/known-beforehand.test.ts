import { knownBeforehand, ofFinding, placeOf } from '../../functions/domain/known-beforehand.ts';
import { caseWith, disposition, finding } from './case-builder.ts';

const at = '2026-03-06T23:30:00.000Z';
const of = (...built: Parameters<typeof caseWith>) => {
  const current = caseWith(...built);
  return knownBeforehand(current, placeOf(current, 'stripe', 'erase', at));
};

test('a place says which day it is in Amsterdam and how often this action was looked at there', () => {
  const current = caseWith(
    {},
    {
      dispositions: [
        disposition('stripe', { action: 'restrict', looks: 7 }),
        disposition('adyen', { looks: 5 }),
        disposition('stripe', { looks: 2 }),
      ],
    },
  );
  expect(placeOf(current, 'stripe', 'erase', at)).toEqual({
    processor: 'stripe',
    action: 'erase',
    at,
    today: '2026-03-07',
    plannedBy: '2026-04-05',
    looks: 3,
  });
  expect(placeOf(caseWith(), 'stripe', 'erase', at).looks).toBe(1);
});

describe('where no call can change anything', () => {
  test('what the decision keeps back is not touched, whatever was found', () => {
    const decision = { kind: 'grant-in-part', by: 'staff:officer', at } as const;
    const keptBack = { ...decision, except: { processors: ['stripe'] } };
    const findings = [finding('stripe')];
    expect(of({ decision: keptBack }, { findings })).toMatchObject([
      {
        kind: 'disposition',
        value: { disposition: 'not-applicable', code: 'kept-back', processor: 'stripe' },
      },
    ]);
    expect(
      of({ decision: { ...decision, except: { processors: ['adyen'] } } }, { findings }),
    ).toBeUndefined();
    expect(
      of({ decision: { ...decision, except: { categories: ['payment'] } } }, { findings }),
    ).toBeUndefined();
    expect(of({ decision }, { findings })).toBeUndefined();
  });

  test('nothing was found there, and that was seen', () => {
    expect(of({}, { findings: [finding('stripe', { state: 'nothing' })] })).toMatchObject([
      {
        kind: 'disposition',
        value: {
          disposition: 'nothing-found',
          evidence: { class: 'looked-again', looked: 1, observation: 'nothing' },
        },
      },
    ]);
  });

  test('more than one person may be meant: a person looks', () => {
    expect(of({}, { findings: [finding('stripe', { state: 'ambiguous' })] })).toMatchObject([
      {
        kind: 'disposition',
        value: {
          disposition: 'failed',
          code: 'ambiguous-mailbox',
          evidence: { class: 'none', observation: 'ambiguous-mailbox' },
        },
      },
      { kind: 'task', value: { processor: 'stripe', operation: 'erase', code: 'ambiguous-mailbox' } },
    ]);
  });
});

describe('where the system has to be asked', () => {
  test('something was found, or nobody has searched', () => {
    expect(of({}, { findings: [finding('stripe')] })).toBeUndefined();
    expect(of({}, { findings: [finding('adyen', { state: 'nothing' })] })).toBeUndefined();
    expect(ofFinding(placeOf(caseWith(), 'stripe', 'erase', at), 'incomplete')).toBeUndefined();
  });

  test('a person asked for another try of this action there', () => {
    const findings = [finding('stripe', { state: 'nothing' })];
    const asked = (more: Parameters<typeof disposition>[1], processor = 'stripe') =>
      of(
        {},
        {
          findings,
          dispositions: [disposition(processor, { disposition: 'failed', code: 'retry-asked', ...more })],
        },
      );
    expect(asked({})).toBeUndefined();
    expect(asked({ action: 'restrict' })).toHaveLength(1);
    expect(asked({ code: 'timeout' })).toHaveLength(1);
    expect(asked({}, 'adyen')).toHaveLength(1);
  });
});
