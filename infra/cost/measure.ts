import { mkdirSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { executionArn, executionName } from '../../functions/adapters/sfn/engine.ts';
import { metricDefinitions } from '../../functions/runtime/metric-names.ts';
import { startDynamoDb } from '../../local/dynamodb.ts';
import { createEdition, type Edition } from '../../local/edition.ts';
import { machineNames, stateMachineArn } from '../../local/machines.ts';
import { emulators } from '../../local/processors/all.ts';
import { resources } from '../../local/world.ts';
import type { RequestUsage } from './usage.ts';

/** The systems of the measured journey: the twelve that hold most people's data. */
export const measuredProcessors = 12;

/**
 * Walks one erasure through the local edition, with twelve systems, an approval, the manual tasks done and the second looks a week
 * later, and counts what AWS would bill. The vendors' own times are not in it.
 */
export async function measureErasure(dataDir: string): Promise<RequestUsage> {
  mkdirSync(dataDir, { recursive: true });
  const database = await startDynamoDb({ dataDir, endpoint: undefined });
  const meter = await meterDynamoDb(database.endpoint, resources.table);
  const invocations: Record<string, number> = {};
  let counting = false;
  const edition = await createEdition({
    dataDir,
    startAt: '2026-03-05T09:00:00.000Z',
    dynamodbEndpoint: meter.endpoint,
    emulators: emulators.slice(0, measuredProcessors),
    async around(invocation, proceed) {
      // The sweep runs whether there are requests or not: it is a standing cost.
      if (invocation.function === 'sweep') return meter.pausedDuring(proceed);
      if (counting) invocations[invocation.function] = (invocations[invocation.function] ?? 0) + 1;
      return proceed();
    },
  });
  try {
    const linesBefore = edition.logLines().length;
    counting = true;
    meter.reset();
    const { reference, httpRequests } = await walk(edition);
    const history = await historyOf(edition, reference);
    const { readUnits, writeUnits } = meter.units();
    return {
      ...history,
      invocations,
      readUnits,
      writeUnits,
      httpRequests,
      mails: edition.outbox().length,
      logBytes: edition
        .logLines()
        .slice(linesBefore)
        .filter((line) => !isSweeps(line))
        .reduce((sum, line) => sum + line.length + 1, 0),
      // An erasure stores no package.
      s3Writes: 0,
      s3Reads: 0,
      kmsRequests: 0,
    };
  } finally {
    await edition.stop();
    meter.stop();
    await database.stop();
  }
}

/** Gauges and counts of the sweep come whether there are requests or not. */
function isSweeps(line: string): boolean {
  if (line.includes('"function":"sweep"')) return true;
  return Object.entries(metricDefinitions).some(
    ([name, { kind }]) => (kind === 'gauge' || name.startsWith('Sweep')) && line.includes(`"Name":"${name}"`),
  );
}

async function walk(edition: Edition): Promise<{ reference: string; httpRequests: number }> {
  let httpRequests = 0;
  async function ask(path: string, init: RequestInit = {}) {
    httpRequests += 1;
    const answer = await fetch(edition.url + path, init);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
    await edition.settle();
    return { etag: answer.headers.get('etag') ?? '', body: JSON.parse(text) };
  }
  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    ask(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });

  const { body: accepted } = await post('/api/requests', {
    email: 'ada@example.com',
    rights: ['erasure'],
    language: 'en',
  });
  const reference: string = accepted.submitted[0].reference;
  const code = /\b(\d{6})\b/.exec(edition.outbox().at(-1)?.text ?? '')?.[1];
  await post('/api/verifications', { reference, code });

  async function act(user: string, action: string, body: object) {
    const cookie = await edition.staffCookie(user);
    const path = `/api/staff/requests/${reference}`;
    const { etag } = await ask(path, { headers: { cookie } });
    await post(`${path}/${action}`, body, { cookie, 'if-match': etag });
  }
  await act('officer', 'decision', { decision: 'grant' });
  await act('second', 'decision', { decision: 'grant' });
  await edition.advance('P4D');

  const cookie = await edition.staffCookie('officer');
  const read = async () => (await ask(`/api/staff/requests/${reference}`, { headers: { cookie } })).body;
  for (let round = 0; round < 12; round += 1) {
    const current = await read();
    if (current.status === 'closed') break;
    for (const task of current.tasks) {
      if (task.state === 'open')
        await act('officer', `tasks/${task.processor}`, { outcome: 'done', evidence: 'done in the console' });
    }
    await edition.advance('P8D');
  }
  if ((await read()).status !== 'closed') throw new Error('the measured case did not close');
  return { reference, httpRequests };
}

