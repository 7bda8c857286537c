import { writtenDay } from '../../../domain/calendar.ts';
import { html, type Markup, nothing } from '../markup.ts';
import type { Reports } from './reports.ts';
import { reasonLabels, rightLabels } from './words.ts';

const percent = (share: number | undefined) =>
  share === undefined ? '–' : `${Math.floor(share * 1000) / 10} %`;

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

export function reportsPage(reports: Reports, partial: boolean): Markup {
  return html`<div class="head"><h1>Reports</h1><a class="button plain" href="/staff/reports.csv">Export as CSV</a></div>
${partial ? html`<p class="notice warn">There are more requests than one page can count: these figures cover the most recent.</p>` : nothing}
<div class="tiles">
<div class="tile"><b>${percent(reports.withinOneMonth)}</b>answered within one month</div>
<div class="tile"><b>${percent(reports.withinThreeMonths)}</b>within three months</div>
<div class="tile"><b>${reports.open}</b>open</div>
<div class="tile"><b>${reports.overdue}</b>${reports.overdue > 0 ? html`<span class="tag bad">overdue</span>` : 'overdue'}</div>
<div class="tile"><b>${reports.willBeLate}</b>late at the usual pace</div>
</div>
${reports.received === 0 ? html`<p class="card empty"><b>No figures yet</b>They appear with the first request.</p>` : nothing}
<section class="card" aria-labelledby="due"><h2 id="due">Open requests by the week they fall due</h2>${bars(
    'Due',
    reports.dueByWeek.map((one, index) => ({
      label: index === 0 ? 'This week or overdue' : `From ${writtenDay(one.from, 'en')}`,
      value: one.count,
      shown: String(one.count),
      ...(index === 0 && reports.overdue > 0 ? { kind: 'bad' as const } : {}),
    })),
  )}</section>
<section class="card" aria-labelledby="rights"><h2 id="rights">Per right</h2><div class="table" tabindex="0" role="region" aria-label="Figures per right"><table><thead><tr><th scope="col">Right</th><th scope="col">Answered</th><th scope="col">Median days</th><th scope="col">Open</th></tr></thead><tbody>${reports.perRight.map(
    (one) =>
      html`<tr><td>${rightLabels[one.right]}</td><td class="num">${one.answered}</td><td class="num">${one.medianDays ?? '–'}</td><td class="num">${one.open}</td></tr>`,
  )}</tbody></table></div></section>
<section class="card" aria-labelledby="refusals"><h2 id="refusals">Refusals, whole or in part, by ground</h2>${
    reports.refusals.length === 0
      ? html`<p class="soft">None.</p>`
      : bars(
          'Refusals',
          reports.refusals.map((one) => ({
            label: reasonLabels[one.reason].split(',')[0] ?? one.reason,
            value: one.count,
            shown: String(one.count),
          })),
        )
  }</section>`;
}
