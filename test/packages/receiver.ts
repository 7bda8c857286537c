import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Another controller's upload address on loopback: keeps what it took, and answers as it is told. */
export interface Receiver {
  readonly url: string;
  readonly took: {
    readonly method: string;
    readonly path: string;
    readonly headers: IncomingMessage['headers'];
    readonly body: Buffer;
  }[];
  /** What the next calls are answered with; the last goes on for ever. */
  answers: ((outgoing: ServerResponse) => void)[];
  stop(): Promise<void>;
}

export const status =
  (code: number, headers: Record<string, string> = {}) =>
  (outgoing: ServerResponse) =>
    void outgoing.writeHead(code, headers).end();

export async function startReceiver(): Promise<Receiver> {
  const took: Receiver['took'] = [];
  const receiver: Pick<Receiver, 'answers'> = { answers: [status(200)] };
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const { method = '', url = '', headers } = incoming;
    took.push({ method, path: url, headers, body: Buffer.concat(chunks) });
    const [answer = status(200)] = receiver.answers;
    if (receiver.answers.length > 1) receiver.answers.shift();
    answer(outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(receiver, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    took,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}
