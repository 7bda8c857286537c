import { localDayOf, writtenDay } from '../../../domain/calendar.ts';
import { policyOf } from '../../../domain/policy.ts';
import type { Language } from '../../../domain/words.ts';
import { riskOf } from '../../staff/queue.ts';
import { dayInWords, html, type Markup, momentInWords, monthBar, nothing, say } from '../markup.ts';
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
  evidenceLabels,
  findingLabels,
  letterLabels,
  letterLanguages,
  letterStates,
  outcomeLabels,
  reasonLabels,
  rightLabels,
  statusLabels,
} from './words.ts';

export function casePage(view: CaseView): Markup {
  const { row } = view.current;
  const { language } = view;
  const risk = riskOf(row, view.now);
  return html`<div class="head"><h1>${rightLabels[row.right][language]} <span class="soft mono">${row.id.slice(0, 8)}</span></h1>
<span class="row"><span class="tag info">${(row.outcome ? outcomeLabels[row.outcome] : statusLabels[row.status])[language]}</span>${riskTag(risk, language)}${row.hold ? html`<span class="tag warn">${say(language)('Vastgehouden', 'On hold')}</span>` : nothing}</span></div>
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
function nextStep({ current, session, document, language }: CaseView): Markup {
  const t = say(language);
  const { row, tasks } = current;
  const open = tasks.filter((task) => task.state === 'open').length;
  const mine = row.proposal?.by === `staff:${session.name}`;
  const told = (): string | Markup => {
    switch (row.status) {
      case 'awaiting-identity':
        return t(
          'De betrokkene moet het mailadres bevestigen. Herinneringen en de sluitbrief gaan vanzelf uit.',
          'The subject must confirm the mailbox. Reminders and the closing letter go out by themselves.',
        );
      case 'finding':
        return t(
          'De systemen worden doorzocht. De bevindingen verschijnen hier.',
          'The systems are being searched. The findings appear here.',
        );
      case 'awaiting-decision':
        if (!row.proposal || row.decision)
          return t('Lees de bevindingen en beslis.', 'Read the findings and decide.');
        return mine
          ? t(
              'Je stelde een besluit voor. Een collega moet het bevestigen: wat niet terug kan, besluiten twee mensen.',
              'You proposed a decision. A colleague must confirm it: two people take what cannot be undone.',
            )
          : html`${actorLabel(row.proposal.by, language)} ${t('stelt voor', 'proposes')}: <b>${decisionLabels[row.proposal.kind][language]}</b>${row.proposal.reason ? `, ${reasonLabels[row.proposal.reason][language]}` : ''}. ${t('Bevestig hieronder hetzelfde besluit, of overleg eerst.', 'Confirm the same decision below, or talk first.')}`;
      case 'cooling-off':
        return html`${t('De betrokkene kan zich bedenken tot', 'The subject can cancel until')} ${row.coolingOffUntil ? momentInWords(row.coolingOffUntil, language) : t('het einde van de bedenktijd', 'the end of the cooling-off')}. ${t('Dan begint het werk vanzelf.', 'Then the work begins by itself.')}`;
      case 'acting':
        return open > 0
          ? t('Er staat werk met de hand open: zie de taken.', 'Work by hand is open: see the tasks.')
          : t(
              'De systemen worden gevraagd. De resultaten verschijnen hier.',
              'The systems are being asked. Results appear here.',
            );
      case 'awaiting-release':
        return html`${t('Lees het pakket, laat weg wat over anderen gaat, en geef het vrij. Dat moeten twee mensen doen.', 'Read the package, leave out what is about others, and release it. Two people must.')} <a href="/staff/requests/${row.id}/package">${t('Open het pakket', 'Open the package')}</a>`;
      case 'answered':
        return open > 0
          ? t(
              'Beantwoord, met nog werk open: zie de taken.',
              'Answered, with work still open: see the tasks.',
            )
          : t(
              'Beantwoord. Het dossier sluit vanzelf als elk systeem zijn eindstand heeft.',
              'Answered. The case closes by itself when every system has its final result.',
            );
      case 'closed':
        return t('Gesloten. Er is niets meer te doen.', 'Closed. Nothing is left to do.');
    }
  };
  return html`<section class="card next" aria-labelledby="next"><h2 id="next">${t('Volgende stap', 'Next step')}</h2><p>${told()}</p>${document.hold ? html`<p class="small">${t('Het dossier wordt vastgehouden: er sluit of vervalt niets.', 'The case is on hold: nothing closes or expires.')}</p>` : nothing}</section>`;
}

function clockCard({ current, document, now, language }: CaseView): Markup {
  const t = say(language);
  const { row } = current;
  const today = localDayOf(new Date(now).toISOString());
  const ended = row.answeredAt ?? row.closedAt;
  const received = localDayOf(row.receivedAt);
  return html`<section class="card" aria-labelledby="clock"><h2 id="clock">${t('Termijn', 'Clock')}</h2>
<p><b>${t('Antwoord uiterlijk', 'Answer by')} ${dayInWords(document.clock.plannedBy, language)}</b>${ended ? nothing : html`, ${dueIn(document.clock.plannedBy, today, language)}`}</p>
${monthBar({ received, plannedBy: document.clock.plannedBy, today, ...(ended ? { answered: localDayOf(ended) } : {}) })}
<p class="small soft">${t('Wettelijk einde', 'Legal end')}: ${dayInWords(document.clock.legalBy, language)}. ${document.clock.breached ? html`<b>${t('De toezegging is niet gehaald.', 'The promise was missed.')}</b>` : nothing}</p>
<details><summary>${t('Hoe deze data volgen', 'How these dates follow')}</summary><ol class="list small" lang="en">${document.clockSteps.map(
    (step) => html`<li>${step.rule}<br><span class="soft">${step.source}</span></li>`,
  )}</ol></details></section>`;
}

function subjectCard({ current, subject, language }: CaseView): Markup {
  const t = say(language);
  const { row } = current;
  if (!subject)
    return html`<section class="card" aria-labelledby="who"><h2 id="who">${t('Wie vraagt', 'Who asks')}</h2><p>${t('De woorden van dit verzoek zijn vernietigd.', 'The words of this request were destroyed.')}</p></section>`;
  return html`<section class="card" aria-labelledby="who"><h2 id="who">${t('Wie vraagt, en wat', 'Who asks, and for what')}</h2><dl class="facts">
<dt>${t('Mailadres', 'Mailbox')}</dt><dd>${subject.email}<br>${row.verifiedAt ? html`<span class="tag good">${t('Bevestigd', 'Confirmed')}</span>` : html`<span class="tag warn">${t('Niet bevestigd', 'Not confirmed')}</span>`}</dd>
${subject.name ? html`<dt>${t('Naam', 'Name')}</dt><dd>${subject.name}</dd>` : nothing}
${subject.onBehalfOf ? html`<dt>${subject.onBehalfOf.relation === 'child' ? t('Voor een kind', 'For a child') : t('Voor een ander', 'For another')}</dt><dd>${subject.onBehalfOf.name}<br>${row.authorityCheckedBy ? html`<span class="tag good">${t('Machtiging nagegaan door', 'Authority checked by')} ${actorLabel(row.authorityCheckedBy, language)}</span>` : html`<span class="tag warn">${t('Machtiging niet nagegaan', 'Authority not checked')}</span>`}</dd>` : nothing}
${row.objectionScope ? html`<dt>${t('Bezwaar tegen', 'Objects to')}</dt><dd>${row.objectionScope === 'direct-marketing' ? t('Direct marketing', 'Direct marketing') : t('Iets anders', 'Something else')}</dd>` : nothing}
<dt>${t('Brieven', 'Letters')}</dt><dd>${letterLanguages[row.language][language]}</dd></dl>
${subject.corrections?.length ? html`<h3>${t('Gevraagde correcties', 'Corrections asked')}</h3><dl class="facts">${subject.corrections.map((one) => html`<dt>${one.field}</dt><dd>${one.value}</dd>`)}</dl>` : nothing}
${subject.details ? html`<h3>${t('In hun eigen woorden', 'In their words')}</h3><p class="words">${subject.details}</p>` : nothing}
<p class="small soft">${t('Een bevestigd mailadres bewijst wie erbij kan, niet wie iemand is.', 'A confirmed mailbox proves control of the mailbox, not who somebody is.')}</p></section>`;
}

function findingsCard({ current, systems, language }: CaseView): Markup {
  const t = say(language);
  const { row, findings } = current;
  if (policyOf(row.right).operation === undefined || row.status === 'awaiting-identity') return nothing;
  const plan = planOf(row, findings, systems, language);
  const undecided = row.status === 'awaiting-decision' || row.status === 'cooling-off';
  const title = (name: string) => titleOfSystem(systems, name);
  // Systems with nothing need no row each: one line names them all.
  const empty = findings.filter((one) => one.state === 'nothing');
  const rest = findings.filter((one) => one.state !== 'nothing');
  return html`<section class="card" aria-labelledby="findings"><h2 id="findings">${undecided ? t('Wat waar is, en wat inwilligen zou doen', 'What is where, and what a grant would do') : t('Wat waar was', 'What was where')}</h2>
${findings.length === 0 ? html`<p class="soft">${t('Nog geen resultaat.', 'No result yet.')}</p>` : nothing}
${
  rest.length === 0
    ? nothing
    : html`<div class="table" tabindex="0" role="region" aria-label="${t('Bevindingen', 'Findings')}"><table><thead><tr><th scope="col">${t('Systeem', 'System')}</th><th scope="col">${t('Gevonden', 'Found')}</th>${undecided ? html`<th scope="col">${t('Bij inwilligen', 'If granted')}</th>` : nothing}</tr></thead><tbody>${rest.map(
        (finding) => {
          const line = plan.find((one) => one.processor === finding.processor);
          const kind = finding.state === 'found' ? 'info' : 'warn';
          return html`<tr><td><b>${title(finding.processor)}</b></td><td><span class="tag ${kind}">${findingLabels[finding.state][language]}</span>${holdingLines(finding, language).map((text) => html`<br><span class="small">${text}</span>`)}</td>${undecided ? html`<td>${line?.kind === 'person' ? html`<span class="tag warn">${t('Met de hand', 'By hand')}</span> ` : line?.kind === 'keep' ? html`<span class="tag info">${t('Bewaard', 'Kept')}</span> ` : nothing}${line?.sentence}</td>` : nothing}</tr>`;
        },
      )}</tbody></table></div>`
}
${empty.length === 0 ? nothing : html`<p class="small after"><b>${t('Niets gevonden bij', 'Nothing found at')}</b> ${empty.map((one) => title(one.processor)).join(', ')}. ${undecided ? t('Daar wordt niets gevraagd.', 'None of them is called.') : ''}</p>`}</section>`;
}

/** Holdings added up by kind and by what the law keeps. */
function holdingLines(
  { holdings }: CaseView['current']['findings'][number],
  language: Language,
): readonly string[] {
  const t = say(language);
  const totals = new Map<string, number>();
  for (const { category, count, retained } of holdings) {
    const kind = `${categoryLabels[category][language]}${retained ? `, ${t('bewaard tot', 'kept until')} ${writtenDay(retained.until, language)}` : ''}`;
    totals.set(kind, (totals.get(kind) ?? 0) + count);
  }
  return [...totals].map(([kind, count]) => `${count} × ${kind}`);
}

function dispositionsCard({ current, systems, language }: CaseView): Markup {
  const t = say(language);
  const { dispositions } = current;
  if (dispositions.length === 0) return nothing;
  return html`<section class="card" aria-labelledby="results"><h2 id="results">${t('Wat ervan werd', 'What became of it')}</h2><div class="table" tabindex="0" role="region" aria-label="${t('Resultaten', 'Results')}"><table><thead><tr><th scope="col">${t('Systeem', 'System')}</th><th scope="col">${t('Resultaat', 'Result')}</th><th scope="col">${t('Bewijs', 'Evidence')}</th></tr></thead><tbody>${dispositions.map(
    (one) =>
      html`<tr><td><b>${titleOfSystem(systems, one.processor)}</b></td><td><span class="tag ${one.disposition === 'failed' ? 'bad' : one.disposition === 'accepted' ? 'warn' : one.disposition.startsWith('done') ? 'good' : ''}">${dispositionLabels[one.disposition][language]}</span>${one.code ? html`<br><span class="small soft">${one.code}</span>` : nothing}${one.expectedBy ? html`<br><span class="small">${t('opnieuw bekeken op', 'looked at again on')} ${writtenDay(one.expectedBy, language)}</span>` : nothing}${one.retainedUntil ? html`<br><span class="small">${t('tot', 'until')} ${writtenDay(one.retainedUntil, language)}</span>` : nothing}</td><td class="small">${evidenceLabels[one.evidence.class][language]}${one.by ? html`, ${actorLabel(one.by, language)}` : nothing}<br><span class="soft">${t(`${one.looks} keer gekeken, laatst`, `looked ${one.looks} ${one.looks === 1 ? 'time' : 'times'}, last`)} ${momentInWords(one.at, language)}</span></td></tr>`,
  )}</tbody></table></div></section>`;
}

function lettersCard({ current, language }: CaseView): Markup {
  const t = say(language);
  return html`<section class="card" aria-labelledby="letters"><h2 id="letters">${t('Brieven aan de betrokkene', 'Letters to the subject')}</h2>${
    current.letters.length === 0
      ? html`<p class="soft">${t('Nog geen.', 'None yet.')}</p>`
      : html`<ul class="list">${current.letters.map(
          (one) =>
            html`<li>${letterLabels[one.kind][language]} <span class="tag ${one.state === 'bounced' || one.state === 'complained' ? 'bad' : one.state === 'delivered' ? 'good' : ''}">${letterStates[one.state][language]}</span> <span class="soft small">${momentInWords(one.at, language)}</span></li>`,
        )}</ul>`
  }</section>`;
}

function notesCard({ current, notes, session, may, language }: CaseView): Markup {
  const t = say(language);
  return html`<section class="card" aria-labelledby="notes"><h2 id="notes">${t('Notities', 'Notes')}</h2>
${notes.length === 0 ? html`<p class="soft">${t('Geen notities. De betrokkene ziet ze nooit.', 'No notes. The subject never sees them.')}</p>` : html`<ul class="list">${notes.map((one) => html`<li><span class="words">${one.text ?? t('Vernietigd', 'Destroyed')}</span><br><span class="soft small">${actorLabel(one.by, language)}, ${momentInWords(one.at, language)}</span></li>`)}</ul>`}
${
  may.work
    ? html`<form method="post" action="/staff/requests/${current.row.id}/notes">${csrfField(session)}<div class="field"><label for="note">${t('Nieuwe notitie', 'New note')}</label><textarea id="note" name="text" maxlength="5000" rows="3"></textarea></div><button class="plain">${t('Voeg toe', 'Add note')}</button></form>`
    : nothing
}</section>`;
}

function factsCard({ current, session, may, language }: CaseView): Markup {
  const t = say(language);
  const { row } = current;
  return html`<section class="card" aria-labelledby="facts"><h2 id="facts">${t('Gegevens', 'Details')}</h2><dl class="facts">
<dt>${t('Kenmerk', 'Reference')}</dt><dd class="mono">${row.id}</dd><dt>${t('Ontvangen', 'Received')}</dt><dd>${momentInWords(row.receivedAt, language)}</dd><dt>${t('Langs', 'Channel')}</dt><dd>${channelLabels[row.channel][language]}</dd>
${row.siblings.length > 0 ? html`<dt>${t('Samen met', 'Sent with')}</dt><dd>${row.siblings.map((one) => html`<a class="mono" href="/staff/requests/${one}">${one.slice(0, 8)}</a> `)}</dd>` : nothing}
${row.about ? html`<dt>${t('Gaat over', 'Is about')}</dt><dd><a class="mono" href="/staff/requests/${row.about}">${row.about.slice(0, 8)}</a></dd>` : nothing}
${row.mergedInto ? html`<dt>${t('Samengevoegd met', 'Merged into')}</dt><dd><a class="mono" href="/staff/requests/${row.mergedInto}">${row.mergedInto.slice(0, 8)}</a></dd>` : nothing}
${row.decision ? html`<dt>${t('Besluit', 'Decision')}</dt><dd>${decisionLabels[row.decision.kind][language]}${row.decision.reason ? html`<br><span class="small">${reasonLabels[row.decision.reason][language]}</span>` : nothing}<br><span class="soft small">${actorLabel(row.decision.by, language)}, ${momentInWords(row.decision.at, language)}</span></dd>` : nothing}
</dl><p><a href="/api/staff/requests/${row.id}/case-file">${t('Download het dossierbestand', 'Download the case file')}</a></p>
${
  may.decide
    ? html`<form method="post" action="/staff/requests/${row.id}/hold">${csrfField(session)}<input type="hidden" name="version" value="${row.version}"><input type="hidden" name="hold" value="${row.hold ? 'no' : 'yes'}"><button class="link">${row.hold ? t('Houd niet meer vast', 'Lift the hold') : t('Houd vast (juridisch geschil)', 'Put on hold (legal dispute)')}</button></form>`
    : nothing
}</section>`;
}

function trailCard({ events, language }: CaseView): Markup {
  const t = say(language);
  // Hashes whole are in the case file; here their beginning tells them apart.
  const shown = (one: unknown) => String(one).replace(/^([0-9a-f]{12})[0-9a-f]{52}$/, '$1…');
  const data = (value: (typeof events)[number]['data']) =>
    Object.entries(value)
      .map(([name, one]) => `${name}: ${Array.isArray(one) ? one.map(shown).join(', ') || '–' : shown(one)}`)
      .join('; ');
  return html`<section class="card" aria-labelledby="trail"><h2 id="trail">${t('Wie deed wat', 'Who did what')}</h2><details><summary>${events.length} ${t('gebeurtenissen, elk aan de vorige geketend', 'events, each chained to the one before')}</summary><div class="table" tabindex="0" role="region" aria-label="${t('Spoor', 'Audit trail')}"><table class="trail"><thead><tr><th scope="col">#</th><th scope="col">${t('Wanneer', 'When')}</th><th scope="col">${t('Wie', 'Who')}</th><th scope="col">${t('Wat', 'What')}</th></tr></thead><tbody>${events.map(
    (one) =>
      html`<tr id="event-${one.seq}"><td class="num">${one.seq}</td><td class="nowrap">${momentInWords(one.at, language)}</td><td>${actorLabel(one.by, language)}</td><td>${eventLabel(one.type, language)}<br><span class="soft">${data(one.data)}</span></td></tr>`,
  )}</tbody></table></div></details></section>`;
}
