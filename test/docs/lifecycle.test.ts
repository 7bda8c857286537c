import { readFileSync } from 'node:fs';
import { lifecycleDocument } from '../../local/commands/lifecycle-document.ts';

test('docs/lifecycle.md is what the table gives (else: npm run lifecycle)', () => {
  expect(readFileSync('docs/lifecycle.md', 'utf8')).toBe(lifecycleDocument());
});
