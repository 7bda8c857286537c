import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { recipientOf } from '../../functions/domain/register.ts';
import { actions, builtInProcessors, dataCategories, operations } from '../../functions/domain/words.ts';
import type { Finding } from '../../functions/processors/contract.ts';
import { openDsr } from '../../functions/processors/opendsr.ts';
import { connectProcessors, definitions, enabledProcessors } from '../../functions/processors/registry.ts';
import { emulators } from '../../local/processors/all.ts';
import { openDsrEmulator } from '../../local/processors/opendsr.ts';
import { seeds } from '../../local/processors/seeds.ts';
import { actInput, ada, dayMs, gather, openVendors, type Vendors } from './vendors.ts';

/** What every entry of the registry must keep to, whatever vendor stands behind it. */

const folder = join(__dirname, '../../functions/processors');
/** What the connectors share; every other file in the folder is a system and must be in the registry. */
const shared = [
  'bearer',
  'circuit',
  'config',
  'configured',
  'contract',
  'corrections',
  'definition',
  'each-found',
  'evidence',
  'gate',
  'google-auth',
  'http',
  'json-request',
  'refusal',
  'registry',
  'response',
  'retention',
  'standing',
  'tasks',
  'uploaded',
];

const people = [seeds.ada, seeds.grace, seeds.lin];
const personal = /@example\.com|CANARY/i;

function stateOf(vendors: Vendors, name: string): Record<string, unknown> {
  vendors.hub.tick();
  return JSON.parse(readFileSync(join(vendors.dataDir, 'processors', `${name}.json`), 'utf8')).data;
}

/** A vendor's own account of calls (quotas, jobs, kept answers) and its keys: they differ from run to run, and nobody's data is in them. */
const ledgers = ['used', 'requests', 'removals', 'answers', 'root', 'signer', 'callbacks'];

/** What a vendor holds when all that it does by itself has been done. */
function endOf(vendors: Vendors, name: string): unknown {
  vendors.clock.ms += 100 * dayMs;
  return Object.fromEntries(Object.entries(stateOf(vendors, name)).filter(([key]) => !ledgers.includes(key)));
}

async function noCall(): Promise<never> {
  throw new Error('no call may go out');
}

/** What a connection gets that must not reach anything. */
const apart = { http: { send: noCall }, now: () => 0, secret: noCall };

describe('registry', () => {
  test('is the same as the folder: every file there is a system in it or something they share', () => {
    const files = readdirSync(folder)
      .filter((file) => file.endsWith('.ts'))
      .map((file) => file.slice(0, -3))
      .filter((file) => !shared.includes(file));
    expect(files.toSorted()).toEqual([...builtInProcessors, 'opendsr'].toSorted());
    expect(definitions.map(({ name }) => name)).toEqual([...builtInProcessors]);
  });

  test('every system has an emulator, under the same name', async () => {
    const vendors = await openVendors();
    expect([...vendors.hub.names]).toEqual(expect.arrayContaining([...builtInProcessors]));
    vendors.close();
  });

  const off = { httpFor: () => ({ send: noCall }), now: () => 0, secret: noCall };

  test('connects only what is switched on', async () => {
    const config = {
      mailchimp: { enabled: true, baseUrl: 'https://us1.api.mailchimp.com/3.0' },
      meta: { enabled: false },
    };
    expect([...(await connectProcessors(enabledProcessors(config), off)).keys()]).toEqual(['mailchimp']);
  });

  test.each([
    [{ mailchump: { enabled: true } }, 'mailchump: unknown processor'],
    [{ mailchimp: {} }, 'mailchimp: enabled'],
    [{ mailchimp: { enabled: true, baseUrl: 'http://evil.example.com' } }, 'mailchimp: baseUrl'],
    [{ mailchimp: { enabled: true, baseUrl: 'https://169.254.169.254/' } }, 'mailchimp: baseUrl'],
    [{ mailchimp: { enabled: true, baseUrl: 'https://a:b@us1.api.mailchimp.com/' } }, 'mailchimp: baseUrl'],
    [
      { mailchimp: { enabled: true, baseUrl: 'https://us1.api.mailchimp.com/3.0', surprise: 'x' } },
      'mailchimp: surprise',
    ],
    [{ opendsr: { mailchimp: { enabled: true } } }, 'opendsr.mailchimp: name is taken'],
    [{ opendsr: { lantern: { enabled: true } } }, 'opendsr.lantern: register'],
    [
      { opendsr: { lantern: { register: {} } } },
      'opendsr.lantern: enabled, register.title, register.legalEntity, register.country, register.role, register.activities, register.categories, register.safeguard',
    ],
    [{ opendsr: ['lantern'] }, 'opendsr: names and entries'],
  ])('A41 refuses %j and names the field', (config, message) => {
    expect(() => enabledProcessors(config)).toThrow(
      expect.objectContaining({ name: 'ConfigurationError', message }),
    );
  });
});

