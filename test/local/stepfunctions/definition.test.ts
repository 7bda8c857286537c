// What is not supported is refused when the definition is loaded, by name and place.
import aslValidator from 'asl-validator';
import { InvalidDefinition, loadDefinition } from '../../../local/stepfunctions/definition.ts';
import { ask, branch, machine, type States, task } from './harness.ts';

function problemsOf(definition: unknown): string[] {
  try {
    loadDefinition(definition);
  } catch (error) {
    if (!(error instanceof InvalidDefinition)) throw error;
    return error.problems.map(({ state, field, message }) => `${state ?? '-'} | ${field} | ${message}`);
  }
  return [];
}

const end = { Type: 'Succeed' };
const T = (more: Record<string, unknown>): States => ({ T: { ...task('work'), ...more } });
const item = branch({ S: end });

interface Refusal {
  what: string;
  definition: unknown;
  /** State, field and a part of the message, for each problem. */
  problems: [state: string, field: string, message: string][];
}

const refusals: Refusal[] = [
  { what: 'text that is not JSON', definition: '{', problems: [['-', '', 'JSON']] },
  { what: 'no object', definition: '[]', problems: [['-', '', 'object']] },
  {
    what: 'JSONPath at the top, and by default',
    definition: { StartAt: 'S', States: { S: end } },
    problems: [['-', 'QueryLanguage', 'JSONPath is not supported']],
  },
  {
    what: 'JSONPath in a state, and its fields',
    definition: machine({
      P: {
        Type: 'Pass',
        QueryLanguage: 'JSONPath',
        Parameters: { 'a.$': '$.b' },
        ResultPath: '$.c',
        Result: 1,
        End: true,
      },
    }),
    problems: [
      ['P', 'QueryLanguage', 'JSONPath is not supported'],
      ['P', 'Parameters', 'JSONPath'],
      ['P', 'ResultPath', 'JSONPath'],
      ['P', 'Result', 'use Output'],
    ],
  },
  {
    what: 'unknown fields at the top, in a state, a rule, a retrier, a catcher and a branch',
    definition: machine(
      {
        Q: {
          Type: 'Choice',
          Choices: [{ Condition: true, Next: 'P', Variable: '$.x' }],
          Default: 'P',
          Foo: 1,
        },
        P: {
          Type: 'Parallel',
          Branches: [{ ...branch({ B: end }), Extra: 1 }],
          Retry: [{ ErrorEquals: ['E'], Interval: 1 }],
          Catch: [{ ErrorEquals: ['E'], Next: 'S', ResultPath: '$' }],
          Next: 'S',
        },
        S: end,
      },
      { Processing: 'x' },
    ),
    problems: [
      ['-', 'Processing', 'not a field'],
      ['Q', 'Choices/0/Variable', 'not a field'],
      ['Q', 'Foo', 'not a field'],
      ['P', 'Branches/0/Extra', 'not a field'],
      ['P', 'Retry/0/Interval', 'not a field'],
      ['P', 'Catch/0/ResultPath', 'JSONPath'],
    ],
  },
  {
    what: 'unknown state types and fields of other types',
    definition: machine({
      A: { Type: 'Activity', Next: 'B' },
      B: { Type: 'Succeed', Assign: { a: 1 }, End: true },
    }),
    problems: [
      ['A', 'Type', 'is one of'],
      ['B', 'Assign', 'not a field'],
      ['B', 'End', 'not a field'],
    ],
  },
  {
    what: 'transitions that are missing, double, or lead nowhere, and states that nothing leads to',
    definition: machine({
      A: { Type: 'Pass', Next: 'B', End: true },
      B: { Type: 'Pass', Next: 'Nowhere' },
      C: { Type: 'Pass' },
    }),
    problems: [
      ['A', 'Next', 'exactly one of Next and End'],
      ['B', 'Next', '"Nowhere" is not a state'],
      ['C', 'Next', 'exactly one of Next and End'],
      ['C', 'Next', 'no transition leads'],
    ],
  },
  {
    what: 'a transition out of a branch, a wrong StartAt, and the same name twice',
    definition: machine({
      P: {
        Type: 'Parallel',
        Branches: [branch({ A: { Type: 'Pass', Next: 'S' } }), { StartAt: 'None', States: { S: end } }],
        Next: 'S',
      },
      S: end,
    }),
    problems: [
      ['A', 'Next', '"S" is not a state of the same States'],
      ['P', 'StartAt', 'names a state'],
      ['S', 'States', 'unique'],
    ],
  },
  {
    what: 'expressions with syntax errors, half brackets, $eval, and no input document',
    definition: machine({
      A: {
        Type: 'Pass',
        Output: {
          a: '{% 1 + %}',
          b: '{% 1',
          c: '{% $eval("1") %}',
          d: '{% $.x %}',
          e: '{% $$ %}',
          f: '{% name.x %}',
          g: '{% $states.input.list[$.x = 1].{"y": x} %}',
        },
        End: true,
      },
    }),
    problems: [
      ['A', 'Output/a', 'is not JSONata: S0207'],
      ['A', 'Output/b', 'starts with "{%" and ends with "%}"'],
      ['A', 'Output/c', '$eval does not exist'],
      ['A', 'Output/d', '$ has no meaning at the top level'],
      ['A', 'Output/e', '$$ has no meaning at the top level'],
      ['A', 'Output/f', 'the bare name "name"'],
    ],
  },
  {
    what: 'reserved and ill-formed variable names, and names of an outer scope',
    definition: machine({
      A: { Type: 'Pass', Assign: { states: 1, '1a': 2, shared: 3 }, Next: 'M' },
      M: {
        Type: 'Map',
        ItemProcessor: branch({ I: { Type: 'Pass', Assign: { shared: 1 }, End: true } }),
        End: true,
      },
    }),
    problems: [
      ['A', 'Assign/states', 'reserved'],
      ['A', 'Assign/1a', 'identifiers'],
      ['M', 'States', '"shared" is assigned here and in an outer scope'],
    ],
  },
  {
    what: 'resources that are not supported',
    definition: machine({
      A: { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke.sync', Next: 'B' },
      B: { Type: 'Task', Resource: 'arn:aws:states:::dynamodb:getItem', Next: 'C' },
      C: { Type: 'Task', Resource: 'arn:aws:states:eu-central-1:000000000000:activity:x', Next: 'D' },
      D: { Type: 'Task', Resource: 'arn:aws:states:::states:startExecution.sync:2', End: true },
    }),
    problems: [
      ['A', 'Resource', 'not supported'],
      ['B', 'Resource', 'not supported'],
      ['C', 'Resource', 'not supported'],
      ['D', 'Resource', 'not supported'],
    ],
  },
  {
    what: 'Arguments that are missing, not supported, or forget the token',
    definition: machine({
      A: { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Next: 'B' },
      B: { ...task('work'), Arguments: { Payload: 1, InvocationType: 'Event' }, End: undefined, Next: 'C' },
      C: { ...ask('work'), Arguments: { FunctionName: 'work', Payload: '{% $states.input %}' } },
    }),
    problems: [
      ['A', 'Arguments', 'is missing'],
      ['B', 'Arguments/FunctionName', 'is missing'],
      ['B', 'Arguments/InvocationType', 'not supported'],
      ['C', 'Arguments', 'Task.Token'],
    ],
  },
  {
    what: 'Credentials',
    definition: machine(T({ Credentials: { RoleArn: 'x' } })),
    problems: [['T', 'Credentials', 'not supported']],
  },
  {
    what: 'timeouts out of range, or no shorter than the heartbeat',
    definition: machine(T({ TimeoutSeconds: 0, HeartbeatSeconds: 1.5 })),
    problems: [
      ['T', 'TimeoutSeconds', 'whole number'],
      ['T', 'HeartbeatSeconds', 'whole number'],
      ['T', 'HeartbeatSeconds', 'smaller than TimeoutSeconds'],
    ],
  },
  {
    what: 'retriers and catchers that AWS refuses',
    definition: machine(
      T({
        Retry: [
          { ErrorEquals: ['States.ALL'], MaxAttempts: -1 },
          { ErrorEquals: ['States.ALL', 'E'], BackoffRate: 0.5, JitterStrategy: 'SOME' },
          { ErrorEquals: [], IntervalSeconds: 10, MaxDelaySeconds: 5 },
          { ErrorEquals: ['States.Nonsense'] },
        ],
        Catch: [{ ErrorEquals: ['E'] }],
      }),
    ),
    problems: [
      ['T', 'Retry/0/ErrorEquals', 'stands alone'],
      ['T', 'Retry/0/MaxAttempts', 'whole number'],
      ['T', 'Retry/1/ErrorEquals', 'stands alone'],
      ['T', 'Retry/1/BackoffRate', 'number from 1'],
      ['T', 'Retry/1/JitterStrategy', 'FULL'],
      ['T', 'Retry/2/ErrorEquals', 'at least one'],
      ['T', 'Retry/2/MaxDelaySeconds', 'at least IntervalSeconds'],
      ['T', 'Retry/3/ErrorEquals', '"States.Nonsense"'],
      ['T', 'Catch/0/Next', 'missing'],
      ['T', 'Catch/0/Next', '"" is not a state'],
    ],
  },
  {
    what: 'Waits with none, both or an ill-formed time',
    definition: machine({
      A: { Type: 'Wait', Next: 'B' },
      B: { Type: 'Wait', Seconds: 1, Timestamp: '2026-01-01T00:00:00Z', Next: 'C' },
      C: { Type: 'Wait', Timestamp: '2026-01-01', Next: 'D' },
      D: { Type: 'Wait', Seconds: -1, End: true },
    }),
    problems: [
      ['A', 'Seconds', 'exactly one of Seconds and Timestamp'],
      ['B', 'Seconds', 'exactly one of Seconds and Timestamp'],
      ['C', 'Timestamp', 'RFC 3339'],
      ['D', 'Seconds', 'whole number'],
    ],
  },
  {
    what: 'Choices without rules or with conditions that are no boolean',
    definition: machine({
      A: { Type: 'Choice', Choices: [], Default: 'B' },
      B: { Type: 'Choice', Choices: [{ Condition: 'true', Next: 'C' }, { Next: 'C' }] },
      C: end,
    }),
    problems: [
      ['A', 'Choices', 'at least one rule'],
      ['B', 'Choices/0/Condition', 'true, false or an expression'],
      ['B', 'Choices/1/Condition', 'missing'],
    ],
  },
  {
    what: 'Distributed Map and what belongs to it',
    definition: machine({
      M: {
        Type: 'Map',
        ItemProcessor: { ...item, ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } },
        ItemReader: {},
        ItemBatcher: {},
        ResultWriter: {},
        Label: 'x',
        Next: 'N',
      },
      N: {
        Type: 'Map',
        ItemProcessor: { ...branch({ S2: end }), ProcessorConfig: { Mode: 'DISTRIBUTED' } },
        End: true,
      },
    }),
    problems: [
      ['M', 'ItemProcessor/ProcessorConfig', 'no field but Mode'],
      ['M', 'ItemReader', 'Distributed'],
      ['M', 'ItemBatcher', 'Distributed'],
      ['M', 'ResultWriter', 'Distributed'],
      ['M', 'Label', 'Distributed'],
      ['N', 'ItemProcessor/ProcessorConfig/Mode', 'Distributed Map is not supported'],
    ],
  },
  {
    what: 'Maps without a processor or with Items that are no array, and the old name',
    definition: machine({
      M: { Type: 'Map', Items: { a: 1 }, Iterator: item, Next: 'N' },
      N: { Type: 'Map', ItemProcessor: item, ToleratedFailurePercentage: 101, MaxConcurrency: -1, End: true },
    }),
    problems: [
      ['M', 'ItemProcessor', 'StartAt and States'],
      ['M', 'Items', 'array'],
      ['M', 'Iterator', 'use ItemProcessor'],
      ['N', 'MaxConcurrency', 'whole number'],
      ['N', 'ToleratedFailurePercentage', 'from 0 to 100'],
    ],
  },
  {
    what: 'a Parallel without branches, and fields that are not arrays',
    definition: machine({ P: { Type: 'Parallel', Branches: [], Retry: {}, Catch: 'x', End: true } }),
    problems: [
      ['P', 'Retry', 'array'],
      ['P', 'Catch', 'array'],
      ['P', 'Branches', 'at least one branch'],
    ],
  },
];

