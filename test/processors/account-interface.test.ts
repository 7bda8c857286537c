import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { accountInterface } from '../../local/commands/account-interface.ts';
import { readDescription } from './openapi.ts';
import { actInput, ada, gather, grace, lin, openVendors } from './vendors.ts';

const file = join(__dirname, '../../docs/account-connector.openapi.json');
const description = readDescription(readFileSync(file, 'utf8'));
/** The videos have an interface of their own. */
const media = [/^\/media\//];

describe('the interface of the account system', () => {
  test('the document is what the connector’s schemas make of it (else: npm run processors -- write)', () => {
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(accountInterface())));
  });

  test('every call of every operation is in it, and every answer of the emulator fits it', async () => {
    const vendors = await openVendors();
    const account = vendors.processor('account');
    for (const email of [ada, grace, lin]) {
      const keys = await vendors.keysOf(email);
      const finding = await account.find(keys);
      await gather(account.export(keys, finding));
      const input = actInput(keys, finding, vendors, [{ field: 'name', value: 'New' }]);
      for (const action of ['rectify', 'restrict', 'lift', 'opt-out', 'erase', 'erase'] as const) {
        await account.act(action, input);
        await account.confirm({ ...input, action });
      }
    }
    await account.check();
    const calls = vendors.requests
      .map(({ method, url, body }) => ({ method, path: url.split('/processors/account')[1] ?? '', body }))
      .filter(({ path }) => !media.some((pattern) => pattern.test(path)));
    const problems = calls.map(({ method, path, body }) =>
      description.requestProblem(
        method,
        path.replace('/v1', ''),
        body === undefined ? undefined : JSON.parse(body),
      ),
    );
    expect(calls.length).toBeGreaterThan(40);
    expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
    expect(vendors.answerProblems('account/v1', description)).toEqual([]);
    vendors.close();
  });

  test('a wrong call and a wrong answer are noticed', () => {
    expect(description.requestProblem('POST', '/lookups', { mail: 'x' })).toMatch(/email/);
    expect(description.requestProblem('PATCH', '/accounts/a1/profile', { name: 7 })).toMatch(/name/);
    expect(description.requestProblem('GET', '/accounts/a1/invoices', undefined)).toMatch(/no such call/);
    expect(description.responseProblem('GET', '/accounts/a1', 200, { accountId: 'a1' })).toMatch(/required/);
  });
});
