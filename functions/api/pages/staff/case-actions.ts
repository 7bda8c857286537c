import { extensionMayBeAnnounced, pauseMayBegin } from '../../../domain/clock.ts';
import { liftNoticeDays, policyOf } from '../../../domain/policy.ts';
import { reasonOf, refusalReasonsFor } from '../../../domain/reasons.ts';
import { dataCategories, extensionReasons } from '../../../domain/words.ts';
import { html, type Markup, nothing, say } from '../markup.ts';
import type { CaseView } from './case-view.ts';
import { csrfField } from './frame.ts';
import { titleOfSystem } from './plan.ts';
import { refusalText } from './refusals.ts';
import { categoryLabels, decisionLabels, extensionLabels, letterLanguages, reasonLabels } from './words.ts';

/** The forms of what can be done now; what the law does not allow says so before it is clicked. */
export function actionForms(view: CaseView): Markup {
  const { row } = view.current;
  const open = !row.answeredAt && row.status !== 'closed';
  if (!open) return liftForm(view);
  if (!view.may.work) return nothing;
  return html`${authorityForm(view)}${view.may.decide ? decisionForm(view) : nothing}${questionForm(view)}${view.may.decide ? extensionForm(view) : nothing}`;
}

/** GDPR art. 18(3): a restriction ends only after the subject was told. */
function liftForm(view: CaseView): Markup {
  const { row } = view.current;
  const { language } = view;
  const t = say(language);
  const restricted =
    row.right === 'restriction' && (row.outcome === 'fulfilled' || row.outcome === 'partly-fulfilled');
  const lifted = view.current.letters.some((letter) => letter.kind === 'restriction-lifted');
  if (!view.may.decide || !restricted || lifted) return nothing;
  return html`<section class="card act" aria-labelledby="lift"><h2 id="lift">${t('Einde van de beperking', 'End of the restriction')}</h2>
<details><summary>${t('Laat de betrokkene weten dat de beperking eindigt', 'Tell the subject that the restriction ends')}</summary><p>${t(`De brief gaat meteen uit. De beperking eindigt ${liftNoticeDays} dagen later, nooit eerder.`, `The letter goes out at once. The restriction ends ${liftNoticeDays} days later, never before.`)}</p>
<form method="post" action="/staff/requests/${row.id}/lift">${head(view)}<div class="field"><label for="lift-explanation">${t('Waarom, in je eigen woorden', 'Why, in your words')} (${letterLanguages[row.language][language]})</label><textarea id="lift-explanation" name="explanation" maxlength="5000" rows="3"></textarea></div><button>${t('Verstuur de brief', 'Send the letter')}</button></form></details></section>`;
}

const head = (view: CaseView) =>
  html`${csrfField(view.session)}<input type="hidden" name="version" value="${view.current.row.version}">`;

function authorityForm(view: CaseView): Markup {
  const { row } = view.current;
  const t = say(view.language);
  if (!row.onBehalfOf || row.authorityCheckedBy) return nothing;
  return html`<section class="card act" aria-labelledby="authority"><h2 id="authority">${t('Controle van de machtiging', 'Check of authority')}</h2>
<p>${row.onBehalfOf === 'child' ? t('Een ouder of wettelijk vertegenwoordiger treedt op voor een kind onder de zestien.', 'A parent or legal representative acts for a child under sixteen.') : t('Een gemachtigde treedt op voor een ander.', 'An agent acts for another person.')} ${t('Zolang dit niet is genoteerd, kan niets worden ingewilligd. Bewaar geen kopie van een document.', 'Nothing can be granted before this is recorded. Keep no copy of a document.')}</p>
<form method="post" action="/staff/requests/${row.id}/authority">${head(view)}<div class="field"><label for="how">${t('Hoe het is nagegaan', 'How it was checked')}</label><textarea id="how" name="how" maxlength="2000" rows="3"></textarea></div><button>${t('Noteer de controle', 'Record the check')}</button></form></section>`;
}

