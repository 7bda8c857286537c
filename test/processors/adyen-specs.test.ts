import { withNull } from './openapi.ts';
import { prepare } from './rights.ts';
import { hasSpec, type Json, pointerOf, readSpec, validatorOf } from './specs.ts';
import { ada, openVendors, type Vendors } from './vendors.ts';

const cases = [
  { part: 'dps', file: 'adyen/DataProtectionService-v1.json', paths: ['/requestSubjectErasure'] },
  {
    part: 'recurring',
    file: 'adyen/RecurringService-v68.json',
    paths: ['/disable', '/listRecurringDetails'],
  },
] as const;

/** Requests of the connector and answers of the emulator, against Adyen's own OpenAPI documents. */
describe.each(cases)('adyen against $file', ({ part, file, paths }) => {
  const present = hasSpec(file) ? test : test.skip;
  let vendors: Vendors;
  beforeEach(async () => {
    vendors = await openVendors();
  });
  afterEach(() => vendors.close());
  const base = `http://127.0.0.1:4010/local/processors/adyen/${part}`;
  const json = ['content', 'application/json', 'schema'] as const;

  async function exchanges() {
    const { act } = await prepare(vendors, 'adyen', ada);
    // Adyen's own answers, in the order in which they were given.
    const answers: { path: string; body: unknown }[] = [];
    const app = vendors.hub.app;
    const { fetch } = app;
    const watched: typeof app.fetch = async (request, ...rest) => {
      const answer = await fetch.call(app, request, ...rest);
      if (request.url.startsWith(base))
        answers.push({ path: request.url.slice(base.length), body: await answer.clone().json() });
      return answer;
    };
    app.fetch = watched;
    await act('erase');
    app.fetch = fetch;
    const requests = vendors.requests
      .filter(({ url }) => url.startsWith(base))
      .map(({ url, body }) => ({ path: url.slice(base.length), body: JSON.parse(body ?? '') }));
    return { requests, answers };
  }

  present('every call is described, with its body', async () => {
    const document: Json = withNull(readSpec(file));
    const problems = validatorOf(document);
    const { requests } = await exchanges();
    expect([...new Set(requests.map(({ path }) => path))].toSorted()).toEqual([...paths]);
    for (const { path, body } of requests) {
      expect(document.paths[path]?.post).toBeDefined();
      expect([path, problems(pointerOf('paths', path, 'post', 'requestBody', ...json), body)]).toEqual([
        path,
        undefined,
      ]);
    }
  });

  present('every answer of the emulator is described', async () => {
    const problems = validatorOf(withNull(readSpec(file)));
    const { answers } = await exchanges();
    expect(answers.length).toBeGreaterThan(0);
    for (const { path, body } of answers)
      expect([path, problems(pointerOf('paths', path, 'post', 'responses', '200', ...json), body)]).toEqual([
        path,
        undefined,
      ]);
  });

  present('negative control: a wrong type or field is refused', async () => {
    const problems = validatorOf(withNull(readSpec(file)));
    const { requests } = await exchanges();
    for (const { path, body } of requests) {
      const pointer = pointerOf('paths', path, 'post', 'requestBody', ...json);
      expect(problems(pointer, { ...body, merchantAccount: 7 })).toContain('must be string');
      expect(problems(pointer, { ...body, shopper: 'x' })).toContain('additional properties');
      if (part === 'dps')
        expect(problems(pointer, { ...body, forceErasure: 'True' })).toContain('must be boolean');
    }
  });
});
