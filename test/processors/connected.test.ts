import { connectedProcessors } from '../../functions/runtime/connected-processors.ts';
import { manualTaskTexts, processorNames } from '../../functions/runtime/known-processors.ts';
import { createTestRuntime } from '../doubles/runtime.ts';

/** The enabled systems as the functions get them. */

const PROCESSORS = JSON.stringify({
  mailchimp: { enabled: true, baseUrl: 'https://us1.api.mailchimp.com/3.0' },
  paypal: { enabled: true },
  meta: { enabled: false },
});
const whole = { PROCESSORS, TABLE_NAME: 'table', PROCESSOR_SECRETS_ID: 'secrets' };
const runtimeWith = (env: Record<string, string>) => createTestRuntime(() => 0, { env });
const notEnabled = expect.objectContaining({
  name: 'ConfigurationError',
  message: 'processor-not-enabled',
});

describe('connected systems', () => {
  test('each is connected once, by itself', async () => {
    const { connect } = connectedProcessors.create(runtimeWith(whole));
    const [first, second] = await Promise.all([connect('paypal'), connect('paypal')]);
    expect(first?.name).toBe('paypal');
    expect(second).toBe(first);
    expect(await connect('paypal')).toBe(first);
    expect((await connect('mailchimp')).name).toBe('mailchimp');
  });

  test('those that are off or unknown are refused', async () => {
    const { connect, definition } = connectedProcessors.create(runtimeWith(whole));
    for (const name of ['meta', 'mailchump', 'constructor']) {
      await expect(connect(name)).rejects.toEqual(notEnabled);
      expect(() => definition(name)).toThrow(notEnabled);
    }
  });

  test('a connection that failed is tried again by the next call', async () => {
    const env: Record<string, string> = { PROCESSORS, PROCESSOR_SECRETS_ID: 'secrets' };
    const { connect } = connectedProcessors.create(runtimeWith(env));
    await expect(connect('paypal')).rejects.toMatchObject({ name: 'MissingEnvironment' });
    env.TABLE_NAME = 'table';
    expect((await connect('paypal')).name).toBe('paypal');
  });
});

test('a mistake in any enabled part is found when a function starts, whichever system it then needs', () => {
  const runtime = runtimeWith({
    ...whole,
    PROCESSORS: JSON.stringify({
      paypal: { enabled: true },
      hotjar: { enabled: true, plan: 'scale' },
      linkedin: { enabled: false, surprise: 1 },
    }),
  });
  for (const adapter of [processorNames, connectedProcessors])
    expect(() => adapter.create(runtime)).toThrow(
      expect.objectContaining({
        name: 'ConfigurationError',
        message: 'hotjar: sites, organizationId',
      }),
    );
});

test('names, texts and titles are there without any connection, and no task for what is no system', () => {
  const { names, definition } = processorNames.create(runtimeWith({ PROCESSORS }));
  expect(names).toEqual(['mailchimp', 'paypal']);
  expect(definition('paypal').title).toContain('PayPal');
  const texts = manualTaskTexts.create(runtimeWith({ PROCESSORS }));
  expect(texts('paypal').export?.instructions.length).toBeGreaterThan(0);
  expect(texts('request')).toEqual({});
});
