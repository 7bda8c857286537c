import { publicUrl } from '../adapters/configuration.ts';
import { store } from '../adapters/dynamodb/store.ts';
import { vault } from '../adapters/dynamodb/vault.ts';
import { keyedHash } from '../adapters/secrets/secrets.ts';
import { mail } from '../adapters/ses/mail.ts';
import { wakingEngine } from '../adapters/sfn/engine.ts';
import { lambda } from '../runtime/lambda.ts';
import { createAwaitCoolingOff } from '../steps/await-cooling-off.ts';

export const fn = lambda('await-cooling-off', createAwaitCoolingOff, {
  store,
  vault,
  hash: keyedHash,
  mail,
  engine: wakingEngine,
  publicUrl,
});
export const handler = fn.handler;
