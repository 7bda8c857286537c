import { vendorDescription } from './openapi.ts';
import { actInput, ada, gather, lin, openVendors } from './vendors.ts';

/** Calls that the published description does not carry, with the reason. */
const undescribed = [
  // Described with `filter` as one parameter; the vendor's reference documents `intercom_user_id` and `summary` for it.
  /^\/events\?/,
  // Pages of notes and companies are described in the answers only.
  /^\/contacts\/[^/]+\/(notes|companies)\?/,
];

const description = vendorDescription('intercom/api.intercom.io-2.16.yaml');
const withDescription = description === undefined ? describe.skip : describe;

withDescription('intercom against its own description (skipped where that is not present)', () => {
  test('every call of every operation fits, and the emulator answers as described', async () => {
    if (description === undefined) throw new Error('unreachable');
    const vendors = await openVendors();
    const intercom = vendors.processor('intercom');
    for (const email of [ada, lin]) {
      const keys = await vendors.keysOf(email);
      const finding = await intercom.find(keys);
      await gather(intercom.export(keys, finding));
      const input = actInput(keys, finding, vendors, [{ field: 'name', value: 'New' }]);
      for (const action of ['rectify', 'opt-out', 'erase'] as const) {
        await intercom.act(action, input);
        await intercom.confirm({ ...input, action });
      }
    }
    const calls = vendors.requests.filter(({ url }) => url.includes('/processors/intercom/'));
    const problems = calls
      .map(({ method, url, body }) => ({
        method,
        path: url.slice(url.indexOf('/processors/intercom') + '/processors/intercom'.length),
        body: body === undefined ? undefined : JSON.parse(body),
      }))
      .filter(({ path }) => !undescribed.some((pattern) => pattern.test(path)))
      .map(({ method, path, body }) => description.requestProblem(method, path, body))
      .filter((problem) => problem !== undefined);
    expect(calls.length).toBeGreaterThan(60);
    expect([...new Set(problems)]).toEqual([]);
    // The description leaves out that a deleted contact or ticket is 404; the error's own shape is described elsewhere.
    const answers = vendors.answerProblems('intercom', description, undescribed);
    expect(answers.filter((problem) => !problem.endsWith('404: status 404 is not described'))).toEqual([]);
    vendors.close();
  });

  test('a wrong call and a wrong answer are noticed', () => {
    if (description === undefined) throw new Error('unreachable');
    const search = { query: { field: 'email', operator: '=', value: 'x' }, pagination: { per_page: 50 } };
    expect(description.requestProblem('POST', '/contacts/search', search)).toBeUndefined();
    expect(
      description.requestProblem('POST', '/contacts/search', {
        ...search,
        pagination: { per_page: 'fifty' },
      }),
    ).toMatch(/per_page/);
    expect(description.requestProblem('POST', '/contacts/search', {})).toMatch(/query/);
    expect(description.requestProblem('GET', '/contacts/search', undefined)).toMatch(/no such call/);
    expect(description.requestProblem('DELETE', '/conversations/1?retain_metrix=true', undefined)).toMatch(
      /unknown query/,
    );
    expect(description.requestProblem('POST', '/user_delete_requests', { intercom_user_id: '1' })).toMatch(
      /no such call/,
    );
    expect(description.requestProblem('POST', '/contacts/1/subscriptions', { id: '91' })).toMatch(
      /consent_type/,
    );
    expect(
      description.responseProblem('DELETE', '/contacts/1', 200, { type: 'contact', id: '1', deleted: 'yes' }),
    ).toMatch(/deleted/);
  });
});
