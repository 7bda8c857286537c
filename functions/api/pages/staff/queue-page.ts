import { daysBetween, localDayOf, writtenDay } from '../../../domain/calendar.ts';
import { rights, statuses } from '../../../domain/words.ts';
import type { QueueItem } from '../../staff/queue.ts';
import type { StaffSession } from '../../staff/sign-in.ts';
import { html, type Markup, monthBar, nothing } from '../markup.ts';
import { csrfField } from './frame.ts';
import { outcomeLabels, rightLabels, riskLabels, statusLabels } from './words.ts';

export interface QueueView {
  readonly items: readonly QueueItem[];
  readonly next?: string | undefined;
  readonly filter: { readonly status?: string; readonly right?: string; readonly due?: string };
  readonly query: string;
  readonly today: string;
  readonly session: StaffSession;
  readonly mayWork: boolean;
  readonly said?: Markup | undefined;
}

export function riskTag(risk: QueueItem['risk']): Markup {
  const [label, kind] = riskLabels[risk];
  return html`<span class="tag ${kind}">${label}</span>`;
}

/** How far away a day is, the way people say it. */
export function dueIn(day: string, today: string): string {
  const days = daysBetween(today, day);
  if (days === 0) return 'today';
  if (days === 1) return 'tomorrow';
  if (days === -1) return '1 day late';
  return days < 0 ? `${-days} days late` : `in ${days} days`;
}

function select(
  name: string,
  label: string,
  chosen: string | undefined,
  options: readonly (readonly [string, string])[],
) {
  return html`<div><label for="${name}">${label}</label><select id="${name}" name="${name}"><option value="">Any</option>${options.map(
    ([value, text]) =>
      html`<option value="${value}"${value === chosen ? html` selected` : nothing}>${text}</option>`,
  )}</select></div>`;
}

export function queuePage(view: QueueView): Markup {
  const { items, filter, today, session } = view;
  return html`<div class="head"><h1>Queue</h1>
<form method="get" action="/staff/search" role="search" class="row"><label class="vh" for="search">Search by reference</label><input type="search" id="search" name="q" placeholder="Reference, or its first letters" maxlength="60"><button class="plain">Search</button></form></div>
${view.said ?? nothing}
<form method="get" action="/staff" class="filters">
${select(
  'status',
  'Status',
  filter.status,
  statuses.map((one) => [one, statusLabels[one]] as const),
)}
${select(
  'right',
  'Right',
  filter.right,
  rights.map((one) => [one, rightLabels[one]] as const),
)}
${select('due', 'Due', filter.due, [
  ['overdue', 'Overdue'],
  ['today', 'By today'],
  ['week', 'Within a week'],
])}
<button class="plain">Filter</button><a href="/staff/queue.csv${view.query}">Export as CSV</a>
<span class="soft small">Keys: <kbd>j</kbd> <kbd>k</kbd> move, <kbd>Enter</kbd> opens, <kbd>x</kbd> marks, <kbd>/</kbd> searches</span>
</form>
${
  items.length === 0
    ? html`<div class="table"><p class="empty"><b>Nothing here</b>${emptyText(filter)}</p></div>`
    : html`<form method="post" action="/staff/notes">${csrfField(session)}
<div class="table"><table><caption class="vh">Requests, soonest due first</caption>
<thead><tr>${view.mayWork ? html`<th scope="col"><span class="vh">Mark</span></th>` : nothing}<th scope="col">Request</th><th scope="col">Status</th><th scope="col">Risk</th><th scope="col">Answer by</th><th scope="col">Month</th><th scope="col">Open</th></tr></thead>
<tbody>${items.map((item) => queueRow(item, today, view.mayWork))}</tbody></table></div>
<div class="row"><p></p>${view.next ? html`<a class="button plain" href="${view.next}">Next page</a>` : nothing}</div>
${
  view.mayWork
    ? html`<details><summary>Add a note to the marked requests</summary><div class="field"><label for="text">Note for colleagues</label><textarea id="text" name="text" maxlength="5000"></textarea></div><button>Add note</button></details>`
    : nothing
}</form>`
}`;
}

function emptyText({ due, status }: QueueView['filter']): string {
  if (due === 'overdue') return 'No request is past its promise. That is how it should be.';
  if (status === 'closed') return 'No request has been closed yet.';
  if (status || due) return 'No open request matches. Try another view.';
  return 'No open requests. New ones appear here by themselves, soonest due first.';
}

function queueRow(item: QueueItem, today: string, mayWork: boolean): Markup {
  const received = localDayOf(item.receivedAt);
  const ended = item.risk === 'answered' ? today : undefined;
  const open = [
    ...(item.openTasks > 0 ? [`${item.openTasks} ${item.openTasks === 1 ? 'task' : 'tasks'}`] : []),
    ...(item.proposed ? ['second person'] : []),
    ...(item.paused ? ['paused'] : []),
    ...(item.extended ? ['extended'] : []),
  ];
  return html`<tr data-case="${item.reference}">${mayWork ? html`<td><input type="checkbox" name="reference" value="${item.reference}" aria-label="Mark ${item.reference.slice(0, 8)}"></td>` : nothing}
<td><a href="/staff/requests/${item.reference}">${rightLabels[item.right]}</a><br><span class="mono soft">${item.reference.slice(0, 8)}</span></td>
<td>${item.outcome ? outcomeLabels[item.outcome] : statusLabels[item.status]}</td><td>${riskTag(item.risk)}</td>
<td class="nowrap num"><time datetime="${item.plannedBy}">${writtenDay(item.plannedBy, 'en')}</time>${ended ? nothing : html`<br><span class="soft small">${dueIn(item.plannedBy, today)}</span>`}</td>
<td>${monthBar({ received, plannedBy: item.plannedBy, today: ended ? received : today }, 8)}</td>
<td class="small">${open.length > 0 ? open.join(', ') : html`<span class="soft">–</span>`}</td></tr>`;
}
