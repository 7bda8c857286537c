import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { Hono } from 'hono';
import { urlOf } from '../../functions/domain/transmission-target.ts';
import type { ProcessorsConfig } from '../../functions/processors/registry.ts';
import type { EmulatorFactory, Holds, OpenEmulator, Report } from './emulator.ts';
import { parseFaults } from './faults.ts';

const mountPath = '/local/processors';
const callsKept = 500;
/** Marks an answer that a server must turn into a dropped connection. */
const dropHeader = 'x-local-drop';

export interface Call {
  /** RFC 3339, on the virtual clock. */
  readonly at: string;
  readonly method: string;
  /** The vendor's path without its query. */
  readonly path: string;
  readonly status: number;
}

export interface ProcessorView {
  readonly name: string;
  readonly holds: readonly Holds[];
  readonly calls: readonly Call[];
}

export interface ProcessorHub {
  /** `/local/processors/{name}/*`, `/local/processors.json`, `/local/processors/configuration.json` and the faults. */
  readonly app: Hono;
  /** The same as a listener of Node's http server, which can also drop connections as scripted. */
  readonly listener: RequestListener;
  readonly names: readonly string[];
  /** The configuration of functions/processors, and the secrets it names, when the hub answers on this port of loopback. */
  configFor(port: number): {
    readonly config: ProcessorsConfig;
    readonly secrets: Readonly<Record<string, string>>;
  };
  view(): readonly ProcessorView[];
  /** Lets time pass at the vendors; call it after every move of the clock. */
  tick(): void;
  /** Lets the vendors make the calls that they have to make by themselves; resolves when all have been answered or have failed. */
  deliver(): Promise<void>;
  /** Opens a server of its own on 127.0.0.1; port 0 takes a free one. */
  listen(port: number): Promise<{ readonly port: number; close(): Promise<void> }>;
}

export interface HubOptions {
  readonly dataDir: string;
  /** Epoch milliseconds, on the virtual clock. */
  readonly now: () => number;
  readonly emulators: readonly EmulatorFactory[];
}

export function createProcessorHub(options: HubOptions): ProcessorHub {
  const folder = join(options.dataDir, 'processors');
  mkdirSync(folder, { recursive: true });
  const open = new Map<string, OpenEmulator>(
    options.emulators.map((factory) => [
      factory.name,
      factory.open({ path: join(folder, `${factory.name}.json`), now: options.now }),
    ]),
  );
  const calls = callLog(join(folder, 'calls.jsonl'));
  const app = new Hono();

  app.get(`${mountPath}.json`, (c) => c.json(view()));

  // The emulated vendors' credentials open nothing but these emulators; commands on this machine read them here.
  app.get(`${mountPath}/configuration.json`, (c) => {
    const port = Number(new URL(`http://${c.req.header('host') ?? '127.0.0.1'}`).port || 80);
    return c.json(configFor(port));
  });

  app.all(`${mountPath}/:name/faults`, async (c) => {
    const emulator = open.get(c.req.param('name'));
    if (emulator === undefined) return problem(404, 'unknown-processor');
    if (c.req.method === 'GET') return c.json(emulator.faults);
    if (c.req.method === 'DELETE') {
      emulator.clearFaults();
      return c.body(null, 204);
    }
    if (c.req.method !== 'POST') return problem(405, 'method-not-allowed');
    const parsed = parseFaults(await c.req.json().catch(() => undefined));
    if ('fields' in parsed) return problem(400, 'invalid-fault', parsed.fields);
    emulator.addFaults(parsed.faults);
    return c.json(emulator.faults, 201);
  });

  app.all(`${mountPath}/:name/*`, async (c) => {
    const emulator = open.get(c.req.param('name'));
    if (emulator === undefined) return problem(404, 'unknown-processor');
    const url = new URL(c.req.url);
    const path = url.pathname.slice(`${mountPath}/${emulator.name}`.length);
    const answer = await emulator.answer(new Request(`http://127.0.0.1${path}${url.search}`, c.req.raw));
    calls.add(emulator.name, {
      at: new Date(options.now()).toISOString(),
      method: c.req.method,
      path,
      status: answer?.status ?? 0,
    });
    return answer ?? dropped();
  });

  function view(): ProcessorView[] {
    return [...open.values()].map((emulator) => {
      emulator.tick();
      return { name: emulator.name, holds: emulator.holds(), calls: calls.of(emulator.name) };
    });
  }

  function configFor(port: number): ReturnType<ProcessorHub['configFor']> {
    const config: Record<string, Record<string, unknown>> = {};
    const secrets: Record<string, string> = {};
    for (const emulator of open.values()) {
      const own = emulator.configuration(`http://127.0.0.1:${port}${mountPath}/${emulator.name}`);
      const [place, name] = own.place ?? [emulator.name, undefined];
      const part = { enabled: true, ...own.config };
      config[place] = name === undefined ? part : { ...config[place], [name]: part };
      Object.assign(secrets, own.secrets);
    }
    return { config, secrets };
  }

  const listener: RequestListener = (request, response) => {
    serve(app, request, response).catch(() => response.destroy());
  };

  return {
    app,
    listener,
    names: [...open.keys()],
    configFor,
    view,
    tick() {
      for (const emulator of open.values()) emulator.tick();
    },
    async deliver() {
      for (const emulator of open.values()) await emulator.deliver(send);
    },
    listen: (port) => listen(listener, port),
  };
}

