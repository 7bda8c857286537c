import {
  Aws,
  CfnOutput,
  type CfnResource,
  Duration,
  RemovalPolicy,
  SecretValue,
  Stack,
  type StackProps,
  Validations,
} from 'aws-cdk-lib';
import {
  AccountRecovery,
  CfnUserPoolGroup,
  FeaturePlan,
  Mfa,
  StandardThreatProtectionMode,
  UserPool,
} from 'aws-cdk-lib/aws-cognito';
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import { AnyPrincipal, Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { tableSchema } from '../../functions/adapters/dynamodb/schema.ts';
import type { Keys } from '../../functions/adapters/secrets/secrets.ts';
import { filesBackstopDays } from '../../functions/domain/package-files.ts';
import type { StageConfig } from '../config.ts';
import { MailIdentity } from '../constructs/mail-identity.ts';
import { names } from '../names.ts';

export interface DataStackProps extends StackProps {
  readonly stage: StageConfig;
}

/** The groups of staff, weakest first; what each may do is decided by the staff API. */
export const staffGroups = ['viewer', 'officer', 'approver', 'administrator'] as const;

/** Complete by the compiler: a key that the functions read and nobody makes does not compile. */
const ownKeyPurposes = {
  hashing: true,
  vault: true,
  suppression: true,
  suppressionService: true,
} as const satisfies Record<OwnKey, true>;
const ownKeyNames = Object.keys(ownKeyPurposes) as OwnKey[];

type OwnKey = keyof Keys;

/** Everything that must outlive a deploy: cases, packages, keys, secrets, staff accounts, the sending domain. */
export class DataStack extends Stack {
  readonly tableArn: string;
  readonly tableName: string;
  readonly indexNames: readonly string[];
  readonly bucket: Bucket;
  readonly storageKey: Key;
  readonly dataKey: Key;
  readonly signingKey: Key;
  readonly secrets: Secret;
  readonly processorSecrets: Secret;
  readonly userPool: UserPool;
  readonly mail: MailIdentity;

  constructor(scope: Construct, id: string, props: DataStackProps) {
    super(scope, id, props);
    const { stage } = props;
    const known = names(stage);
    const removalPolicy = stage.protectData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;

    this.storageKey = new Key(this, 'StorageKey', {
      alias: `${known.prefix}-storage`,
      description: 'Encrypts the table, the secrets, the logs, the topics and their dead letters at rest',
      enableKeyRotation: true,
      removalPolicy,
    });
    this.letServicesEncrypt(known.prefix, stage);
    this.dataKey = new Key(this, 'DataKey', {
      alias: `${known.prefix}-data`,
      description: 'Encrypts the packages: only functions that declare it can read one',
      enableKeyRotation: true,
      removalPolicy,
    });
    this.signingKey = new Key(this, 'SigningKey', {
      alias: `${known.prefix}-signing`,
      description: 'Signs case files, so that an exported one can be verified',
      keySpec: KeySpec.ECC_NIST_P256,
      keyUsage: KeyUsage.SIGN_VERIFY,
      removalPolicy,
    });

    const table = new CfnTable(this, 'Table', {
      ...tableDefinition(),
      billingMode: 'PAY_PER_REQUEST',
      deletionProtectionEnabled: stage.protectData,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: 35 },
      sseSpecification: { sseEnabled: true, sseType: 'KMS', kmsMasterKeyId: this.storageKey.keyArn },
      timeToLiveSpecification: { attributeName: tableSchema.timeToLive, enabled: true },
    });
    table.applyRemovalPolicy(removalPolicy);
    this.tableName = stage.restoredTable ?? table.ref;
    this.tableArn = stage.restoredTable
      ? this.formatArn({ service: 'dynamodb', resource: 'table', resourceName: stage.restoredTable })
      : table.attrArn;
    this.indexNames = tableSchema.indexes.map((index) => index.name);

    this.bucket = this.packageBucket(known.bucket(Aws.ACCOUNT_ID), removalPolicy);

    this.secrets = this.ownKeys(removalPolicy);
    this.processorSecrets = new Secret(this, 'ProcessorSecrets', {
      description:
        'Credentials at the processors: one JSON object, name to value; filled by hand (docs/deploy.md)',
      encryptionKey: this.storageKey,
      // Only the start: CloudFormation writes a secret again only when this text changes, and it never does.
      secretStringValue: SecretValue.unsafePlainText('{}'),
      removalPolicy,
    });
    Validations.of(this.processorSecrets).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'Each vendor rotates in its own console; the runbook has the dates and the command.',
    });

    this.userPool = this.staffPool(stage, removalPolicy);
    this.mail = new MailIdentity(this, 'Mail', stage);

    const outputs = {
      TableName: this.tableName,
      BucketName: this.bucket.bucketName,
      SecretsId: this.secrets.secretArn,
      ProcessorSecretsId: this.processorSecrets.secretArn,
      UserPoolId: this.userPool.userPoolId,
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }

  /** Services that encrypt in their own name, each held to this account's resources of this stage. */
  private letServicesEncrypt(prefix: string, stage: StageConfig): void {
    this.storageKey.addToResourcePolicy(
      new PolicyStatement({
        sid: 'Logs',
        principals: [new ServicePrincipal(`logs.${stage.region}.amazonaws.com`)],
        actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
        resources: ['*'],
        conditions: {
          ArnLike: {
            'kms:EncryptionContext:aws:logs:arn': [
              `/rights-desk/${stage.name}/*`,
              `/aws/vendedlogs/${prefix}/*`,
            ].map(
              (group) => `arn:${Aws.PARTITION}:logs:${stage.region}:${Aws.ACCOUNT_ID}:log-group:${group}`,
            ),
          },
        },
      }),
    );
    this.storageKey.addToResourcePolicy(
      new PolicyStatement({
        // Alarms and mail events go to encrypted topics, undeliverable ones from there to encrypted queues.
        sid: 'Messages',
        principals: ['cloudwatch', 'ses', 'sns'].map(
          (service) => new ServicePrincipal(`${service}.amazonaws.com`),
        ),
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
  }

  /**
   * The product's own keys, made inside the account: nobody has ever seen them. Each is made by a secret of its own and read into the one
   * that the functions read, so that a further key can be added later without a known one being made anew.
   */
  private ownKeys(removalPolicy: RemovalPolicy): Secret {
    const values: Partial<Record<OwnKey, string>> = {};
    for (const name of ownKeyNames) {
      const source = new Secret(this, `KeySource-${name}`, {
        description: `Source of the own key ${name}`,
        encryptionKey: this.storageKey,
        // Never to be changed: CloudFormation would make another key, and what the old one sealed could not be read.
        generateSecretString: { passwordLength: 64, excludePunctuation: true },
        removalPolicy,
      });
      values[name] = SecretValue.secretsManager(source.secretArn).unsafeUnwrap();
      keepForever(source);
    }
    const keys = new Secret(this, 'OwnKeys', {
      description: "The product's own keys, as its functions read them",
      encryptionKey: this.storageKey,
      // References, not values: CloudFormation fills them in.
      secretStringValue: SecretValue.unsafePlainText(JSON.stringify(values)),
      removalPolicy,
    });
    keepForever(keys);
    return keys;
  }

  private packageBucket(bucketName: string, removalPolicy: RemovalPolicy): Bucket {
    const accessLogs = new Bucket(this, 'AccessLogs', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      // Server access logs cannot be delivered to a bucket under a customer key.
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      lifecycleRules: [{ expiration: Duration.days(30) }],
      removalPolicy,
    });
    Validations.of(accessLogs).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'It holds the access logs; logging the access to them would go on for ever.',
    });
    const bucket = new Bucket(this, 'Packages', {
      bucketName,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.KMS,
      encryptionKey: this.dataKey,
      bucketKeyEnabled: true,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      // Under exactOptionalPropertyTypes the class is not assignable to its own interface.
      serverAccessLogsBucket: accessLogs as IBucket,
      serverAccessLogsPrefix: 'packages/',
      lifecycleRules: [
        // Copies are deleted by the product; this is the broom behind it.
        {
          expiration: Duration.days(filesBackstopDays),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
      removalPolicy,
    });
    // A link that leaked is of no use for long, whatever lifetime it was signed with.
    bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'OldSignatures',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['s3:GetObject'],
        resources: [bucket.arnForObjects('*')],
        conditions: { NumericGreaterThan: { 's3:signatureAge': Duration.minutes(15).toMilliseconds() } },
      }),
    );
    return bucket;
  }

  private staffPool(stage: StageConfig, removalPolicy: RemovalPolicy): UserPool {
    const pool = new UserPool(this, 'Staff', {
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      autoVerify: { email: true },
      standardAttributes: { email: { required: true, mutable: true } },
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { sms: false, otp: true },
      passwordPolicy: {
        minLength: 14,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(3),
      },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      featurePlan: FeaturePlan.PLUS,
      standardThreatProtectionMode: StandardThreatProtectionMode.FULL_FUNCTION,
      deletionProtection: stage.protectData,
      removalPolicy,
    });
    staffGroups.forEach((groupName, index) => {
      const group: CfnResource = new CfnUserPoolGroup(this, `Group-${groupName}`, {
        userPoolId: pool.userPoolId,
        groupName,
        precedence: staffGroups.length - index,
      });
      group.applyRemovalPolicy(removalPolicy);
    });
    return pool;
  }
}

function keepForever(secret: Secret): void {
  Validations.of(secret).acknowledge({
    id: 'AwsSolutions-SMG4',
    reason: 'Data is sealed and hashed under these keys: another value would make open cases unreadable.',
  });
}

/** The store's own schema in CloudFormation's words; every key attribute is a string. */
function tableDefinition() {
  const keys = (schema: { readonly partitionKey: string; readonly sortKey: string }) => [
    { attributeName: schema.partitionKey, keyType: 'HASH' },
    { attributeName: schema.sortKey, keyType: 'RANGE' },
  ];
  const attributes = new Set(
    [tableSchema, ...tableSchema.indexes].flatMap((schema) => [schema.partitionKey, schema.sortKey]),
  );
  return {
    attributeDefinitions: [...attributes].map((attributeName) => ({ attributeName, attributeType: 'S' })),
    keySchema: keys(tableSchema),
    globalSecondaryIndexes: tableSchema.indexes.map((index) => ({
      indexName: index.name,
      keySchema: keys(index),
      projection: { projectionType: index.projection },
    })),
  };
}
