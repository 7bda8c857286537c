import { daysBetween, localDayOf, writtenDay } from '../../../domain/calendar.ts';
import { type Language, rights, statuses } from '../../../domain/words.ts';
import type { QueueItem } from '../../staff/queue.ts';
import type { StaffSession } from '../../staff/sign-in.ts';
import { html, type Markup, monthBar, nothing, say } from '../markup.ts';
import { csrfField } from './frame.ts';
import { outcomeLabels, rightLabels, riskLabels, statusLabels } from './words.ts';

export interface QueueView {
  readonly items: readonly QueueItem[];
  readonly next?: string | undefined;
  readonly filter: { readonly status?: string; readonly right?: string; readonly due?: string };
  readonly query: string;
  readonly today: string;
  readonly session: StaffSession;
  readonly language: Language;
  readonly mayWork: boolean;
  readonly said?: Markup | undefined;
}

export function riskTag(risk: QueueItem['risk'], language: Language): Markup {
  const [label, kind] = riskLabels[risk];
  return html`<span class="tag ${kind}">${label[language]}</span>`;
}

/** How far away a day is, the way people say it. */
export function dueIn(day: string, today: string, language: Language): string {
  const t = say(language);
  const days = daysBetween(today, day);
  if (days === 0) return t('vandaag', 'today');
  if (days === 1) return t('morgen', 'tomorrow');
  if (days === -1) return t('1 dag te laat', '1 day late');
  if (days < 0) return t(`${-days} dagen te laat`, `${-days} days late`);
  return t(`over ${days} dagen`, `in ${days} days`);
}

function select(
  name: string,
  label: string,
  any: string,
  chosen: string | undefined,
  options: readonly (readonly [string, string])[],
) {
  return html`<div><label for="${name}">${label}</label><select id="${name}" name="${name}"><option value="">${any}</option>${options.map(
    ([value, text]) =>
      html`<option value="${value}"${value === chosen ? html` selected` : nothing}>${text}</option>`,
  )}</select></div>`;
}

export function queuePage(view: QueueView): Markup {
  const { items, filter, session, language } = view;
  const t = say(language);
  const any = t('Alle', 'Any');
  return html`<div class="head"><h1>${t('Werkvoorraad', 'Queue')}</h1>
<form method="get" action="/staff/search" role="search" class="row"><label class="vh" for="search">${t('Zoek op kenmerk', 'Search by reference')}</label><input type="search" id="search" name="q" placeholder="${t('Kenmerk, of het begin ervan', 'Reference, or its first letters')}" maxlength="60"><button class="plain">${t('Zoek', 'Search')}</button></form></div>
${view.said ?? nothing}
<form method="get" action="/staff" class="filters">
${select(
  'status',
  t('Status', 'Status'),
  any,
  filter.status,
  statuses.map((one) => [one, statusLabels[one][language]] as const),
)}
${select(
  'right',
  t('Recht', 'Right'),
  any,
  filter.right,
  rights.map((one) => [one, rightLabels[one][language]] as const),
)}
${select('due', t('Termijn', 'Due'), any, filter.due, [
  ['overdue', t('Te laat', 'Overdue')],
  ['today', t('Uiterlijk vandaag', 'By today')],
  ['week', t('Binnen een week', 'Within a week')],
])}
<button class="plain">${t('Filter', 'Filter')}</button><a href="/staff/queue.csv${view.query}">${t('Exporteer als CSV', 'Export as CSV')}</a>
<span class="soft small">${t('Toetsen', 'Keys')}: <kbd>j</kbd> <kbd>k</kbd> ${t('lopen', 'move')}, <kbd>Enter</kbd> ${t('opent', 'opens')}, <kbd>x</kbd> ${t('markeert', 'marks')}, <kbd>/</kbd> ${t('zoekt', 'searches')}</span>
</form>
${
  items.length === 0
    ? html`<div class="table"><p class="empty"><b>${t('Hier is niets', 'Nothing here')}</b>${emptyText(filter, language)}</p></div>`
    : html`<form method="post" action="/staff/notes">${csrfField(session)}
<div class="table"><table><caption class="vh">${t('Verzoeken, eerst wat het eerst af moet', 'Requests, soonest due first')}</caption>
<thead><tr>${view.mayWork ? html`<th scope="col"><span class="vh">${t('Markeer', 'Mark')}</span></th>` : nothing}<th scope="col">${t('Verzoek', 'Request')}</th><th scope="col">${t('Status', 'Status')}</th><th scope="col">${t('Risico', 'Risk')}</th><th scope="col">${t('Antwoord uiterlijk', 'Answer by')}</th><th scope="col">${t('Maand', 'Month')}</th><th scope="col">${t('Open', 'Open')}</th></tr></thead>
<tbody>${items.map((item) => queueRow(item, view))}</tbody></table></div>
<div class="row"><p></p>${view.next ? html`<a class="button plain" href="${view.next}">${t('Volgende bladzijde', 'Next page')}</a>` : nothing}</div>
${
  view.mayWork
    ? html`<details><summary>${t('Zet een notitie bij de gemarkeerde verzoeken', 'Add a note to the marked requests')}</summary><div class="field"><label for="text">${t('Notitie voor collega’s', 'Note for colleagues')}</label><textarea id="text" name="text" maxlength="5000"></textarea></div><button>${t('Voeg toe', 'Add note')}</button></details>`
    : nothing
}</form>`
}`;
}

