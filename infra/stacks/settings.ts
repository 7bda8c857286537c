import { Aws, type Stack } from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { StageConfig } from '../config.ts';
import type { FunctionSettings } from '../constructs/declared-function.ts';
import type { FunctionDeclaration, FunctionName } from '../functions.ts';
import { machineArns } from '../machine-arns.ts';
import { names } from '../names.ts';
import type { DataStack } from './data.ts';

/** What only the web stack knows. */
export interface Addresses {
  readonly publicUrl: string;
  readonly staffUrl: string;
  readonly staffClientId: string;
}

/** Fills every variable and every grant target that a function can declare with the real thing of this stage. */
export function settingsOf(
  stack: Stack,
  props: {
    readonly stage: StageConfig;
    readonly data: DataStack;
    readonly addresses: Addresses;
    readonly declarations: Readonly<Record<FunctionName, FunctionDeclaration>>;
    readonly code: (name: FunctionName) => Code;
  },
): FunctionSettings {
  const { stage, data, addresses, declarations, code } = props;
  const known = names(stage);
  const rightsRequest = machineArns(stack, known.machine('rights-request'));
  const slaClock = machineArns(stack, known.machine('sla-clock'));
  const packageTransmission = machineArns(stack, known.machine('package-transmission'));
  return {
    stage,
    declarations,
    code,
    environment: {
      TABLE_NAME: data.tableName,
      BUCKET_NAME: known.bucket(Aws.ACCOUNT_ID),
      DATA_KEY_ID: data.dataKey.keyArn,
      SIGNING_KEY_ID: data.signingKey.keyArn,
      RIGHTS_REQUEST_ARN: rightsRequest.live,
      SLA_CLOCK_ARN: slaClock.live,
      PACKAGE_TRANSMISSION_ARN: packageTransmission.live,
      MAIL_FROM: `${stage.mail.fromName} <${stage.mail.from}>`,
      MAIL_CONFIGURATION_SET: known.configurationSet,
      PUBLIC_URL: addresses.publicUrl,
      STAFF_URL: addresses.staffUrl,
      SECRETS_ID: data.secrets.secretArn,
      PROCESSOR_SECRETS_ID: data.processorSecrets.secretArn,
      PROCESSORS: JSON.stringify(stage.processors),
      STAFF_ISSUER: `https://cognito-idp.${stage.region}.amazonaws.com/${data.userPool.userPoolId}`,
      STAFF_CLIENT_ID: addresses.staffClientId,
      STAFF_SIGN_IN_URL: `https://${stage.signInPrefix}.auth.${stage.region}.amazoncognito.com`,
      STAFF_USER_POOL_ID: data.userPool.userPoolId,
      TRANSMISSION_REACH: 'public',
      STAGE: stage.name,
    },
    targets: {
      table: { arn: data.tableArn, indexNames: data.indexNames },
      bucket: { arn: `arn:aws:s3:::${known.bucket(Aws.ACCOUNT_ID)}` },
      dataKey: { arn: data.dataKey.keyArn },
      signingKey: { arn: data.signingKey.keyArn },
      secrets: { arn: data.secrets.secretArn },
      processorSecrets: { arn: data.processorSecrets.secretArn },
      mail: {
        identityArn: data.mail.identityArn,
        configurationSetArn: data.mail.configurationSetArn,
        from: stage.mail.from,
      },
      machines: {
        'rights-request': rightsRequest,
        'sla-clock': slaClock,
        'package-transmission': packageTransmission,
      },
      userPool: { arn: data.userPool.userPoolArn },
      storageKey: { arn: data.storageKey.keyArn },
      region: stage.region,
    },
  };
}
