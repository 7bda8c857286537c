import { publicUrl } from '../adapters/configuration.ts';
import { store } from '../adapters/dynamodb/store.ts';
import { vault } from '../adapters/dynamodb/vault.ts';
import { keyedHash } from '../adapters/secrets/secrets.ts';
import { mail } from '../adapters/ses/mail.ts';
import { engine } from '../adapters/sfn/engine.ts';
import { lambda } from '../runtime/lambda.ts';
import { createRemindIdentity } from '../steps/remind-identity.ts';

export const fn = lambda('remind-identity', createRemindIdentity, {
  store,
  vault,
  hash: keyedHash,
  mail,
  engine,
  publicUrl,
});
export const handler = fn.handler;
