import { localDayOf, writtenDay } from '../../../domain/calendar.ts';
import { html, type Markup, momentInWords, nothing } from '../markup.ts';
import type { CaseView } from './case-view.ts';
import { csrfField } from './frame.ts';
import { titleOfSystem } from './plan.ts';
import { actorLabel } from './words.ts';

export function tasksCard(view: CaseView): Markup {
  const { document, systems } = view;
  if (document.tasks.length === 0) return nothing;
  const open = document.tasks.filter((task) => task.state === 'open');
  const done = document.tasks.filter((task) => task.state === 'done');
  return html`<section class="card" aria-labelledby="tasks"><h2 id="tasks">Tasks</h2>
${open.length === 0 ? html`<p class="soft">No task is open.</p>` : html`<ul class="list">${open.map((task) => html`<li>${taskForm(view, task)}</li>`)}</ul>`}
${done.length === 0 ? nothing : html`<details><summary>${done.length} done</summary><ul class="list">${done.map((task) => html`<li>${titleOfSystem(systems, task.processor)}: ${task.operation.replaceAll('-', ' ')} <span class="soft small">${task.doneBy ? actorLabel(task.doneBy) : ''}${task.doneAt ? html`, ${momentInWords(task.doneAt, 'en')}` : nothing}</span></li>`)}</ul></details>`}</section>`;
}

function taskForm(
  { current, session, may, systems }: CaseView,
  task: CaseView['document']['tasks'][number],
): Markup {
  const key = `${task.processor}-${task.operation}`;
  const head = html`${csrfField(session)}<input type="hidden" name="version" value="${current.row.version}"><input type="hidden" name="operation" value="${task.operation}">`;
  const action = `/staff/requests/${current.row.id}/tasks/${task.processor}`;
  const system = task.processor !== 'request' && task.processor !== 'staff';
  return html`<h3>${system ? titleOfSystem(systems, task.processor) : 'This request'}: ${task.operation.replaceAll('-', ' ')}</h3>
<p class="small">Due ${writtenDay(localDayOf(task.dueAt), 'en')}${task.code ? html`, because <span class="mono">${task.code}</span>` : nothing}</p>
${task.instructions ? html`<ol class="small">${task.instructions.split('\n').map((line) => html`<li>${line}</li>`)}</ol>` : nothing}
${
  may.work
    ? html`<details><summary>Report the result</summary><form method="post" action="${action}">${head}
<fieldset><legend>Result</legend><div class="opts">${(
        [
          ['done', 'Done'],
          ['nothing-found', 'Nothing was there'],
          ['not-applicable', 'Does not apply'],
          ['retained', 'Kept by law'],
        ] as const
      ).map(
        ([value, label], index) =>
          html`<label for="${key}-${value}"><input type="radio" id="${key}-${value}" name="outcome" value="${value}"${index === 0 ? html` checked` : nothing}>${label}</label>`,
      )}</div></fieldset>
<div class="field"><label for="${key}-until">Kept until (when the law keeps it)</label><input type="date" id="${key}-until" name="until"></div>
<div class="field"><label for="${key}-evidence">Evidence: what you did and what you saw</label><textarea id="${key}-evidence" name="evidence" maxlength="5000" rows="3"></textarea></div>
<button>Report</button></form></details>
<form method="post" action="${action}">${head}<input type="hidden" name="action" value="retry"><button class="link">Let the system try again</button></form>`
    : nothing
}`;
}
