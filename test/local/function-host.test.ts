import { type Adapter, type LambdaOptions, lambda, type Runtime } from '../../functions/runtime/lambda.ts';
import { createFunctionHost, type FunctionHostOptions } from '../../local/function-host.ts';

const world: Adapter<Runtime> = { env: ['TABLE_NAME'], grants: [], create: (runtime) => runtime };

type Logic = (event: unknown, runtime: Runtime) => unknown;

function host(logic: Logic, more: Partial<FunctionHostOptions> = {}, limits: LambdaOptions = {}) {
  const lines: string[] = [];
  const one = lambda<{ world: Runtime }>(
    'one',
    (ports) => async (event) => logic(event, ports.world),
    { world },
    limits,
  );
  const created = createFunctionHost({
    functions: [one],
    env: { TABLE_NAME: 'desk', BUCKET_NAME: 'files', AWS_REGION: 'eu-central-1' },
    now: () => 1_000,
    wallNow: () => 1_000,
    sleep: async () => undefined,
    write: (line) => lines.push(line),
    ...more,
  });
  return { ...created, lines };
}

test('event and answer travel as JSON: no shared objects, no undefined, no dates', async () => {
  const event = { list: [1], gone: undefined };
  const seen: unknown[] = [];
  const { invoke } = host((given) => {
    seen.push(given);
    return { given, at: new Date(0), gone: undefined };
  });
  const answer = await invoke('one', event);
  expect(seen).toEqual([{ list: [1] }]);
  expect(Object.keys(seen[0] as object)).toEqual(['list']);
  expect(answer).toEqual({ given: { list: [1] }, at: '1970-01-01T00:00:00.000Z' });
});

test('no event is an empty one, no answer is null', async () => {
  const { invoke } = host((event) => (JSON.stringify(event) === '{}' ? undefined : 'other'));
  expect(await invoke('one', undefined)).toBeNull();
});

test('a function sees what it declared and what the SDK reads, and nothing else', async () => {
  const { invoke } = host((_, runtime) => Object.keys(runtime.env).sort());
  expect(await invoke('one', {})).toEqual(['AWS_REGION', 'TABLE_NAME']);
});

test('a variable that nobody fills is named at the first call', async () => {
  const { invoke } = host(() => 1, { env: {} });
  await expect(invoke('one', {})).rejects.toMatchObject({
    name: 'MissingEnvironment',
    message: 'one lacks TABLE_NAME',
  });
});

test('what a function throws comes out as it is, and is logged without its words', async () => {
  class TransientError extends Error {
    override readonly name = 'TransientError';
    readonly code = 'vendor-busy';
  }
  const { invoke, lines } = host(() => {
    throw new TransientError('ada@example.com is not reachable');
  });
  await expect(invoke('one', {})).rejects.toBeInstanceOf(TransientError);
  const [line = '{}'] = lines;
  expect(JSON.parse(line)).toMatchObject({ function: 'one', error: 'TransientError', code: 'vendor-busy' });
  expect(line).not.toContain('ada');
});

test('a function that takes too long is given up as Lambda gives it up', async () => {
  const { invoke } = host(() => new Promise(() => undefined), {}, { timeoutSeconds: 0.05 });
  await expect(invoke('one', {})).rejects.toMatchObject({
    name: 'Sandbox.Timedout',
    message: 'Task timed out after 0.05 seconds',
  });
});

test.each([
  [
    'an event',
    (size: number) => ({ event: 'x'.repeat(size), logic: () => 1 }),
    'Lambda.RequestTooLargeException',
  ],
  [
    'an answer',
    (size: number) => ({ event: {}, logic: () => 'x'.repeat(size) }),
    'Function.ResponseSizeTooLarge',
  ],
])('%s over 6 MB is refused', async (_, make, name) => {
  const large = make(6 * 1024 * 1024);
  await expect(host(large.logic).invoke('one', large.event)).rejects.toMatchObject({ name });
  const small = make(6 * 1024 * 1024 - 2);
  await expect(host(small.logic).invoke('one', small.event)).resolves.toBeDefined();
});

test('there is no other function', async () => {
  await expect(host(() => 1).invoke('two', {})).rejects.toMatchObject({
    name: 'Lambda.ResourceNotFoundException',
  });
});

test('a test can stand around each call: crash before it, after it, or repeat it', async () => {
  const calls: unknown[] = [];
  const { invoke } = host((event) => calls.push(event), {
    around: async (invocation, proceed) => {
      expect(invocation.function).toBe('one');
      await proceed();
      await proceed();
      throw new Error('the answer is lost');
    },
  });
  await expect(invoke('one', { a: 1 })).rejects.toThrow('the answer is lost');
  expect(calls).toEqual([{ a: 1 }, { a: 1 }]);
});

test('idle waits for every call under way', async () => {
  let finish: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const one = host(() => gate);
  expect(one.isIdle).toBe(true);
  await one.idle();
  const call = one.invoke('one', {});
  let isIdle = false;
  const idle = one.idle().then(() => {
    isIdle = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(isIdle).toBe(false);
  finish();
  await Promise.all([call, idle]);
  expect(isIdle).toBe(true);
});
