import { randomBytes } from 'node:crypto';
import { createLog, type Log } from './log.ts';
import { createMetrics, type Metrics } from './metrics.ts';

/** Every environment variable a function can ask for; `infra` must be able to fill each of them. */
export const envNames = [
  'TABLE_NAME',
  'BUCKET_NAME',
  'DATA_KEY_ID',
  'SIGNING_KEY_ID',
  'RIGHTS_REQUEST_ARN',
  'SLA_CLOCK_ARN',
  'PACKAGE_TRANSMISSION_ARN',
  'MAIL_FROM',
  'MAIL_CONFIGURATION_SET',
  'PUBLIC_URL',
  'STAFF_URL',
  'SECRETS_ID',
  'PROCESSOR_SECRETS_ID',
  /** Which processors are on and how they are addressed, as JSON without secrets. */
  'PROCESSORS',
  'STAFF_ISSUER',
  'STAFF_CLIENT_ID',
  'STAFF_SIGN_IN_URL',
  'STAFF_USER_POOL_ID',
  /** How far a package may be sent on request: `public`, and on this machine `public-and-loopback`. */
  'TRANSMISSION_REACH',
  'STAGE',
] as const;
export type EnvName = (typeof envNames)[number];

/** What a grant is on. `infra` maps each to the real resource and its key. */
export type GrantedResource =
  | 'table'
  | 'bucket'
  | 'data-key'
  | 'signing-key'
  | 'secrets'
  | 'processor-secrets'
  | 'mail'
  | 'rights-request'
  | 'sla-clock'
  | 'package-transmission'
  | 'user-pool';

export interface Grant {
  readonly resource: GrantedResource;
  /** IAM actions, written out; never a wildcard. */
  readonly actions: readonly string[];
}

/** The world as a function sees it. On AWS the process gives it; on this machine the local edition does, with its virtual clock. */
export interface Runtime {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Epoch milliseconds as browsers count them: sessions age by it, so that moving the local edition's clock signs nobody out. */
  readonly wallNow: () => number;
  readonly randomBytes: (size: number) => Uint8Array;
  /** Waits inside a call, in ms; absent means real time. Where time is virtual, a jump does not wait. */
  readonly sleep?: (ms: number) => Promise<void>;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** An adapter says which variables and grants it needs, so that a function's needs are the sum of its adapters'. */
export interface Adapter<Port> {
  readonly env: readonly EnvName[];
  readonly grants: readonly Grant[];
  create(runtime: Runtime): Port;
}

export type Adapters<Ports> = { readonly [Name in keyof Ports]: Adapter<Ports[Name]> };

export interface LambdaOptions {
  /** Seconds; default 30. */
  readonly timeoutSeconds?: number;
  /** MB; default 512. */
  readonly memoryMb?: number;
}

export interface LambdaFunction {
  readonly name: string;
  readonly env: readonly EnvName[];
  readonly grants: readonly Grant[];
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** Wires the function to a world. Throws one `MissingEnvironment` that names every absent variable. */
  create(runtime: Runtime): Handler;
  /** What AWS Lambda calls. Wired on first use, so that importing an entrypoint has no effect. */
  readonly handler: Handler;
}

// The event's shape is checked by each function's own schema, so it is unknown here.
export type Handler = (event: unknown) => Promise<unknown>;

/** The value of a variable that an adapter declared; wiring has already checked that it is there. */
export function environment(runtime: Runtime, name: EnvName): string {
  const value = runtime.env[name];
  if (!value) throw new MissingEnvironment(`${name} is not declared by the adapter that reads it`);
  return value;
}

export class MissingEnvironment extends Error {
  override readonly name = 'MissingEnvironment';
}

/** Ties a function's logic to its adapters. `Ports` is what the logic takes; each adapter supplies one of them. */
export function lambda<Ports extends object>(
  name: string,
  create: (ports: Ports, runtime: Runtime) => Handler,
  adapters: Adapters<Ports>,
  options: LambdaOptions = {},
): LambdaFunction {
  const list: Adapter<unknown>[] = Object.values(adapters);
  const env = [...new Set(list.flatMap((adapter) => adapter.env))].sort();
  const grants = mergeGrants(list.flatMap((adapter) => adapter.grants));

  function wire(runtime: Runtime): Handler {
    const missing = env.filter((variable) => !runtime.env[variable]);
    if (missing.length > 0) throw new MissingEnvironment(`${name} lacks ${missing.join(', ')}`);
    const ports = Object.fromEntries(
      Object.entries<Adapter<unknown>>(adapters).map(([port, adapter]) => [port, adapter.create(runtime)]),
    );
    // Each adapter creates the port of its own key, which TypeScript cannot follow through fromEntries.
    return create(ports as Ports, runtime);
  }

  let wired: Handler | undefined;
  return {
    name,
    env,
    grants,
    timeoutSeconds: options.timeoutSeconds ?? 30,
    memoryMb: options.memoryMb ?? 512,
    create: wire,
    handler: (event) => {
      wired ??= wire(processRuntime(name));
      return wired(event);
    },
  };
}

function mergeGrants(grants: readonly Grant[]): Grant[] {
  const actions = new Map<GrantedResource, Set<string>>();
  for (const grant of grants) {
    const known = actions.get(grant.resource) ?? new Set<string>();
    for (const action of grant.actions) known.add(action);
    actions.set(grant.resource, known);
  }
  return [...actions].map(([resource, known]) => ({ resource, actions: [...known].sort() }));
}

function processRuntime(name: string): Runtime {
  const write = (line: string) => void process.stdout.write(`${line}\n`);
  return {
    env: process.env,
    now: Date.now,
    wallNow: Date.now,
    randomBytes,
    log: createLog({ function: name, write, now: Date.now }),
    metrics: createMetrics({ write, now: Date.now }),
  };
}
