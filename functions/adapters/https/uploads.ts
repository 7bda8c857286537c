import { lookup } from 'node:dns/promises';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { InvalidInput, TransientError } from '../../domain/errors.ts';
import type { Uploaded, Uploads } from '../../domain/ports.ts';
import { mayReach, type Reach, targetOf } from '../../domain/transmission-target.ts';
import type { Adapter } from '../../runtime/lambda.ts';
import { transmissionReach } from './transmission-reach.ts';

/** Under the function's own time, so that it can still say what happened. */
const uploadMs = 12 * 60 * 1000;
/** Nothing moved for this long: the other side has gone to sleep. */
const silenceMs = 30_000;
/** What is read of an answer; nothing in it matters but the status. */
const answerBytes = 64 * 1024;

export interface UploadWorld {
  readonly reach: Reach;
  /** All addresses of a host name. Asked once: what it answered is checked, and exactly that is connected to (no rebinding in between). */
  readonly resolve: (host: string) => Promise<readonly string[]>;
  readonly uploadMs: number;
  readonly silenceMs: number;
}

/** Anything that goes wrong on the way is one of a few codes: what the other side or the network says may hold the address, which is a secret. */
export function createUploads(world: UploadWorld): Uploads {
  return {
    async put(address, file) {
      const { url, host } = targetOf(address, world.reach);
      const addresses = await addressesOf(world, host);
      if (addresses.length === 0) throw new TransientError('not-reached');
      // All of them: a name that also leads inside is not one for us.
      if (!addresses.every((one) => mayReach(one, world.reach)))
        return { outcome: 'failed', code: 'host-not-public' };
      return exchange(world, url, addresses, file);
    },
  };
}

async function addressesOf({ resolve }: UploadWorld, host: string): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  try {
    return await resolve(host);
  } catch {
    throw new TransientError('not-reached');
  }
}

async function exchange(
  world: UploadWorld,
  url: URL,
  addresses: readonly string[],
  file: Parameters<Uploads['put']>[1],
): Promise<Uploaded> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), world.uploadMs);
  let bodyError: unknown;
  async function* body(): AsyncIterable<Uint8Array> {
    try {
      yield* file.body;
    } catch (error) {
      // Our own store's failure must not pass for the other side's.
      bodyError = error;
      throw error;
    }
  }
  try {
    const request = open(url, addresses, file, abort.signal);
    request.setTimeout(world.silenceMs, () => request.destroy());
    const answered = statusOf(request);
    // Whoever answers before the end (a redirect, a refusal) need not take the rest.
    const sent = pipeline(Readable.from(body()), request, { signal: abort.signal });
    const status = await Promise.race([answered, sent.then(() => answered)]);
    if (!request.writableFinished) request.destroy();
    await sent.catch(() => undefined);
    if (bodyError !== undefined) throw bodyError;
    return verdict(status);
  } catch (error) {
    if (bodyError !== undefined) throw bodyError;
    if (abort.signal.aborted) return { outcome: 'failed', code: 'too-slow' };
    if (error instanceof TransientError || error instanceof InvalidInput) throw error;
    throw new TransientError('not-reached');
  } finally {
    clearTimeout(timer);
  }
}

function open(
  url: URL,
  addresses: readonly string[],
  file: { readonly bytes: number; readonly hash: string },
  signal: AbortSignal,
): ClientRequest {
  const send = url.protocol === 'http:' ? httpRequest : httpsRequest;
  return send(url, {
    method: 'PUT',
    signal,
    agent: false,
    headers: {
      'content-type': 'application/zip',
      'content-length': file.bytes,
      // RFC 9530: the other side can check that it has exactly what we released.
      'repr-digest': `sha-256=:${Buffer.from(file.hash, 'hex').toString('base64')}:`,
    },
    lookup: (_host, options, done) => {
      const found = addresses.map((address) => ({ address, family: isIP(address) }));
      const [first] = found;
      if (options.all || first === undefined) done(null, found);
      else done(null, first.address, first.family);
    },
  });
}

function statusOf(request: ClientRequest): Promise<number> {
  return new Promise((resolve, reject) => {
    request.once('error', reject);
    request.once('response', (response: IncomingMessage) => {
      resolve(response.statusCode ?? 0);
      let read = 0;
      response.on('error', () => undefined);
      response.on('data', (chunk: Buffer) => {
        read += chunk.byteLength;
        if (read > answerBytes) response.destroy();
      });
    });
  });
}

/** 408, 429 and 5xx may be over in a minute; every other answer stays what it is. */
function verdict(status: number): Uploaded {
  if (status >= 200 && status < 300) return { outcome: 'taken' };
  if (status === 408 || status === 429 || status >= 500) throw new TransientError('not-reached');
  if (status >= 300 && status < 400) return { outcome: 'failed', code: 'redirected', status };
  return { outcome: 'failed', code: 'refused', status };
}

export const uploads: Adapter<Uploads> = {
  env: transmissionReach.env,
  grants: [],
  create: (runtime) =>
    createUploads({
      reach: transmissionReach.create(runtime),
      resolve: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
      uploadMs,
      silenceMs,
    }),
};
