import { readdirSync } from 'node:fs';
import { stageNames, stages } from '../../infra/config.ts';
import { functionNames, functions } from '../../infra/functions.ts';
import { definitionOf, machineNames, machines, placeholderOf } from '../../infra/machines.ts';
import { list, type Synthesised, synthesise, text } from './synthesised.ts';

let app: Synthesised;
beforeAll(() => {
  app = synthesise();
});
afterAll(() => app.dispose());

const everyStage = describe.each([...stageNames].map((name) => ({ name })));

describe('the list of functions', () => {
  it('is the directory of entrypoints', () => {
    const files = readdirSync('functions/entrypoints').map((file) => file.replace(/\.ts$/, ''));
    expect([...functionNames].sort()).toEqual(files.sort());
  });

  it.each(functionNames.map((name) => ({ name })))('has $name under its own name', ({ name }) => {
    expect(functions[name].name).toBe(name);
  });
});

everyStage('functions of $name', ({ name: stage }) => {
  const lambdas = () =>
    (['web', 'workflow'] as const).flatMap((part) =>
      app
        .stack(stage, part)
        .all('AWS::Lambda::Function')
        .map((resource) => ({ ...resource, template: app.stack(stage, part) })),
    );

  it('are those of the list, each once', () => {
    expect(
      lambdas()
        .map(({ Properties }) => Properties.FunctionName)
        .sort(),
    ).toEqual(functionNames.map((name) => `rights-desk-${stage}-${name}`).sort());
  });

  it('run on Node 24 and arm64, follow the trace of who calls, and read their log group from the template', () => {
    for (const { Properties, template } of lambdas()) {
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        TracingConfig: { Mode: 'PassThrough' },
      });
      const log = template.resources[Properties.LoggingConfig.LogGroup.Ref]?.Properties;
      expect(log.RetentionInDays).toBe(stages[stage].logDays);
      expect(text(log.KmsKeyId)).toContain('StorageKey');
    }
  });

  it('have the variables that they declare, and no other', () => {
    for (const { Properties } of lambdas()) {
      const name = functionNames.find(
        (candidate) => Properties.FunctionName === `rights-desk-${stage}-${candidate}`,
      );
      const variables: Record<string, unknown> = Properties.Environment?.Variables ?? {};
      expect({ name, variables: Object.keys(variables).sort() }).toEqual({
        name,
        variables: name ? [...functions[name].env].sort() : [],
      });
      for (const value of Object.values(variables)) expect(value).not.toBe('');
      // Lambda allows 4 KB for all of them; references grow when they are resolved.
      expect(JSON.stringify(variables).length).toBeLessThan(3500);
    }
  });

  it('answer a site before API Gateway gives up', () => {
    for (const name of ['public-api', 'staff-api'] as const)
      expect(functions[name].timeoutSeconds).toBeLessThanOrEqual(30);
  });

  it('are capped only where the stage says so', () => {
    const caps = Object.fromEntries(
      lambdas().flatMap(({ Properties }) =>
        Properties.ReservedConcurrentExecutions === undefined
          ? []
          : [
              [
                Properties.FunctionName.replace(`rights-desk-${stage}-`, ''),
                Properties.ReservedConcurrentExecutions,
              ],
            ],
      ),
    );
    expect(caps).toEqual(stages[stage].reservedConcurrency);
  });
});

