import { localDayOf, writtenDay } from '../../../domain/calendar.ts';
import { policyOf } from '../../../domain/policy.ts';
import { riskOf } from '../../staff/queue.ts';
import { dayInWords, html, type Markup, momentInWords, monthBar, nothing } from '../markup.ts';
import { actionForms } from './case-actions.ts';
import type { CaseView } from './case-view.ts';
import { csrfField } from './frame.ts';
import { messagesCard } from './messages-card.ts';
import { planOf, titleOfSystem } from './plan.ts';
import { dueIn, riskTag } from './queue-page.ts';
import { tasksCard } from './task-forms.ts';
import {
  actorLabel,
  categoryLabels,
  channelLabels,
  decisionLabels,
  dispositionLabels,
  eventLabel,
  findingLabels,
  outcomeLabels,
  reasonLabels,
  rightLabels,
  statusLabels,
} from './words.ts';

export function casePage(view: CaseView): Markup {
  const { row } = view.current;
  const risk = riskOf(row, view.now);
  return html`<div class="head"><h1>${rightLabels[row.right]} <span class="soft mono">${row.id.slice(0, 8)}</span></h1>
<span class="row"><span class="tag info">${row.outcome ? outcomeLabels[row.outcome] : statusLabels[row.status]}</span>${riskTag(risk)}${row.hold ? html`<span class="tag warn">On hold</span>` : nothing}</span></div>
${view.said ?? nothing}
<div class="cols"><div>
${nextStep(view)}
${findingsCard(view)}
${dispositionsCard(view)}
${actionForms(view)}
${tasksCard(view)}
${messagesCard(view)}
${lettersCard(view)}
${trailCard(view)}
</div><div>
${clockCard(view)}
${subjectCard(view)}
${notesCard(view)}
${factsCard(view)}
</div></div>`;
}

/** Never a case without a next action: one sentence that says what it waits for, and whose turn it is. */
function nextStep({ current, session, document }: CaseView): Markup {
  const { row, tasks } = current;
  const open = tasks.filter((task) => task.state === 'open').length;
  const mine = row.proposal?.by === `staff:${session.name}`;
  const told = (): string | Markup => {
    switch (row.status) {
      case 'awaiting-identity':
        return 'The subject must confirm the mailbox. Reminders and the closing letter go out by themselves.';
      case 'finding':
        return 'The systems are being searched. The findings appear here.';
      case 'awaiting-decision':
        if (!row.proposal || row.decision) return 'Read the findings and decide.';
        return mine
          ? 'You proposed a decision. A colleague must confirm it: two people take what cannot be undone.'
          : html`${actorLabel(row.proposal.by)} proposes: <b>${decisionLabels[row.proposal.kind]}</b>${row.proposal.reason ? `, ${reasonLabels[row.proposal.reason]}` : ''}. Confirm the same decision below, or talk first.`;
      case 'cooling-off':
        return html`The subject can cancel until ${row.coolingOffUntil ? momentInWords(row.coolingOffUntil, 'en') : 'the end of the cooling-off'}. Then the work begins by itself.`;
      case 'acting':
        return open > 0
          ? 'Work by hand is open: see the tasks.'
          : 'The systems are being asked. Results appear here.';
      case 'awaiting-release':
        return html`Read the package, leave out what is about others, and release it. Two people must. <a href="/staff/requests/${row.id}/package">Open the package</a>`;
      case 'answered':
        return open > 0
          ? 'Answered, with work still open: see the tasks.'
          : 'Answered. The case closes by itself when every system has its final result.';
      case 'closed':
        return 'Closed. Nothing is left to do.';
    }
  };
  return html`<section class="card next" aria-labelledby="next"><h2 id="next">Next step</h2><p>${told()}</p>${document.hold ? html`<p class="small">The case is on hold: nothing closes or expires.</p>` : nothing}</section>`;
}

function clockCard({ current, document, now }: CaseView): Markup {
  const { row } = current;
  const today = localDayOf(new Date(now).toISOString());
  const ended = row.answeredAt ?? row.closedAt;
  const received = localDayOf(row.receivedAt);
  return html`<section class="card" aria-labelledby="clock"><h2 id="clock">Clock</h2>
<p><b>Answer by ${dayInWords(document.clock.plannedBy, 'en')}</b>${ended ? nothing : html`, ${dueIn(document.clock.plannedBy, today)}`}</p>
${monthBar({ received, plannedBy: document.clock.plannedBy, today, ...(ended ? { answered: localDayOf(ended) } : {}) })}
<p class="small soft">Legal end: ${dayInWords(document.clock.legalBy, 'en')}. ${document.clock.breached ? html`<b>The promise was missed.</b>` : nothing}</p>
<details><summary>How these dates follow</summary><ol class="list small">${document.clockSteps.map(
    (step) => html`<li>${step.rule}<br><span class="soft">${step.source}</span></li>`,
  )}</ol></details></section>`;
}

