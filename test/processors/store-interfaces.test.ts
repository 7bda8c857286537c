import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eraseExpiredGoogleData } from '../../functions/processors/google-oauth/expiry.ts';
import { chatsInterface, grantsInterface } from '../../local/commands/store-interfaces.ts';
import { readDescription } from './openapi.ts';
import { prepare } from './rights.ts';
import { ada, dayMs, gather, openVendors, type Vendors } from './vendors.ts';

const docs = join(__dirname, '../../docs');

describe.each([
  {
    name: 'google-oauth',
    file: 'google-grants.openapi.json',
    make: grantsInterface,
    path: '/google-grants/x',
  },
  { name: 'telegram', file: 'telegram-chats.openapi.json', make: chatsInterface, path: '/chats/1' },
])('the interface of our own store behind $name', ({ name, file, make, path }) => {
  const text = readFileSync(join(docs, file), 'utf8');
  const description = readDescription(text);
  const isVendors = [/^\/(revoke|token)$/, /^\/bot/];
  let vendors: Vendors;
  beforeEach(async () => {
    vendors = await openVendors();
  });
  afterEach(() => vendors.close());

  test('the document is what the connector’s schemas make of it (else: npm run processors -- write)', () => {
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(make())));
  });

  test('every call is in it, and every answer of the emulator fits it', async () => {
    const { processor, keys, finding, act, confirm } = await prepare(vendors, name, ada);
    await gather(processor.export(keys, finding));
    for (const action of ['restrict', 'lift', 'opt-out', 'erase'] as const) {
      await act(action);
      await confirm(action);
    }
    await processor.check();
    if (name === 'google-oauth') {
      const { definition, config } = vendors.enabled.get(name) ?? {};
      if (definition === undefined) throw new Error('not enabled');
      const http = vendors.httpFor({
        processor: name,
        origins: definition.origins(config),
        limits: definition.limits,
      });
      const now = () => vendors.clock.ms + 400 * dayMs;
      await eraseExpiredGoogleData(config, { http, now, secret: vendors.secret });
    }
    const base = `/processors/${name}`;
    const calls = vendors.requests
      .filter(({ url }) => url.includes(`${base}/store/`))
      .map(({ method, url, body }) => ({ method, path: url.split(`${base}/store`)[1] ?? '', body }));
    expect(calls.length).toBeGreaterThan(5);
    const problems = calls.map(({ method, path, body }) =>
      description.requestProblem(method, path, body === undefined ? undefined : JSON.parse(body)),
    );
    expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
    expect(vendors.answerProblems(`${name}/store`, description, isVendors)).toEqual([]);
  });

  test('negative control: a wrong call and a wrong answer are noticed', () => {
    expect(description.requestProblem('PATCH', path, {})).toMatch(/no such call/);
    expect(description.responseProblem('GET', path, 200, { id: 'x' })).toMatch(/required/);
    expect(description.responseProblem('GET', path, 404, { message: 'gone' })).toMatch(/required/);
  });
});