function decisionForm(view: CaseView): Markup {
  const { current, session, systems, language } = view;
  const t = say(language);
  const { row } = current;
  if (row.status !== 'awaiting-decision' || row.decision) return nothing;
  const policy = policyOf(row.right);
  const proposed = row.proposal;
  const own = proposed?.by === `staff:${session.name}`;
  const reasons = refusalReasonsFor(row.right);
  const partly = reasons.some((code) => reasonOf(code).decisions.includes('grant-in-part'));
  const chosen = proposed?.kind ?? '';
  const option = (value: 'grant' | 'grant-in-part' | 'refuse', hint: string) =>
    html`<label for="decision-${value}"><input type="radio" id="decision-${value}" name="decision" value="${value}"${chosen === value ? html` checked` : nothing}><span><b>${decisionLabels[value][language]}</b><br><span class="soft small">${hint}</span></span></label>`;
  return html`<section class="card act" aria-labelledby="decide"><h2 id="decide">${proposed && !own ? t('Bevestig het besluit', 'Confirm the decision') : t('Beslis', 'Decide')}</h2>
${policy.peopleToGrant === 2 ? html`<p class="small">${t('Inwilligen vraagt twee mensen. De eerste stelt voor, de tweede bevestigt hetzelfde. Afwijzen kan één.', 'A grant needs two people. The first proposes, the second confirms the same. A refusal takes one.')}</p>` : nothing}
<form method="post" action="/staff/requests/${row.id}/decision">${head(view)}<input type="hidden" name="step" value="preview">
<fieldset><legend>${t('Besluit', 'Decision')}</legend><div class="opts">
${option('grant', policy.operation === 'erase' ? t(`Zoals bij “Bij inwilligen” staat, na ${policy.coolingOffDays} dagen waarin de betrokkene zich kan bedenken.`, `As shown under “If granted”, after ${policy.coolingOffDays} days in which the subject can cancel.`) : t('Zoals bij “Bij inwilligen” staat.', 'As shown under “If granted”.'))}
${partly ? option('grant-in-part', t('Een deel wordt achtergehouden, op een grond uit de wet.', 'Some is kept back, on a ground of the law.')) : nothing}
${option('refuse', t('Er gebeurt niets. De brief noemt de grond, de toezichthouder en de rechter.', 'Nothing is done. The letter names the ground, the authority and the court.'))}
</div></fieldset>
<div class="field"><label for="reason">${t('Grond, als niet alles wordt ingewilligd', 'Ground, when not everything is granted')}</label><select id="reason" name="reason"><option value="">${t('Geen: inwilligen', 'None: grant')}</option>${reasons.map(
    (code) => {
      const reason = reasonOf(code);
      const hints = [
        reason.decisions.length === 1
          ? reason.decisions[0] === 'refuse'
            ? t('alleen om af te wijzen', 'only to refuse')
            : t('alleen deels', 'only in part')
          : '',
        reason.needsExplanation ? t('vraagt je toelichting', 'needs your explanation') : '',
      ].filter((hint) => hint !== '');
      return html`<option value="${code}"${proposed?.reason === code ? html` selected` : nothing}>${reasonLabels[code][language]}${hints.length > 0 ? ` (${hints.join(', ')})` : ''}</option>`;
    },
  )}</select></div>
${
  partly
    ? html`<details><summary>${t('Wat wordt achtergehouden', 'What is kept back')}</summary><p class="hint">${t('Laat leeg om achter te houden wat de grond zelf zegt.', 'Leave empty to keep back what the ground itself says.')}</p>
<fieldset><legend>${t('Soorten gegevens', 'Kinds of data')}</legend><div class="opts">${dataCategories.map((one) => html`<label for="category-${one}"><input type="checkbox" id="category-${one}" name="category" value="${one}"${proposed?.except?.categories?.includes(one) ? html` checked` : nothing}>${categoryLabels[one][language]}</label>`)}</div></fieldset>
<fieldset><legend>${t('Hele systemen', 'Whole systems')}</legend><div class="opts">${current.findings.map((one) => html`<label for="system-${one.processor}"><input type="checkbox" id="system-${one.processor}" name="processor" value="${one.processor}"${proposed?.except?.processors?.includes(one.processor) ? html` checked` : nothing}>${titleOfSystem(systems, one.processor)}</label>`)}</div></fieldset></details>`
    : nothing
}
<div class="field"><label for="explanation">${t('Toelichting in de brief', 'Explanation in the letter')} (${letterLanguages[row.language][language]})</label><p class="hint" id="explanation-hint">${t('Nodig waar de bewijslast bij ons ligt. Links werken niet in brieven.', 'Needed where the burden of proof is ours. Links do not work in letters.')}</p><textarea id="explanation" name="explanation" maxlength="5000" aria-describedby="explanation-hint"></textarea></div>
<button>${t('Bekijk voor het beslissen', 'Preview before deciding')}</button></form></section>`;
}

