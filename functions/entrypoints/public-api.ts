import { publicUrl } from '../adapters/configuration.ts';
import { store } from '../adapters/dynamodb/store.ts';
import { suppressionDesk } from '../adapters/dynamodb/suppression.ts';
import { vault } from '../adapters/dynamodb/vault.ts';
import { transmissionReach } from '../adapters/https/transmission-reach.ts';
import { signer } from '../adapters/kms/signer.ts';
import { exchangedFiles } from '../adapters/s3/files.ts';
import { keyedHash } from '../adapters/secrets/secrets.ts';
import { mail } from '../adapters/ses/mail.ts';
import { engine } from '../adapters/sfn/engine.ts';
import { transmissions } from '../adapters/sfn/transmissions.ts';
import { lambdaHandler } from '../api/lambda-handler.ts';
import { createPublicApi, type PublicPorts } from '../api/public/public-api.ts';
import { callbackReceivers } from '../runtime/callback-receivers.ts';
import { lambda } from '../runtime/lambda.ts';

export const fn = lambda<PublicPorts>(
  'public-api',
  (ports, runtime) => lambdaHandler(createPublicApi(ports, runtime)),
  {
    store,
    vault,
    files: exchangedFiles,
    signer,
    hash: keyedHash,
    mail,
    engine,
    transmissions,
    transmissionReach,
    publicUrl,
    callbacks: callbackReceivers,
    suppression: suppressionDesk,
  },
);
export const handler = fn.handler;
