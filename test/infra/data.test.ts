import { tableSchema } from '../../functions/adapters/dynamodb/schema.ts';
import { stageNames, stages } from '../../infra/config.ts';
import { staffGroups } from '../../infra/stacks/data.ts';
import { type Synthesised, synthesise, text } from './synthesised.ts';

let app: Synthesised;
beforeAll(() => {
  app = synthesise();
});
afterAll(() => app.dispose());

const everyStage = describe.each([...stageNames].map((name) => ({ name })));

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

  it('keeps packages under the data key, logs who fetched them, and has a broom behind our own deletion (F41)', () => {
    const bucket = data()
      .all('AWS::S3::Bucket')
      .find(({ id }) => id.startsWith('Packages'));
    const rule = bucket?.Properties.BucketEncryption.ServerSideEncryptionConfiguration[0];
    expect(text(rule.ServerSideEncryptionByDefault.KMSMasterKeyID)).toContain('DataKey');
    expect(bucket?.Properties.LoggingConfiguration.LogFilePrefix).toBe('packages/');
    expect(bucket?.Properties.LifecycleConfiguration.Rules).toEqual([
      {
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
        ExpirationInDays: 545,
        Status: 'Enabled',
      },
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
      KeySourcesuppressionService5CCA8146: { ExcludePunctuation: true, PasswordLength: 64 },
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
      suppression: expect.stringMatching(/^the value of suppression[^S]/),
      suppressionService: expect.stringMatching(/^the value of suppressionService/),
    });
  });

  it('puts no secret into a template', () => {
    expect(
      data()
        .all('AWS::SecretsManager::Secret')
        .filter(({ Properties }) => Properties.SecretString !== undefined)
        .map(({ Properties }) => text(Properties.SecretString).replace(/\{\{resolve:.*?:::}}/g, '…')),
    ).toEqual(['{"hashing":"…","vault":"…","suppression":"…","suppressionService":"…"}', '{}']);
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
