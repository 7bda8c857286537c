import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  ActInput,
  Correction,
  ExportedRecord,
  Finding,
  HttpClient,
  Processor,
  SubjectKeys,
} from '../../functions/processors/contract.ts';
import { createHttpClient } from '../../functions/processors/http.ts';
import {
  connectProcessor,
  connectProcessors,
  enabledProcessors,
  furtherRecipientsOf,
} from '../../functions/processors/registry.ts';
import { emulators } from '../../local/processors/all.ts';
import type { EmulatorFactory } from '../../local/processors/emulator.ts';
import { createProcessorHub } from '../../local/processors/hub.ts';
import { seeds } from '../../local/processors/seeds.ts';
import type { ApiDescription } from './openapi.ts';

export const dayMs = 86_400_000;

/** Every emulated vendor in a folder of its own, on a clock that tests move, with every processor connected; no sockets. */
export async function openVendors(options: { readonly emulators?: readonly EmulatorFactory[] } = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'vendors-'));
  const clock = { ms: Date.UTC(2026, 2, 5, 9) };
  const now = () => clock.ms;
  const hub = createProcessorHub({ dataDir, now, emulators: options.emulators ?? emulators });
  const { config, secrets } = hub.configFor(4010);
  const requests: { method: string; url: string; body: string | undefined }[] = [];
  const answers: { method: string; url: string; status: number; body: string }[] = [];
  const intercept: { next?: (nth: number) => 'lost-before' | 'lost-after' | undefined } = {};
  const inProcess: typeof fetch = async (input, init) => {
    requests.push({
      method: init?.method ?? 'GET',
      url: String(input),
      body: typeof init?.body === 'string' ? init.body : undefined,
    });
    const fate = intercept.next?.(requests.length);
    if (fate === 'lost-before') throw new TypeError('fetch failed');
    const answer = await hub.app.fetch(new Request(String(input), init));
    if (fate === 'lost-after') throw new TypeError('fetch failed');
    const text = await answer
      .clone()
      .text()
      .catch(() => '');
    answers.push({ url: String(input), method: init?.method ?? 'GET', status: answer.status, body: text });
    return answer;
  };
  const httpFor = (fence: Parameters<Parameters<typeof connectProcessors>[1]['httpFor']>[0]): HttpClient =>
    createHttpClient({
      ...fence,
      // Tests have no time to be polite.
      limits: { concurrency: fence.limits.concurrency, perSecond: 1_000_000 },
      now,
      sleep: async () => {},
      random: () => 0.5,
      fetch: inProcess,
    });
  const secret = async (name: string): Promise<string> => {
    const value = secrets[name];
    if (value === undefined) throw new Error(`no secret ${name}`);
    return value;
  };
  const enabled = enabledProcessors(config);
  const processors = await connectProcessors(enabled, { httpFor, now, secret });

  function processor(name: string): Processor {
    const found = processors.get(name);
    if (found === undefined) throw new Error(`no processor ${name}`);
    return found;
  }

  /** The system, connected anew under this configuration of it. */
  async function reconnected(
    name: string,
    config: Readonly<Record<string, unknown>>,
    http?: (honest: HttpClient) => HttpClient,
  ): Promise<Processor> {
    const known = enabled.get(name);
    if (known === undefined) throw new Error(`no processor ${name}`);
    const own = { ...known, config, origins: known.definition.origins(config) };
    return connectProcessor(own, {
      httpFor: (fence) => (http === undefined ? httpFor(fence) : http(httpFor(fence))),
      now,
      secret,
    });
  }

  /** The configuration that the local edition gives the system. */
  const configOf = (name: string) => ({ ...(enabled.get(name)?.config as Record<string, unknown>) });

  /** Keys of a mailbox as the product gets them: from the account system's own finding. */
  async function keysOf(email: string): Promise<SubjectKeys> {
    const { keys } = await processor('account').find({ email });
    return { email, ...keys };
  }

  return {
    hub,
    clock,
    config,
    secrets,
    processors,
    enabled,
    further: furtherRecipientsOf(enabled),
    processor,
    reconnected,
    configOf,
    /** Connected anew, with some fields of its configuration changed. */
    reconfigured: (name: string, changes: Readonly<Record<string, unknown>>) =>
      reconnected(name, { ...configOf(name), ...changes }),
    keysOf,
    httpFor,
    secret,
    /** Set `next` to lose the nth request (from 1) before or after the vendor worked on it. */
    intercept,
    dataDir,
    /** Everything that went out, in order. */
    requests,
    /** Where the emulator's answers so far differ from what the vendor describes. */
    answerProblems(
      name: string,
      description: ApiDescription,
      except: readonly RegExp[] = [],
    ): readonly string[] {
      const base = `/processors/${name}`;
      return answers
        .filter(({ url }) => url.includes(`${base}/`))
        .map((one) => ({ ...one, path: one.url.slice(one.url.indexOf(base) + base.length) }))
        .filter(({ path }) => !except.some((pattern) => pattern.test(path)))
        .map(({ method, path, status, body }) => {
          const problem = description.responseProblem(
            method,
            path,
            status,
            body === '' ? undefined : JSON.parse(body),
          );
          return problem === undefined ? undefined : `${method} ${path} ${status}: ${problem}`;
        })
        .filter((problem) => problem !== undefined);
    },
    async fault(name: string, fault: unknown): Promise<void> {
      const answer = await hub.app.request(`/local/processors/${name}/faults`, {
        method: 'POST',
        body: JSON.stringify(fault),
      });
      if (answer.status !== 201) throw new Error(`fault refused: ${await answer.text()}`);
    },
    async clearFaults(name: string): Promise<void> {
      await hub.app.request(`/local/processors/${name}/faults`, { method: 'DELETE' });
    },
    /** Records that the vendor really holds of a mailbox, whatever it says. */
    held(name: string, email: string): number {
      const view = hub.view().find((one) => one.name === name);
      return (view?.holds ?? [])
        .filter((one) => one.email.toLowerCase() === email.toLowerCase())
        .reduce((sum, { records }) => sum + records, 0);
    },
    close: () => rmSync(dataDir, { recursive: true, force: true }),
  };
}

export type Vendors = Awaited<ReturnType<typeof openVendors>>;

export const ada = seeds.ada.email;
export const grace = seeds.grace.email;
export const lin = seeds.lin.email;

/** What a step gives a processor to act on. */
export function actInput(
  keys: SubjectKeys,
  finding: Finding,
  vendors: Pick<Vendors, 'clock'>,
  corrections?: readonly Correction[],
): ActInput {
  return {
    keys,
    finding,
    idempotencyKey: '3f0c7d1a-9f66-4c0e-8b6b-6f1f6f0b7c11',
    cutoff: new Date(vendors.clock.ms).toISOString(),
    ...(corrections === undefined ? {} : { corrections }),
  };
}

export async function gather(records: AsyncIterable<ExportedRecord>): Promise<readonly ExportedRecord[]> {
  const gathered: ExportedRecord[] = [];
  for await (const record of records) gathered.push(record);
  return gathered;
}
