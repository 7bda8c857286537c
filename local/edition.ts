import { randomInt } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as realSleep, setImmediate } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Hono } from 'hono';
import type { LambdaFunction } from '../functions/runtime/lambda.ts';
import { startAwsEndpoint } from './aws/endpoint.ts';
import { createFaultScripts, type FaultScripts } from './aws/faults.ts';
import { createLambdaService } from './aws/lambda.ts';
import { type AwsService, jsonError } from './aws/service.ts';
import type { SesEmulator } from './aws/ses.ts';
import { type ClockMode, createVirtualClock, instantAfter, type VirtualClock } from './clock.ts';
import { type Deliveries, openDeliveries } from './deliveries.ts';
import { ensureTable, startDynamoDb } from './dynamodb.ts';
import { unmeantEnd } from './execution-events.ts';
import { serveByFetch } from './fetch-server.ts';
import { type Around, createFunctionHost, type FunctionHost } from './function-host.ts';
import { createGateway, headerLimit } from './gateway.ts';
import { openLineFile, readLines } from './line-file.ts';
import { listen } from './listen.ts';
import { createLocalApp } from './local-app.ts';
import { lockDataDir } from './lock.ts';
import { accountId, machineNames, productMachines, region } from './machines.ts';
import { snsNotification } from './mail-events.ts';
import { createMetricsRecorder, type MetricSummary } from './metrics.ts';
import type { MailFilter, OutboxMail } from './outbox.ts';
import { emulators as productEmulators } from './processors/all.ts';
import type { EmulatorFactory } from './processors/emulator.ts';
import { createProcessorHub, type ProcessorHub } from './processors/hub.ts';
import { entryFunctions, productFunctions } from './product-functions.ts';
import { createRouter } from './router.ts';
import { openServices } from './services.ts';
import { createIssuer } from './staff/issuer.ts';
import { openStaffDirectory, type StaffDirectory } from './staff/people.ts';
import { createStaffSignIn } from './staff/session.ts';
import { createEngine, type Engine } from './stepfunctions/engine.ts';
import { createProtocol } from './stepfunctions/protocol.ts';
import { createDynamoStore } from './stepfunctions/store-dynamodb.ts';
import { createSweepSchedule } from './sweep-schedule.ts';
import { createTimeline, type Scheduled, type Timeline } from './timeline.ts';
import { credentials, enterWorld, productEnvironment, resources, sdkEnvironment } from './world.ts';

export interface EditionOptions {
  /** Everything that outlives a restart is in this folder. */
  readonly dataDir: string;
  /** Of the public address; default 0: a free one. */
  readonly port?: number;
  /** `manual` (default) stands still until it is moved, `flowing` follows the real clock. */
  readonly clock?: ClockMode;
  /** RFC 3339: where the clock of a new data folder begins; default now. */
  readonly startAt?: string;
  /** Epoch milliseconds as browsers count them; default the machine's clock. Sessions age by it. */
  readonly wallNow?: () => number;
  /** A DynamoDB to use in place of the bundled one; default `AWS_ENDPOINT_URL_DYNAMODB`. */
  readonly dynamodbEndpoint?: string;
  /** What runs in place of the product's own functions, state machines and emulated vendors. */
  readonly functions?: readonly LambdaFunction[];
  readonly machines?: Readonly<Record<string, unknown>>;
  readonly emulators?: readonly EmulatorFactory[];
  /** Sees each call of a function before it runs: tests crash, delay or repeat calls here. */
  readonly around?: Around;
}

export interface Edition {
  /** The public address, without a slash at its end. */
  readonly url: string;
  /** Epoch milliseconds, virtual. */
  now(): number;
  /** Moves the clock by an ISO 8601 duration, running all that falls due on the way, in order. */
  advance(duration: string): Promise<void>;
  /** The same up to an instant (RFC 3339); one that has passed only runs what is due. */
  advanceTo(instant: string): Promise<void>;
  /** Resolves when no function and no transition is under way. */
  settle(): Promise<void>;
  /** Oldest first. */
  outbox(filter?: MailFilter): OutboxMail[];
  metrics(): MetricSummary[];
  /** The lines that functions have written, oldest first. */
  logLines(): string[];
  /** `Cookie` header of a signed-in member of staff: `officer`, `second`, `viewer` or `admin`. */
  staffCookie(user: string): Promise<string>;
  /** Calls a function as Lambda would. */
  invoke(name: string, event: unknown): Promise<unknown>;
  readonly engine: Engine;
  readonly processors: ProcessorHub;
  readonly faults: FaultScripts;
  readonly mailWorld: Pick<SesEmulator, 'script' | 'clear'>;
  readonly staff: StaffDirectory;
  /** Events on their way to functions, and those that were given up. */
  readonly deliveries: Pick<Deliveries, 'dead' | 'redrive'>;
  /** Where the emulated AWS answers, for SDK clients of a test. */
  readonly endpoints: { readonly aws: string; readonly dynamodb: string };
  stop(): Promise<void>;
}

