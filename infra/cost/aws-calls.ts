import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';

export interface AwsCalls {
  counts(): { readonly s3Reads: number; readonly s3Writes: number; readonly kms: number };
  reset(): void;
  stop(): void;
}

const channel = 'http.server.request.start';

/** Counts the calls that reach an emulated AWS in this process, by the service that each is signed for. */
export function watchAwsCalls(endpoint: string): AwsCalls {
  const { host } = new URL(endpoint);
  let s3Reads = 0;
  let s3Writes = 0;
  let kms = 0;

  function onRequest(message: unknown): void {
    // The channel's message has this shape by Node's documentation.
    const { request } = message as { request: IncomingMessage };
    if (request.headers.host !== host) return;
    const service = /Credential=[^/]+\/\d+\/[^/]+\/([a-z0-9-]+)\//.exec(
      request.headers.authorization ?? '',
    )?.[1];
    if (service === 'kms') kms += 1;
    if (service !== 's3') return;
    if (request.method === 'GET' || request.method === 'HEAD') s3Reads += 1;
    else s3Writes += 1;
  }

  subscribe(channel, onRequest);
  return {
    counts: () => ({ s3Reads, s3Writes, kms }),
    reset() {
      s3Reads = 0;
      s3Writes = 0;
      kms = 0;
    },
    stop: () => void unsubscribe(channel, onRequest),
  };
}
