import { readdirSync } from 'node:fs';
import { tableSchema } from '../../functions/adapters/dynamodb/schema.ts';
import { stageNames, stages } from '../../infra/config.ts';
import { accessLogFields } from '../../infra/constructs/site.ts';
import { functionNames, functions } from '../../infra/functions.ts';
import { definitionOf, machineNames, machines, placeholderOf } from '../../infra/machines.ts';
import { staffGroups } from '../../infra/stacks/data.ts';
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

everyStage('data of $name', ({ name: stage }) => {
  const data = () => app.stack(stage, 'data');
  const protectedStage = stages[stage].protectData;

  it('can be restored to any second of the last 35 days', () => {
    expect(data().one('AWS::DynamoDB::Table').Properties.PointInTimeRecoverySpecification).toEqual({
      PointInTimeRecoveryEnabled: true,
      RecoveryPeriodInDays: 35,
    });
  });

  it('keeps the table under a customer key', () => {
    const { SSESpecification } = data().one('AWS::DynamoDB::Table').Properties;
    expect(SSESpecification.SSEType).toBe('KMS');
    expect(text(SSESpecification.KMSMasterKeyId)).toContain('StorageKey');
  });

  it('has the keys and indexes that the store reads, and forgets items by its attribute', () => {
    const table = data().one('AWS::DynamoDB::Table').Properties;
    expect(table.KeySchema.map((key: { AttributeName: string }) => key.AttributeName)).toEqual([
      tableSchema.partitionKey,
      tableSchema.sortKey,
    ]);
    expect(table.GlobalSecondaryIndexes.map((index: { IndexName: string }) => index.IndexName)).toEqual(
      tableSchema.indexes.map((index) => index.name),
    );
    expect(table.TimeToLiveSpecification).toEqual({
      AttributeName: tableSchema.timeToLive,
      Enabled: true,
    });
  });

  it(protectedStage ? 'refuses deletion and outlives its stack' : 'leaves nothing behind', () => {
    const kept = [
      ...data().all('AWS::DynamoDB::Table'),
      ...data().all('AWS::KMS::Key'),
      ...data().all('AWS::S3::Bucket'),
      ...data().all('AWS::SecretsManager::Secret'),
      ...data().all('AWS::Cognito::UserPool'),
    ];
    expect(kept.length).toBeGreaterThanOrEqual(9);
    for (const { id, DeletionPolicy } of kept) {
      expect({ id, DeletionPolicy }).toEqual({ id, DeletionPolicy: protectedStage ? 'Retain' : 'Delete' });
    }
    expect(data().one('AWS::DynamoDB::Table').Properties.DeletionProtectionEnabled).toBe(protectedStage);
    expect(data().one('AWS::Cognito::UserPool').Properties.DeletionProtection).toBe(
      protectedStage ? 'ACTIVE' : 'INACTIVE',
    );
  });

  it('shows no bucket to the public and speaks TLS only', () => {
    const buckets = data().all('AWS::S3::Bucket');
    expect(buckets).toHaveLength(2);
    for (const { id, Properties } of buckets) {
      expect(Properties.PublicAccessBlockConfiguration).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
      const policy = data()
        .all('AWS::S3::BucketPolicy')
        .find((candidate) => candidate.Properties.Bucket.Ref === id);
      const denials = policy?.Properties.PolicyDocument.Statement.filter(
        (statement: { Effect: string }) => statement.Effect === 'Deny',
      );
      expect(JSON.stringify(denials)).toContain('"aws:SecureTransport":"false"');
      expect(JSON.stringify(denials)).toContain('"s3:TlsVersion":1.2');
    }
  });

  it('keeps packages under the data key, logs who fetched them, and forgets them within 30 days (F41)', () => {
    const bucket = data()
      .all('AWS::S3::Bucket')
      .find(({ id }) => id.startsWith('Packages'));
    const rule = bucket?.Properties.BucketEncryption.ServerSideEncryptionConfiguration[0];
    expect(text(rule.ServerSideEncryptionByDefault.KMSMasterKeyID)).toContain('DataKey');
    expect(bucket?.Properties.LoggingConfiguration.LogFilePrefix).toBe('packages/');
    expect(bucket?.Properties.LifecycleConfiguration.Rules).toEqual([
      { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 }, ExpirationInDays: 30, Status: 'Enabled' },
    ]);
    expect(bucket?.Properties).not.toHaveProperty('VersioningConfiguration');
  });

  it('refuses a download link older than a quarter of an hour, however long it was signed for (A52)', () => {
    const policy = data()
      .all('AWS::S3::BucketPolicy')
      .find(({ id }) => id.startsWith('Packages'));
    const denial = policy?.Properties.PolicyDocument.Statement.find(
      (statement: { Sid?: string }) => statement.Sid === 'OldSignatures',
    );
    expect(denial).toMatchObject({
      Effect: 'Deny',
      Action: 's3:GetObject',
      Condition: { NumericGreaterThan: { 's3:signatureAge': 900_000 } },
    });
  });

  it('rotates every symmetric key, and signs with ECDSA on P-256', () => {
    const keys = data().all('AWS::KMS::Key');
    expect(keys).toHaveLength(3);
    for (const { id, Properties } of keys) {
      if (id.startsWith('SigningKey')) {
        expect(Properties).toMatchObject({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
      } else expect({ id, rotates: Properties.EnableKeyRotation }).toEqual({ id, rotates: true });
    }
  });

  it('makes each own key inside the account, by a recipe that must never change: another one would make another key', () => {
    const sources = data()
      .all('AWS::SecretsManager::Secret')
      .filter(({ Properties }) => Properties.GenerateSecretString);
    expect(
      Object.fromEntries(sources.map(({ id, Properties }) => [id, Properties.GenerateSecretString])),
    ).toEqual({
      KeySourcehashing6FE6F563: { ExcludePunctuation: true, PasswordLength: 64 },
      KeySourcevaultDF6299E6: { ExcludePunctuation: true, PasswordLength: 64 },
      KeySourcesuppression3942EC82: { ExcludePunctuation: true, PasswordLength: 64 },
    });
  });

  it('hands the functions all own keys in one secret, by reference', () => {
    const keys = data()
      .all('AWS::SecretsManager::Secret')
      .find(({ id }) => id.startsWith('OwnKeys'));
    const filled = text(keys?.Properties.SecretString).replace(
      /\{\{resolve:secretsmanager:\{"Ref":"KeySource(\w+)"}:SecretString:::}}/g,
      'the value of $1',
    );
    expect(JSON.parse(filled)).toEqual({
      hashing: expect.stringMatching(/^the value of hashing/),
      vault: expect.stringMatching(/^the value of vault/),
      suppression: expect.stringMatching(/^the value of suppression/),
    });
  });

  it('puts no secret into a template', () => {
    expect(
      data()
        .all('AWS::SecretsManager::Secret')
        .filter(({ Properties }) => Properties.SecretString !== undefined)
        .map(({ Properties }) => text(Properties.SecretString).replace(/\{\{resolve:.*?:::}}/g, '…')),
    ).toEqual(['{"hashing":"…","vault":"…","suppression":"…"}', '{}']);
  });

  it('lets staff in by invitation only, with a password of 14 and a one-time code', () => {
    const pool = data().one('AWS::Cognito::UserPool').Properties;
    expect(pool.AdminCreateUserConfig.AllowAdminCreateUserOnly).toBe(true);
    expect(pool.MfaConfiguration).toBe('ON');
    expect(pool.EnabledMfas).toEqual(['SOFTWARE_TOKEN_MFA']);
    expect(pool.Policies.PasswordPolicy.MinimumLength).toBe(14);
    expect(
      data()
        .all('AWS::Cognito::UserPoolGroup')
        .map(({ Properties }) => Properties.GroupName)
        .sort(),
    ).toEqual([...staffGroups].sort());
  });

  it('signs mail, sends it over TLS only, keeps the suppression list and tracks nobody', () => {
    expect(data().one('AWS::SES::EmailIdentity').Properties.DkimSigningAttributes).toEqual({
      NextSigningKeyLength: 'RSA_2048_BIT',
    });
    const set = data().one('AWS::SES::ConfigurationSet').Properties;
    expect(set.DeliveryOptions.TlsPolicy).toBe('REQUIRE');
    expect(set.SuppressionOptions.SuppressedReasons).toEqual(['BOUNCE', 'COMPLAINT']);
    expect(set).not.toHaveProperty('TrackingOptions');
    const events = app.stack(stage, 'workflow').one('AWS::SES::ConfigurationSetEventDestination');
    expect(events.Properties.EventDestination.MatchingEventTypes).toEqual([
      'bounce',
      'complaint',
      'delivery',
      'reject',
    ]);
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
      { function: expect.stringMatching(/^mailevents/), to: expect.stringMatching(/^MailEventsDead/) },
    ]);
  });

  it('let only our own configuration set speak about mail (A58)', () => {
    const statements = workflow().one('AWS::SNS::TopicPolicy').Properties.PolicyDocument.Statement;
    const allowed = statements.filter((one: { Effect: string }) => one.Effect === 'Allow');
    expect(allowed).toHaveLength(1);
    expect(allowed[0].Principal).toEqual({ Service: 'ses.amazonaws.com' });
    expect(text(allowed[0].Condition.StringEquals['AWS:SourceArn'])).toMatch(/:configuration-set\//);
    expect(workflow().one('AWS::Lambda::Permission').Properties).toMatchObject({
      Principal: 'sns.amazonaws.com',
      SourceArn: { Ref: expect.stringMatching(/^MailEvents/) },
    });
  });

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
});

