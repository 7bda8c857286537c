import type { Adapter, EnvName } from '../runtime/lambda.ts';
import { environment } from '../runtime/lambda.ts';

/** A plain variable as a port: an address, a name. */
const variable = (name: EnvName): Adapter<string> => ({
  env: [name],
  grants: [],
  create: (runtime) => environment(runtime, name),
});

export const publicUrl = variable('PUBLIC_URL');

export const staffIdentity: Adapter<{
  readonly issuer: string;
  readonly clientId: string;
  readonly signInUrl: string;
  readonly staffUrl: string;
}> = {
  env: ['STAFF_ISSUER', 'STAFF_CLIENT_ID', 'STAFF_SIGN_IN_URL', 'STAFF_URL'],
  grants: [],
  create: (runtime) => ({
    issuer: environment(runtime, 'STAFF_ISSUER'),
    clientId: environment(runtime, 'STAFF_CLIENT_ID'),
    signInUrl: environment(runtime, 'STAFF_SIGN_IN_URL'),
    staffUrl: environment(runtime, 'STAFF_URL'),
  }),
};

/** 32 random bytes, to salt a commitment with. */
export const salt: Adapter<() => Uint8Array> = {
  env: [],
  grants: [],
  create: (runtime) => () => runtime.randomBytes(32),
};
