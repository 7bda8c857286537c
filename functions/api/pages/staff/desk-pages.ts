import { localDayOf, writtenDay } from '../../../domain/calendar.ts';
import type { Case } from '../../../domain/case.ts';
import type { ProcessorView } from '../../staff/processors.ts';
import { html, type Markup, nothing } from '../markup.ts';
import { type Systems, titleOfSystem } from './plan.ts';
import { rightLabels } from './words.ts';

/** Work by hand over all open requests, soonest due first. */
export function tasksPage(cases: readonly Case[], systems: Systems, now: number): Markup {
  const at = new Date(now).toISOString();
  const open = cases
    .flatMap(({ row, tasks }) => tasks.filter((task) => task.state === 'open').map((task) => ({ row, task })))
    .sort((a, b) => (a.task.dueAt < b.task.dueAt ? -1 : 1));
  return html`<div class="head"><h1>Tasks</h1><span class="soft">${open.length} open</span></div>
${
  open.length === 0
    ? html`<div class="table"><p class="empty"><b>Nothing to do by hand</b>Tasks appear here when a system cannot be worked by itself.</p></div>`
    : html`<div class="table" tabindex="0" role="region" aria-label="Open tasks"><table><thead><tr><th scope="col">Task</th><th scope="col">Request</th><th scope="col">Due</th><th scope="col">Why</th></tr></thead><tbody>${open.map(
        ({ row, task }) =>
          html`<tr data-case="${row.id}"><td><a href="/staff/requests/${row.id}#tasks">${task.processor === 'request' || task.processor === 'staff' ? 'This request' : titleOfSystem(systems, task.processor)}: ${task.operation.replaceAll('-', ' ')}</a></td><td>${rightLabels[row.right]} <span class="mono soft">${row.id.slice(0, 8)}</span></td><td class="nowrap">${task.dueAt < at ? html`<span class="tag bad">Overdue</span> ` : nothing}<time datetime="${task.dueAt}">${writtenDay(localDayOf(task.dueAt), 'en')}</time></td><td class="mono small">${task.code ?? '–'}</td></tr>`,
      )}</tbody></table></div>`
}`;
}

/** Per system: how calls to it fared lately, what it failed at in the open requests, what waits for a person, what it only promised. */
export function processorsPage(
  cases: readonly Case[],
  systems: Systems,
  health: readonly ProcessorView[],
): Markup {
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
  return html`<div class="head"><h1>Processors</h1><span class="soft">Over ${cases.length} open requests</span></div>
<div class="table" tabindex="0" role="region" aria-label="Health of the systems"><table><thead><tr><th scope="col">System</th><th scope="col">Health</th><th scope="col">Failures in 24 hours</th><th scope="col">Searched</th><th scope="col">Failed</th><th scope="col">Promised, not seen</th><th scope="col">Tasks</th><th scope="col">Last heard of</th></tr></thead><tbody>${rows.map(
    (one) =>
      html`<tr><td><b>${titleOfSystem(systems, one.name)}</b></td><td>${one.heldBack ? html`<span class="tag bad">Down, calls held back</span>` : one.failed > 0 ? html`<span class="tag bad">Failing</span>` : one.tasks > 0 ? html`<span class="tag warn">Needs a person</span>` : one.seen > 0 ? html`<span class="tag good">Working</span>` : html`<span class="tag">Not used yet</span>`}</td><td class="num">${one.calls}</td><td class="num">${one.seen}</td><td class="num">${one.failed}</td><td class="num">${one.accepted}</td><td class="num">${one.tasks}</td><td class="nowrap">${one.last ? writtenDay(localDayOf(one.last), 'en') : '–'}</td></tr>`,
  )}</tbody></table></div>`;
}