everyStage('web of $name', ({ name: stage }) => {
  const web = () => app.stack(stage, 'web');

  it('gives each site an API of its own, served by its own function', () => {
    const apis = web().all('AWS::ApiGatewayV2::Api');
    expect(apis.map(({ Properties }) => Properties.Name).sort()).toEqual([
      `rights-desk-${stage}-public`,
      `rights-desk-${stage}-staff`,
    ]);
    for (const [site, name] of [
      ['Public', 'publicapi'],
      ['Staff', 'staffapi'],
    ] as const) {
      const integrations = web()
        .all('AWS::ApiGatewayV2::Integration')
        .filter(({ id }) => id.startsWith(site));
      expect(integrations.length).toBeGreaterThan(0);
      for (const { Properties } of integrations) {
        expect(Properties.PayloadFormatVersion).toBe('2.0');
        expect(text(Properties.IntegrationUri)).toContain(name);
      }
    }
  });

  it('throttles every route', () => {
    const { publicSite, staffSite } = stages[stage];
    for (const [site, { throttle }] of [
      ['Public', publicSite],
      ['Staff', staffSite],
    ] as const) {
      const httpStage = web()
        .all('AWS::ApiGatewayV2::Stage')
        .find(({ id }) => id.startsWith(site));
      expect(httpStage?.Properties.DefaultRouteSettings).toEqual({
        ThrottlingBurstLimit: throttle.burst,
        ThrottlingRateLimit: throttle.perSecond,
      });
    }
  });

  it('answers no other origin (A45)', () => {
    for (const { Properties } of web().all('AWS::ApiGatewayV2::Api'))
      expect(Properties).not.toHaveProperty('CorsConfiguration');
  });

  it('logs calls without address, path, query or user agent (A13, A53)', () => {
    const stagesOfApis = web().all('AWS::ApiGatewayV2::Stage');
    expect(stagesOfApis).toHaveLength(2);
    for (const { Properties } of stagesOfApis) {
      expect(JSON.parse(Properties.AccessLogSettings.Format)).toEqual(accessLogFields);
    }
    expect(JSON.stringify(accessLogFields)).not.toMatch(
      /identity|sourceIp|path|userAgent|query|header|authorizer|routeKey/i,
    );
  });

  it('signs staff in by authorization code without a secret in any browser, for a quarter of an hour', () => {
    const client = web().one('AWS::Cognito::UserPoolClient').Properties;
    expect(client).toMatchObject({
      AllowedOAuthFlows: ['code'],
      GenerateSecret: false,
      EnableTokenRevocation: true,
      PreventUserExistenceErrors: 'ENABLED',
      AccessTokenValidity: 15,
      TokenValidityUnits: { AccessToken: 'minutes' },
    });
    expect(client.CallbackURLs).toHaveLength(1);
    expect(client.AllowedOAuthScopes.sort()).toEqual(['email', 'openid']);
  });

  if ('domain' in stages[stage].publicSite) {
    it('closes the made-up address when there is a domain, and speaks TLS 1.2 there', () => {
      for (const { Properties } of web().all('AWS::ApiGatewayV2::Api'))
        expect(Properties.DisableExecuteApiEndpoint).toBe(true);
      for (const { Properties } of web().all('AWS::ApiGatewayV2::DomainName'))
        expect(Properties.DomainNameConfigurations[0].SecurityPolicy).toBe('TLS_1_2');
    });
  }
});