/** Every entry of the registry, and one that is known by configuration alone. */
const everyone = [...definitions, openDsr(openDsrEmulator.name)];

describe.each(everyone.map((definition) => [definition.name, definition] as const))(
  '%s',
  (name, definition) => {
    /** The account system hands out the ids; more is not needed to look at one. */
    const needed = emulators.filter((emulator) => emulator.name === name || emulator.name === 'account');
    let vendors: Vendors;
    beforeEach(async () => {
      vendors = await openVendors({ emulators: needed });
    });
    afterEach(() => vendors.close());

    async function found(
      email = ada as string,
    ): Promise<{ keys: Awaited<ReturnType<Vendors['keysOf']>>; finding: Finding }> {
      const keys = await vendors.keysOf(email);
      return { keys, finding: await vendors.processor(name).find(keys) };
    }

    test('says what it is and what it can', () => {
      expect(definition.title).toMatch(/\w/);
      expect(Object.keys(definition.capabilities).toSorted()).toEqual(
        operations.filter((operation) => operation !== 'confirm').toSorted(),
      );
      expect(definition.limits.concurrency).toBeGreaterThan(0);
      expect(definition.limits.perSecond).toBeGreaterThan(0);
    });

    test('every manual operation has a task that a person can follow and prove', () => {
      for (const [operation, capability] of Object.entries(definition.capabilities))
        if (capability === 'manual') expect(Object.keys(definition.manualTasks)).toContain(operation);
      for (const task of Object.values(definition.manualTasks)) {
        expect(task.instructions.length).toBeGreaterThan(0);
        for (const { nl, en } of task.instructions) {
          expect(Math.min(nl.length, en.length)).toBeGreaterThan(10);
          expect(nl).not.toBe(en);
        }
        expect(task.evidence.length).toBeGreaterThan(10);
        if (task.subjectText !== undefined) {
          expect(task.subjectText.nl.length).toBeGreaterThan(40);
          expect(task.subjectText.en.length).toBeGreaterThan(40);
        }
      }
    });

    test('every automated change has a task for the day on which it fails', () => {
      for (const action of actions)
        if (definition.capabilities[action] === 'automated' && action === 'erase')
          expect(Object.keys(definition.manualTasks)).toContain(action);
    });

    test('a vendor that is a controller itself has words for the subject', () => {
      const told = Object.values(definition.manualTasks).some(({ subjectText }) => subjectText !== undefined);
      expect(told || !definition.ownController).toBe(true);
    });

    test('the register says the same of who is responsible there', () => {
      const { config } = vendors.enabled.get(name) ?? {};
      expect(config).toBeDefined();
      const { role } = recipientOf(name, vendors.further);
      expect(definition.ownController).toBe(role === 'own-controller');
    });

    test('its example configuration connects, to https origins only, without a call', async () => {
      for (const origin of definition.origins(definition.exampleConfig))
        expect(origin).toMatch(/^https:\/\/[\w.-]+$/);
      const connected = await definition.connect(definition.exampleConfig, apart);
      expect(connected.name).toBe(name);
    });

    test('refuses a field that it does not know, by name and without its value', async () => {
      const config = { ...(vendors.enabled.get(name)?.config as object), surprise: 'hunter2' };
      const refusal = expect.objectContaining({
        name: 'ConfigurationError',
        message: expect.stringMatching(/surprise(?!.*hunter2)/),
      });
      expect(() => definition.origins(config)).toThrow(refusal);
      await expect(definition.connect(config, apart)).rejects.toEqual(refusal);
    });

    test('its check passes with right credentials and changes nothing', async () => {
      const before = stateOf(vendors, name);
      await vendors.processor(name).check();
      expect(stateOf(vendors, name)).toEqual(before);
    });

    test('its check fails with wrong credentials, without quoting them', async () => {
      const processors = await connectProcessors(vendors.enabled, {
        httpFor: vendors.httpFor,
        now: () => vendors.clock.ms,
        secret: async () => 'wrong-secret:wrong-secret',
      });
      // LinkedIn has no interface; discovery of OpenDSR is open to everybody.
      if (['linkedin', openDsrEmulator.name].includes(name)) return;
      const error = await processors
        .get(name)
        ?.check()
        .then(
          () => undefined,
          (thrown: Error) => thrown,
        );
      expect(error?.name).toMatch(/^(PermanentError|ConfigurationError)$/);
      expect(error?.message).not.toContain('wrong-secret');
    });

    test('knows ada, and nobody whom nobody knows', async () => {
      const { finding } = await found();
      expect(vendors.held(name, ada)).toBeGreaterThan(0);
      if (definition.capabilities.find === 'automated') expect(finding.holdings.length).toBeGreaterThan(0);
      const nobody = await vendors.processor(name).find({ email: 'nobody@example.com' });
      expect(nobody).toEqual({ holdings: [], complete: true });
    });

    test('finding and exporting change nothing, and handles say nothing about the person', async () => {
      const before = stateOf(vendors, name);
      const { keys, finding } = await found();
      expect(finding.complete).toBe(true);
      for (const { handle, category, count } of finding.holdings) {
        expect(handle).not.toMatch(personal);
        expect(dataCategories).toContain(category);
        expect(count).toBeGreaterThanOrEqual(0);
      }
      const exported = JSON.stringify(await gather(vendors.processor(name).export(keys, finding)));
      for (const other of people.filter(({ email }) => email !== ada)) {
        expect(exported).not.toContain(other.email);
        expect(exported).not.toContain(other.canary);
      }
      expect(stateOf(vendors, name)).toEqual(before);
    });

    test.each(actions)(
      'A53 %s leaves no personal data in its result, nor in what looking again gives',
      async (action) => {
        const { keys, finding } = await found();
        const input = actInput(keys, finding, vendors, [{ field: 'name', value: 'CANARY new name' }]);
        const acted = await vendors.processor(name).act(action, input);
        expect(JSON.stringify(acted)).not.toMatch(personal);
        if (acted.result !== 'done' && acted.result !== 'accepted') return;
        const job = acted.result === 'accepted' && acted.job !== undefined ? { job: acted.job } : {};
        const seen = await vendors.processor(name).confirm({ ...input, action, ...job });
        expect(JSON.stringify(seen)).not.toMatch(personal);
      },
    );

    test.each(actions)('%s touches nobody else and does nothing where nothing was found', async (action) => {
      const others = () => people.slice(1).map(({ email }) => vendors.held(name, email));
      const before = others();
      const { keys, finding } = await found();
      await vendors
        .processor(name)
        .act(action, actInput(keys, finding, vendors, [{ field: 'name', value: 'New' }]));
      expect(others()).toEqual(before);
      const state = stateOf(vendors, name);
      const empty = actInput({ email: 'nobody@example.com' }, { holdings: [], complete: true }, vendors);
      const acted = await vendors.processor(name).act(action, empty);
      expect(['nothing-found', 'not-applicable', 'manual']).toContain(acted.result);
      expect(stateOf(vendors, name)).toEqual(state);
    });

    const automated = actions.filter((action) => definition.capabilities[action] === 'automated');
    // Jest refuses an empty table; a system without any automated change has nothing to lose.
    if (automated.length > 0)
      test.each(automated)(
        'F1 F2 F3 F18 F19 %s: whichever call is lost, before or after its effect, doing it again reaches the same end',
        async (action) => {
          const run = async (lose?: { nth: number; fate: 'lost-before' | 'lost-after' }) => {
            const fresh = await openVendors({ emulators: needed });
            const keys = await fresh.keysOf(ada);
            const processor = fresh.processor(name);
            const input = actInput(keys, await processor.find(keys), fresh, [
              { field: 'name', value: 'New' },
            ]);
            const start = fresh.requests.length;
            if (lose !== undefined)
              fresh.intercept.next = (nth) =>
                // Three in a row outlast the retries inside one call, so that the step itself has to come again.
                nth - start >= lose.nth && nth - start < lose.nth + 3 ? lose.fate : undefined;
            for (let attempt = 1; ; attempt += 1)
              try {
                await processor.act(action, input);
                break;
              } catch (error) {
                if (attempt > 4 || !(error instanceof Error) || error.name !== 'TransientError') throw error;
              }
            delete fresh.intercept.next;
            const end = { calls: fresh.requests.length - start, state: endOf(fresh, name) };
            fresh.close();
            return end;
          };
          const whole = await run();
          for (let nth = 1; nth <= Math.min(whole.calls, 12); nth += 1)
            for (const fate of ['lost-before', 'lost-after'] as const)
              expect((await run({ nth, fate })).state).toEqual(whole.state);
        },
      );

    test.each([
      { status: 500, times: 'forever' },
      { status: 401, times: 'forever' },
      { status: 400, body: { message: 'CANARY vendor words about ada@example.com' }, times: 'forever' },
      { cancel: true, times: 'forever' },
      { lie: 'cut-body', times: 'forever' },
      { lie: 'prototype-keys', times: 'forever' },
      { bodyBytes: 50_000_000, times: 'forever' },
      { status: 302, headers: { location: 'http://169.254.169.254/latest/meta-data/' }, times: 'forever' },
    ])('A37 A38 A41 A54 under %j it throws one of the three families, in codes', async (fault) => {
      const keys = await vendors.keysOf(ada);
      if (definition.origins(vendors.enabled.get(name)?.config).length === 0) return;
      const honest = await vendors.processor(name).find(keys);
      await vendors.fault(name, fault);
      const input = actInput(keys, honest, vendors);
      const attempts = [
        () => vendors.processor(name).find(keys),
        () => vendors.processor(name).check(),
        () => gather(vendors.processor(name).export(keys, honest)),
        () => vendors.processor(name).act('erase', input),
        () => vendors.processor(name).confirm({ ...input, action: 'erase' }),
      ];
      for (const attempt of attempts) {
        const error = await attempt().then(
          () => undefined,
          (thrown: Error) => thrown,
        );
        if (error === undefined) continue;
        expect(error.name).toMatch(/^(TransientError|PermanentError|QuarantineError)$/);
        expect(error.message).toMatch(/^[a-z0-9-]{3,60}$/);
      }
      expect(Object.prototype).not.toHaveProperty('polluted');
    });
  },
);

test('the configuration of the local edition switches on every system', async () => {
  const vendors = await openVendors();
  expect([...enabledProcessors(vendors.config).keys()]).toEqual(
    expect.arrayContaining([...builtInProcessors]),
  );
  vendors.close();
});
