import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Grant, GrantedResource } from '../../functions/runtime/lambda.ts';
import { stageNames, stages } from '../../infra/config.ts';
import { functionNames, functions } from '../../infra/functions.ts';
import { type GrantTargets, statementsFor } from '../../infra/grants.ts';
import { list, type StackTemplate, type Synthesised, synthesise, text } from './synthesised.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: Record<string, Record<string, unknown>>;
}

/** One permission of a role, as flat as it can be compared. */
interface Permission {
  readonly action: string;
  readonly resource: string;
  readonly condition: string;
}

let app: Synthesised;
beforeAll(() => {
  app = synthesise();
});
afterAll(() => app.dispose());

/** What the resource of a permission is, read from the template alone. */
const kinds: Record<GrantedResource | 'index' | 'execution', RegExp> = {
  table: /ExportsOutputFnGetAttTableArn\w+"}$/,
  index: /ExportsOutputFnGetAttTableArn\w+"}\/index\/(queue|look)$/,
  bucket: /^arn:aws:s3:::rights-desk-\w+-packages-\{"Ref":"AWS::AccountId"}(\/\*)?$/,
  'data-key': /ExportsOutputFnGetAttDataKey\w+Arn\w+"}$/,
  'signing-key': /ExportsOutputFnGetAttSigningKey\w+Arn\w+"}$/,
  secrets: /ExportsOutputRefOwnKeys\w+"}$/,
  'processor-secrets': /ExportsOutputRefProcessorSecrets\w+"}$/,
  mail: /^arn:aws:ses:eu-central-1:\{"Ref":"AWS::AccountId"}:(identity|configuration-set)\//,
  'rights-request': /:stateMachine:rights-desk-\w+-rights-request$/,
  'sla-clock': /:stateMachine:rights-desk-\w+-sla-clock$/,
  'package-transmission': /:stateMachine:rights-desk-\w+-package-transmission$/,
  execution: /:execution:rights-desk-\w+-(rights-request|sla-clock):\*$/,
  'user-pool': /ExportsOutputFnGetAttStaff\w+Arn\w+"}$/,
};
const storageKey = /ExportsOutputFnGetAttStorageKey\w+Arn\w+"}$/;

/** Which services use the storage key in the caller's name, by what the caller may touch. */
const keyUsers: Partial<Record<GrantedResource, string>> = {
  table: 'dynamodb',
  secrets: 'secretsmanager',
  'processor-secrets': 'secretsmanager',
};

function roleOf(template: StackTemplate, functionName: string): Statement[] {
  const lambda = template
    .all('AWS::Lambda::Function')
    .find(({ Properties }) => Properties.FunctionName === functionName);
  const role = template.resources[lambda?.Properties.Role['Fn::GetAtt'][0]];
  if (!role) throw new Error(`no role of ${functionName}`);
  expect(role.Properties).not.toHaveProperty('ManagedPolicyArns');
  const roleId = lambda?.Properties.Role['Fn::GetAtt'][0];
  for (const policy of template.all('AWS::IAM::Policy'))
    expect(JSON.stringify(policy.Properties.Roles)).not.toContain(roleId);
  return role.Properties.Policies.flatMap(
    (policy: { PolicyDocument: { Statement: Statement[] } }) => policy.PolicyDocument.Statement,
  );
}

function permissionsOf(statements: readonly Statement[]): Permission[] {
  return statements.flatMap((statement) =>
    list(statement.Action).flatMap((action) =>
      list(statement.Resource).map((resource) => ({
        action,
        resource: text(resource),
        condition: JSON.stringify(statement.Condition ?? {}),
      })),
    ),
  );
}

const cases = stageNames.flatMap((stage) => functionNames.map((name) => ({ stage, name })));

describe.each(cases)('the role of $name in $stage (A60)', ({ stage, name }) => {
  const part = name === 'public-api' || name === 'staff-api' ? 'web' : 'workflow';
  const statements = () => roleOf(app.stack(stage, part), `rights-desk-${stage}-${name}`);
  const declared = functions[name].grants;
  const declares = (resource: GrantedResource, action: string) =>
    declared.some((grant) => grant.resource === resource && grant.actions.includes(action));

  it('allows every action that the function declares, on the thing it declares it for', () => {
    const permissions = permissionsOf(statements());
    for (const { resource, actions } of declared) {
      for (const action of actions) {
        const found = permissions.some(
          (one) =>
            one.action === action &&
            (kinds[resource].test(one.resource) ||
              (resource.match(/^(rights-request|sla-clock)$/) &&
                kinds.execution.test(one.resource) &&
                one.resource.includes(resource))),
        );
        expect({ resource, action, found }).toEqual({ resource, action, found: true });
      }
    }
  });

  it('allows nothing that the function does not declare', () => {
    for (const { action, resource, condition } of permissionsOf(statements())) {
      const granted =
        (Object.keys(keyUsers) as GrantedResource[]).some(
          (user) =>
            storageKey.test(resource) &&
            declared.some((grant) => grant.resource === user) &&
            condition ===
              `{"StringEquals":{"kms:ViaService":"${keyUsers[user]}.eu-central-1.amazonaws.com"}}`,
        ) ||
        declared.some((grant) => kinds[grant.resource].test(resource) && declares(grant.resource, action)) ||
        (kinds.index.test(resource) &&
          ['dynamodb:Query', 'dynamodb:Scan'].includes(action) &&
          declares('table', action)) ||
        (kinds.execution.test(resource) &&
          (['rights-request', 'sla-clock'] as const).some(
            (machine) => resource.includes(machine) && declares(machine, action),
          )) ||
        isPlatform(name, action, resource, condition);
      expect({ action, resource, granted }).toEqual({ action, resource, granted: true });
    }
  });

  it('writes every action out and names every resource but the tracer', () => {
    for (const { action, resource } of permissionsOf(statements())) {
      expect(action).not.toContain('*');
      const open = resource.endsWith('*');
      const explained =
        !open ||
        kinds.execution.test(resource) ||
        (kinds.bucket.test(resource) && action.startsWith('s3:')) ||
        (resource === '*' && /^xray:Put/.test(action));
      expect({ action, resource, explained }).toEqual({ action, resource, explained: true });
    }
  });

  it('sends mail only from our address, starts executions only through the alias, uses keys only through their service', () => {
    for (const { action, condition } of permissionsOf(statements())) {
      if (action.startsWith('ses:'))
        expect(condition).toBe(`{"StringEquals":{"ses:FromAddress":"${stages[stage].mail.from}"}}`);
      if (action === 'states:StartExecution')
        expect(condition).toBe('{"StringEquals":{"states:StateMachineQualifier":"live"}}');
      if (/^kms:(Decrypt|Encrypt|GenerateDataKey)/.test(action))
        expect(condition).toContain('kms:ViaService');
    }
  });
});

