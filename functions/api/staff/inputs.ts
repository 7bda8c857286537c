import * as v from 'valibot';
import { isDay, isInstant, writtenInUtc } from '../../domain/calendar.ts';
import { severalLines, submissionInput } from '../../domain/intake.ts';
import {
  channels,
  dataCategories,
  decisions,
  extensionReasons,
  rights,
  statuses,
} from '../../domain/words.ts';

/** What staff may send, the same for the JSON API and for the console's forms. */

const words = (max: number) =>
  v.pipe(v.string(), v.trim(), v.minLength(1, 'empty'), v.maxLength(max, 'too-long'), severalLines);

const day = v.pipe(v.string(), v.check(isDay, 'not-a-day'));

export const decisionInput = v.strictObject({
  decision: v.picklist(decisions, 'not-a-decision'),
  reason: v.exactOptional(v.string()),
  explanation: v.exactOptional(words(5000)),
  except: v.exactOptional(
    v.strictObject({
      categories: v.exactOptional(v.array(v.picklist(dataCategories, 'not-a-category'))),
      processors: v.exactOptional(
        v.array(v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{1,40}$/, 'not-a-processor'))),
      ),
    }),
  ),
});
export const extensionInput = v.strictObject({
  reason: v.picklist(extensionReasons, 'not-a-reason'),
  explanation: v.exactOptional(words(5000)),
});
export const questionInput = v.strictObject({
  question: words(5000),
  ground: v.exactOptional(v.string()),
  recordedReason: v.exactOptional(words(2000)),
});
export const taskInput = v.union(
  [
    v.strictObject({ action: v.literal('retry'), operation: v.exactOptional(v.string()) }),
    v.pipe(
      v.strictObject({
        outcome: v.picklist(['done', 'nothing-found', 'not-applicable', 'retained']),
        evidence: words(5000),
        until: v.exactOptional(day),
        operation: v.exactOptional(v.string()),
      }),
      // What the law keeps is kept until a day: without it nobody could say when it goes.
      v.forward(
        v.check(({ outcome, until }) => outcome !== 'retained' || until !== undefined, 'missing'),
        ['until'],
      ),
      v.forward(
        v.check(({ outcome, until }) => outcome === 'retained' || until === undefined, 'only-for-retained'),
        ['until'],
      ),
    ),
  ],
  'outcome-and-evidence-or-retry',
);
export const noteInput = v.strictObject({ text: words(5000) });
export const authorityInput = v.strictObject({ how: words(2000) });
export const liftInput = v.strictObject({ explanation: v.exactOptional(words(5000)) });
export const holdInput = v.strictObject({ hold: v.boolean() });
/** Nothing older can be a request under the regulation, which applies since May of this year (art. 99(2)); it is a slip of the pen. */
const earliestReceipt = '2018-01-01';

export const recordedInput = v.strictObject({
  ...submissionInput.entries,
  channel: v.picklist(
    channels.filter((channel) => channel !== 'form'),
    'not-a-channel',
  ),
  /** A day in Europe/Amsterdam, or an instant where the hour is known. */
  receivedAt: v.pipe(
    v.string(),
    v.check((text) => isDay(text) || isInstant(text), 'not-a-date'),
    v.check((text) => text >= earliestReceipt, 'too-long-ago'),
    v.transform((text) => (isDay(text) ? text : writtenInUtc(text))),
  ),
  about: v.exactOptional(v.string()),
});
export const queueQuery = v.strictObject({
  status: v.exactOptional(v.picklist(statuses, 'not-a-status')),
  right: v.exactOptional(v.picklist(rights, 'not-a-right')),
  due: v.exactOptional(v.union([v.picklist(['overdue', 'today', 'week']), day], 'not-a-due')),
  cursor: v.exactOptional(v.pipe(v.string(), v.maxLength(2000))),
  limit: v.exactOptional(v.pipe(v.string(), v.regex(/^\d{1,3}$/), v.transform(Number))),
});
