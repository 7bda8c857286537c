import { publicUrl } from '../adapters/configuration.ts';
import { store } from '../adapters/dynamodb/store.ts';
import { vault } from '../adapters/dynamodb/vault.ts';
import { keyedHash } from '../adapters/secrets/secrets.ts';
import { mail } from '../adapters/ses/mail.ts';
import { lambda } from '../runtime/lambda.ts';
import { createConfirmReceipt } from '../steps/confirm-receipt.ts';

export const fn = lambda('confirm-receipt', createConfirmReceipt, {
  store,
  vault,
  hash: keyedHash,
  mail,
  publicUrl,
});
export const handler = fn.handler;
