import { startOfLocalDay, writtenDayWithName } from '../../functions/domain/calendar.ts';
import { clockOf } from '../../functions/domain/clock.ts';
import { InvalidInput } from '../../functions/domain/errors.ts';

const usage = `usage: npm run clock -- <received> [--extended] [--json]
  <received>   day of receipt in Europe/Amsterdam (2026-03-05) or an RFC 3339 instant (2026-03-04T23:30:00Z)
  --extended   as if a lawful extension had been announced on the day of receipt
  --json       only {received, plannedBy, legalBy, steps}
`;

/** Prints the dates that follow from a receipt, and why. Returns the exit code: 0 done, 2 input not understood. */
function main(args: readonly string[]): number {
  const flags = args.filter((arg) => arg.startsWith('-'));
  const values = args.filter((arg) => !arg.startsWith('-'));
  if (flags.includes('--help') || flags.includes('-h')) {
    process.stdout.write(usage);
    return 0;
  }
  const unknown = flags.find((flag) => flag !== '--extended' && flag !== '--json');
  if (unknown !== undefined) return complain(`unknown option: ${unknown}`);
  const [value] = values;
  if (value === undefined || values.length > 1) return complain('give exactly one day or instant of receipt');

  try {
    const receivedAt = /^\d{4}-\d{2}-\d{2}$/.test(value) ? startOfLocalDay(value) : value.replace(' ', 'T');
    const clock = clockOf({
      receivedAt,
      ...(flags.includes('--extended') && {
        extension: { reason: 'complexity', sentAt: receivedAt, letterId: 'as-if-sent' },
      }),
    });
    const { received, plannedBy, legalBy, steps } = clock;
    if (flags.includes('--json')) {
      process.stdout.write(`${JSON.stringify({ received, plannedBy, legalBy, steps }, null, 2)}\n`);
      return 0;
    }
    const lines = [
      ...steps.flatMap((step) => [`${step.date}  ${step.rule}`, `            ${step.source}`]),
      '',
      `received   ${received}  ${writtenDayWithName(received, 'en')}`,
      `plannedBy  ${plannedBy}  ${writtenDayWithName(plannedBy, 'en')}, until ${clock.plannedEndsAt}`,
      `legalBy    ${legalBy}  ${writtenDayWithName(legalBy, 'en')}, until ${clock.legalEndsAt}`,
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    return complain(`not a day (YYYY-MM-DD) or RFC 3339 instant that exists: ${JSON.stringify(value)}`);
  }
}

function complain(problem: string): number {
  process.stderr.write(`${problem}\n${usage}`);
  return 2;
}

process.exitCode = main(process.argv.slice(2));
