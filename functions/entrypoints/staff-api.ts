import { publicUrl, salt, staffIdentity } from '../adapters/configuration.ts';
import { store } from '../adapters/dynamodb/store.ts';
import { vault } from '../adapters/dynamodb/vault.ts';
import { signer } from '../adapters/kms/signer.ts';
import { files } from '../adapters/s3/files.ts';
import { keyedHash } from '../adapters/secrets/secrets.ts';
import { mail } from '../adapters/ses/mail.ts';
import { engine } from '../adapters/sfn/engine.ts';
import { lambdaHandler } from '../api/lambda-handler.ts';
import type { StaffApiPorts } from '../api/staff/desk.ts';
import { createStaffApi } from '../api/staff/staff-api.ts';
import { manualTaskTexts, processorNames } from '../runtime/known-processors.ts';
import { lambda } from '../runtime/lambda.ts';

export const fn = lambda<StaffApiPorts>(
  'staff-api',
  (ports, runtime) => lambdaHandler(createStaffApi(ports, runtime)),
  {
    store,
    vault,
    files,
    signer,
    hash: keyedHash,
    mail,
    engine,
    publicUrl,
    salt,
    identity: staffIdentity,
    manualTasks: manualTaskTexts,
    systems: processorNames,
  },
);
export const handler = fn.handler;