everyStage('state machines of $name', ({ name: stage }) => {
  const workflow = () => app.stack(stage, 'workflow');
  const machine = (name: string) => {
    const found = workflow()
      .all('AWS::StepFunctions::StateMachine')
      .find(({ Properties }) => Properties.StateMachineName === `rights-desk-${stage}-${name}`);
    if (!found) throw new Error(`no machine ${name}`);
    return found;
  };

  it.each(machineNames.map((name) => ({ name })))(
    '$name has every placeholder filled, and fills no other',
    ({ name }) => {
      const { DefinitionString, DefinitionSubstitutions } = machine(name).Properties;
      const used = [...new Set(text(DefinitionString).match(/\$\{(\w+)\}/g))].map((one) => one.slice(2, -1));
      expect(Object.keys(DefinitionSubstitutions).sort()).toEqual(used.sort());
    },
  );

  it.each(machineNames.map((name) => ({ name })))(
    '$name may invoke the functions that its states call, and no other',
    ({ name }) => {
      const invoked = [...definitionOf(name).matchAll(/"FunctionName":"\$\{(\w+)\}"/g)].map(([, one]) => one);
      expect([...new Set(invoked)].sort()).toEqual(machines[name].functions.map(placeholderOf).sort());
      const role = workflow().resources[machine(name).Properties.RoleArn['Fn::GetAtt'][0]];
      const statements = role?.Properties.Policies[0].PolicyDocument.Statement;
      const invoke = statements.find((one: { Action: string }) => one.Action === 'lambda:InvokeFunction');
      const substitutions: Record<string, unknown> = machine(name).Properties.DefinitionSubstitutions;
      expect(list(invoke.Resource).map(text).sort()).toEqual(
        machines[name].functions.map((one) => text(substitutions[placeholderOf(one)])).sort(),
      );
    },
  );

  it('log every event without what people said, and are traced', () => {
    for (const name of machineNames) {
      const { LoggingConfiguration, TracingConfiguration } = machine(name).Properties;
      expect(LoggingConfiguration).toMatchObject({ IncludeExecutionData: false, Level: 'ALL' });
      expect(TracingConfiguration).toEqual({ Enabled: true });
    }
  });

  it('publish a version for every change and keep the old ones for the cases that run on them (F29)', () => {
    const versions = workflow().all('AWS::StepFunctions::StateMachineVersion');
    expect(versions).toHaveLength(machineNames.length);
    for (const version of versions) {
      expect(version.DeletionPolicy).toBe('Retain');
      expect(version.UpdateReplacePolicy).toBe('Retain');
      expect(text(version.Properties.StateMachineRevisionId)).toContain('StateMachineRevisionId');
    }
  });

  it('are started through the alias live, which points at the newest version', () => {
    const aliases = workflow().all('AWS::StepFunctions::StateMachineAlias');
    const versions = workflow()
      .all('AWS::StepFunctions::StateMachineVersion')
      .map(({ id }) => id);
    for (const { Properties } of aliases) {
      expect(Properties.Name).toBe('live');
      expect(Properties.RoutingConfiguration).toEqual([
        { StateMachineVersionArn: { Ref: expect.stringContaining('Version') }, Weight: 100 },
      ]);
    }
    expect(
      aliases.map(({ Properties }) => Properties.RoutingConfiguration[0].StateMachineVersionArn.Ref).sort(),
    ).toEqual(versions.sort());
    expect(text(machine('rights-request').Properties.DefinitionSubstitutions.SlaClockArn)).toMatch(
      /stateMachine:rights-desk-\w+-sla-clock:live$/,
    );
  });

  it('wait for each function longer than it may run, so that the function ends first and says why', () => {
    for (const name of machineNames) {
      for (const { functionName, timeoutSeconds } of tasksOf(JSON.parse(definitionOf(name)).States)) {
        const limit = functions[functionName].timeoutSeconds;
        expect({ functionName, longer: timeoutSeconds > limit }).toEqual({ functionName, longer: true });
      }
    }
  });
});

