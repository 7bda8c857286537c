import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Meter {
  readonly endpoint: string;
  units(): { readonly readUnits: number; readonly writeUnits: number };
  reset(): void;
  /** Does something without counting what it uses. */
  pausedDuring<Answer>(work: () => Promise<Answer>): Promise<Answer>;
  stop(): void;
}

const reads = new Set(['GetItem', 'Query', 'Scan', 'BatchGetItem', 'TransactGetItems']);

/** Stands between the SDK and DynamoDB and asks for the units of every call on one table. */
export async function meterDynamoDb(endpoint: string, table: string): Promise<Meter> {
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
