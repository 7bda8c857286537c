// The real thing: a process with the engine is killed with kill -9 at random moments, and started again.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  DescribeExecutionCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { type Dynoxide, freePort, hasDynoxide, startDynoxide } from './dynoxide.ts';
import { repeatable } from './harness.ts';
import { answer, expectedOutput } from './scenario.ts';

const CASES = 6;
const KILLS = 8;
const PLACE = 'arn:aws:states:eu-central-1:000000000000';

(hasDynoxide ? describe : describe.skip)('a process killed at random moments', () => {
  let server: Dynoxide;
  let folder: string;
  let program: string;
  let running: ChildProcess | undefined;

  beforeAll(async () => {
    server = await startDynoxide();
    folder = mkdtempSync(join(tmpdir(), 'killed-'));
    program = join(folder, 'program.cjs');
    const esbuild = join(process.cwd(), 'node_modules', 'esbuild', 'bin', 'esbuild');
    const entry = join(process.cwd(), 'test', 'local', 'stepfunctions', 'mortal-process.ts');
    const options = ['--bundle', '--platform=node', '--format=cjs', '--target=node20', '--log-level=error'];
    execFileSync(esbuild, [entry, ...options, `--outfile=${program}`]);
  });
  afterAll(async () => {
    await kill();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const kill = async () => {
    const doomed = running;
    if (!doomed || doomed.exitCode !== null || doomed.signalCode !== null) return;
    const gone = new Promise((resolve) => doomed.once('exit', resolve));
    doomed.kill('SIGKILL');
    await gone;
  };

  test(`${CASES} executions, ${KILLS} kills: all reach the same end`, async () => {
    const port = await freePort();
    const client = new SFNClient({
      endpoint: `http://127.0.0.1:${port}`,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
    });
    const tokens = new Set<string>();
    const calls: string[] = [];
    const start = async () => {
      const child = spawn(process.execPath, [program, server.endpoint, String(port)], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      running = child;
      await new Promise<void>((resolve, reject) => {
        child.once('exit', () => reject(new Error('the process ended before it was ready')));
        createInterface({ input: child.stdout }).on('line', (text) => {
          const line: { ready?: boolean; token?: string; call?: string } = JSON.parse(text);
          if (line.token) tokens.add(line.token);
          if (line.call) calls.push(line.call);
          if (line.ready) resolve();
        });
      });
    };
    /** Whatever the outside world still has to say; what fails because the process is dead is said again later. */
    const unstarted = new Set(Array.from({ length: CASES }, (_, i) => `case-${i}`));
    const speak = async () => {
      for (const name of [...unstarted]) {
        const input = JSON.stringify({ nap: 1, id: name });
        const stateMachineArn = `${PLACE}:stateMachine:parent`;
        await client.send(new StartExecutionCommand({ stateMachineArn, name, input }));
        unstarted.delete(name);
      }
      for (const taskToken of [...tokens]) {
        try {
          await client.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(answer) }));
        } catch (error) {
          if (!(error instanceof Error && error.name === 'TaskTimedOut')) throw error;
        }
        tokens.delete(taskToken);
      }
    };
    const random = repeatable(11);
    const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

    for (let round = 0; round < KILLS; round += 1) {
      await start();
      // The kill falls where it falls, often into a request of ours: what got no answer is said again.
      let dead = false;
      const death = pause(60 + random() * 500).then(kill);
      death.then(() => {
        dead = true;
      });
      while (!dead) {
        await speak().catch((error) => {
          if (running?.signalCode !== 'SIGKILL' && !/ECONN|socket|aborted/i.test(String(error))) throw error;
        });
        await pause(10);
      }
      await death;
    }
    await start();
    const open = new Map(Array.from({ length: CASES }, (_, i) => [`case-${i}`, 'RUNNING']));
    const outputs: unknown[] = [];
    const deadline = Date.now() + 20_000;
    while (open.size > 0 && Date.now() < deadline) {
      await speak();
      for (const name of [...open.keys()]) {
        const executionArn = `${PLACE}:execution:parent:${name}`;
        const { status = '', output = 'null' } = await client.send(
          new DescribeExecutionCommand({ executionArn }),
        );
        open.set(name, status);
        if (status !== 'SUCCEEDED') continue;
        outputs.push(JSON.parse(output));
        const childArn = `${PLACE}:execution:child:${name}-child`;
        const childEnd = await client.send(new DescribeExecutionCommand({ executionArn: childArn }));
        expect(childEnd.status).toBe('SUCCEEDED');
        open.delete(name);
      }
      await pause(50);
    }
    client.destroy();
    expect([...open]).toEqual([]);
    expect(outputs).toEqual(Array.from({ length: CASES }, () => expectedOutput));
    for (const name of ['begin', 'ask', 'report', 'end']) {
      expect(calls.filter((one) => one === name).length).toBeGreaterThanOrEqual(CASES);
    }
  }, 60_000);
});