/** Only to this machine, whatever address a vendor was given. True once somebody has answered. */
async function send({ url, headers, body }: Report): Promise<boolean> {
  if (urlOf(url)?.hostname !== '127.0.0.1') return true;
  try {
    const answer = await fetch(url, { method: 'POST', headers, body, redirect: 'error' });
    await answer.arrayBuffer();
    return answer.status < 500;
  } catch {
    return false;
  }
}

function problem(status: number, code: string, fields?: readonly string[]): Response {
  const body = { type: `urn:rights-desk:local:${code}`, title: code, status, ...(fields && { fields }) };
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/problem+json' },
  });
}

function dropped(): Response {
  const body = new ReadableStream({
    start: (controller) => controller.error(new Error('dropped as scripted')),
  });
  return new Response(body, { headers: { [dropHeader]: 'true' } });
}

/** The last calls of each processor, on disk line by line so that they outlive a kill. */
function callLog(path: string): { add(name: string, call: Call): void; of(name: string): readonly Call[] } {
  const byName = new Map<string, Call[]>();
  function remember(name: string, call: Call): void {
    const list = byName.get(name) ?? [];
    list.push(call);
    if (list.length > callsKept) list.shift();
    byName.set(name, list);
  }
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
  for (const line of lines) {
    // A kill may leave half a line at the end.
    if (!line.endsWith('}')) continue;
    const { name, ...call } = JSON.parse(line) as Call & { name: string };
    remember(name, call);
  }
  const kept = [...byName].flatMap(([name, list]) => list.map((call) => JSON.stringify({ name, ...call })));
  writeFileSync(path, kept.map((line) => `${line}\n`).join(''));
  return {
    add(name, call) {
      remember(name, call);
      appendFileSync(path, `${JSON.stringify({ name, ...call })}\n`);
    },
    of: (name) => byName.get(name) ?? [],
  };
}

async function serve(app: Hono, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  const method = request.method ?? 'GET';
  const answer = await app.fetch(
    new Request(`http://127.0.0.1${request.url ?? '/'}`, {
      method,
      headers,
      ...(method === 'GET' || method === 'HEAD' ? {} : { body: Buffer.concat(chunks) }),
    }),
  );
  if (answer.headers.has(dropHeader)) {
    request.socket.destroy();
    return;
  }
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  if (answer.body === null) {
    response.end();
    return;
  }
  const body = Readable.fromWeb(answer.body as import('node:stream/web').ReadableStream);
  body.on('error', () => response.destroy());
  response.on('close', () => body.destroy());
  body.pipe(response);
}

function listen(
  listener: RequestListener,
  port: number,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer(listener);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve({
        port: typeof address === 'object' && address !== null ? address.port : port,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            server.closeAllConnections();
          }),
      });
    });
  });
}