/** What Lambda itself needs to run any function, and to keep the events of an asynchronous one. */
function isPlatform(name: string, action: string, resource: string, condition: string): boolean {
  if (action === 'logs:CreateLogStream' || action === 'logs:PutLogEvents')
    return /Log\w+","Arn"/.test(resource);
  if (action.startsWith('xray:Put')) return resource === '*';
  const queue = {
    sweep: /SweepDead/,
    'mail-events': /MailEventsDead/,
    'execution-ended': /ExecutionEndedDead/,
  }[name];
  if (!queue) return false;
  return (
    (action === 'sqs:SendMessage' && queue.test(resource)) ||
    (storageKey.test(resource) && condition.includes('"sqs.eu-central-1.amazonaws.com"'))
  );
}

describe('the translation of grants', () => {
  const targets: GrantTargets = {
    table: { arn: 'table', indexNames: ['queue'] },
    bucket: { arn: 'bucket' },
    dataKey: { arn: 'data-key' },
    signingKey: { arn: 'signing-key' },
    secrets: { arn: 'secrets' },
    processorSecrets: { arn: 'processor-secrets' },
    mail: { identityArn: 'identity', configurationSetArn: 'set', from: 'privacy@example.com' },
    machines: {
      'rights-request': { machine: 'machine', live: 'machine:live', executions: 'execution:*' },
      'sla-clock': { machine: 'clock', live: 'clock:live', executions: 'clock-execution:*' },
      'package-transmission': { machine: 'sender', live: 'sender:live', executions: 'sender-execution:*' },
    },
    userPool: { arn: 'pool' },
    storageKey: { arn: 'storage-key' },
    region: 'eu-central-1',
  };
  const translate = (grant: Grant) =>
    statementsFor([grant], targets).map((statement: PolicyStatement) => statement.toStatementJson());

  it('lets queries read the indexes, and every other action only the table', () => {
    expect(
      translate({ resource: 'table', actions: ['dynamodb:GetItem', 'dynamodb:Query'] }).slice(0, 2),
    ).toEqual([
      { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: 'table' },
      { Effect: 'Allow', Action: 'dynamodb:Query', Resource: ['table', 'table/index/queue'] },
    ]);
  });

  it('lets a reader of the table decrypt, and only a writer encrypt', () => {
    const keyActions = (action: string) => translate({ resource: 'table', actions: [action] }).at(-1)?.Action;
    expect(keyActions('dynamodb:GetItem')).toEqual(['kms:Decrypt', 'kms:DescribeKey']);
    expect(keyActions('dynamodb:PutItem')).toEqual([
      'kms:Decrypt',
      'kms:DescribeKey',
      'kms:Encrypt',
      'kms:GenerateDataKey',
    ]);
  });

  it('puts each Step Functions action where AWS authorises it: start, task results and executions', () => {
    expect(
      translate({
        resource: 'rights-request',
        actions: ['states:DescribeExecution', 'states:SendTaskSuccess', 'states:StartExecution'],
      }),
    ).toEqual([
      {
        Effect: 'Allow',
        Action: 'states:StartExecution',
        Resource: 'machine',
        Condition: { StringEquals: { 'states:StateMachineQualifier': 'live' } },
      },
      { Effect: 'Allow', Action: 'states:SendTaskSuccess', Resource: 'machine' },
      { Effect: 'Allow', Action: 'states:DescribeExecution', Resource: 'execution:*' },
    ]);
  });

  it('lists the bucket itself and touches only objects in it', () => {
    expect(translate({ resource: 'bucket', actions: ['s3:GetObject', 's3:ListBucket'] })).toEqual([
      { Effect: 'Allow', Action: 's3:ListBucket', Resource: 'bucket' },
      { Effect: 'Allow', Action: 's3:GetObject', Resource: 'bucket/*' },
    ]);
  });

  it.each(['dynamodb:*', '*', 's3:Get*'])('refuses the wildcard %s', (action) => {
    expect(() => translate({ resource: 'table', actions: [action] })).toThrow('names each action in full');
  });
});
