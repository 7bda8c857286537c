import { prepare } from './rights.ts';
import {
  type DiscoveryMethod,
  discoveryMethods,
  discoverySchemas,
  fitsTemplate,
  hasSpec,
  type Json,
  pointerOf,
  readSpec,
  validatorOf,
} from './specs.ts';
import { ada, openVendors, type Vendors } from './vendors.ts';

/** Requests of the connectors and answers of the emulators, against Google's own discovery documents. */
const cases = [
  {
    name: 'google-analytics',
    file: 'google/analyticsadmin.v1alpha.json',
    scope: 'https://www.googleapis.com/auth/analytics.edit',
  },
  {
    name: 'google-ads',
    file: 'google/datamanager.v1.json',
    scope: 'https://www.googleapis.com/auth/datamanager',
  },
] as const;

describe.each(cases)('$name against $file', ({ name, file, scope }) => {
  const present = hasSpec(file) ? test : test.skip;
  let vendors: Vendors;
  beforeEach(async () => {
    vendors = await openVendors();
  });
  afterEach(() => vendors.close());

  function description() {
    const document: Json = readSpec(file);
    const methods = discoveryMethods(document);
    const problems = validatorOf(discoverySchemas(document));
    const methodFor = (method: string, path: string): DiscoveryMethod | undefined =>
      methods.find((one) => one.httpMethod === method && fitsTemplate(`/${one.flatPath ?? one.path}`, path));
    return {
      methodFor,
      problems: (type: string, value: unknown) => problems(pointerOf('schemas', type), value),
    };
  }

  async function exchanges() {
    const { act, confirm, processor } = await prepare(vendors, name, ada);
    const acted = await act('erase');
    await confirm('erase', acted.result === 'accepted' ? acted.job : undefined);
    await processor.check();
    const base = `http://127.0.0.1:4010/local/processors/${name}`;
    const sent = vendors.requests
      .filter(({ url }) => url.startsWith(`${base}/v1`))
      .map(({ method, url, body }) => ({ method, body, url: new URL(url.slice(base.length), 'https://x') }));
    return Promise.all(
      sent.map(async (one) => {
        const { method, url, body } = one;
        const authorization = await tokenOf();
        const answer = await vendors.hub.app.request(
          `/local/processors/${name}${url.pathname}${url.search}`,
          { method, headers: { authorization }, ...(body === undefined ? {} : { body }) },
        );
        return { ...one, answer: await answer.json() };
      }),
    );
  }

  /** A token as the connector had it: the emulator's tokens end only after an hour. */
  async function tokenOf(): Promise<string> {
    const { config } = vendors.enabled.get(name) ?? {};
    const { createGoogleBearer } = await import('../../functions/processors/google/access-token.ts');
    const auth = (config as Json).auth;
    const secretNames = {
      privateKeySecret: `${name}/private-key`,
      clientSecretSecret: `${name}/client-secret`,
      refreshTokenSecret: `${name}/refresh-token`,
    };
    const http = vendors.httpFor({
      processor: name,
      origins: ['http://127.0.0.1:4010'],
      limits: { concurrency: 1, perSecond: 100 },
    });
    const deps = { http, now: () => vendors.clock.ms, secret: vendors.secret };
    return createGoogleBearer({ ...secretNames, ...auth }, scope, deps)();
  }

  present(
    'every call is one of Google’s methods, under our scope, with its parameters and its body',
    async () => {
      const { methodFor, problems } = description();
      const seen = await exchanges();
      expect(seen.length).toBeGreaterThan(2);
      for (const { method, url, body } of seen) {
        const known = methodFor(method, url.pathname);
        expect(`${method} ${url.pathname} ${known?.id}`).not.toContain('undefined');
        expect(known?.scopes).toContain(scope);
        for (const parameter of url.searchParams.keys())
          expect(Object.keys(known?.parameters ?? {})).toContain(parameter);
        if (known?.request === undefined) expect(body).toBeUndefined();
        else expect(problems(known.request.$ref, JSON.parse(body ?? ''))).toBeUndefined();
      }
    },
  );

  present('every answer of the emulator has Google’s shape', async () => {
    const { methodFor, problems } = description();
    for (const { method, url, answer } of await exchanges()) {
      const type = methodFor(method, url.pathname)?.response?.$ref;
      expect([url.pathname, problems(type ?? '', answer)]).toEqual([url.pathname, undefined]);
    }
  });

  present('negative control: other paths, fields and types are refused', async () => {
    const { methodFor, problems } = description();
    expect(methodFor('POST', '/v1alpha/properties/1:submitUserDeletions')).toBeUndefined();
    expect(methodFor('GET', '/v1/audienceMembers:remove')).toBeUndefined();
    for (const { method, url, body } of await exchanges()) {
      const known = methodFor(method, url.pathname);
      if (known?.request === undefined) continue;
      const right = JSON.parse(body ?? '');
      expect(problems(known.request.$ref, { ...right, user_id: 'x' })).toContain('additional properties');
      const [first = ''] = Object.keys(right);
      expect(problems(known.request.$ref, { ...right, [first]: 7 })).toMatch(/must be/);
    }
  });
});

describe('google data manager', () => {
  const file = 'google/datamanager.v1.json';
  (hasSpec(file) ? test : test.skip)('its own document names the statuses that the connector reads', () => {
    const { schemas } = readSpec(file);
    const statuses: readonly string[] = schemas.RequestStatusPerDestination.properties.requestStatus.enum;
    expect([...statuses].toSorted()).toEqual(
      ['FAILED', 'PARTIAL_SUCCESS', 'PROCESSING', 'REQUEST_STATUS_UNKNOWN', 'SUCCESS'].toSorted(),
    );
  });
});