function emptyText({ due, status }: QueueView['filter'], language: Language): string {
  const t = say(language);
  if (due === 'overdue')
    return t(
      'Geen verzoek is voorbij de toezegging. Zo hoort het.',
      'No request is past its promise. That is how it should be.',
    );
  if (status === 'closed') return t('Er is nog geen verzoek gesloten.', 'No request has been closed yet.');
  if (status || due)
    return t(
      'Geen open verzoek past hierbij. Kies een andere blik.',
      'No open request matches. Try another view.',
    );
  return t(
    'Geen open verzoeken. Nieuwe verschijnen hier vanzelf, eerst wat het eerst af moet.',
    'No open requests. New ones appear here by themselves, soonest due first.',
  );
}

function queueRow(item: QueueItem, { today, mayWork, language }: QueueView): Markup {
  const t = say(language);
  const received = localDayOf(item.receivedAt);
  const ended = item.risk === 'answered' ? today : undefined;
  const tasks = item.openTasks === 1 ? t('taak', 'task') : t('taken', 'tasks');
  const open = [
    ...(item.openTasks > 0 ? [`${item.openTasks} ${tasks}`] : []),
    ...(item.proposed ? [t('tweede persoon', 'second person')] : []),
    ...(item.paused ? [t('staat stil', 'paused')] : []),
    ...(item.extended ? [t('verlengd', 'extended')] : []),
  ];
  return html`<tr data-case="${item.reference}">${mayWork ? html`<td><input type="checkbox" name="reference" value="${item.reference}" aria-label="${t('Markeer', 'Mark')} ${item.reference.slice(0, 8)}"></td>` : nothing}
<td><a href="/staff/requests/${item.reference}">${rightLabels[item.right][language]}</a><br><span class="mono soft">${item.reference.slice(0, 8)}</span></td>
<td>${(item.outcome ? outcomeLabels[item.outcome] : statusLabels[item.status])[language]}</td><td>${riskTag(item.risk, language)}</td>
<td class="nowrap num"><time datetime="${item.plannedBy}">${writtenDay(item.plannedBy, language)}</time>${ended ? nothing : html`<br><span class="soft small">${dueIn(item.plannedBy, today, language)}</span>`}</td>
<td>${monthBar({ received, plannedBy: item.plannedBy, today: ended ? received : today }, 8)}</td>
<td class="small">${open.length > 0 ? open.join(', ') : html`<span class="soft">–</span>`}</td></tr>`;
}