describe('the firewall', () => {
  const edge = () => app.stack('prod', 'edge-public');

  it('slows one address down and blocks known exploits, but judges nobody by words or reputation', () => {
    const rules = edge().one('AWS::WAFv2::WebACL').Properties.Rules;
    expect(rules.map((rule: { Name: string }) => rule.Name)).toEqual(['rate', 'known-exploits']);
    expect(rules[0].Statement.RateBasedStatement.Limit).toBe(
      stages.prod.publicSite.firewall.requestsPerFiveMinutes,
    );
  });

  it('keeps no sample of what people sent', () => {
    expect(edge().json).not.toContain('"SampledRequestsEnabled": true');
    expect(edge().one('AWS::WAFv2::WebACL').Properties.VisibilityConfig.SampledRequestsEnabled).toBe(false);
  });

  it('finds the site by the name that the web stack gives it', () => {
    const origin = edge().one('AWS::CloudFront::Distribution').Properties.DistributionConfig.Origins[0];
    const domains = app
      .stack('prod', 'web')
      .all('AWS::ApiGatewayV2::DomainName')
      .map(({ Properties }) => Properties.DomainName);
    expect(domains).toContain(origin.DomainName);
  });
});

describe('the pipeline', () => {
  it('needs no long-lived key: one repository, in one environment, takes the roles that CDK made', () => {
    const role = app.stack('prod', 'pipeline').one('AWS::IAM::Role').Properties;
    const [trust] = role.AssumeRolePolicyDocument.Statement;
    expect(trust.Action).toBe('sts:AssumeRoleWithWebIdentity');
    expect(trust.Condition).toEqual({
      StringEquals: {
        'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
        'token.actions.githubusercontent.com:sub': 'repo:example/rights-desk:environment:prod',
      },
    });
    const [allowed] = role.Policies[0].PolicyDocument.Statement;
    expect(allowed.Action).toBe('sts:AssumeRole');
    expect(text(allowed.Resource)).toMatch(/:role\/cdk-hnb659fds-\*$/);
    expect(app.stack('prod', 'pipeline').all('AWS::IAM::AccessKey')).toEqual([]);
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
