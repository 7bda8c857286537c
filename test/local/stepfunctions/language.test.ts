// One case per rule of the supported subset, with where the rule is written and the history that it must leave.
// "ASL" is the Amazon States Language specification, "Guide" the AWS Step Functions Developer Guide.
import aslValidator from 'asl-validator';
import type { Json } from '../../../local/stepfunctions/json.ts';
import { ask, branch, type Functions, machine, named, play, task } from './harness.ts';

interface Case {
  rule: string;
  source: string;
  definition: Record<string, unknown>;
  input?: Json;
  functions?: Functions;
  status?: string;
  output?: Json;
  error?: string;
  cause?: string | RegExp;
  /** Virtual seconds from start to end. */
  seconds?: number;
  history?: string[];
  /** asl-validator wants an object or an expression as Output; AWS takes any JSON value. */
  plainOutput?: boolean;
  /** A function never answers, so the clock moves on without it. */
  hangs?: boolean;
}

const echo: Functions = { echo: (payload) => payload };
const failing = (error: string): Functions => ({
  work: () => {
    throw named(error);
  },
});

const pass = (more: Record<string, unknown>) => ({ Type: 'Pass', ...more });

const cases: Case[] = [
  // ---- Data ----
  {
    rule: 'Pass hands its input on',
    source: 'ASL, Pass State',
    definition: machine({ A: pass({ End: true }) }),
    input: { a: 1 },
    output: { a: 1 },
    history: [
      '1<0 ExecutionStarted',
      '2<0 PassStateEntered A',
      '3<2 PassStateExited A',
      '4<3 ExecutionSucceeded',
    ],
  },
  {
    rule: 'Output replaces what a state hands on, and may be any JSON value with expressions inside',
    source: 'Guide, Transforming data with JSONata',
    definition: machine({
      A: pass({ Output: { n: '{% $states.input.a + 1 %}', list: [1, '{% "x" %}', null] }, End: true }),
    }),
    input: { a: 1 },
    output: { n: 2, list: [1, 'x', null] },
  },
  {
    rule: 'a string that is not wholly an expression is a literal',
    plainOutput: true,
    source: 'ASL, JSONata expressions in States',
    definition: machine({ A: pass({ Output: ['$states.input', 'a {% 1 %} b', ''], End: true }) }),
    output: ['$states.input', 'a {% 1 %} b', ''],
  },
  {
    rule: 'the values of Assign are computed from the old variables, then assigned together',
    source: 'Guide, Passing data between states with variables (evaluation order)',
    definition: machine({
      A: pass({ Assign: { x: 1, y: 2 }, Next: 'B' }),
      B: pass({ Assign: { x: '{% $y %}', y: '{% $x %}' }, Next: 'C' }),
      C: pass({ Output: '{% [$x, $y] %}', End: true }),
    }),
    output: [2, 1],
  },
  {
    rule: 'Output sees the variables from before Assign of the same state',
    source: 'Guide, Passing data between states with variables (evaluation order)',
    definition: machine({
      A: pass({ Assign: { x: 1 }, Next: 'B' }),
      B: pass({ Assign: { x: 2 }, Output: { kept: '{% $x %}' }, Next: 'C' }),
      C: pass({ Output: { before: '{% $states.input.kept %}', now: '{% $x %}' }, End: true }),
    }),
    output: { before: 1, now: 2 },
  },
  {
    rule: 'the context object names execution, machine and state',
    source: 'Guide, Accessing execution data from the Context object',
    definition: machine({
      A: pass({
        Output: '{% $states.context.{"e": Execution, "m": StateMachine, "s": State} %}',
        End: true,
      }),
    }),
    input: { k: 'v' },
    output: {
      e: {
        Id: 'arn:aws:states:eu-central-1:000000000000:execution:played:one',
        Input: { k: 'v' },
        Name: 'one',
        RoleArn: 'arn:aws:iam::000000000000:role/local',
        StartTime: '2026-01-05T10:00:00.000Z',
        RedriveCount: 0,
      },
      m: { Id: 'arn:aws:states:eu-central-1:000000000000:stateMachine:played', Name: 'played' },
      s: { Name: 'A', EnteredTime: '2026-01-05T10:00:00.000Z', RetryCount: 0 },
    },
  },
  {
    rule: 'an expression that gives nothing fails the state with States.QueryEvaluationError',
    source: 'ASL, JSONata (a query that returns undefined)',
    definition: machine({ A: pass({ Output: { a: { b: '{% $states.input.none %}' } }, End: true }) }),
    error: 'States.QueryEvaluationError',
    cause:
      "An error occurred while executing the state 'A' (entered at the event id #2). The JSONata expression '$states.input.none' specified for the field 'Output/a/b' returned nothing (undefined).",
    history: [
      '1<0 ExecutionStarted',
      '2<0 PassStateEntered A',
      '3<0 EvaluationFailed',
      '4<3 ExecutionFailed',
    ],
  },
  {
    rule: 'null is a value, not nothing',
    source: 'ASL, JSONata',
    definition: machine({ A: pass({ Output: '{% $states.input.a %}', End: true }) }),
    input: { a: null },
    output: null,
  },
  {
    rule: 'a path maps over arrays, and a sequence of one is its item',
    source: 'JSONata, Sequences',
    definition: machine({
      A: pass({ Output: { all: '{% $states.input.l.n %}', one: '{% $states.input.m.n %}' }, End: true }),
    }),
    input: { l: [{ n: 1 }, { n: 2 }], m: [{ n: 3 }] },
    output: { all: [1, 2], one: 3 },
  },
  {
    rule: '$partition, $range, $hash, $parse, $uuid and $random exist beside the functions of JSONata',
    source: 'Guide, JSONata functions provided by Step Functions',
    definition: machine({
      A: pass({
        Output: {
          partition: '{% $partition([1,2,3,4,5], 2) %}',
          range: '{% $range(0, 10, 5) %}',
          hash: '{% $hash("abc", "SHA-256") %}',
          parse: '{% $parse("{\\"a\\":[1]}") %}',
          uuid: '{% $match($uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/) ? true : false %}',
          random: '{% $random() %}',
          seeded: '{% $random(7) = $random(7) and $random(7) != $random(8) %}',
        },
        End: true,
      }),
    }),
    output: {
      partition: [[1, 2], [3, 4], [5]],
      range: [0, 5, 10],
      hash: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      parse: { a: [1] },
      uuid: true,
      random: 0.5,
      seeded: true,
    },
  },
  {
    rule: '$now and $millis read the clock of the execution',
    plainOutput: true,
    source: 'JSONata, Date/Time functions',
    definition: machine({
      W: { Type: 'Wait', Seconds: 60, Next: 'A' },
      A: pass({ Output: ['{% $now() %}', '{% $millis() %}', '{% $now("[Y]-[M01]", "+0000") %}'], End: true }),
    }),
    output: ['2026-01-05T10:01:00.000Z', Date.parse('2026-01-05T10:01:00Z'), '2026-01'],
  },

  // ---- Choice ----
  {
    rule: 'the first rule whose Condition is true decides, with its own Assign and Output',
    source: 'ASL, Choice State',
    definition: machine({
      Q: {
        Type: 'Choice',
        Choices: [
          { Condition: '{% $states.input.n > 5 %}', Next: 'Big' },
          {
            Condition: '{% $states.input.n > 2 %}',
            Assign: { size: 'middle' },
            Output: { from: 'rule' },
            Next: 'Middle',
          },
        ],
        Default: 'Small',
        Assign: { size: 'small' },
      },
      Big: pass({ End: true }),
      Middle: pass({ Output: { size: '{% $size %}', input: '{% $states.input %}' }, End: true }),
      Small: pass({ End: true }),
    }),
    input: { n: 3 },
    output: { size: 'middle', input: { from: 'rule' } },
  },
  {
    rule: 'the Assign and Output of the Choice itself go with Default',
    plainOutput: true,
    source: 'ASL, Choice State',
    definition: machine({
      Q: {
        Type: 'Choice',
        Choices: [{ Condition: '{% false %}', Next: 'Never' }],
        Default: 'Small',
        Assign: { size: 'small' },
        Output: 'defaulted',
      },
      Never: pass({ End: true }),
      Small: pass({ Output: ['{% $size %}', '{% $states.input %}'], End: true }),
    }),
    output: ['small', 'defaulted'],
  },
  {
    rule: 'no rule and no Default: States.NoChoiceMatched',
    source: 'ASL, Choice State',
    definition: machine({
      Q: { Type: 'Choice', Choices: [{ Condition: '{% $states.input.a %}', Next: 'E' }] },
      E: { Type: 'Succeed' },
    }),
    input: { a: false },
    error: 'States.NoChoiceMatched',
    history: ['1<0 ExecutionStarted', '2<0 ChoiceStateEntered Q', '3<2 ExecutionFailed'],
  },
  {
    rule: 'a Condition must give true or false',
    source: 'ASL, Choice State (JSONata: must evaluate to a boolean)',
    definition: machine({
      Q: { Type: 'Choice', Choices: [{ Condition: '{% $states.input.a %}', Next: 'E' }], Default: 'E' },
      E: { Type: 'Succeed' },
    }),
    input: { a: 'yes' },
    error: 'States.QueryEvaluationError',
    cause: /Expected 'boolean', but was 'string'/,
  },

  // ---- Wait, Succeed, Fail ----
  {
    rule: 'Wait takes Seconds from an expression',
    source: 'ASL, Wait State',
    definition: machine({ W: { Type: 'Wait', Seconds: '{% $states.input.s %}', End: true } }),
    input: { s: 90 },
    output: { s: 90 },
    seconds: 90,
    history: [
      '1<0 ExecutionStarted',
      '2<0 WaitStateEntered W',
      '3<2 WaitStateExited W',
      '4<3 ExecutionSucceeded',
    ],
  },
  {
    rule: 'Wait takes a Timestamp with an offset and a fraction',
    source: 'ASL, Wait State, Timestamps',
    definition: machine({ W: { Type: 'Wait', Timestamp: '{% $states.input.t %}', End: true } }),
    input: { t: '2026-01-05T12:00:00.5+01:00' },
    seconds: 3600.5,
  },
  {
    rule: 'Wait refuses what is no timestamp',
    source: 'ASL, Timestamps (RFC 3339 with upper-case T and Z)',
    definition: machine({ W: { Type: 'Wait', Timestamp: '{% $states.input.t %}', End: true } }),
    input: { t: '2026-02-30T12:00:00Z' },
    error: 'States.QueryEvaluationError',
    history: [
      '1<0 ExecutionStarted',
      '2<0 WaitStateEntered W',
      '3<2 EvaluationFailed',
      '4<3 ExecutionFailed',
    ],
  },
  {
    rule: 'Wait refuses negative Seconds',
    source: 'ASL, Wait State (non-negative integer)',
    definition: machine({ W: { Type: 'Wait', Seconds: '{% -1 %}', End: true } }),
    error: 'States.QueryEvaluationError',
  },
  {
    rule: 'Succeed ends with its Output',
    source: 'ASL, Succeed State',
    definition: machine({ S: { Type: 'Succeed', Output: { done: '{% $states.input.a %}' } } }),
    input: { a: 1 },
    output: { done: 1 },
    history: [
      '1<0 ExecutionStarted',
      '2<0 SucceedStateEntered S',
      '3<2 SucceedStateExited S',
      '4<3 ExecutionSucceeded',
    ],
  },
  {
    rule: 'Fail takes Error and Cause from expressions',
    source: 'Guide, Fail workflow state',
    definition: machine({
      F: { Type: 'Fail', Error: '{% "E" & $states.input.n %}', Cause: '{% $states.input.why %}' },
    }),
    input: { n: 4, why: 'so' },
    error: 'E4',
    cause: 'so',
    history: ['1<0 ExecutionStarted', '2<0 FailStateEntered F', '3<2 ExecutionFailed'],
  },

  // ---- Task ----
  {
    rule: 'lambda:invoke gives ExecutedVersion, Payload and StatusCode',
    source: 'Guide, Invoke an AWS Lambda function with Step Functions',
    definition: machine({
      T: task('echo', { Output: '{% $states.result.[ExecutedVersion, Payload, StatusCode] %}', End: true }),
    }),
    input: { a: 1 },
    functions: echo,
    output: ['$LATEST', { a: 1 }, 200],
    history: [
      '1<0 ExecutionStarted',
      '2<0 TaskStateEntered T',
      '3<2 TaskScheduled',
      '4<3 TaskStarted',
      '5<4 TaskSucceeded',
      '6<5 TaskStateExited T',
      '7<6 ExecutionSucceeded',
    ],
  },
  {
    rule: 'a function ARN as Resource gives the bare answer',
    source: 'ASL, Task State; Guide, Invoke AWS Lambda',
    definition: machine({
      T: {
        Type: 'Task',
        Resource: 'arn:aws:lambda:eu-central-1:000000000000:function:echo:live',
        Arguments: { b: '{% $states.input.a %}' },
        End: true,
      },
    }),
    input: { a: 1 },
    functions: echo,
    output: { b: 1 },
    history: [
      '1<0 ExecutionStarted',
      '2<0 TaskStateEntered T',
      '3<2 LambdaFunctionScheduled',
      '4<3 LambdaFunctionStarted',
      '5<4 LambdaFunctionSucceeded',
      '6<5 TaskStateExited T',
      '7<6 ExecutionSucceeded',
    ],
  },
  {
    rule: "a function's error name and message become Error and Cause",
    source: 'Guide, Handling errors (Lambda), AWS Lambda function errors in Node.js',
    definition: machine({ T: task('work') }),
    functions: failing('DeadlinePassed'),
    error: 'DeadlinePassed',
    cause: '{"errorType":"DeadlinePassed","errorMessage":"failed","trace":[]}',
    history: [
      '1<0 ExecutionStarted',
      '2<0 TaskStateEntered T',
      '3<2 TaskScheduled',
      '4<3 TaskStarted',
      '5<4 TaskFailed',
      '6<5 ExecutionFailed',
    ],
  },
  {
    rule: 'errors of the Lambda service keep their name',
    source: 'Guide, Handle transient Lambda service exceptions',
    definition: machine({
      T: task('work', {
        Retry: [{ ErrorEquals: ['Lambda.TooManyRequestsException'], IntervalSeconds: 2, MaxAttempts: 1 }],
        End: true,
      }),
    }),
    functions: {
      work: (_, call) => {
        if (call === 1) throw named('Lambda.TooManyRequestsException', 'Rate exceeded');
        return 'second';
      },
    },
    output: 'second',
    seconds: 2,
  },
  {
    rule: 'Arguments that cannot be evaluated fail the Task, and its Catch may take that',
    source: 'Guide, Handling errors (States.QueryEvaluationError)',
    definition: machine({
      T: {
        ...task('work', { Catch: [{ ErrorEquals: ['States.QueryEvaluationError'], Next: 'C' }], Next: 'C' }),
        Arguments: { FunctionName: 'work', Payload: '{% $none %}' },
      },
      C: pass({ Output: '{% $states.input.Error %}', End: true }),
    }),
    output: 'States.QueryEvaluationError',
    history: [
      '1<0 ExecutionStarted',
      '2<0 TaskStateEntered T',
      '3<0 EvaluationFailed',
      '4<3 TaskStateExited T',
      '5<4 PassStateEntered C',
      '6<5 PassStateExited C',
      '7<6 ExecutionSucceeded',
    ],
  },
  {
    rule: 'an Output that cannot be evaluated after the call is retried like any error of the Task',
    source: 'ASL, Errors (States.QueryEvaluationError)',
    definition: machine({
      T: task('work', {
        Output: '{% $states.result.Payload.answer %}',
        Retry: [{ ErrorEquals: ['States.QueryEvaluationError'], MaxAttempts: 1 }],
        End: true,
      }),
    }),
    functions: { work: (_, call) => (call === 1 ? {} : { answer: 42 }) },
    output: 42,
    seconds: 1,
    history: [
      '1<0 ExecutionStarted',
      '2<0 TaskStateEntered T',
      '3<2 TaskScheduled',
      '4<3 TaskStarted',
      '5<4 TaskSucceeded',
      '6<5 EvaluationFailed',
      '7<6 TaskScheduled',
      '8<7 TaskStarted',
      '9<8 TaskSucceeded',
      '10<9 TaskStateExited T',
      '11<10 ExecutionSucceeded',
    ],
  },

  // ---- Retry ----
  {
    rule: 'intervals grow by BackoffRate, up to MaxDelaySeconds',
    source: 'ASL, Retrying after error',
    definition: machine({
      T: task('work', {
        Retry: [
          { ErrorEquals: ['E'], IntervalSeconds: 3, BackoffRate: 2, MaxDelaySeconds: 10, MaxAttempts: 4 },
        ],
        End: true,
      }),
    }),
    functions: failing('E'),
    error: 'E',
    seconds: 3 + 6 + 10 + 10,
  },
  {
    rule: 'without fields: one second, three attempts, doubling',
    source: 'ASL, Retrying after error (defaults)',
    definition: machine({ T: task('work', { Retry: [{ ErrorEquals: ['States.ALL'] }], End: true }) }),
    functions: failing('E'),
    error: 'E',
    seconds: 1 + 2 + 4,
  },
  {
    rule: 'FULL jitter draws between nothing and the interval (here the half)',
    source: 'Guide, Retry (JitterStrategy)',
    definition: machine({
      T: task('work', {
        Retry: [{ ErrorEquals: ['E'], IntervalSeconds: 4, MaxAttempts: 2, JitterStrategy: 'FULL' }],
        End: true,
      }),
    }),
    functions: failing('E'),
    error: 'E',
    seconds: 2 + 4,
  },
  {
    rule: 'each retrier counts its own attempts',
    source: 'ASL, Complex retry scenarios',
    definition: machine({
      T: task('work', {
        Retry: [
          { ErrorEquals: ['A'], IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 1 },
          { ErrorEquals: ['B'], IntervalSeconds: 10, MaxAttempts: 1 },
        ],
        End: true,
      }),
    }),
    functions: {
      work: (_, call) => {
        throw named(['A', 'B', 'A', 'B'][call - 1] ?? 'C');
      },
    },
    error: 'B',
    seconds: 1 + 10 + 1,
  },
  {
    rule: 'MaxAttempts 0 never retries',
    source: 'ASL, Retrying after error',
    definition: machine({ T: task('work', { Retry: [{ ErrorEquals: ['E'], MaxAttempts: 0 }], End: true }) }),
    functions: failing('E'),
    error: 'E',
    seconds: 0,
  },
  {
    rule: 'RetryCount is in the context, and Arguments are evaluated for each attempt',
    source: 'Guide, Context object (State.RetryCount)',
    definition: machine({
      T: {
        ...task('work', { Retry: [{ ErrorEquals: ['E'] }], End: true }),
        Arguments: { FunctionName: 'work', Payload: { n: '{% $states.context.State.RetryCount %}' } },
      },
    }),
    functions: {
      work: (payload) => {
        if (Number(payload.n) < 2) throw named('E');
        return payload.n;
      },
    },
    output: 2,
  },

  // ---- Catch ----
  {
    rule: 'the first catcher that names the error wins; States.TaskFailed takes any error of a task',
    source: 'ASL, Fallback states; Guide, Error names',
    definition: machine({
      T: task('work', {
        Catch: [
          { ErrorEquals: ['Other'], Next: 'Wrong' },
          {
            ErrorEquals: ['States.TaskFailed'],
            Output: { was: '{% $states.errorOutput.Error %}', of: '{% $states.input.a %}' },
            Next: 'Right',
          },
        ],
        Next: 'Wrong',
      }),
      Wrong: { Type: 'Fail', Error: 'Wrong' },
      Right: { Type: 'Succeed' },
    }),
    input: { a: 1 },
    functions: failing('Custom'),
    output: { was: 'Custom', of: 1 },
  },
  {
    rule: 'a catcher may Assign',
    source: 'ASL, Fallback states (Assign)',
    definition: machine({
      T: task('work', {
        Catch: [
          { ErrorEquals: ['States.ALL'], Assign: { why: '{% $states.errorOutput.Error %}' }, Next: 'R' },
        ],
        Next: 'R',
      }),
      R: pass({ Output: '{% $why %}', End: true }),
    }),
    functions: failing('Custom'),
    output: 'Custom',
  },
  {
    rule: 'States.TaskFailed does not take States.Timeout',
    source: 'Guide, Error names (States.TaskFailed)',
    definition: machine({
      T: task('work', {
        TimeoutSeconds: 5,
        Catch: [
          { ErrorEquals: ['States.TaskFailed'], Next: 'Wrong' },
          { ErrorEquals: ['States.ALL'], Next: 'Right' },
        ],
        Next: 'Wrong',
      }),
      Wrong: { Type: 'Fail', Error: 'Wrong' },
      Right: pass({ Output: '{% $states.input.Error %}', End: true }),
    }),
    functions: { work: () => new Promise(() => {}) },
    hangs: true,
    output: 'States.Timeout',
    seconds: 5,
  },
  {
    rule: 'nothing takes States.Runtime',
    source: 'Guide, Error names (States.Runtime)',
    definition: machine({
      T: {
        ...task('work', {
          Retry: [{ ErrorEquals: ['States.Runtime'] }],
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'R' }],
          Next: 'R',
        }),
        Arguments: '{% $states.input %}',
      },
      R: { Type: 'Succeed' },
    }),
    input: { FunctionName: 'not a name' },
    error: 'States.Runtime',
    seconds: 0,
  },
  {
    rule: 'Retry comes before Catch',
    source: 'ASL, Errors (retriers first)',
    definition: machine({
      T: task('work', {
        Retry: [{ ErrorEquals: ['E'], MaxAttempts: 1, IntervalSeconds: 7 }],
        Catch: [{ ErrorEquals: ['E'], Next: 'R' }],
        Next: 'R',
      }),
      R: pass({ Output: '{% $states.input.Error %}', End: true }),
    }),
    functions: failing('E'),
    output: 'E',
    seconds: 7,
    history: [
      '1<0 ExecutionStarted',
      '2<0 TaskStateEntered T',
      '3<2 TaskScheduled',
      '4<3 TaskStarted',
      '5<4 TaskFailed',
      '6<5 TaskScheduled',
      '7<6 TaskStarted',
      '8<7 TaskFailed',
      '9<8 TaskStateExited T',
      '10<9 PassStateEntered R',
      '11<10 PassStateExited R',
      '12<11 ExecutionSucceeded',
    ],
  },

  // ---- Timeouts ----
  {
    rule: 'TimeoutSeconds may be an expression; the task then times out',
    source: 'ASL, Timeouts',
    definition: machine({ T: task('work', { TimeoutSeconds: '{% $states.input.t %}', End: true }) }),
    input: { t: 30 },
    functions: { work: () => new Promise(() => {}) },
    hangs: true,
    error: 'States.Timeout',
    seconds: 30,
    history: [
      '1<0 ExecutionStarted',
      '2<0 TaskStateEntered T',
      '3<2 TaskScheduled',
      '4<3 TaskStarted',
      '5<4 TaskTimedOut',
      '6<5 ExecutionFailed',
    ],
  },
  {
    rule: 'each attempt has the whole of TimeoutSeconds',
    source: 'ASL, Timeouts and Retry',
    definition: machine({
      T: task('work', {
        TimeoutSeconds: 5,
        Retry: [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 1 }],
        End: true,
      }),
    }),
    functions: { work: () => new Promise(() => {}) },
    hangs: true,
    error: 'States.Timeout',
    seconds: 5 + 1 + 5,
  },
  {
    rule: 'a missing heartbeat fails a task before its timeout; States.Timeout takes it too',
    source: 'Guide, Error names (States.HeartbeatTimeout, States.Timeout)',
    definition: machine({
      T: ask('quiet', {
        TimeoutSeconds: 600,
        HeartbeatSeconds: 60,
        Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'R' }],
        Next: 'R',
      }),
      R: pass({ Output: '{% $states.input.Error %}', End: true }),
    }),
    functions: { quiet: () => null },
    output: 'States.HeartbeatTimeout',
    seconds: 60,
    history: [
      '1<0 ExecutionStarted',
      '2<0 TaskStateEntered T',
      '3<2 TaskScheduled',
      '4<3 TaskStarted',
      '5<4 TaskSubmitted',
      '6<5 TaskTimedOut',
      '7<6 TaskStateExited T',
      '8<7 PassStateEntered R',
      '9<8 PassStateExited R',
      '10<9 ExecutionSucceeded',
    ],
  },
  {
    rule: 'TimeoutSeconds of the machine ends the execution as TIMED_OUT, and no Catch sees it',
    source: 'ASL, State Machine (TimeoutSeconds)',
    definition: machine(
      {
        T: ask('quiet', { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'R' }], Next: 'R' }),
        R: { Type: 'Succeed' },
      },
      { TimeoutSeconds: 120 },
    ),
    functions: { quiet: () => null },
    status: 'TIMED_OUT',
    error: 'States.Timeout',
    seconds: 120,
    history: [
      '1<0 ExecutionStarted',
      '2<0 TaskStateEntered T',
      '3<2 TaskScheduled',
      '4<3 TaskStarted',
      '5<4 TaskSubmitted',
      '6<5 ExecutionTimedOut',
    ],
  },

  // ---- Parallel ----
  {
    rule: 'Parallel gives its branches its Arguments and collects their outputs in order',
    source: 'ASL, Parallel State',
    definition: machine({
      P: {
        Type: 'Parallel',
        Arguments: { n: '{% $states.input.a %}' },
        Branches: [
          branch({ W: { Type: 'Wait', Seconds: 10, End: true } }),
          branch({ X: pass({ Output: '{% $states.input.n + 1 %}', End: true }) }),
        ],
        End: true,
      },
    }),
    input: { a: 1 },
    output: [{ n: 1 }, 2],
    seconds: 10,
    history: [
      '1<0 ExecutionStarted',
      '2<0 ParallelStateEntered P',
      '3<2 ParallelStateStarted',
      '4<3 WaitStateEntered W',
      '5<3 PassStateEntered X',
      '6<5 PassStateExited X',
      '7<4 WaitStateExited W',
      '8<7 ParallelStateSucceeded',
      '9<7 ParallelStateExited P',
      '10<9 ExecutionSucceeded',
    ],
  },
  {
    rule: 'a failed branch abandons the others and fails the Parallel',
    source: 'ASL, Parallel State',
    definition: machine({
      P: {
        Type: 'Parallel',
        Branches: [
          branch({ W: { Type: 'Wait', Seconds: 100, End: true } }),
          branch({ F: { Type: 'Fail', Error: 'E' } }),
        ],
        Catch: [{ ErrorEquals: ['E'], Next: 'R' }],
        Next: 'R',
      },
      R: { Type: 'Succeed' },
    }),
    output: { Error: 'E' },
    seconds: 0,
    history: [
      '1<0 ExecutionStarted',
      '2<0 ParallelStateEntered P',
      '3<2 ParallelStateStarted',
      '4<3 WaitStateEntered W',
      '5<3 FailStateEntered F',
      '6<4 WaitStateAborted',
      '7<5 ParallelStateFailed',
      '8<7 ParallelStateExited P',
      '9<8 SucceedStateEntered R',
      '10<9 SucceedStateExited R',
      '11<10 ExecutionSucceeded',
    ],
  },
  {
    rule: 'branches that had not run when another failed never run',
    source: 'ASL, Parallel State',
    definition: machine({
      P: {
        Type: 'Parallel',
        Branches: [branch({ F: { Type: 'Fail', Error: 'E' } }), branch({ X: pass({ End: true }) })],
        Catch: [{ ErrorEquals: ['E'], Next: 'R' }],
        Next: 'R',
      },
      R: { Type: 'Succeed' },
    }),
    history: [
      '1<0 ExecutionStarted',
      '2<0 ParallelStateEntered P',
      '3<2 ParallelStateStarted',
      '4<3 FailStateEntered F',
      '5<4 ParallelStateFailed',
      '6<5 ParallelStateExited P',
      '7<6 SucceedStateEntered R',
      '8<7 SucceedStateExited R',
      '9<8 ExecutionSucceeded',
    ],
  },
  {
    rule: 'a failure goes up through every level that does not catch it, each abandoning what it had',
    source: 'ASL, Errors',
    definition: machine({
      P: {
        Type: 'Parallel',
        Branches: [
          branch({
            M: {
              Type: 'Map',
              Items: [0, 1],
              ItemProcessor: branch({
                Q: {
                  Type: 'Choice',
                  Choices: [{ Condition: '{% $states.input = 1 %}', Next: 'T' }],
                  Default: 'W',
                },
                T: task('work'),
                W: { Type: 'Wait', Seconds: 100, End: true },
              }),
              End: true,
            },
          }),
        ],
        Catch: [{ ErrorEquals: ['E'], Next: 'R' }],
        Next: 'R',
      },
      R: { Type: 'Succeed', Output: '{% $states.input.Error %}' },
    }),
    functions: failing('E'),
    output: 'E',
    seconds: 0,
    history: [
      '1<0 ExecutionStarted',
      '2<0 ParallelStateEntered P',
      '3<2 ParallelStateStarted',
      '4<3 MapStateEntered M',
      '5<4 MapStateStarted',
      '6<5 MapIterationStarted M#0',
      '7<5 MapIterationStarted M#1',
      '8<6 ChoiceStateEntered Q',
      '9<8 ChoiceStateExited Q',
      '10<7 ChoiceStateEntered Q',
      '11<10 ChoiceStateExited Q',
      '12<9 WaitStateEntered W',
      '13<11 TaskStateEntered T',
      '14<13 TaskScheduled',
      '15<14 TaskStarted',
      '16<15 TaskFailed',
      '17<16 MapIterationFailed M#1',
      '18<12 WaitStateAborted',
      '19<18 MapIterationAborted M#0',
      '20<17 MapStateFailed',
      '21<20 MapStateAborted',
      '22<21 ParallelStateFailed',
      '23<22 ParallelStateExited P',
      '24<23 SucceedStateEntered R',
      '25<24 SucceedStateExited R',
      '26<25 ExecutionSucceeded',
    ],
  },
  {
    rule: 'Retry on a Map runs all items again, and what was under way is nobody’s',
    source: 'ASL, Map State (Retry)',
    definition: machine({
      M: {
        Type: 'Map',
        Items: ['a', 'b'],
        ItemProcessor: branch({ T: task('work') }),
        Retry: [{ ErrorEquals: ['E'], IntervalSeconds: 2 }],
        End: true,
      },
    }),
    functions: {
      work: (payload, call) => {
        if (call === 1) throw named('E');
        return [payload.value ?? null, call];
      },
    },
    output: [
      ['a', 3],
      ['b', 4],
    ],
    seconds: 2,
  },
  {
    rule: 'Retry on a Parallel runs all branches again',
    source: 'ASL, Parallel State (Retry)',
    definition: machine({
      P: {
        Type: 'Parallel',
        Branches: [branch({ T: task('work') }), branch({ U: task('count') })],
        Retry: [{ ErrorEquals: ['E'] }],
        End: true,
      },
    }),
    functions: {
      work: (_, call) => {
        if (call === 1) throw named('E');
        return 'ok';
      },
      count: (_, call) => call,
    },
    output: ['ok', 2],
  },
  {
    rule: 'inner scopes read outer variables, and theirs are gone afterwards',
    source: 'Guide, Passing data between states with variables (scope)',
    definition: machine({
      A: pass({ Assign: { outer: 1 }, Next: 'P' }),
      P: {
        Type: 'Parallel',
        Branches: [
          branch({
            X: pass({ Assign: { inner: '{% $outer + 1 %}' }, Next: 'Y' }),
            Y: pass({ Output: '{% $inner %}', End: true }),
          }),
        ],
        Next: 'Z',
      },
      Z: pass({ Output: '{% {"got": $states.input, "inner": $exists($inner)} %}', End: true }),
    }),
    output: { got: [2], inner: false },
  },

  // ---- Map ----
  {
    rule: 'Map runs its processor per item, with index and value in the context, results in order',
    source: 'ASL, Map State',
    definition: machine({
      M: {
        Type: 'Map',
        Items: '{% $states.input.list %}',
        ItemSelector: {
          i: '{% $states.context.Map.Item.Index %}',
          v: '{% $states.context.Map.Item.Value %}',
          all: '{% $count($states.input.list) %}',
        },
        ItemProcessor: branch({
          S: {
            Type: 'Wait',
            Seconds: '{% 10 - $states.input.i %}',
            Output: '{% [$states.input.v, $states.input.all, $states.context.Map.Item.Index] %}',
            End: true,
          },
        }),
        End: true,
      },
    }),
    input: { list: ['a', 'b'] },
    output: [
      ['a', 2, 0],
      ['b', 2, 1],
    ],
    seconds: 10,
    history: [
      '1<0 ExecutionStarted',
      '2<0 MapStateEntered M',
      '3<2 MapStateStarted',
      '4<3 MapIterationStarted M#0',
      '5<3 MapIterationStarted M#1',
      '6<4 WaitStateEntered S',
      '7<5 WaitStateEntered S',
      '8<7 WaitStateExited S',
      '9<8 MapIterationSucceeded M#1',
      '10<6 WaitStateExited S',
      '11<10 MapIterationSucceeded M#0',
      '12<11 MapStateSucceeded',
      '13<11 MapStateExited M',
      '14<13 ExecutionSucceeded',
    ],
  },
  {
    rule: 'MaxConcurrency bounds how many run at once',
    source: 'ASL, Map State concurrency',
    definition: machine({
      M: {
        Type: 'Map',
        Items: [1, 2, 3, 4, 5],
        MaxConcurrency: 2,
        ItemProcessor: branch({ S: { Type: 'Wait', Seconds: 10, End: true } }),
        Output: '{% $count($states.result) %}',
        End: true,
      },
    }),
    output: 5,
    seconds: 30,
  },
  {
    rule: 'an Inline Map runs at most 40 at once',
    plainOutput: true,
    source: 'Guide, Using Map state in Inline mode',
    definition: machine({
      M: {
        Type: 'Map',
        Items: '{% [1..41] %}',
        ItemProcessor: branch({ S: { Type: 'Wait', Seconds: 10, End: true } }),
        Output: 'ok',
        End: true,
      },
    }),
    output: 'ok',
    seconds: 20,
  },
  {
    rule: 'a failed iteration abandons the others and fails the Map',
    source: 'ASL, Map State',
    definition: machine({
      M: {
        Type: 'Map',
        Items: [0, 1],
        ItemProcessor: branch({
          Q: { Type: 'Choice', Choices: [{ Condition: '{% $states.input = 1 %}', Next: 'F' }], Default: 'W' },
          F: { Type: 'Fail', Error: 'E' },
          W: { Type: 'Wait', Seconds: 100, End: true },
        }),
        End: true,
      },
    }),
    error: 'E',
    seconds: 0,
    history: [
      '1<0 ExecutionStarted',
      '2<0 MapStateEntered M',
      '3<2 MapStateStarted',
      '4<3 MapIterationStarted M#0',
      '5<3 MapIterationStarted M#1',
      '6<4 ChoiceStateEntered Q',
      '7<6 ChoiceStateExited Q',
      '8<5 ChoiceStateEntered Q',
      '9<8 ChoiceStateExited Q',
      '10<7 WaitStateEntered W',
      '11<9 FailStateEntered F',
      '12<11 MapIterationFailed M#1',
      '13<10 WaitStateAborted',
      '14<13 MapIterationAborted M#0',
      '15<12 MapStateFailed',
      '16<15 ExecutionFailed',
    ],
  },
  {
    rule: 'ToleratedFailureCount lets that many iterations fail; their place holds Error and Cause',
    source: 'ASL, Map State (ToleratedFailureCount); the result of a tolerated failure is our reading',
    definition: machine({
      M: {
        Type: 'Map',
        Items: [1, 2, 3],
        ToleratedFailureCount: 1,
        ItemProcessor: branch({
          Q: { Type: 'Choice', Choices: [{ Condition: '{% $states.input = 2 %}', Next: 'F' }], Default: 'S' },
          F: { Type: 'Fail', Error: 'E', Cause: 'two' },
          S: { Type: 'Succeed' },
        }),
        End: true,
      },
    }),
    output: [1, { Error: 'E', Cause: 'two' }, 3],
  },
  {
    rule: 'more failures than tolerated: States.ExceedToleratedFailureThreshold',
    source: 'Guide, Error names (States.ExceedToleratedFailureThreshold)',
    definition: machine({
      M: {
        Type: 'Map',
        Items: [1, 2, 3, 4],
        ToleratedFailurePercentage: '{% $states.input.p %}',
        ItemProcessor: branch({ F: { Type: 'Fail', Error: 'E' } }),
        End: true,
      },
    }),
    input: { p: 50 },
    error: 'States.ExceedToleratedFailureThreshold',
  },
  {
    rule: 'an ItemSelector that cannot be evaluated fails the Map',
    source: 'ASL, Map State (ItemSelector)',
    definition: machine({
      M: {
        Type: 'Map',
        Items: [1],
        ItemSelector: { x: '{% $none %}' },
        ItemProcessor: branch({ S: { Type: 'Succeed' } }),
        Catch: [{ ErrorEquals: ['States.QueryEvaluationError'], Next: 'R' }],
        Next: 'R',
      },
      R: pass({ Output: '{% $states.input.Error %}', End: true }),
    }),
    output: 'States.QueryEvaluationError',
  },
  {
    rule: 'an item that catches its own failure does not hide the others',
    plainOutput: true,
    source: 'ASL, Fallback states in an item processor',
    definition: machine({
      M: {
        Type: 'Map',
        Items: [1, 2],
        ItemProcessor: branch({
          T: task('work', {
            Catch: [{ ErrorEquals: ['States.ALL'], Output: 'by hand', Next: 'S' }],
            Output: 'done',
            Next: 'S',
          }),
          S: { Type: 'Succeed' },
        }),
        End: true,
      },
    }),
    functions: {
      work: (_, call) => {
        if (call === 1) throw named('E');
        return null;
      },
    },
    output: ['by hand', 'done'],
  },
];

