import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import {
  ExecutionDoesNotExist,
  RedriveExecutionCommand,
  SFNClient,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { store } from '../../functions/adapters/dynamodb/store.ts';
import { suppressionLedger } from '../../functions/adapters/dynamodb/suppression.ts';
import { ownKeys, processorSecrets } from '../../functions/adapters/secrets/secrets.ts';
import { engine } from '../../functions/adapters/sfn/engine.ts';
import { executionArn, executionName } from '../../functions/adapters/sfn/execution-names.ts';
import { suppressionHash } from '../../functions/domain/suppression.ts';
import { heldMailboxes } from '../../functions/processors/account/held-mailboxes.ts';
import { account } from '../../functions/processors/account.ts';
import { createHttpClient } from '../../functions/processors/http.ts';
import { enabledProcessors } from '../../functions/processors/registry.ts';
import { environment, type Runtime } from '../../functions/runtime/lambda.ts';
import { errorFields } from '../../functions/runtime/log.ts';
import { stageNames } from '../../infra/config.ts';
import { versions } from '../../workflows/versions.ts';
import {
  inspect,
  move,
  moveAll,
  NoSuchRequest,
  replayErasures,
  restart,
  stuck,
  versionsInUse,
  withCredential,
} from './operations.ts';
import { NotReachable, runtimeOf } from './ops-world.ts';

const usage = `usage: npm run ops -- <command> [--stage ${stageNames.join('|')}]      (without a stage: the edition of this machine)
  inspect <reference> [--events]     where a case stands: ids, codes and dates, nothing about the person
  stuck                              open requests that the sweep should long have looked at
  restart <reference>                make the executions follow the row, now
  redrive <reference>                continue a failed execution at the state that failed (within 14 days)
  versions                           on which versions of the definition open requests run, and how many
  move [<reference>] [--from <version>]
                                     take a request to the live version, or all of a version; alone: of all
                                     versions whose cases must move (workflows/versions.json)
  secret <name>                      read a processor's credential from standard input into the secret
  replay-erasures --since <instant> [--ledger-table <name>]
                                     after a restore of the account system: erase again who was erased since
`;

const places = ['local', ...stageNames] as const;

function complain(problem: string): number {
  process.stderr.write(`${problem}\n\n${usage}`);
  return 2;
}

function print(value: unknown): number {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  return 0;
}

function optionsOf(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        stage: { type: 'string', default: 'local' },
        events: { type: 'boolean', default: false },
        since: { type: 'string' },
        from: { type: 'string' },
        'ledger-table': { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch {
    return undefined;
  }
}

/** Exit codes: 0 done, 1 not possible, 2 not understood. */
async function main(args: readonly string[]): Promise<number> {
  const parsed = optionsOf(args);
  if (!parsed) return complain('an option that is not known');
  const { values, positionals } = parsed;
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const place = places.find((one) => one === values.stage);
  if (!place) return complain(`unknown stage: ${values.stage}`);
  const [command, subject] = positionals;
  const known = ['inspect', 'stuck', 'restart', 'redrive', 'versions', 'move', 'secret', 'replay-erasures'];
  if (!command || !known.includes(command)) return complain(`unknown command: ${command ?? '(none)'}`);
  if (['inspect', 'restart', 'redrive', 'secret'].includes(command) && !subject)
    return complain(`${command} of what?`);
  if (command === 'replay-erasures' && !values.since) return complain('replay-erasures needs --since');

  const runtime = runtimeOf(place, process.env.DATA_DIR || '.local');
  const ports = { store: store.create(runtime), engine: engine.create(runtime), now: runtime.now };
  const reference = subject ?? '';
  switch (command) {
    case 'inspect':
      return print(await inspect(ports, reference, values.events));
    case 'stuck':
      return print(await stuck(ports));
    case 'restart':
      return print({ reference, execution: await restart(ports, reference) });
    case 'redrive':
      return print(await redrive(runtime, reference, (await inspect(ports, reference)).execution.number));
    case 'versions':
      return print(await versionsInUse(ports, versions));
    case 'move': {
      const movePorts = { ...ports, stop: (id: string, executions: number) => stop(runtime, id, executions) };
      if (reference) return print({ reference, execution: await move(movePorts, reference) });
      return print(await moveAll(movePorts, new Set(values.from ? [values.from] : mustMove)));
    }
    case 'secret':
      return print(await putCredential(runtime, reference));
    default:
      return print(await replay(runtime, values.since ?? '', values['ledger-table']));
  }
}

async function redrive(runtime: Runtime, reference: string, executions: number) {
  const arn = executionArn(environment(runtime, 'RIGHTS_REQUEST_ARN'), executionName(reference, executions));
  const answer = await new SFNClient({}).send(new RedriveExecutionCommand({ executionArn: arn }));
  return { reference, redrivenAt: answer.redriveDate?.toISOString() };
}

/** Cases of these may not stay, by the list of versions. */
const mustMove = versions.filter(({ openCases }) => openCases === 'move').map(({ version }) => version);

async function stop(runtime: Runtime, reference: string, executions: number) {
  const arn = executionArn(environment(runtime, 'RIGHTS_REQUEST_ARN'), executionName(reference, executions));
  try {
    await new SFNClient({}).send(
      new StopExecutionCommand({ executionArn: arn, error: 'Moved', cause: 'to another version' }),
    );
    return 'stopped' as const;
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return 'absent' as const;
    throw error;
  }
}

async function putCredential(runtime: Runtime, name: string) {
  const SecretId = environment(runtime, 'PROCESSOR_SECRETS_ID');
  const client = new SecretsManagerClient({});
  const { SecretString = '{}' } = await client.send(new GetSecretValueCommand({ SecretId }));
  // A value typed on the command line would stay in the shell's history.
  const value = readFileSync(0, 'utf8').replace(/\r?\n$/, '');
  await client.send(
    new PutSecretValueCommand({ SecretId, SecretString: withCredential(SecretString, name, value) }),
  );
  return { secret: name, written: true };
}

async function replay(runtime: Runtime, since: string, ledgerTable: string | undefined) {
  const enabled = enabledProcessors(JSON.parse(environment(runtime, 'PROCESSORS'))).get(account.name);
  if (!enabled) throw new NotReachable('the account system is not enabled here');
  const dependencies = {
    http: createHttpClient({
      processor: account.name,
      origins: enabled.origins,
      limits: account.limits,
      now: runtime.now,
      sleep: (ms) => sleep(ms),
      random: () => (runtime.randomBytes(1)[0] ?? 0) / 256,
    }),
    now: runtime.now,
    secret: processorSecrets.create(runtime),
  };
  const key = Buffer.from((await ownKeys(runtime)()).suppression, 'base64');
  const ledgerRuntime = ledgerTable
    ? { ...runtime, env: { ...runtime.env, TABLE_NAME: ledgerTable } }
    : runtime;
  return replayErasures(
    {
      ledger: suppressionLedger.create(ledgerRuntime),
      held: () => heldMailboxes(enabled.config, dependencies),
      hashOf: (address) => suppressionHash(key, address),
      account: await account.connect(enabled.config, dependencies),
    },
    since,
  );
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    // An error's text may quote what it was about; a name and a code may not.
    const told = error instanceof NotReachable || error instanceof NoSuchRequest ? error.message : undefined;
    process.stderr.write(`${told ?? JSON.stringify(errorFields(error))}\n`);
    process.exitCode = 1;
  },
);
