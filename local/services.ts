import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Keys } from '../functions/adapters/secrets/secrets.ts';
import { filesBackstopDays } from '../functions/domain/package-files.ts';
import { createCognito } from './aws/cognito.ts';
import { createKms } from './aws/kms.ts';
import { createS3 } from './aws/s3.ts';
import { createSecrets } from './aws/secrets.ts';
import type { AwsService } from './aws/service.ts';
import { createSes, type SesEmulator, type SesEvent } from './aws/ses.ts';
import { accountId, region } from './machines.ts';
import { type Outbox, openOutbox } from './outbox.ts';
import type { StaffDirectory } from './staff/people.ts';
import { credentials, resources } from './world.ts';

export interface ServicesOptions {
  readonly dataDir: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Epoch milliseconds by which sign-ins age. */
  readonly wallNow: () => number;
  readonly staff: StaffDirectory;
  /** Receives what SES publishes through the configuration set. */
  readonly publish: (event: SesEvent) => void;
}

/** The emulated AWS services that need nothing of the rest, with this machine's resources in them. */
export interface Services {
  /** By the name in a signature's credential scope. */
  readonly byScope: Readonly<Record<string, AwsService>>;
  readonly outbox: Outbox;
  readonly ses: SesEmulator;
  readonly dataKeyArn: string;
  readonly signingKeyArn: string;
  /** The emulated vendors make their own credentials; here the functions find them. */
  putProcessorSecrets(secrets: Readonly<Record<string, string>>): void;
  /** Deletes files whose life has ended. */
  expire(): void;
}

export function openServices({ dataDir, now, wallNow, staff, publish }: ServicesOptions): Services {
  const place = { region, accountId, now };
  const outbox = openOutbox(join(dataDir, 'outbox.jsonl'));
  const ses = createSes({ outbox, now, configurationSet: resources.configurationSet, publish });
  const s3 = createS3({
    folder: join(dataDir, 's3'),
    buckets: { [resources.bucket]: [{ prefix: '', days: filesBackstopDays }] },
    credentials,
    now,
  });
  const kms = createKms({
    file: join(dataDir, 'kms.json'),
    keys: { [resources.dataKey]: 'SYMMETRIC_DEFAULT', [resources.signingKey]: 'ECC_NIST_P256' },
    ...place,
  });
  const secrets = createSecrets({
    file: join(dataDir, 'secrets.json'),
    initial: { [resources.ownKeys]: () => '{}', [resources.processorSecrets]: () => '{}' },
    ...place,
  });
  const update = (id: string, text: string) => {
    if (secrets.value(id) !== text) secrets.put(id, text);
  };
  update(resources.ownKeys, completeOwnKeys(secrets.value(resources.ownKeys)));
  const cognito = createCognito({ userPoolId: resources.userPool, directory: staff, now: wallNow });

  return {
    byScope: {
      ses: ses.service,
      s3: s3.service,
      kms: kms.service,
      secretsmanager: secrets.service,
      'cognito-idp': cognito,
    },
    outbox,
    ses,
    dataKeyArn: kms.arnOf(resources.dataKey),
    signingKeyArn: kms.arnOf(resources.signingKey),
    putProcessorSecrets: (values) => update(resources.processorSecrets, JSON.stringify(values)),
    expire: s3.expire,
  };
}

/** Which keys the product has; the compiler holds the list to what the product reads. */
const keyNames: Readonly<Record<keyof Keys, true>> = {
  hashing: true,
  vault: true,
  suppression: true,
  suppressionService: true,
};

/** The product's own keys, 32 random bytes each, in base64: those that are there, and new ones for those that are not. */
function completeOwnKeys(present: string): string {
  const known = v.parse(v.record(v.string(), v.string()), JSON.parse(present));
  const made = Object.keys(keyNames)
    .filter((name) => !Object.hasOwn(known, name))
    .map((name) => [name, randomBytes(32).toString('base64')]);
  return JSON.stringify({ ...known, ...Object.fromEntries(made) });
}
