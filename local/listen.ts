import type { Server } from 'node:http';
import { promisify } from 'node:util';

export interface Listening {
  readonly port: number;
  readonly url: string;
  /** Ends open connections at once and frees the port; a second call waits for the first. */
  stop(): Promise<void>;
}

/** Binds a server to loopback; port 0 takes a free one. Rejects when the port is taken. */
export async function listen(server: Server, port: number): Promise<Listening> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1' }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  let closed: Promise<void> | undefined;
  return {
    port: address.port,
    url: `http://127.0.0.1:${address.port}`,
    async stop() {
      closed ??= promisify(server.close.bind(server))();
      server.closeAllConnections();
      await closed;
    },
  };
}
