import { publicUrl } from '../adapters/configuration.ts';
import { store } from '../adapters/dynamodb/store.ts';
import { vault } from '../adapters/dynamodb/vault.ts';
import { keyedHash } from '../adapters/secrets/secrets.ts';
import { mail } from '../adapters/ses/mail.ts';
import { processorNames } from '../runtime/known-processors.ts';
import { lambda } from '../runtime/lambda.ts';
import { createAnswer } from '../steps/answer.ts';

export const fn = lambda('answer', createAnswer, {
  store,
  vault,
  hash: keyedHash,
  mail,
  processors: processorNames,
  publicUrl,
});
export const handler = fn.handler;
