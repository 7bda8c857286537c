import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PermanentError } from '../../../functions/domain/errors.ts';
import type { Processor } from '../../../functions/processors/contract.ts';
import { checkProcessors } from '../../../local/commands/check-processors.ts';
import { processorsDocument } from '../../../local/commands/processors-document.ts';
import { openVendors } from '../../processors/vendors.ts';

describe('npm run processors', () => {
  test('docs/processors.md is what the registry makes of it (else: npm run processors -- write)', () => {
    const written = readFileSync(join(__dirname, '../../../docs/processors.md'), 'utf8');
    expect(written).toBe(processorsDocument());
  });

  test('check asks every system once, and tells which one fails by a code', async () => {
    const vendors = await openVendors();
    await vendors.fault('mailjet', { status: 401, times: 'forever' });
    const results = await checkProcessors(vendors.processors);
    expect(results.filter(({ ok }) => !ok).map(({ processor, code }) => [processor, code])).toEqual([
      ['mailjet', 'credentials-refused'],
    ]);
    expect(results).toHaveLength(vendors.processors.size);
    vendors.close();
  });

  test('check never repeats what an unforeseen error says', async () => {
    const failing = (error: Error) =>
      ({
        check: async () => {
          throw error;
        },
      }) as unknown as Processor;
    const results = await checkProcessors(
      new Map([
        ['one', failing(new PermanentError('access-refused'))],
        ['two', failing(new Error('token sk_live_123 was refused'))],
      ]),
    );
    expect(results.map(({ code }) => code)).toEqual(['access-refused', 'unexpected-error']);
  });
});