function subjectCard({ current, subject }: CaseView): Markup {
  const { row } = current;
  if (!subject)
    return html`<section class="card" aria-labelledby="who"><h2 id="who">Who asks</h2><p>The words of this request were destroyed.</p></section>`;
  return html`<section class="card" aria-labelledby="who"><h2 id="who">Who asks, and for what</h2><dl class="facts">
<dt>Mailbox</dt><dd>${subject.email}<br>${row.verifiedAt ? html`<span class="tag good">Confirmed</span>` : html`<span class="tag warn">Not confirmed</span>`}</dd>
${subject.name ? html`<dt>Name</dt><dd>${subject.name}</dd>` : nothing}
${subject.onBehalfOf ? html`<dt>${subject.onBehalfOf.relation === 'child' ? 'For a child' : 'For another'}</dt><dd>${subject.onBehalfOf.name}<br>${row.authorityCheckedBy ? html`<span class="tag good">Authority checked by ${actorLabel(row.authorityCheckedBy)}</span>` : html`<span class="tag warn">Authority not checked</span>`}</dd>` : nothing}
${row.objectionScope ? html`<dt>Objects to</dt><dd>${row.objectionScope === 'direct-marketing' ? 'Direct marketing' : 'Something else'}</dd>` : nothing}
<dt>Letters in</dt><dd>${row.language === 'nl' ? 'Dutch' : 'English'}</dd></dl>
${subject.corrections?.length ? html`<h3>Corrections asked</h3><dl class="facts">${subject.corrections.map((one) => html`<dt>${one.field}</dt><dd>${one.value}</dd>`)}</dl>` : nothing}
${subject.details ? html`<h3>In their words</h3><p class="words">${subject.details}</p>` : nothing}
<p class="small soft">A confirmed mailbox proves control of the mailbox, not who somebody is.</p></section>`;
}

function findingsCard({ current, systems }: CaseView): Markup {
  const { row, findings } = current;
  if (policyOf(row.right).operation === undefined || row.status === 'awaiting-identity') return nothing;
  const plan = planOf(row, findings, systems);
  const undecided = row.status === 'awaiting-decision' || row.status === 'cooling-off';
  const title = (name: string) => titleOfSystem(systems, name);
  // Systems with nothing need no row each: one line names them all.
  const empty = findings.filter((one) => one.state === 'nothing');
  const rest = findings.filter((one) => one.state !== 'nothing');
  return html`<section class="card" aria-labelledby="findings"><h2 id="findings">${undecided ? 'What is where, and what a grant would do' : 'What was where'}</h2>
${findings.length === 0 ? html`<p class="soft">No result yet.</p>` : nothing}
${
  rest.length === 0
    ? nothing
    : html`<div class="table" tabindex="0" role="region" aria-label="Findings"><table><thead><tr><th scope="col">System</th><th scope="col">Found</th>${undecided ? html`<th scope="col">If granted</th>` : nothing}</tr></thead><tbody>${rest.map(
        (finding) => {
          const line = plan.find((one) => one.processor === finding.processor);
          const kind = finding.state === 'found' ? 'info' : 'warn';
          return html`<tr><td><b>${title(finding.processor)}</b></td><td><span class="tag ${kind}">${findingLabels[finding.state]}</span>${holdingLines(finding).map((text) => html`<br><span class="small">${text}</span>`)}</td>${undecided ? html`<td>${line?.kind === 'person' ? html`<span class="tag warn">By hand</span> ` : line?.kind === 'keep' ? html`<span class="tag info">Kept</span> ` : nothing}${line?.sentence}</td>` : nothing}</tr>`;
        },
      )}</tbody></table></div>`
}
${empty.length === 0 ? nothing : html`<p class="small after"><b>Nothing found at</b> ${empty.map((one) => title(one.processor)).join(', ')}. ${undecided ? 'None of them is called.' : ''}</p>`}</section>`;
}

/** Holdings added up by kind and by what the law keeps. */
function holdingLines({ holdings }: CaseView['current']['findings'][number]): readonly string[] {
  const totals = new Map<string, number>();
  for (const { category, count, retained } of holdings) {
    const kind = `${categoryLabels[category]}${retained ? `, kept until ${writtenDay(retained.until, 'en')}` : ''}`;
    totals.set(kind, (totals.get(kind) ?? 0) + count);
  }
  return [...totals].map(([kind, count]) => `${count} × ${kind}`);
}

function dispositionsCard({ current, systems }: CaseView): Markup {
  const { dispositions } = current;
  if (dispositions.length === 0) return nothing;
  return html`<section class="card" aria-labelledby="results"><h2 id="results">What became of it</h2><div class="table" tabindex="0" role="region" aria-label="Results"><table><thead><tr><th scope="col">System</th><th scope="col">Result</th><th scope="col">Evidence</th></tr></thead><tbody>${dispositions.map(
    (one) =>
      html`<tr><td><b>${titleOfSystem(systems, one.processor)}</b></td><td><span class="tag ${one.disposition === 'failed' ? 'bad' : one.disposition === 'accepted' ? 'warn' : one.disposition.startsWith('done') ? 'good' : ''}">${dispositionLabels[one.disposition]}</span>${one.code ? html`<br><span class="small soft">${one.code}</span>` : nothing}${one.expectedBy ? html`<br><span class="small">looked at again on ${writtenDay(one.expectedBy, 'en')}</span>` : nothing}${one.retainedUntil ? html`<br><span class="small">until ${writtenDay(one.retainedUntil, 'en')}</span>` : nothing}</td><td class="small">${one.evidence.class.replaceAll('-', ' ')}${one.by ? html`, ${actorLabel(one.by)}` : nothing}<br><span class="soft">looked ${one.looks} ${one.looks === 1 ? 'time' : 'times'}, last ${momentInWords(one.at, 'en')}</span></td></tr>`,
  )}</tbody></table></div></section>`;
}

