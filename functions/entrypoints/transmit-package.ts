import { publicUrl } from '../adapters/configuration.ts';
import { store } from '../adapters/dynamodb/store.ts';
import { vault } from '../adapters/dynamodb/vault.ts';
import { uploads } from '../adapters/https/uploads.ts';
import { readableFiles } from '../adapters/s3/files.ts';
import { keyedHash } from '../adapters/secrets/secrets.ts';
import { mail } from '../adapters/ses/mail.ts';
import { lambda } from '../runtime/lambda.ts';
import { createTransmitPackage } from '../steps/transmit-package.ts';

export const fn = lambda(
  'transmit-package',
  createTransmitPackage,
  { store, vault, files: readableFiles, uploads, hash: keyedHash, mail, publicUrl },
  { timeoutSeconds: 900 },
);
export const handler = fn.handler;
