import { capitalised } from '../../functions/domain/sentence.ts';

test.each([
  ['de belastingwet eist dat', 'De belastingwet eist dat'],
  ['één jaar', 'Één jaar'],
  ['PayPal keeps it', 'PayPal keeps it'],
  ['x', 'X'],
  ['', ''],
])('%j begins a sentence as %j', (text, expected) => expect(capitalised(text)).toBe(expected));