everyStage('sweep and mail events of $name', ({ name: stage }) => {
  const workflow = () => app.stack(stage, 'workflow');

  it('sweep every five minutes, and keep what could not be started', () => {
    const schedule = workflow().one('AWS::Scheduler::Schedule').Properties;
    expect(schedule.ScheduleExpression).toBe('rate(5 minutes)');
    expect(schedule.Target.DeadLetterConfig.Arn['Fn::GetAtt'][0]).toContain('SweepDead');
    expect(schedule.Target.RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 300, MaximumRetryAttempts: 2 });
  });

  it('keep what an asynchronous function could not handle (F10)', () => {
    const handled = workflow()
      .all('AWS::Lambda::EventInvokeConfig')
      .map(({ Properties }) => ({
        function: Properties.FunctionName.Ref,
        to: Properties.DestinationConfig.OnFailure.Destination['Fn::GetAtt'][0],
      }));
    expect(handled).toEqual([
      { function: expect.stringMatching(/^sweep/), to: expect.stringMatching(/^SweepDead/) },
      {
        function: expect.stringMatching(/^executionended/),
        to: expect.stringMatching(/^ExecutionEndedDead/),
      },
      { function: expect.stringMatching(/^mailevents/), to: expect.stringMatching(/^MailEventsDead/) },
    ]);
  });

  it('let only our own configuration set speak about mail (A58)', () => {
    const statements = workflow().one('AWS::SNS::TopicPolicy').Properties.PolicyDocument.Statement;
    const allowed = statements.filter((one: { Effect: string }) => one.Effect === 'Allow');
    expect(allowed).toHaveLength(1);
    expect(allowed[0].Principal).toEqual({ Service: 'ses.amazonaws.com' });
    expect(text(allowed[0].Condition.StringEquals['AWS:SourceArn'])).toMatch(/:configuration-set\//);
    expect(permissions()['sns.amazonaws.com']).toEqual({ Ref: expect.stringMatching(/^MailEvents/) });
  });

  it('let nobody call a function but the topic of mail events and the rule on ended executions', () => {
    expect(Object.keys(permissions()).sort()).toEqual(['events.amazonaws.com', 'sns.amazonaws.com']);
    expect(text(permissions()['events.amazonaws.com'])).toMatch(/ExecutionEndedRule/);
  });

  it('hear of every request whose execution ends as none should, and keep what could not be told (F10)', () => {
    const { EventPattern: pattern, State, Targets } = workflow().one('AWS::Events::Rule').Properties;
    expect(State).toBe('ENABLED');
    expect(pattern.source).toEqual(['aws.states']);
    expect(pattern.detail.status).toEqual(['FAILED', 'TIMED_OUT', 'ABORTED']);
    expect(text(pattern.detail.stateMachineArn)).toContain(
      `:stateMachine:rights-desk-${stage}-rights-request`,
    );
    const [target, ...more] = Targets;
    expect(more).toEqual([]);
    expect(text(target.Arn)).toMatch(/executionended/);
    expect(text(target.DeadLetterConfig.Arn)).toMatch(/ExecutionEndedDead/);
  });

  /** Who may call which function, for which source. */
  const permissions = (): Record<string, unknown> =>
    Object.fromEntries(
      workflow()
        .all('AWS::Lambda::Permission')
        .map(({ Properties }) => [Properties.Principal, Properties.SourceArn ?? 'anything']),
    );

  it('encrypt every queue and topic and refuse plain text', () => {
    for (const { id, Properties } of workflow().all('AWS::SQS::Queue')) {
      const encrypted = Properties.KmsMasterKeyId !== undefined || Properties.SqsManagedSseEnabled === true;
      expect({ id, encrypted }).toEqual({ id, encrypted: true });
      const policy = workflow()
        .all('AWS::SQS::QueuePolicy')
        .find((one) => one.Properties.Queues[0].Ref === id);
      expect(JSON.stringify(policy)).toContain('"aws:SecureTransport":"false"');
    }
    expect(text(workflow().one('AWS::SNS::Topic').Properties.KmsMasterKeyId)).toContain('StorageKey');
  });

  it('hold undeliverable mail events, the one message with an address in it, under a customer key and for four days', () => {
    const queue = workflow()
      .all('AWS::SQS::Queue')
      .find(({ id }) => id.startsWith('MailEventsDead'));
    expect(text(queue?.Properties.KmsMasterKeyId)).toContain('StorageKey');
    expect(queue?.Properties.MessageRetentionPeriod).toBe(4 * 24 * 3600);
  });

  it('let nobody take such a message but one role, behind a second factor, that can hand it on and nothing else (A53)', () => {
    const policy = workflow()
      .all('AWS::SQS::QueuePolicy')
      .find(({ Properties }) => Properties.Queues[0].Ref.startsWith('MailEventsDead'));
    const denied = policy?.Properties.PolicyDocument.Statement.find(
      (one: { Sid?: string }) => one.Sid === 'OnlyRepairReads',
    );
    const role = workflow()
      .all('AWS::IAM::Role')
      .find(({ Properties }) => Properties.RoleName === `rights-desk-${stage}-mail-repair`);
    expect(denied).toMatchObject({
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: ['sqs:ReceiveMessage', 'sqs:StartMessageMoveTask'],
      Condition: { ArnNotEquals: { 'aws:PrincipalArn': { 'Fn::GetAtt': [role?.id, 'Arn'] } } },
    });
    expect(role?.Properties.AssumeRolePolicyDocument.Statement).toHaveLength(1);
    expect(role?.Properties.AssumeRolePolicyDocument.Statement[0].Condition).toEqual({
      Bool: { 'aws:MultiFactorAuthPresent': 'true' },
    });
    const allowed = role?.Properties.Policies[0].PolicyDocument.Statement;
    expect(allowed.flatMap((one: { Action: unknown }) => one.Action)).toEqual([
      'sqs:DeleteMessage',
      'sqs:GetQueueUrl',
      'sqs:ReceiveMessage',
      'kms:Decrypt',
      'lambda:InvokeFunction',
    ]);
    expect(text(allowed)).not.toContain('"*"');
  });
});

interface State {
  readonly Resource?: string;
  readonly Arguments?: { readonly FunctionName?: string };
  readonly TimeoutSeconds?: number | string;
  readonly ItemProcessor?: { readonly States: Record<string, State> };
}

/** Tasks that wait for the function itself; one that waits for a person waits by a time of the domain. */
function tasksOf(
  states: Record<string, State>,
): { functionName: (typeof functionNames)[number]; timeoutSeconds: number }[] {
  return Object.values(states).flatMap((state) => {
    if (state.ItemProcessor) return tasksOf(state.ItemProcessor.States);
    const functionName = functionNames.find(
      (name) => state.Arguments?.FunctionName === `\${${placeholderOf(name)}}`,
    );
    if (!functionName || state.Resource !== 'arn:aws:states:::lambda:invoke') return [];
    return [{ functionName, timeoutSeconds: Number(state.TimeoutSeconds) }];
  });
}
