import type { Signer } from '../../domain/ports.ts';
import type { Adapter } from '../../runtime/lambda.ts';
import { onFirstCall } from '../on-first-call.ts';

export const signer: Adapter<Signer> = {
  env: ['SIGNING_KEY_ID'],
  grants: [{ resource: 'signing-key', actions: ['kms:Sign', 'kms:GetPublicKey'] }],
  create: (runtime) =>
    onFirstCall<Signer>({ sign: true, publicKey: true }, async () =>
      (await import('./signing-key.ts')).createSigner(runtime),
    ),
};
