import { extensionMayBeAnnounced, pauseMayBegin } from '../../../domain/clock.ts';
import { clockInput } from '../../../domain/lifecycle.ts';
import { liftNoticeDays, policyOf } from '../../../domain/policy.ts';
import { reasonOf, refusalReasonsFor } from '../../../domain/reasons.ts';
import { dataCategories, extensionReasons } from '../../../domain/words.ts';
import { html, type Markup, nothing } from '../markup.ts';
import type { CaseView } from './case-view.ts';
import { csrfField } from './frame.ts';
import { titleOfSystem } from './plan.ts';
import { categoryLabels, decisionLabels, extensionLabels, reasonLabels, refusalText } from './words.ts';

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
  const restricted =
    row.right === 'restriction' && (row.outcome === 'fulfilled' || row.outcome === 'partly-fulfilled');
  const lifted = view.current.letters.some((letter) => letter.kind === 'restriction-lifted');
  if (!view.may.decide || !restricted || lifted) return nothing;
  return html`<section class="card" aria-labelledby="lift"><h2 id="lift">End of the restriction</h2>
<details><summary>Tell the subject that the restriction ends</summary><p>The letter goes out at once. The restriction ends ${liftNoticeDays} days later, never before.</p>
<form method="post" action="/staff/requests/${row.id}/lift">${head(view)}<div class="field"><label for="lift-explanation">Why, in your words (${row.language === 'nl' ? 'in Dutch' : 'in English'})</label><textarea id="lift-explanation" name="explanation" maxlength="5000" rows="3"></textarea></div><button>Send the letter</button></form></details></section>`;
}

const head = (view: CaseView) =>
  html`${csrfField(view.session)}<input type="hidden" name="version" value="${view.current.row.version}">`;

function authorityForm(view: CaseView): Markup {
  const { row } = view.current;
  if (!row.onBehalfOf || row.authorityCheckedBy) return nothing;
  return html`<section class="card" aria-labelledby="authority"><h2 id="authority">Check of authority</h2>
<p>${row.onBehalfOf === 'child' ? 'A parent or legal representative acts for a child under sixteen.' : 'An agent acts for another person.'} Nothing can be granted before this is recorded. Keep no copy of a document.</p>
<form method="post" action="/staff/requests/${row.id}/authority">${head(view)}<div class="field"><label for="how">How it was checked</label><textarea id="how" name="how" maxlength="2000" rows="3"></textarea></div><button>Record the check</button></form></section>`;
}

function decisionForm(view: CaseView): Markup {
  const { current, session, systems } = view;
  const { row } = current;
  if (row.status !== 'awaiting-decision' || row.decision) return nothing;
  const policy = policyOf(row.right);
  const proposed = row.proposal;
  const own = proposed?.by === `staff:${session.name}`;
  const reasons = refusalReasonsFor(row.right);
  const partly = reasons.some((code) => reasonOf(code).decisions.includes('grant-in-part'));
  const chosen = proposed?.kind ?? '';
  const option = (value: 'grant' | 'grant-in-part' | 'refuse', hint: string) =>
    html`<label for="decision-${value}"><input type="radio" id="decision-${value}" name="decision" value="${value}"${chosen === value ? html` checked` : nothing}><span><b>${decisionLabels[value]}</b><br><span class="soft small">${hint}</span></span></label>`;
  return html`<section class="card" aria-labelledby="decide"><h2 id="decide">${proposed && !own ? 'Confirm the decision' : 'Decide'}</h2>
${policy.peopleToGrant === 2 ? html`<p class="small">A grant needs two people. The first proposes, the second confirms the same. A refusal takes one.</p>` : nothing}
<form method="post" action="/staff/requests/${row.id}/decision">${head(view)}<input type="hidden" name="step" value="preview">
<fieldset><legend>Decision</legend><div class="opts">
${option('grant', policy.operation === 'erase' ? `As shown under “If granted”, after ${policy.coolingOffDays} days in which the subject can cancel.` : 'As shown under “If granted”.')}
${partly ? option('grant-in-part', 'Some is kept back, on a ground of the law.') : nothing}
${option('refuse', 'Nothing is done. The letter names the ground, the authority and the court.')}
</div></fieldset>
<div class="field"><label for="reason">Ground, when not everything is granted</label><select id="reason" name="reason"><option value="">None: grant</option>${reasons.map(
    (code) => {
      const reason = reasonOf(code);
      const hints = [
        reason.decisions.length === 1
          ? reason.decisions[0] === 'refuse'
            ? 'only to refuse'
            : 'only in part'
          : '',
        reason.needsExplanation ? 'needs your explanation' : '',
      ].filter((hint) => hint !== '');
      return html`<option value="${code}"${proposed?.reason === code ? html` selected` : nothing}>${reasonLabels[code]}${hints.length > 0 ? ` (${hints.join(', ')})` : ''}</option>`;
    },
  )}</select></div>
${
  partly
    ? html`<details><summary>What is kept back</summary><p class="hint">Leave empty to keep back what the ground itself says.</p>
<fieldset><legend>Kinds of data</legend><div class="opts">${dataCategories.map((one) => html`<label for="category-${one}"><input type="checkbox" id="category-${one}" name="category" value="${one}"${proposed?.except?.categories?.includes(one) ? html` checked` : nothing}>${categoryLabels[one]}</label>`)}</div></fieldset>
<fieldset><legend>Whole systems</legend><div class="opts">${current.findings.map((one) => html`<label for="system-${one.processor}"><input type="checkbox" id="system-${one.processor}" name="processor" value="${one.processor}"${proposed?.except?.processors?.includes(one.processor) ? html` checked` : nothing}>${titleOfSystem(systems, one.processor)}</label>`)}</div></fieldset></details>`
    : nothing
}
<div class="field"><label for="explanation">Explanation in the letter (${row.language === 'nl' ? 'in Dutch' : 'in English'})</label><p class="hint" id="explanation-hint">Needed where the burden of proof is ours. Links do not work in letters.</p><textarea id="explanation" name="explanation" maxlength="5000" aria-describedby="explanation-hint"></textarea></div>
<button>Preview before deciding</button></form></section>`;
}

