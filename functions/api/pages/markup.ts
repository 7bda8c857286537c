import { html } from 'hono/html';
import { addDays, daysBetween, localDayOf, writtenDay, writtenDayWithName } from '../../domain/calendar.ts';
import type { Language } from '../../domain/words.ts';

/** A piece of a page. Every value that a template takes is escaped unless it is such a piece itself. */
export type Markup = ReturnType<typeof html>;
export { html };

export const nothing = html``;

/** A calendar day (YYYY-MM-DD) in words, readable for machines too. */
export function dayInWords(day: string, language: Language, withName = true): Markup {
  const words = withName ? writtenDayWithName(day, language) : writtenDay(day, language);
  return html`<time datetime="${day}">${words}</time>`;
}

/** An instant (RFC 3339) as its local day, with the time of the day in Europe/Amsterdam. */
export function momentInWords(instant: string, language: Language): Markup {
  const time = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'Europe/Amsterdam',
    hour: '2-digit',
    minute: '2-digit',
  }).format(new Date(instant));
  const at = language === 'nl' ? `om ${time} uur` : `at ${time}`;
  return html`<time datetime="${instant}">${writtenDay(localDayOf(instant), language)} ${at}</time>`;
}

export const mark: Markup = html`<svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false"><rect class="tile" width="32" height="32" rx="8"/><path class="hand" d="M9 16.5l5 5L23 10"/></svg>`;

export interface MonthOf {
  /** Calendar days YYYY-MM-DD. */
  readonly received: string;
  readonly plannedBy: string;
  readonly today: string;
  /** The day of the answer, where there is one: days stop being counted there. */
  readonly answered?: string | undefined;
}

/** The days of the period, one tick each: those that have passed are filled. Its meaning always stands beside it in words. */
export function monthBar(month: MonthOf, height: 8 | 14 = 14): Markup {
  const total = Math.max(1, daysBetween(month.received, month.plannedBy));
  const until = month.answered ?? month.today;
  const shown = Math.max(total, Math.min(daysBetween(month.received, until), total + 10));
  const step = 300 / (shown + 1);
  const ticks = Array.from({ length: shown + 1 }, (_, index) => {
    const day = addDays(month.received, index);
    const kind =
      day > month.plannedBy && day <= until ? 'late' : day === until ? 'today' : day < until ? 'past' : '';
    const x = (index * step).toFixed(2);
    const width = (step * 0.68).toFixed(2);
    return html`<rect class="${kind}" x="${x}" y="1" width="${width}" height="${height - 2}" rx="1.2"/>`;
  });
  const due = (total * step).toFixed(2);
  return html`<svg class="month" viewBox="0 0 301 ${height}" aria-hidden="true" focusable="false" preserveAspectRatio="none">${ticks}<rect class="due" x="${due}" y="0.6" width="${(step * 0.68).toFixed(2)}" height="${(height - 1.2).toFixed(1)}" rx="1.2"/></svg>`;
}

/** Picks the language of a page: `t('Verstuur', 'Send')`. */
export type Say = (nl: string, en: string) => string;
export const say =
  (language: Language): Say =>
  (nl, en) =>
    language === 'nl' ? nl : en;