describe('definitions that are refused', () => {
  test.each(refusals)('$what', ({ definition, problems }) => {
    const found = problemsOf(definition);
    for (const [state, field, message] of problems) {
      const hits = found.filter((one) => one.startsWith(`${state} | ${field} | `) && one.includes(message));
      if (hits.length === 0) expect(found).toContain(`${state} | ${field} | ${message}`);
    }
    expect(found).toHaveLength(problems.length);
  });

  test('the error names them all', () => {
    expect(() => loadDefinition(machine(T({ Credentials: {}, TimeoutSeconds: 0 })))).toThrow(
      /state "T", TimeoutSeconds: .*; state "T", Credentials: /,
    );
  });
});

describe('definitions that are taken', () => {
  const taken: [string, Record<string, unknown>][] = [
    [
      'all state types',
      machine(
        {
          A: {
            Type: 'Pass',
            Comment: 'c',
            QueryLanguage: 'JSONata',
            Assign: { größe: 1, a_1: 2 },
            Next: 'Q',
          },
          Q: {
            Type: 'Choice',
            Choices: [{ Comment: 'c', Condition: '{% $a_1 = 2 %}', Next: 'W' }],
            Default: 'F',
          },
          W: { Type: 'Wait', Seconds: '{% 1 %}', Next: 'T' },
          T: task('work', {
            TimeoutSeconds: 10,
            HeartbeatSeconds: '{% 5 %}',
            Retry: [
              {
                ErrorEquals: ['E'],
                IntervalSeconds: 5,
                MaxDelaySeconds: 6,
                JitterStrategy: 'FULL',
                BackoffRate: 1.5,
                MaxAttempts: 0,
              },
            ],
            Catch: [{ ErrorEquals: ['States.ALL'], Next: 'F' }],
            Next: 'M',
          }),
          M: {
            Type: 'Map',
            Items: '{% [1] %}',
            ItemProcessor: { ...branch({ I: end }), ProcessorConfig: { Mode: 'INLINE' } },
            Next: 'P',
          },
          P: { Type: 'Parallel', Branches: [branch({ B: end })], Next: 'S' },
          S: end,
          F: { Type: 'Fail', Error: 'E', Cause: '{% "c" %}' },
        },
        { Comment: 'all', Version: '1.0', TimeoutSeconds: 100 },
      ),
    ],
    [
      'a branch may assign what only the catcher of its own Parallel assigns',
      machine({
        P: {
          Type: 'Parallel',
          Branches: [branch({ B: { Type: 'Pass', Assign: { x: 1 }, End: true } })],
          Catch: [{ ErrorEquals: ['States.ALL'], Assign: { x: 2 }, Next: 'S' }],
          Next: 'S',
        },
        S: end,
      }),
    ],
    [
      'the token may be passed in a larger expression',
      machine({
        T: {
          ...ask('work'),
          Arguments: { FunctionName: 'work', Payload: '{% {"t": $states.context.Task.Token} %}' },
        },
      }),
    ],
    [
      'both ways to start an execution',
      machine({
        A: {
          Type: 'Task',
          Resource: 'arn:aws:states:::states:startExecution',
          Arguments: { StateMachineArn: 'x', Name: 'n', Input: {} },
          Next: 'B',
        },
        B: {
          Type: 'Task',
          Resource: 'arn:aws:states:::aws-sdk:sfn:startExecution',
          Arguments: { StateMachineArn: 'x' },
          End: true,
        },
      }),
    ],
  ];

  test.each(taken)('%s', (_, definition) => {
    expect(problemsOf(definition)).toEqual([]);
  });

  test.each(taken)('%s: so does asl-validator', (_, definition) => {
    const { isValid, errorsText } = aslValidator(structuredClone(definition));
    expect(isValid ? '' : errorsText()).toBe('');
  });

  test('JSON text is taken like the object, and has the same hash', () => {
    const definition = machine({ S: end });
    expect(loadDefinition(JSON.stringify(definition)).hash).toBe(loadDefinition(definition).hash);
    expect(loadDefinition(machine({ S: { ...end, Comment: 'other' } })).hash).not.toBe(
      loadDefinition(definition).hash,
    );
  });
});
