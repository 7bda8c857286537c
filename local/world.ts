import type { EnvName } from '../functions/runtime/lambda.ts';
import { accountId, machineNames, region, stateMachineArn } from './machines.ts';

/** Names of this machine's resources: what the CDK app generates on AWS is fixed here. */
export const resources = {
  table: 'rights-desk-local',
  engineTable: 'step-functions-local',
  bucket: 'rights-desk-local-packages',
  configurationSet: 'rights-desk-local',
  dataKey: 'alias/rights-desk-local-data',
  signingKey: 'alias/rights-desk-local-signing',
  ownKeys: 'rights-desk-local/keys',
  processorSecrets: 'rights-desk-local/processors',
  userPool: `${region}_local`,
  staffClient: 'rights-desk-local-staff',
  mailFrom: 'Kinescope privacy desk <privacy@kinescope.example>',
} as const;

/** Keys that open nothing but this machine's emulators. */
export const credentials = { accessKeyId: 'local', secretAccessKey: 'local' } as const;

export interface WorldAddresses {
  /** The edition's public address. */
  readonly url: string;
  readonly issuerUrl: string;
  readonly dataKeyArn: string;
  readonly signingKeyArn: string;
  /** Configuration of the processors, without secrets. */
  readonly processors: unknown;
}

/** The value of every variable that a function may declare; the compiler refuses a gap. */
export function productEnvironment(world: WorldAddresses): Record<EnvName, string> {
  return {
    TABLE_NAME: resources.table,
    BUCKET_NAME: resources.bucket,
    DATA_KEY_ID: world.dataKeyArn,
    SIGNING_KEY_ID: world.signingKeyArn,
    RIGHTS_REQUEST_ARN: stateMachineArn(machineNames.rightsRequest),
    SLA_CLOCK_ARN: stateMachineArn(machineNames.slaClock),
    PACKAGE_TRANSMISSION_ARN: stateMachineArn(machineNames.packageTransmission),
    MAIL_FROM: resources.mailFrom,
    MAIL_CONFIGURATION_SET: resources.configurationSet,
    PUBLIC_URL: world.url,
    STAFF_URL: world.url,
    SECRETS_ID: resources.ownKeys,
    PROCESSOR_SECRETS_ID: resources.processorSecrets,
    PROCESSORS: JSON.stringify(world.processors),
    STAFF_ISSUER: world.issuerUrl,
    STAFF_CLIENT_ID: resources.staffClient,
    STAFF_SIGN_IN_URL: world.issuerUrl,
    STAFF_USER_POOL_ID: resources.userPool,
    // Another controller can only be another program on this machine.
    TRANSMISSION_REACH: 'public-and-loopback',
    STAGE: 'local',
  };
}

/** What the AWS SDK reads by itself to find this machine's services instead of AWS. */
export function sdkEnvironment(endpoints: { readonly aws: string; readonly dynamodb: string }) {
  return {
    AWS_REGION: region,
    AWS_ACCOUNT_ID: accountId,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: endpoints.aws,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_KMS: endpoints.aws,
    AWS_ENDPOINT_URL_LAMBDA: endpoints.aws,
    AWS_ENDPOINT_URL_S3: endpoints.aws,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.aws,
    AWS_ENDPOINT_URL_SES: endpoints.aws,
    AWS_ENDPOINT_URL_SFN: endpoints.aws,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}

/** A developer's own settings, which would win over the ones above. */
const shadowing = ['AWS_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_ENDPOINT_URL', 'AWS_DEFAULT_REGION'];

let taken = false;

/**
 * Points the AWS SDK of this process at this machine, and returns what undoes it. The SDK reads the process's environment, so only
 * one edition can run in a process at a time.
 */
export function enterWorld(variables: Readonly<Record<string, string>>): () => void {
  if (taken) throw new Error('another local edition runs in this process; stop it first');
  taken = true;
  const before = new Map<string, string | undefined>();
  for (const name of [...Object.keys(variables), ...shadowing]) before.set(name, process.env[name]);
  for (const name of shadowing) delete process.env[name];
  Object.assign(process.env, variables);
  return () => {
    taken = false;
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}