/** Ends things in the opposite order of their start. */
interface Ends {
  add(end: () => unknown): void;
  run(): Promise<void>;
}

function createEnds(): Ends {
  const ends: (() => unknown)[] = [];
  return {
    add: (end) => ends.push(end),
    async run() {
      for (let end = ends.pop(); end; end = ends.pop()) await end();
    },
  };
}

/** Starts the whole product on loopback. Where a part cannot start, those before it are ended again. */
export async function createEdition(options: EditionOptions): Promise<Edition> {
  const ends = createEnds();
  try {
    return await assemble(options, ends);
  } catch (error) {
    await ends.run();
    throw error;
  }
}

const tick = 1000;
/** How long a stop waits for calls under way, in real ms: longer ones are made again after the next start. */
const lastCallsMs = 5000;

async function assemble(options: EditionOptions, ends: Ends): Promise<Edition> {
  const { dataDir, clock: clockMode = 'manual', functions = productFunctions } = options;
  mkdirSync(join(dataDir, 'logs'), { recursive: true });
  ends.add(lockDataDir(join(dataDir, 'edition.lock')));

  const clock = createVirtualClock({
    mode: clockMode,
    file: join(dataDir, 'clock.json'),
    ...(options.startAt === undefined ? {} : { startAt: Date.parse(options.startAt) }),
  });
  const { now } = clock;
  const wallNow = options.wallNow ?? Date.now;
  const metrics = createMetricsRecorder(join(dataDir, 'logs', 'metrics.jsonl'));
  ends.add(() => metrics.close());
  const logFile = join(dataDir, 'logs', 'functions.jsonl');
  const log = openLineFile(logFile, { setAsideAt: 20_000_000 });
  ends.add(() => log.close());

  const staff = openStaffDirectory(join(dataDir, 'staff.json'));
  const services = openServices({
    dataDir,
    now,
    wallNow,
    staff,
    publish(event) {
      if (host.names.includes(entryFunctions.mailEvents))
        deliveries.send(entryFunctions.mailEvents, snsNotification(event, now()));
    },
  });
  ends.add(() => services.outbox.close());

  const endpointOfDynamoDb = options.dynamodbEndpoint ?? process.env.AWS_ENDPOINT_URL_DYNAMODB;
  const dynamodb = await startDynamoDb({ dataDir, endpoint: endpointOfDynamoDb });
  ends.add(() => dynamodb.stop());
  const faults = createFaultScripts();
  const awsServices: Record<string, AwsService> = { ...services.byScope };
  const aws = await startAwsEndpoint({ services: awsServices, faults });
  ends.add(() => aws.stop());
  const router = createRouter();
  const web = await listen(createServer({ maxHeaderSize: headerLimit }, router.listener), options.port ?? 0);
  ends.add(() => web.stop());

  const hub = createProcessorHub({ dataDir, now, emulators: options.emulators ?? productEmulators });
  const vendors = hub.configFor(web.port);
  services.putProcessorSecrets(vendors.secrets);
  const sdk = sdkEnvironment({ aws: aws.url, dynamodb: dynamodb.endpoint });
  ends.add(enterWorld(sdk));
  const issuerUrl = `${web.url}/local/issuer`;
  const { dataKeyArn, signingKeyArn } = services;
  const addresses = { url: web.url, issuerUrl, dataKeyArn, signingKeyArn, processors: vendors.config };
  const host = createFunctionHost({
    functions,
    env: { ...productEnvironment(addresses), ...sdk },
    now,
    wallNow,
    // While virtual time stands still, nobody waits for it: pauses between calls are over at once.
    sleep: (ms) => (clock.isFlowing ? realSleep(ms) : setImmediate()),
    write(line) {
      metrics.record(line);
      log.append(line);
    },
    ...(options.around ? { around: options.around } : {}),
  });

  const deliveries = openDeliveries({
    file: join(dataDir, 'deliveries.json'),
    invoke: host.invoke,
    // A mail bounces after it was sent, and so after the call that sent it.
    notBefore: () => Promise.race([host.idle(), realSleep(lastCallsMs, undefined, { ref: false })]),
    now,
  });

  const client = new DynamoDBClient({ endpoint: dynamodb.endpoint, region, credentials });
  ends.add(() => client.destroy());
  await ensureTable(client, resources.table);
  const engine = createEngine({
    machines: options.machines ?? productMachines(),
    invoke: (name, payload) => host.invoke(name, payload),
    clock,
    store: createDynamoStore({ client, tableName: resources.engineTable }),
    random: () => randomInt(2 ** 32) / 2 ** 32,
    region,
    accountId,
    onFault: (error) => host.report('step-functions', error),
    onEnd(execution) {
      const event = unmeantEnd(execution, machineNames.rightsRequest);
      if (event && host.names.includes(entryFunctions.executionEnded))
        deliveries.send(entryFunctions.executionEnded, event);
    },
  });
  ends.add(() => Promise.race([host.idle(), realSleep(lastCallsMs, undefined, { ref: false })]));
  ends.add(() => engine.stop());
  awsServices.states = statesService(engine, clock);
  awsServices.lambda = createLambdaService(host, deliveries);

  const settle = () => settled(engine, host, deliveries);
  const sweep = createSweepSchedule(
    clock,
    () => callIfThere(host, entryFunctions.sweep, () => ({ source: 'aws.scheduler' })),
    { dueAtStart: clockMode === 'flowing' },
  );
  const vendorsAndFiles: Scheduled = {
    nextDueAt: () => undefined,
    async runDue() {
      hub.tick();
      await hub.deliver();
      services.expire();
    },
  };
  const timeline = createTimeline({ clock, sources: [engine, deliveries, vendorsAndFiles, sweep], settle });

  const publicApi = createGateway({ invoke: (event) => host.invoke(entryFunctions.publicApi, event), now });
  const staffApi = createGateway({ invoke: (event) => host.invoke(entryFunctions.staffApi, event), now });
  const issuer = createIssuer({
    issuer: issuerUrl,
    clientId: resources.staffClient,
    redirectUris: [`${web.url}/staff/callback`],
    logoutUris: [`${web.url}/staff`],
    directory: staff,
    keyFile: join(dataDir, 'issuer.json'),
    now: wallNow,
  });
  const isKnown = (user: string) => staff.find(user)?.enabled === true;
  const signIn = createStaffSignIn({ url: web.url, issuer, issuerUrl, forward: staffApi.forward, isKnown });
  const issuerApp = new Hono().route('/local/issuer', issuer.app);
  const localApp = createLocalApp({
    outbox: services.outbox,
    metrics: metrics.summaries,
    faults,
    ses: services.ses,
    clockMode,
    now,
    advance: (duration) => timeline.advanceTo((present) => instantAfter(present, duration)),
    staffSession: signIn,
  });

  router.open({
    publicApi: publicApi.handle,
    staffApi: staffApi.handle,
    processors: hub.listener,
    issuer: (incoming, outgoing) => serveByFetch(issuerApp.fetch, incoming, outgoing),
    local: (incoming, outgoing) => serveByFetch(localApp.fetch, incoming, outgoing),
  });
  await engine.start();
  // Started last and so ended first: nothing new comes in while the rest ends.
  ends.add(() => web.stop());
  if (clockMode === 'flowing')
    ends.add(everyTick(timeline, [deliveries.runDue, vendorsAndFiles.runDue, sweep.runWhenDue]));

  return {
    url: web.url,
    now,
    advance: (duration) => timeline.advanceTo((present) => instantAfter(present, duration)),
    advanceTo: (instant) => timeline.advanceTo((present) => Math.max(present, Date.parse(instant))),
    settle,
    outbox: services.outbox.mails,
    metrics: metrics.summaries,
    logLines: () => [...readLines(`${logFile}.1`), ...readLines(logFile)],
    async staffCookie(user) {
      const cookies = await signIn(user);
      if (!cookies) throw new Error(`there is no member of staff ${user}`);
      return cookies.map((cookie) => cookie.split(';')[0]).join('; ');
    },
    invoke: host.invoke,
    engine,
    processors: hub,
    faults,
    mailWorld: services.ses,
    staff,
    deliveries,
    endpoints: { aws: aws.url, dynamodb: dynamodb.endpoint },
    stop: ends.run,
  };
}

