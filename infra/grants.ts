import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Grant, GrantedResource } from '../functions/runtime/lambda.ts';
import type { MachineArns } from './machine-arns.ts';
import type { MachineName } from './machines.ts';
import { liveAlias } from './names.ts';

/** The real things behind the words of a grant. */
export interface GrantTargets {
  readonly table: { readonly arn: string; readonly indexNames: readonly string[] };
  readonly bucket: { readonly arn: string };
  readonly dataKey: { readonly arn: string };
  readonly signingKey: { readonly arn: string };
  readonly secrets: { readonly arn: string };
  readonly processorSecrets: { readonly arn: string };
  readonly mail: {
    readonly identityArn: string;
    readonly configurationSetArn: string;
    readonly from: string;
  };
  readonly machines: Readonly<Record<MachineName, MachineArns>>;
  readonly userPool: { readonly arn: string };
  /** Encrypts table and secrets: using them needs it too, but only through those services. */
  readonly storageKey: { readonly arn: string };
  readonly region: string;
}

/** Reads that an index can answer; every other table action works on the table alone. */
const indexActions = new Set(['dynamodb:Query', 'dynamodb:Scan']);

/** Actions that Step Functions authorises on an execution; the rest it authorises on the state machine. */
const executionActions = new Set([
  'states:DescribeExecution',
  'states:GetExecutionHistory',
  'states:RedriveExecution',
  'states:StopExecution',
  'states:DescribeStateMachineForExecution',
]);

const tableReads = new Set([
  'dynamodb:BatchGetItem',
  'dynamodb:ConditionCheckItem',
  'dynamodb:DescribeTable',
  'dynamodb:GetItem',
  'dynamodb:Query',
  'dynamodb:Scan',
]);

/** The statements of one function's role: exactly what its adapters declare, plus the key behind the storage they use. */
export function statementsFor(grants: readonly Grant[], targets: GrantTargets): PolicyStatement[] {
  return grants.flatMap((grant) => {
    for (const action of grant.actions) refuseWildcard(action);
    return statementsOf[grant.resource](grant.actions, targets);
  });
}

const statementsOf = {
  table: (actions, { table, storageKey, region }) => {
    const reads = actions.filter((action) => indexActions.has(action));
    const others = actions.filter((action) => !indexActions.has(action));
    const indexes = table.indexNames.map((name) => `${table.arn}/index/${name}`);
    const writes = actions.some((action) => !tableReads.has(action));
    return [
      ...allow(others, [table.arn]),
      ...allow(reads, [table.arn, ...indexes]),
      // DynamoDB asks for the key in the caller's name when its cached table key expires.
      through(
        'dynamodb',
        ['kms:Decrypt', 'kms:DescribeKey', ...(writes ? ['kms:Encrypt', 'kms:GenerateDataKey'] : [])],
        storageKey.arn,
        region,
      ),
    ];
  },
  bucket: (actions, { bucket }) => {
    const onBucket = actions.filter((action) => action === 's3:ListBucket');
    const onObjects = actions.filter((action) => action !== 's3:ListBucket');
    return [...allow(onBucket, [bucket.arn]), ...allow(onObjects, [`${bucket.arn}/*`])];
  },
  // The data key encrypts the packages and nothing else, so it is never used but by S3 in the caller's name.
  'data-key': (actions, { dataKey, region }) => [through('s3', actions, dataKey.arn, region)],
  'signing-key': (actions, { signingKey }) => allow(actions, [signingKey.arn]),
  secrets: (actions, { secrets, ...rest }) => secretStatements(actions, secrets.arn, rest),
  'processor-secrets': (actions, { processorSecrets, ...rest }) =>
    secretStatements(actions, processorSecrets.arn, rest),
  mail: (actions, { mail }) => [
    new PolicyStatement({
      actions: [...actions],
      resources: [mail.identityArn, mail.configurationSetArn],
      conditions: { StringEquals: { 'ses:FromAddress': mail.from } },
    }),
  ],
  'rights-request': (actions, { machines }) => machineStatements(actions, machines['rights-request']),
  'sla-clock': (actions, { machines }) => machineStatements(actions, machines['sla-clock']),
  'package-transmission': (actions, { machines }) =>
    machineStatements(actions, machines['package-transmission']),
  'user-pool': (actions, { userPool }) => allow(actions, [userPool.arn]),
} as const satisfies Record<
  GrantedResource,
  (actions: readonly string[], targets: GrantTargets) => PolicyStatement[]
>;

function secretStatements(
  actions: readonly string[],
  secretArn: string,
  { storageKey, region }: Pick<GrantTargets, 'storageKey' | 'region'>,
): PolicyStatement[] {
  const writes = actions.includes('secretsmanager:PutSecretValue');
  const keyActions = ['kms:Decrypt', ...(writes ? ['kms:GenerateDataKey'] : [])];
  return [...allow(actions, [secretArn]), through('secretsmanager', keyActions, storageKey.arn, region)];
}

function machineStatements(actions: readonly string[], arns: MachineArns): PolicyStatement[] {
  const starts = actions.filter((action) => action === 'states:StartExecution');
  const onExecutions = actions.filter((action) => executionActions.has(action));
  const onMachine = actions.filter(
    (action) => action !== 'states:StartExecution' && !executionActions.has(action),
  );
  return [
    ...(starts.length > 0 ? [startLive(arns)] : []),
    ...allow(onMachine, [arns.machine]),
    ...allow(onExecutions, [arns.executions]),
  ];
}

/** Step Functions authorises a start by alias on the machine's own ARN, so the alias is a condition. */
export function startLive(arns: MachineArns): PolicyStatement {
  return new PolicyStatement({
    actions: ['states:StartExecution'],
    resources: [arns.machine],
    conditions: { StringEquals: { 'states:StateMachineQualifier': liveAlias } },
  });
}

function allow(actions: readonly string[], resources: readonly string[]): PolicyStatement[] {
  return actions.length > 0
    ? [new PolicyStatement({ actions: [...actions], resources: [...resources] })]
    : [];
}

function through(
  service: string,
  actions: readonly string[],
  keyArn: string,
  region: string,
): PolicyStatement {
  return new PolicyStatement({
    actions: [...actions],
    resources: [keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `${service}.${region}.amazonaws.com` } },
  });
}

function refuseWildcard(action: string): void {
  if (!/^[a-z0-9-]+:[A-Za-z]+$/.test(action)) throw new Error(`A grant names each action in full: ${action}`);
}
