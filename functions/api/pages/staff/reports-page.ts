import { writtenDay } from '../../../domain/calendar.ts';
import type { Language } from '../../../domain/words.ts';
import { html, type Markup, nothing, say } from '../markup.ts';
import { csv, type Reports } from './reports.ts';
import { reasonLabels, rightLabels } from './words.ts';

/** Rounded down, so that the figure never flatters. */
const percent = (share: number | undefined, language: Language) =>
  share === undefined
    ? '–'
    : `${new Intl.NumberFormat(language === 'nl' ? 'nl-NL' : 'en-GB').format(Math.floor(share * 1000) / 10)} %`;

/** Bars beside their words; the numbers stand in the text, so the picture adds and hides nothing. */
function bars(
  label: string,
  rows: readonly {
    readonly label: string;
    readonly value: number;
    readonly shown: string;
    readonly kind?: 'bad' | 'warn';
  }[],
): Markup {
  const most = Math.max(1, ...rows.map((one) => one.value));
  const height = rows.length * 30;
  return html`<svg class="bars" viewBox="0 0 640 ${height}" role="img" aria-label="${label}: ${rows.map((one) => `${one.label} ${one.shown}`).join(', ')}">${rows.map(
    (one, index) =>
      html`<text x="0" y="${index * 30 + 20}">${one.label}</text><rect class="rail" x="190" y="${index * 30 + 7}" width="380" height="17" rx="3"/><rect class="bar ${one.kind ?? ''}" x="190" y="${index * 30 + 7}" width="${((380 * one.value) / most).toFixed(1)}" height="17" rx="3"/><text x="580" y="${index * 30 + 20}">${one.shown}</text>`,
  )}</svg>`;
}

export function reportsPage(reports: Reports, partial: boolean, language: Language): Markup {
  const t = say(language);
  return html`<div class="head"><h1>${t('Rapporten', 'Reports')}</h1><a class="button plain" href="/staff/reports.csv">${t('Exporteer als CSV', 'Export as CSV')}</a></div>
${partial ? html`<p class="notice warn">${t('Er zijn meer verzoeken dan één bladzijde kan tellen: deze cijfers gaan over de laatste.', 'There are more requests than one page can count: these figures cover the most recent.')}</p>` : nothing}
<div class="tiles">
<div class="tile"><b>${percent(reports.withinOneMonth, language)}</b>${t('beantwoord binnen een maand', 'answered within one month')}</div>
<div class="tile"><b>${percent(reports.withinThreeMonths, language)}</b>${t('binnen drie maanden', 'within three months')}</div>
<div class="tile"><b>${reports.open}</b>${t('open', 'open')}</div>
<div class="tile"><b>${reports.overdue}</b>${reports.overdue > 0 ? html`<span class="tag bad">${t('te laat', 'overdue')}</span>` : t('te laat', 'overdue')}</div>
<div class="tile"><b>${reports.willBeLate}</b>${t('wordt te laat in het gewone tempo', 'late at the usual pace')}</div>
</div>
${reports.received === 0 ? html`<p class="card empty"><b>${t('Nog geen cijfers', 'No figures yet')}</b>${t('Ze verschijnen met het eerste verzoek.', 'They appear with the first request.')}</p>` : nothing}
<section class="card" aria-labelledby="due"><h2 id="due">${t('Open verzoeken naar de week waarin ze af moeten', 'Open requests by the week they fall due')}</h2>${bars(
    t('Termijn', 'Due'),
    reports.dueByWeek.map((one, index) => ({
      label:
        index === 0
          ? t('Deze week of te laat', 'This week or overdue')
          : `${t('Vanaf', 'From')} ${writtenDay(one.from, language)}`,
      value: one.count,
      shown: String(one.count),
      ...(index === 0 && reports.overdue > 0 ? { kind: 'bad' as const } : {}),
    })),
  )}</section>
<section class="card" aria-labelledby="rights"><h2 id="rights">${t('Per recht', 'Per right')}</h2><div class="table" tabindex="0" role="region" aria-label="${t('Cijfers per recht', 'Figures per right')}"><table><thead><tr><th scope="col">${t('Recht', 'Right')}</th><th scope="col">${t('Beantwoord', 'Answered')}</th><th scope="col">${t('Mediaan in dagen', 'Median days')}</th><th scope="col">${t('Open', 'Open')}</th></tr></thead><tbody>${reports.perRight.map(
    (one) =>
      html`<tr><td>${rightLabels[one.right][language]}</td><td class="num">${one.answered}</td><td class="num">${one.medianDays ?? '–'}</td><td class="num">${one.open}</td></tr>`,
  )}</tbody></table></div></section>
<section class="card" aria-labelledby="refusals"><h2 id="refusals">${t('Afwijzingen, geheel of deels, naar grond', 'Refusals, whole or in part, by ground')}</h2>${
    reports.refusals.length === 0
      ? html`<p class="soft">${t('Geen.', 'None.')}</p>`
      : bars(
          t('Afwijzingen', 'Refusals'),
          reports.refusals.map((one) => ({
            label: reasonLabels[one.reason][language].split(',')[0] ?? one.reason,
            value: one.count,
            shown: String(one.count),
          })),
        )
  }</section>`;
}

/** The same figures for a spreadsheet, in the reader's words; shares from 0 to 1. */
export function reportsCsv(reports: Reports, language: Language): string {
  const t = say(language);
  return csv([
    [t('cijfer', 'figure'), t('van', 'of'), t('waarde', 'value')],
    [
      t('beantwoord binnen een maand', 'answered within one month'),
      t('deel', 'share'),
      reports.withinOneMonth,
    ],
    [
      t('beantwoord binnen drie maanden', 'answered within three months'),
      t('deel', 'share'),
      reports.withinThreeMonths,
    ],
    [t('open', 'open'), '', reports.open],
    [t('te laat', 'overdue'), '', reports.overdue],
    [t('wordt te laat in het gewone tempo', 'late at the usual pace'), '', reports.willBeLate],
    ...reports.perRight.flatMap((one) => [
      [t('mediaan in dagen', 'median days'), rightLabels[one.right][language], one.medianDays] as const,
      [t('beantwoord', 'answered'), rightLabels[one.right][language], one.answered] as const,
    ]),
    ...reports.refusals.map(
      (one) => [t('afgewezen', 'refused'), reasonLabels[one.reason][language], one.count] as const,
    ),
    ...reports.dueByWeek.map(
      (one) => [t('af in de week vanaf', 'due in the week from'), one.from, one.count] as const,
    ),
  ]);
}