const run = ({ definition, input = {}, functions = {}, hangs }: Case) =>
  play(definition, input, functions, hangs ? { patienceMs: 10 } : {});

describe('the supported subset of the States Language', () => {
  test.each(cases)('$rule ($source)', async (one) => {
    const { execution, lines, took } = await run(one);
    const failed = one.error !== undefined;
    if (!failed && execution.status === 'FAILED') expect(execution.failure).toBeUndefined();
    expect(execution.status).toBe(one.status ?? (failed ? 'FAILED' : 'SUCCEEDED'));
    expect(execution.failure?.error).toBe(one.error);
    if (one.cause instanceof RegExp) expect(execution.failure?.cause).toMatch(one.cause);
    else if (one.cause !== undefined) expect(execution.failure?.cause).toBe(one.cause);
    if (one.output !== undefined) expect(execution.output).toEqual(one.output);
    if (one.seconds !== undefined) expect(took / 1000).toBe(one.seconds);
    if (one.history) expect(lines).toEqual(one.history);
  });

  test.each(cases)('asl-validator takes it too: $rule', ({ definition, plainOutput = false }) => {
    const { isValid, errorsText } = aslValidator(structuredClone(definition));
    if (plainOutput) expect(errorsText()).toMatch(/Output is invalid/);
    else expect(isValid ? '' : errorsText()).toBe('');
  });

  test('every event says who it follows, and ids count from 1 without a gap', async () => {
    for (const one of cases) {
      const { events } = await run(one);
      events.forEach((event, i) => {
        expect(event.id).toBe(i + 1);
        expect(event.previousEventId).toBeLessThan(event.id);
      });
    }
  });
});
