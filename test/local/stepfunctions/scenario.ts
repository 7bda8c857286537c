// One workflow with everything that a crash could lose: calls, tokens, timers, iterations, branches, a child execution.
import type { Json } from '../../../local/stepfunctions/json.ts';
import { ask, branch, type Functions, machine, named, task } from './harness.ts';

export const child = machine({
  Nap: { Type: 'Wait', Seconds: '{% $states.input.nap %}', Next: 'Report' },
  Report: task('report', { End: true }),
});

export const parent = machine({
  Begin: task('begin', {
    Assign: { nap: '{% $states.input.nap %}', id: '{% $states.input.id %}' },
    Next: 'Ask',
  }),
  Ask: ask('ask', {
    TimeoutSeconds: 5_000_000,
    Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Lost' }],
    Assign: { answer: '{% $states.result %}' },
    Output: ['a', 'b', 'c'],
    Next: 'Each',
  }),
  Each: {
    Type: 'Map',
    MaxConcurrency: 2,
    ItemProcessor: branch({
      Look: {
        ...task('look', {
          Retry: [{ ErrorEquals: ['Transient'], IntervalSeconds: 1, MaxAttempts: 2 }],
          Next: 'Mark',
        }),
        Arguments: {
          FunctionName: 'look',
          Payload: { item: '{% $states.input %}', attempt: '{% $states.context.State.RetryCount %}' },
        },
      },
      Mark: { Type: 'Pass', Output: '{% $states.input & "!" %}', End: true },
    }),
    Next: 'Both',
  },
  Both: {
    Type: 'Parallel',
    Branches: [
      branch({ Sleep: { Type: 'Wait', Seconds: '{% $nap * 2 %}', End: true } }),
      branch({
        Start: {
          Type: 'Task',
          Resource: 'arn:aws:states:::states:startExecution',
          Arguments: {
            StateMachineArn: 'arn:aws:states:eu-central-1:000000000000:stateMachine:child',
            Name: '{% $id & "-child" %}',
            Input: { nap: '{% $nap %}' },
          },
          Output: '{% $states.result.ExecutionArn %}',
          End: true,
        },
      }),
    ],
    Output: { items: '{% $states.input %}', answer: '{% $answer %}' },
    Next: 'End',
  },
  End: task('end', { Output: '{% $states.input %}', End: true }),
  Lost: { Type: 'Fail', Error: 'TokenLost' },
});

export const answer: Json = { decision: 'grant' };

/** `tokens` collects what waits for an answer. */
export function functionsOf(tokens: { add(token: string): unknown }): Functions {
  return {
    begin: (payload) => payload,
    ask: ({ token }) => {
      tokens.add(String(token));
      return null;
    },
    look: ({ item, attempt }) => {
      if (item === 'b' && attempt === 0) throw named('Transient');
      return item;
    },
    report: () => null,
    end: () => null,
  };
}

export const expectedOutput: Json = { items: ['a!', 'b!', 'c!'], answer };