function lettersCard({ current }: CaseView): Markup {
  return html`<section class="card" aria-labelledby="letters"><h2 id="letters">Letters to the subject</h2>${
    current.letters.length === 0
      ? html`<p class="soft">None yet.</p>`
      : html`<ul class="list">${current.letters.map(
          (one) =>
            html`<li>${eventLabel(one.kind)} <span class="tag ${one.state === 'bounced' || one.state === 'complained' ? 'bad' : one.state === 'delivered' ? 'good' : ''}">${one.state}</span> <span class="soft small">${momentInWords(one.at, 'en')}</span></li>`,
        )}</ul>`
  }</section>`;
}

function notesCard({ current, notes, session, may }: CaseView): Markup {
  return html`<section class="card" aria-labelledby="notes"><h2 id="notes">Notes</h2>
${notes.length === 0 ? html`<p class="soft">No notes. The subject never sees them.</p>` : html`<ul class="list">${notes.map((one) => html`<li><span class="words">${one.text}</span><br><span class="soft small">${actorLabel(one.by)}, ${momentInWords(one.at, 'en')}</span></li>`)}</ul>`}
${
  may.work
    ? html`<form method="post" action="/staff/requests/${current.row.id}/notes">${csrfField(session)}<div class="field"><label for="note">New note</label><textarea id="note" name="text" maxlength="5000" rows="3"></textarea></div><button class="plain">Add note</button></form>`
    : nothing
}</section>`;
}

function factsCard({ current, session, may }: CaseView): Markup {
  const { row } = current;
  return html`<section class="card" aria-labelledby="facts"><h2 id="facts">Details</h2><dl class="facts">
<dt>Reference</dt><dd class="mono">${row.id}</dd><dt>Received</dt><dd>${momentInWords(row.receivedAt, 'en')}</dd><dt>Channel</dt><dd>${channelLabels[row.channel]}</dd>
${row.siblings.length > 0 ? html`<dt>Sent with</dt><dd>${row.siblings.map((one) => html`<a class="mono" href="/staff/requests/${one}">${one.slice(0, 8)}</a> `)}</dd>` : nothing}
${row.about ? html`<dt>Is about</dt><dd><a class="mono" href="/staff/requests/${row.about}">${row.about.slice(0, 8)}</a></dd>` : nothing}
${row.mergedInto ? html`<dt>Merged into</dt><dd><a class="mono" href="/staff/requests/${row.mergedInto}">${row.mergedInto.slice(0, 8)}</a></dd>` : nothing}
${row.decision ? html`<dt>Decision</dt><dd>${decisionLabels[row.decision.kind]}${row.decision.reason ? html`<br><span class="small">${reasonLabels[row.decision.reason]}</span>` : nothing}<br><span class="soft small">${actorLabel(row.decision.by)}, ${momentInWords(row.decision.at, 'en')}</span></dd>` : nothing}
</dl><p><a href="/api/staff/requests/${row.id}/case-file">Download the case file</a></p>
${
  may.decide
    ? html`<form method="post" action="/staff/requests/${row.id}/hold">${csrfField(session)}<input type="hidden" name="version" value="${row.version}"><input type="hidden" name="hold" value="${row.hold ? 'no' : 'yes'}"><button class="link">${row.hold ? 'Lift the hold' : 'Put on hold (legal dispute)'}</button></form>`
    : nothing
}</section>`;
}

function trailCard({ events }: CaseView): Markup {
  const data = (value: (typeof events)[number]['data']) =>
    Object.entries(value)
      .map(([name, one]) => `${name}: ${Array.isArray(one) ? one.join(', ') || '–' : String(one)}`)
      .join('; ');
  return html`<section class="card" aria-labelledby="trail"><h2 id="trail">Who did what</h2><details><summary>${events.length} events, each chained to the one before</summary><div class="table" tabindex="0" role="region" aria-label="Audit trail"><table class="trail"><thead><tr><th scope="col">#</th><th scope="col">When</th><th scope="col">Who</th><th scope="col">What</th></tr></thead><tbody>${events.map(
    (one) =>
      html`<tr id="event-${one.seq}"><td class="num">${one.seq}</td><td class="nowrap">${momentInWords(one.at, 'en')}</td><td>${actorLabel(one.by)}</td><td>${eventLabel(one.type)}<br><span class="soft">${data(one.data)}</span></td></tr>`,
  )}</tbody></table></div></details></section>`;
}