/** Calls a function that a set of functions may lack. What it throws is in its log, and nobody waits for more. */
async function callIfThere(host: FunctionHost, name: string, event: () => unknown): Promise<void> {
  if (host.names.includes(name)) await host.invoke(name, event()).catch(() => undefined);
}

/** A call may start a transition, a transition a call, and either send an event: all must be quiet at once. */
async function settled(engine: Engine, host: FunctionHost, deliveries: Deliveries): Promise<void> {
  do {
    await host.idle();
    await engine.idle();
    await deliveries.idle();
  } while (!host.isIdle);
}

function statesService(engine: Engine, clock: VirtualClock): AwsService {
  const protocol = createProtocol(engine, { clock });
  return async (request) => {
    if (request.scripted) return jsonError(request.scripted, '1.0');
    const answer = await protocol.handleRequest({
      target: request.headers['x-amz-target'],
      body: await request.text(),
    });
    return { ...answer, headers: { 'content-type': 'application/x-amz-json-1.0', ...answer.headers } };
  };
}

/** Does timed work as real time flows, except while a jump does it; returns what ends it. */
function everyTick(timeline: Timeline, work: readonly (() => Promise<void>)[]): () => Promise<void> {
  let running = Promise.resolve();
  let isRunning = false;
  const timer = setInterval(() => {
    if (isRunning || timeline.isJumping) return;
    isRunning = true;
    running = runAll(work).finally(() => {
      isRunning = false;
    });
  }, tick);
  return async () => {
    clearInterval(timer);
    await running;
  };
}

async function runAll(work: readonly (() => Promise<void>)[]): Promise<void> {
  for (const one of work) await one();
}