function questionForm(view: CaseView): Markup {
  const { row } = view.current;
  const at = new Date(view.now).toISOString();
  const open = row.pauses.some((pause) => pause.until === undefined);
  const grounds = [
    ['identity-doubt-12-6', 'Specific doubt about identity, art. 12(6)'],
    ['clarification-recital-63', 'Large quantity of data, recital 63'],
  ] as const;
  const verdicts = grounds.map(([ground, label]) => ({
    ground,
    label,
    verdict: pauseMayBegin(
      clockInput(row),
      { ground, right: row.right, recordedReason: 'to be recorded' },
      at,
    ),
  }));
  return html`<section class="card" aria-labelledby="ask"><h2 id="ask">Ask the subject</h2>
${open ? html`<form method="post" action="/staff/requests/${row.id}/question/answered">${head(view)}<p>A question suspends the legal period. Has a sufficient answer come?</p><button>Yes, the period runs again</button></form>` : nothing}
<details><summary>Write a question</summary><form method="post" action="/staff/requests/${row.id}/question">${head(view)}<input type="hidden" name="step" value="preview">
<div class="field"><label for="question">Question</label><p class="hint" id="question-hint">Never ask for a copy of an identity document.</p><textarea id="question" name="question" maxlength="5000" aria-describedby="question-hint"></textarea></div>
<fieldset><legend>Does the question suspend the legal period?</legend><p class="hint">The promise and the alarms never move.</p><div class="opts">
<label for="ground-none"><input type="radio" id="ground-none" name="ground" value="" checked>No, the clock runs on</label>
${verdicts.map(({ ground, label, verdict }) => html`<label for="ground-${ground}"><input type="radio" id="ground-${ground}" name="ground" value="${ground}"${verdict.allowed ? nothing : html` disabled`}><span>${label}${verdict.allowed ? nothing : html`<br><span class="soft small">${refusalText(verdict.code)}</span>`}</span></label>`)}
</div></fieldset>
<div class="field"><label for="recordedReason">The doubt, or why the quantity is large (recorded, not sent)</label><textarea id="recordedReason" name="recordedReason" maxlength="2000" rows="2"></textarea></div>
<button>Preview the letter</button></form></details></section>`;
}

function extensionForm(view: CaseView): Markup {
  const { row } = view.current;
  const verdict = extensionMayBeAnnounced(clockInput(row), 'complexity', new Date(view.now).toISOString());
  return html`<section class="card" aria-labelledby="extend"><h2 id="extend">More time</h2>
${
  verdict.allowed
    ? html`<details><summary>Extend once, to three months from receipt</summary><form method="post" action="/staff/requests/${row.id}/extension">${head(view)}<input type="hidden" name="step" value="preview">
<fieldset><legend>Reason</legend><div class="opts">${extensionReasons.map((one, index) => html`<label for="extend-${one}"><input type="radio" id="extend-${one}" name="reason" value="${one}"${index === 0 ? html` checked` : nothing}>${extensionLabels[one]}</label>`)}</div></fieldset>
<div class="field"><label for="extend-explanation">In your words (${row.language === 'nl' ? 'in Dutch' : 'in English'})</label><textarea id="extend-explanation" name="explanation" maxlength="5000" rows="3"></textarea></div>
<button>Preview the letter</button></form></details>`
    : html`<p>${refusalText(verdict.code)}</p>`
}</section>`;
}
