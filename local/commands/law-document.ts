import { askWithinDays, pauseEndsAfterDays } from '../../functions/domain/clock.ts';
import { officialJournalHolidays } from '../../functions/domain/holidays.ts';
import { needsStaffDecision, policyOf } from '../../functions/domain/policy.ts';
import { reasonOf } from '../../functions/domain/reasons.ts';
import { fanOutOf, recipientOf, retentionOf, retentionTexts } from '../../functions/domain/register.ts';
import { categories } from '../../functions/domain/register-record.ts';
import { builtInProcessors, dataCategories, reasonCodes, rights } from '../../functions/domain/words.ts';
import { chosenFigures, openQuestions, type Proof, promises, rules } from './law-rules.ts';

const row = (...cells: readonly string[]) =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [row(...head), row(...head.map(() => '---')), ...rows.map((cells) => row(...cells))].join('\n');
const proofsOf = (proofs: readonly Proof[]) =>
  proofs.map((proof) => `${proof.file.replace('test/', '')}: “${proof.title}”`).join('<br>');

/** The page for a lawyer, from the same data that the product runs on. */
export function lawDocument(): string {
  return `# The law in the product

For a lawyer who wants to check what the product does and where. Generated from the data that the product itself runs on by
\`node local/run.mjs local/commands/law.ts\`; a test fails when this page is stale, when a file named here does not exist, or when a test named
here is gone. To see how one date comes about, step by step: \`npm run clock -- 2026-03-05\`. To read every letter: \`npm run letters\`.

## Rules, where they stand, and the tests that fail without them

${table(
  ['Rule', 'Source', 'Code', 'Tests'],
  rules.map((one) => [one.rule, one.source, `\`${one.code}\``, proofsOf(one.proofs)]),
)}

## What the privacy policy promises

${table(
  ['Promise', 'Heading in the policy', 'Tests'],
  promises.map((one) => [one.promise, one.under, proofsOf(one.proofs)]),
)}

## Rights

${table(
  [
    'Right',
    'Article',
    'Who decides',
    'People to grant',
    'People to release',
    'Asked of each system',
    'Days to cancel',
    'Recipients told (art. 19)',
  ],
  rights.map((right) => {
    const one = policyOf(right);
    const who = {
      staff: 'staff',
      policy: 'nobody: it takes effect at once',
      'by-scope': 'direct marketing: nobody; else staff',
    };
    return [
      right,
      one.article,
      needsStaffDecision({ right, onBehalfOf: 'agent' })
        ? `${who[one.decidedBy]}; staff where made for another`
        : who[one.decidedBy],
      String(one.peopleToGrant),
      String(one.peopleToRelease || '–'),
      one.operation ?? 'the answer itself',
      String(one.coolingOffDays || '–'),
      one.tellsRecipients ? 'yes' : '–',
    ];
  }),
)}

## Reasons for a refusal

${table(
  ['Code', 'Law', 'Rights', 'Decisions', 'Staff must explain'],
  reasonCodes.map((code) => {
    const one = reasonOf(code);
    return [
      `\`${code}\``,
      one.basis.en,
      one.rights.join(', '),
      one.decisions.join(', '),
      one.needsExplanation ? 'yes' : '–',
    ];
  }),
)}

## Data and how long it is kept

${table(
  ['Kind', 'What', 'Kept'],
  dataCategories.map((category) => [
    categories[category].title.en,
    categories[category].items.map((item) => item.en).join(', '),
    retentionTexts[retentionOf(category).rule].en,
  ]),
)}

## Recipients

${table(
  [
    'Recipient',
    'Legal entity',
    'Country',
    'Role',
    'Receives',
    'For',
    'Safeguard',
    'Rights with nothing to work on there',
  ],
  builtInProcessors.map((name) => {
    const one = recipientOf(name);
    const without = rights.filter((right) => fanOutOf(right, [name]).notApplicable.length > 0);
    return [
      one.title,
      one.legalEntity,
      one.country.en,
      one.role,
      one.categories.join(', '),
      one.activities.join(', '),
      one.safeguard,
      without.join(', ') || '–',
    ];
  }),
)}

## Public holidays of the Official Journal

${table(
  ['Year', 'Days'],
  Object.entries(officialJournalHolidays).map(([year, days]) => [
    year,
    days.map((day) => day.slice(5)).join(', '),
  ]),
)}

Every other year uses the days that each list has, and the operator is told that the list is missing (\`functions/domain/holidays.ts\`).

## Figures that are the company’s choice

\`askWithinDays\` is ${askWithinDays}, \`pauseEndsAfterDays\` is ${pauseEndsAfterDays}.

${chosenFigures.map((one) => `- ${one}`).join('\n')}

## For the lawyer to confirm

${openQuestions.map((one) => `- ${one}`).join('\n')}
`;
}
