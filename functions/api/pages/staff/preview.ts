import { clockOf } from '../../../domain/clock.ts';
import { decisionAllowed, keptBackBy, peopleToDecide, policyOf } from '../../../domain/policy.ts';
import { reasonOf } from '../../../domain/reasons.ts';
import { type ExtensionReason, reasonCodes } from '../../../domain/words.ts';
import { renderLetter } from '../../../letters/render.ts';
import type { FormData } from '../forms.ts';
import { html, type Markup, nothing, say } from '../markup.ts';
import type { CaseView } from './case-view.ts';
import { csrfField, notice } from './frame.ts';
import { planOf } from './plan.ts';
import { refusalText } from './refusals.ts';
import { categoryLabels, decisionLabels, reasonLabels, rightLabels } from './words.ts';

interface Preview {
  readonly title: string;
  readonly body: Markup;
}

/** The same form once more, hidden, with its button: what was read is what is sent. */
function confirm(
  view: CaseView,
  path: string,
  fields: readonly (readonly [string, string])[],
  label: string,
): Markup {
  const { row } = view.current;
  return html`<div class="row"><form method="post" action="/staff/requests/${row.id}/${path}">${csrfField(view.session)}<input type="hidden" name="step" value="send">${fields.map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )}<button>${label}</button></form><a href="/staff/requests/${row.id}">${say(view.language)('Terug zonder het te doen', 'Back without doing it')}</a></div>`;
}

function letterBlock(
  { language, current }: CaseView,
  letter: { readonly subject: string; readonly text: string },
): Markup {
  const t = say(language);
  const written = current.row.language;
  return html`<h2>${t('De brief, precies zoals hij uitgaat', 'The letter, exactly as it goes out')}</h2><p>${t('Onderwerp', 'Subject line')}: <b lang="${written}">${letter.subject}</b></p><div class="letter" lang="${written}" tabindex="0" role="region" aria-label="${t('Brief', 'Letter')}">${letter.text}</div>`;
}

export interface AskedDecision {
  readonly decision: 'grant' | 'grant-in-part' | 'refuse';
  readonly reason?: string;
  readonly explanation?: string;
  readonly categories: readonly string[];
  readonly processors: readonly string[];
}

/** Everything that follows from the decision, before anybody takes it. */
export function decisionPreview(
  view: CaseView,
  asked: AskedDecision,
  sent: FormData,
  statusUrl: string,
): Preview {
  const { current, systems, language } = view;
  const t = say(language);
  const { row } = current;
  const title = `${decisionLabels[asked.decision][language]}: ${rightLabels[row.right][language]}`;
  const except = {
    categories: asked.categories.flatMap((one) =>
      one in categoryLabels ? [one as keyof typeof categoryLabels] : [],
    ),
    processors: asked.processors,
  };
  const verdict = decisionAllowed(row, {
    decision: asked.decision,
    ...(asked.reason ? { reason: asked.reason } : {}),
    ...(asked.explanation ? { explanation: asked.explanation } : {}),
    except,
    authorityChecked: row.authorityCheckedBy !== undefined,
  });
  const head = html`<div class="head"><h1>${title}</h1></div>`;
  if (!verdict.allowed)
    return {
      title,
      body: html`${head}${notice(refusalText(verdict.code, language), 'bad')}<p>${t('Er is niets bewaard.', 'Nothing was saved.')}</p>${asked.explanation ? html`<p>${t('Wat je schreef:', 'What you wrote:')}</p><div class="letter" tabindex="0">${asked.explanation}</div>` : nothing}<p><a href="/staff/requests/${row.id}#decide">${t('Terug naar het dossier', 'Back to the case')}</a></p>`,
    };
  const people = peopleToDecide(row.right, asked.decision);
  const first = people === 2 && (!row.proposal || row.proposal.by === `staff:${view.session.name}`);
  const code = reasonCodes.find((one) => one === asked.reason);
  const kept = code && asked.decision === 'grant-in-part' ? keptBackBy(code, except) : undefined;
  const fields: (readonly [string, string])[] = [
    ['version', sent.text('version')],
    ['decision', asked.decision],
    ...(asked.reason ? [['reason', asked.reason] as const] : []),
    ...(asked.explanation ? [['explanation', asked.explanation] as const] : []),
    ...asked.categories.map((one) => ['category', one] as const),
    ...asked.processors.map((one) => ['processor', one] as const),
  ];
  const letter =
    asked.decision === 'refuse' && code
      ? renderLetter(
          {
            kind: 'refusal',
            reference: row.id,
            right: row.right,
            reason: code,
            explanation: asked.explanation,
            statusUrl,
          },
          row.language,
        )
      : undefined;
  const plan = asked.decision === 'refuse' ? [] : planOf(row, current.findings, systems, language);
  return {
    title,
    body: html`${head}<p class="lead">${t('Er is nog niets gebeurd.', 'Nothing has happened yet.')} ${
      first
        ? t(
            'Jij stelt dit voor; een collega moet het bevestigen.',
            'You propose this; a colleague must confirm it.',
          )
        : people === 2
          ? t(
              `Met jou zijn twee mensen het eens: de bedenktijd van ${policyOf(row.right).coolingOffDays} dagen begint.`,
              `With you two people agree: the cooling-off of ${policyOf(row.right).coolingOffDays} days begins.`,
            )
          : t('Het geldt zodra je op de knop drukt.', 'It takes effect when you press the button.')
    }</p>
${
  plan.length > 0
    ? html`<section class="card"><h2>${t('Wat er gaat gebeuren', 'What will happen')}</h2><ul class="list">${plan.map(
        (line) =>
          html`<li><b>${line.title}</b>: ${kept?.processors?.includes(line.processor) ? t('Door dit besluit achtergehouden.', 'Kept back by this decision.') : line.sentence}</li>`,
      )}</ul>${kept?.categories?.length ? html`<p>${t('Overal achtergehouden', 'Kept back everywhere')}: ${kept.categories.map((one) => categoryLabels[one][language]).join(', ')}.</p>` : nothing}<p class="small soft">${t('Het antwoord gaat uit als de resultaten er zijn en noemt ze alle.', 'The answer goes out when the results are known and tells each of them.')}</p></section>`
    : nothing
}
${
  code && asked.decision === 'grant-in-part'
    ? html`<section class="card"><h2>${t('Wat de brief over de rest zegt', 'What the letter will say about the rest')}</h2><p lang="${row.language}">${reasonOf(code).paragraph[row.language]}</p>${asked.explanation ? html`<p class="words">${asked.explanation}</p>` : nothing}<p class="small soft">${reasonLabels[code][language]}: ${reasonOf(code).basis[language]}</p></section>`
    : nothing
}
${letter ? letterBlock(view, letter) : nothing}
${confirm(view, 'decision', fields, first ? t('Stel dit voor', 'Propose this') : t('Besluit dit', 'Decide this'))}`,
  };
}

