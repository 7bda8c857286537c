import { localDayOf, writtenDay } from '../../../domain/calendar.ts';
import { html, type Markup, momentInWords, nothing, say } from '../markup.ts';
import type { CaseView } from './case-view.ts';
import { csrfField } from './frame.ts';
import { titleOfSystem } from './plan.ts';
import { actorLabel, taskLabel } from './words.ts';

export function tasksCard(view: CaseView): Markup {
  const { document, systems, language } = view;
  const t = say(language);
  if (document.tasks.length === 0) return nothing;
  const open = document.tasks.filter((task) => task.state === 'open');
  const done = document.tasks.filter((task) => task.state === 'done');
  return html`<section class="card" aria-labelledby="tasks"><h2 id="tasks">${t('Taken', 'Tasks')}</h2>
${open.length === 0 ? html`<p class="soft">${t('Er staat geen taak open.', 'No task is open.')}</p>` : html`<ul class="list">${open.map((task) => html`<li>${taskForm(view, task)}</li>`)}</ul>`}
${done.length === 0 ? nothing : html`<details><summary>${done.length} ${t('gedaan', 'done')}</summary><ul class="list">${done.map((task) => html`<li>${titleOfSystem(systems, task.processor)}: ${taskLabel(task.operation, language)} <span class="soft small">${task.doneBy ? actorLabel(task.doneBy, language) : ''}${task.doneAt ? html`, ${momentInWords(task.doneAt, language)}` : nothing}</span></li>`)}</ul></details>`}</section>`;
}

function taskForm(
  { current, session, may, systems, language }: CaseView,
  task: CaseView['document']['tasks'][number],
): Markup {
  const t = say(language);
  const key = `${task.processor}-${task.operation}`;
  const head = html`${csrfField(session)}<input type="hidden" name="version" value="${current.row.version}"><input type="hidden" name="operation" value="${task.operation}">`;
  const action = `/staff/requests/${current.row.id}/tasks/${task.processor}`;
  const system = task.processor !== 'request' && task.processor !== 'staff';
  /** What was fetched by hand goes into the package, where that waits; before, it has no place yet. */
  function fileHint(operation: string): Markup {
    if (operation !== 'export' || !may.work) return nothing;
    if (current.row.status !== 'awaiting-release')
      return html`<p class="small">${t('Zodra het pakket op vrijgave wacht, kun je het bestand daar toevoegen.', 'Once the package waits for its release you can add the file there.')}</p>`;
    return html`<p><a class="button plain" href="/staff/requests/${current.row.id}/package?processor=${task.processor}#files">${t('Voeg het opgehaalde bestand toe', 'Add the file you fetched')}</a></p>`;
  }
  return html`<h3>${system ? titleOfSystem(systems, task.processor) : t('Dit verzoek', 'This request')}: ${taskLabel(task.operation, language)}</h3>
<p class="small">${t('Voor', 'Due')} ${writtenDay(localDayOf(task.dueAt), language)}${task.code ? html`, ${t('want', 'because')} <span class="mono">${task.code}</span>` : nothing}</p>
${fileHint(task.operation)}${task.instructions ? html`<ol class="small">${task.instructions.split('\n').map((line) => html`<li>${line}</li>`)}</ol>` : nothing}
${
  may.work
    ? html`<details><summary>${t('Meld het resultaat', 'Report the result')}</summary><form method="post" action="${action}">${head}
<fieldset><legend>${t('Resultaat', 'Result')}</legend><div class="opts">${(
        [
          ['done', t('Gedaan', 'Done')],
          ['nothing-found', t('Er was niets', 'Nothing was there')],
          ['not-applicable', t('Niet van toepassing', 'Does not apply')],
          ['retained', t('Bewaard, want dat moet', 'Kept by law')],
        ] as const
      ).map(
        ([value, label], index) =>
          html`<label for="${key}-${value}"><input type="radio" id="${key}-${value}" name="outcome" value="${value}"${index === 0 ? html` checked` : nothing}>${label}</label>`,
      )}</div></fieldset>
<div class="field"><label for="${key}-until">${t('Bewaard tot (als dat van de wet moet)', 'Kept until (when the law keeps it)')}</label><input type="date" id="${key}-until" name="until"></div>
<div class="field"><label for="${key}-evidence">${t('Bewijs: wat je deed en wat je zag', 'Evidence: what you did and what you saw')}</label><textarea id="${key}-evidence" name="evidence" maxlength="5000" rows="3"></textarea></div>
<button>${t('Meld', 'Report')}</button></form></details>
<form method="post" action="${action}">${head}<input type="hidden" name="action" value="retry"><button class="link">${t('Laat het systeem het opnieuw proberen', 'Let the system try again')}</button></form>`
    : nothing
}`;
}
