import { publicUrl } from '../adapters/configuration.ts';
import { store } from '../adapters/dynamodb/store.ts';
import { vault } from '../adapters/dynamodb/vault.ts';
import { files } from '../adapters/s3/files.ts';
import { keyedHash } from '../adapters/secrets/secrets.ts';
import { mail } from '../adapters/ses/mail.ts';
import { engine } from '../adapters/sfn/engine.ts';
import { transmissions } from '../adapters/sfn/transmissions.ts';
import { googleDataExpiry } from '../runtime/google-data.ts';
import { lambda } from '../runtime/lambda.ts';
import { createSweep } from '../steps/sweep.ts';

export const fn = lambda(
  'sweep',
  createSweep,
  {
    store,
    vault,
    files,
    engine,
    transmissions,
    hash: keyedHash,
    mail,
    publicUrl,
    expireGoogleData: googleDataExpiry,
  },
  { timeoutSeconds: 240 },
);
export const handler = fn.handler;
