import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as v from 'valibot';
import { createHttpClient } from '../../functions/processors/http.ts';
import {
  type ConnectDependencies,
  connectProcessors,
  definitions,
  enabledProcessors,
  type ProcessorsConfig,
} from '../../functions/processors/registry.ts';
import { accountInterface } from './account-interface.ts';
import { checkProcessors } from './check-processors.ts';
import { processorsDocument } from './processors-document.ts';
import { chatsInterface, grantsInterface } from './store-interfaces.ts';

const usage = `usage: npm run processors -- <command>
  list                      every system, and what is done there by call or by a person
  check [name…]             one reading call per system: are address and credentials right?
      --config <file>       configuration as JSON (the PROCESSORS of a stage); default: the local edition
      --secrets <id>        the secret with the credentials in Secrets Manager, under the shell's own AWS access
      --port <number>       port of the local edition (default PORT or 3000)
      --json                only [{processor, ok, code?, ms}]
  write                     makes docs/processors.md and the docs/*.openapi.json of our own systems anew
`;

interface Source {
  readonly config: ProcessorsConfig;
  readonly secret: (name: string) => Promise<string>;
}

/** Returns the exit code: 0 done, 1 a check failed, 2 not understood. */
async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      config: { type: 'string' },
      secrets: { type: 'string' },
      port: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const [command, ...names] = positionals;
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  if (command === 'list') return list();
  if (command === 'write') return write();
  if (command !== 'check')
    return complain(command === undefined ? 'which command?' : `no such command: ${command}`);
  if ((values.config === undefined) !== (values.secrets === undefined))
    return complain('--config and --secrets belong together');
  const source =
    values.config !== undefined && values.secrets !== undefined
      ? await stageSource(values.config, values.secrets)
      : await localSource(Number(values.port ?? process.env.PORT ?? 3000));
  const enabled = enabledProcessors(source.config);
  const unknown = names.find((name) => !enabled.has(name));
  if (unknown !== undefined) return complain(`not switched on: ${unknown}`);

  const wanted = new Map([...enabled].filter(([name]) => names.length === 0 || names.includes(name)));
  const results = await checkProcessors(await connectProcessors(wanted, connectOn(source.secret)));
  if (values.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
  else
    for (const { processor, ok, code, ms } of results)
      process.stdout.write(`${ok ? 'ok  ' : 'FAIL'} ${processor.padEnd(18)} ${code ?? ''} ${ms} ms\n`);
  return results.every(({ ok }) => ok) ? 0 : 1;
}

function connectOn(secret: Source['secret']): ConnectDependencies {
  return {
    httpFor: (fence) =>
      createHttpClient({ ...fence, now: Date.now, sleep: (ms) => sleep(ms), random: Math.random }),
    now: Date.now,
    secret,
  };
}

const localConfiguration = v.object({
  config: v.record(v.string(), v.unknown()),
  secrets: v.record(v.string(), v.string()),
});

/** The emulated vendors of the edition that runs on this machine. */
async function localSource(port: number): Promise<Source> {
  const answer = await fetch(`http://127.0.0.1:${port}/local/processors/configuration.json`).catch(
    () => undefined,
  );
  if (answer === undefined || !answer.ok)
    throw new NotRunning(`no edition answers on port ${port} (npm start)`);
  const { config, secrets } = v.parse(localConfiguration, await answer.json());
  return { config, secret: async (name) => named(secrets, name) };
}

class NotRunning extends Error {
  override readonly name = 'NotRunning';
}

async function stageSource(configFile: string, secretId: string): Promise<Source> {
  const config = v.parse(v.record(v.string(), v.unknown()), JSON.parse(readFileSync(configFile, 'utf8')));
  const client = new SecretsManagerClient({});
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
  const secrets = v.parse(v.record(v.string(), v.string()), JSON.parse(SecretString ?? '{}'));
  return { config, secret: async (name) => named(secrets, name) };
}

class MissingSecret extends Error {
  override readonly name = 'MissingSecret';
}

function named(secrets: Readonly<Record<string, string>>, name: string): string {
  const secret = Object.hasOwn(secrets, name) ? secrets[name] : undefined;
  if (secret === undefined) throw new MissingSecret(name);
  return secret;
}

function list(): number {
  for (const { name, title, capabilities } of definitions) {
    const byHand = Object.entries(capabilities).filter(([, how]) => how === 'manual');
    const rest =
      byHand.length > 0 ? `  by a person: ${byHand.map(([operation]) => operation).join(', ')}` : '';
    process.stdout.write(`${name.padEnd(18)} ${title}${rest}\n`);
  }
  return 0;
}

function write(): number {
  writeFileSync('docs/processors.md', processorsDocument());
  writeFileSync('docs/account-connector.openapi.json', `${JSON.stringify(accountInterface(), null, 2)}\n`);
  writeFileSync('docs/google-grants.openapi.json', `${JSON.stringify(grantsInterface(), null, 2)}\n`);
  writeFileSync('docs/telegram-chats.openapi.json', `${JSON.stringify(chatsInterface(), null, 2)}\n`);
  return 0;
}

function complain(problem: string): number {
  process.stderr.write(`${problem}\n${usage}`);
  return 2;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: Error) => {
    process.stderr.write(`${error.name}: ${error.message}\n`);
    process.exitCode = 2;
  },
);