export function extensionPreview(
  view: CaseView,
  asked: { readonly reason: ExtensionReason; readonly explanation?: string },
  sent: FormData,
  statusUrl: string,
): Preview {
  const { row } = view.current;
  const at = new Date(view.now).toISOString();
  const extension = { reason: asked.reason, sentAt: at, letterId: 'extension' };
  const { plannedBy } = clockOf({ ...row, extension });
  const letter = renderLetter(
    {
      kind: 'extension',
      reference: row.id,
      right: row.right,
      reason: asked.reason,
      explanation: asked.explanation,
      newDate: plannedBy,
      statusUrl,
    },
    row.language,
  );
  const fields = [
    ['version', sent.text('version')],
    ['reason', asked.reason],
    ...(asked.explanation ? [['explanation', asked.explanation] as const] : []),
  ] as const;
  const t = say(view.language);
  const title = t('Meer tijd', 'More time');
  return {
    title,
    body: html`<div class="head"><h1>${title}</h1></div><p class="lead">${t('Eerst gaat de brief uit, dan schuiven de data. Dit kan één keer.', 'The letter goes out first, then the dates move. This can be done once.')}</p>${letterBlock(view, letter)}${confirm(view, 'extension', fields, t('Verstuur en verleng', 'Send and extend'))}`,
  };
}

export function questionPreview(
  view: CaseView,
  asked: { readonly question: string; readonly ground?: string; readonly recordedReason?: string },
  sent: FormData,
  statusUrl: string,
): Preview {
  const { row } = view.current;
  const ground =
    asked.ground === 'identity-doubt-12-6' || asked.ground === 'clarification-recital-63'
      ? asked.ground
      : undefined;
  const letter = renderLetter(
    {
      kind: 'question',
      reference: row.id,
      right: row.right,
      ground,
      questionText: asked.question,
      statusUrl,
    },
    row.language,
  );
  const fields = [
    ['version', sent.text('version')],
    ['question', asked.question],
    ...(asked.ground ? [['ground', asked.ground] as const] : []),
    ...(asked.recordedReason ? [['recordedReason', asked.recordedReason] as const] : []),
  ] as const;
  const t = say(view.language);
  const title = t('Vraag de betrokkene', 'Ask the subject');
  return {
    title,
    body: html`<div class="head"><h1>${title}</h1></div><p class="lead">${ground ? t('De wettelijke termijn staat stil vanaf de dag waarop deze brief uitgaat tot er genoeg antwoord is. De toezegging schuift niet.', 'The legal period stands still from the day this letter is sent until a sufficient answer. The promise does not move.') : t('De termijn loopt door.', 'The clock runs on.')}</p>${letterBlock(view, letter)}${confirm(view, 'question', fields, t('Verstuur de vraag', 'Send the question'))}`,
  };
}