function questionForm(view: CaseView): Markup {
  const { row } = view.current;
  const { language } = view;
  const t = say(language);
  const at = new Date(view.now).toISOString();
  const open = row.pauses.some((pause) => pause.until === undefined);
  const grounds = [
    [
      'identity-doubt-12-6',
      t('Bepaalde twijfel over de identiteit, art. 12 lid 6', 'Specific doubt about identity, art. 12(6)'),
    ],
    ['clarification-recital-63', t('Veel gegevens, overweging 63', 'Large quantity of data, recital 63')],
  ] as const;
  const verdicts = grounds.map(([ground, label]) => ({
    ground,
    label,
    verdict: pauseMayBegin(row, { ground, right: row.right, recordedReason: 'to be recorded' }, at),
  }));
  return html`<section class="card act" aria-labelledby="ask"><h2 id="ask">${t('Vraag de betrokkene', 'Ask the subject')}</h2>
${open ? html`<form method="post" action="/staff/requests/${row.id}/question/answered">${head(view)}<p>${t('Een vraag zet de wettelijke termijn stil. Is er genoeg antwoord gekomen?', 'A question suspends the legal period. Has a sufficient answer come?')}</p><button>${t('Ja, de termijn loopt weer', 'Yes, the period runs again')}</button></form>` : nothing}
<details><summary>${t('Schrijf een vraag', 'Write a question')}</summary><form method="post" action="/staff/requests/${row.id}/question">${head(view)}<input type="hidden" name="step" value="preview">
<div class="field"><label for="question">${t('Vraag', 'Question')}</label><p class="hint" id="question-hint">${t('Vraag nooit om een kopie van een identiteitsbewijs.', 'Never ask for a copy of an identity document.')}</p><textarea id="question" name="question" maxlength="5000" aria-describedby="question-hint"></textarea></div>
<fieldset><legend>${t('Zet de vraag de wettelijke termijn stil?', 'Does the question suspend the legal period?')}</legend><p class="hint">${t('De toezegging en de alarmen schuiven nooit.', 'The promise and the alarms never move.')}</p><div class="opts">
<label for="ground-none"><input type="radio" id="ground-none" name="ground" value="" checked>${t('Nee, de termijn loopt door', 'No, the clock runs on')}</label>
${verdicts.map(({ ground, label, verdict }) => html`<label for="ground-${ground}"><input type="radio" id="ground-${ground}" name="ground" value="${ground}"${verdict.allowed ? nothing : html` disabled`}><span>${label}${verdict.allowed ? nothing : html`<br><span class="soft small">${refusalText(verdict.code, language)}</span>`}</span></label>`)}
</div></fieldset>
<div class="field"><label for="recordedReason">${t('De twijfel, of waarom het er veel zijn (genoteerd, niet verstuurd)', 'The doubt, or why the quantity is large (recorded, not sent)')}</label><textarea id="recordedReason" name="recordedReason" maxlength="2000" rows="2"></textarea></div>
<button>${t('Bekijk de brief', 'Preview the letter')}</button></form></details></section>`;
}

function extensionForm(view: CaseView): Markup {
  const { row } = view.current;
  const { language } = view;
  const t = say(language);
  const verdict = extensionMayBeAnnounced(row, 'complexity', new Date(view.now).toISOString());
  return html`<section class="card act" aria-labelledby="extend"><h2 id="extend">${t('Meer tijd', 'More time')}</h2>
${
  verdict.allowed
    ? html`<details><summary>${t('Verleng één keer, tot drie maanden na ontvangst', 'Extend once, to three months from receipt')}</summary><form method="post" action="/staff/requests/${row.id}/extension">${head(view)}<input type="hidden" name="step" value="preview">
<fieldset><legend>${t('Reden', 'Reason')}</legend><div class="opts">${extensionReasons.map((one, index) => html`<label for="extend-${one}"><input type="radio" id="extend-${one}" name="reason" value="${one}"${index === 0 ? html` checked` : nothing}>${extensionLabels[one][language]}</label>`)}</div></fieldset>
<div class="field"><label for="extend-explanation">${t('In je eigen woorden', 'In your words')} (${letterLanguages[row.language][language]})</label><textarea id="extend-explanation" name="explanation" maxlength="5000" rows="3"></textarea></div>
<button>${t('Bekijk de brief', 'Preview the letter')}</button></form></details>`
    : html`<p>${refusalText(verdict.code, language)}</p>`
}</section>`;
}
