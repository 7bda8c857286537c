import { localDayOf, writtenDay } from '../../../domain/calendar.ts';
import type { Case } from '../../../domain/case.ts';
import type { Language } from '../../../domain/words.ts';
import type { ProcessorView } from '../../staff/processors.ts';
import { html, type Markup, nothing, say } from '../markup.ts';
import { type Systems, titleOfSystem } from './plan.ts';
import { rightLabels, taskLabel } from './words.ts';

/** Work by hand over all open requests, soonest due first. */
export function tasksPage(cases: readonly Case[], systems: Systems, now: number, language: Language): Markup {
  const t = say(language);
  const at = new Date(now).toISOString();
  const open = cases
    .flatMap(({ row, tasks }) => tasks.filter((task) => task.state === 'open').map((task) => ({ row, task })))
    .sort((a, b) => (a.task.dueAt < b.task.dueAt ? -1 : 1));
  return html`<div class="head"><h1>${t('Taken', 'Tasks')}</h1><span class="soft">${open.length} open</span></div>
${
  open.length === 0
    ? html`<div class="table"><p class="empty"><b>${t('Er is niets met de hand te doen', 'Nothing to do by hand')}</b>${t('Taken verschijnen hier als een systeem niet vanzelf werkt.', 'Tasks appear here when a system cannot be worked by itself.')}</p></div>`
    : html`<div class="table" tabindex="0" role="region" aria-label="${t('Open taken', 'Open tasks')}"><table><thead><tr><th scope="col">${t('Taak', 'Task')}</th><th scope="col">${t('Verzoek', 'Request')}</th><th scope="col">${t('Voor', 'Due')}</th><th scope="col">${t('Waarom', 'Why')}</th></tr></thead><tbody>${open.map(
        ({ row, task }) =>
          html`<tr data-case="${row.id}"><td><a href="/staff/requests/${row.id}#tasks">${task.processor === 'request' || task.processor === 'staff' ? t('Dit verzoek', 'This request') : titleOfSystem(systems, task.processor)}: ${taskLabel(task.operation, language)}</a></td><td>${rightLabels[row.right][language]} <span class="mono soft">${row.id.slice(0, 8)}</span></td><td class="nowrap">${task.dueAt < at ? html`<span class="tag bad">${t('Te laat', 'Overdue')}</span> ` : nothing}<time datetime="${task.dueAt}">${writtenDay(localDayOf(task.dueAt), language)}</time></td><td class="mono small">${task.code ?? '–'}</td></tr>`,
      )}</tbody></table></div>`
}`;
}

/** Per system: how calls to it fared lately, what it failed at in the open requests, what waits for a person, what it only promised. */
export function processorsPage(
  cases: readonly Case[],
  systems: Systems,
  health: readonly ProcessorView[],
  language: Language,
): Markup {
  const t = say(language);
  const rows = systems.names.map((name) => {
    const findings = cases.flatMap((one) => one.findings.filter((record) => record.processor === name));
    const results = cases.flatMap((one) => one.dispositions.filter((record) => record.processor === name));
    const tasks = cases.flatMap((one) =>
      one.tasks.filter((task) => task.processor === name && task.state === 'open'),
    );
    const failed =
      findings.filter((one) => one.state === 'failed').length +
      results.filter((one) => one.disposition === 'failed').length;
    const last = [...findings, ...results]
      .map((one) => one.at)
      .sort()
      .at(-1);
    const calls = health.find((one) => one.name === name);
    return {
      name,
      calls: calls?.failuresLast24h ?? 0,
      heldBack: calls !== undefined && calls.circuit !== 'closed',
      failed,
      tasks: tasks.length,
      accepted: results.filter((one) => one.disposition === 'accepted').length,
      seen: findings.length,
      last,
    };
  });
  return html`<div class="head"><h1>${t('Verwerkers', 'Processors')}</h1><span class="soft">${t(`Over ${cases.length} open verzoeken`, `Over ${cases.length} open requests`)}</span></div>
<div class="table" tabindex="0" role="region" aria-label="${t('Toestand van de systemen', 'Health of the systems')}"><table><thead><tr><th scope="col">${t('Systeem', 'System')}</th><th scope="col">${t('Toestand', 'Health')}</th><th scope="col">${t('Fouten in 24 uur', 'Failures in 24 hours')}</th><th scope="col">${t('Doorzocht', 'Searched')}</th><th scope="col">${t('Mislukt', 'Failed')}</th><th scope="col">${t('Toegezegd, niet gezien', 'Promised, not seen')}</th><th scope="col">${t('Taken', 'Tasks')}</th><th scope="col">${t('Laatst van gehoord', 'Last heard of')}</th></tr></thead><tbody>${rows.map(
    (one) =>
      html`<tr><td><b>${titleOfSystem(systems, one.name)}</b></td><td>${one.heldBack ? html`<span class="tag bad">${t('Ligt eruit, wordt niet gevraagd', 'Down, calls held back')}</span>` : one.failed > 0 ? html`<span class="tag bad">${t('Mislukt', 'Failing')}</span>` : one.tasks > 0 ? html`<span class="tag warn">${t('Vraagt een mens', 'Needs a person')}</span>` : one.seen > 0 ? html`<span class="tag good">${t('Werkt', 'Working')}</span>` : html`<span class="tag">${t('Nog niet gebruikt', 'Not used yet')}</span>`}</td><td class="num">${one.calls}</td><td class="num">${one.seen}</td><td class="num">${one.failed}</td><td class="num">${one.accepted}</td><td class="num">${one.tasks}</td><td class="nowrap">${one.last ? writtenDay(localDayOf(one.last), language) : '–'}</td></tr>`,
  )}</tbody></table></div>`;
}