/** Transitions as AWS counts them: every state entered, every retry, and the start. */
async function historyOf(
  edition: Edition,
  reference: string,
): Promise<Pick<RequestUsage, 'transitions' | 'historyEvents'>> {
  let transitions = 0;
  let historyEvents = 0;
  for (const [machine, name] of [
    [machineNames.rightsRequest, executionName(reference, 1)],
    [machineNames.slaClock, reference],
  ] as const) {
    let cursor: string | undefined;
    transitions += 1;
    do {
      const page = await edition.engine.history(
        executionArn(stateMachineArn(machine), name),
        1000,
        false,
        cursor,
      );
      historyEvents += page.items.length;
      transitions += page.items.filter(({ type }) => type.endsWith('StateEntered')).length;
      cursor = page.cursor;
    } while (cursor);
  }
  return { transitions, historyEvents };
}

interface Meter {
  readonly endpoint: string;
  units(): { readonly readUnits: number; readonly writeUnits: number };
  reset(): void;
  /** Does something without counting what it uses. */
  pausedDuring<Answer>(work: () => Promise<Answer>): Promise<Answer>;
  stop(): void;
}

const reads = new Set(['GetItem', 'Query', 'Scan', 'BatchGetItem', 'TransactGetItems']);

/** Stands between the SDK and DynamoDB and asks for the units of every call on one table. */
async function meterDynamoDb(endpoint: string, table: string): Promise<Meter> {
  let readUnits = 0;
  let writeUnits = 0;
  const target = new URL(endpoint);

  let paused = 0;

  function count(operation: string, answer: string): void {
    if (paused > 0) return;
    const { ConsumedCapacity } = JSON.parse(answer);
    for (const one of [ConsumedCapacity ?? []].flat()) {
      const units: number = one.CapacityUnits ?? 0;
      if (reads.has(operation)) readUnits += units;
      else writeUnits += units;
    }
  }

  const server = createServer((incoming, outgoing) => {
    const parts: Buffer[] = [];
    incoming.on('data', (part: Buffer) => parts.push(part));
    incoming.on('end', () => {
      const operation = String(incoming.headers['x-amz-target']).split('.').at(-1) ?? '';
      const asked = Buffer.concat(parts).toString();
      const metered = asked.includes(`"${table}"`) && !/Table|TimeToLive/.test(operation);
      const body = metered
        ? JSON.stringify({ ...JSON.parse(asked), ReturnConsumedCapacity: 'TOTAL' })
        : asked;
      const { 'content-length': _, ...headers } = incoming.headers;
      const forwarded = request(
        {
          host: target.hostname,
          port: target.port,
          method: incoming.method,
          path: incoming.url,
          headers: { ...headers, 'content-length': Buffer.byteLength(body) },
        },
        (answer) => {
          const received: Buffer[] = [];
          answer.on('data', (part: Buffer) => received.push(part));
          answer.on('end', () => {
            const text = Buffer.concat(received);
            if (metered && answer.statusCode === 200) count(operation, text.toString());
            outgoing.writeHead(answer.statusCode ?? 502, answer.headers).end(text);
          });
        },
      );
      forwarded.on('error', () => outgoing.writeHead(502).end());
      forwarded.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on a port has an address of this form.
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    units: () => ({ readUnits, writeUnits }),
    reset() {
      readUnits = 0;
      writeUnits = 0;
    },
    async pausedDuring(work) {
      paused += 1;
      try {
        return await work();
      } finally {
        paused -= 1;
      }
    },
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
