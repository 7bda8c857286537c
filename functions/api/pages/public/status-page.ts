import { daysBetween, localDayOf } from '../../../domain/calendar.ts';
import type { Case } from '../../../domain/case.ts';
import { reasonOf } from '../../../domain/reasons.ts';
import { recipients } from '../../../domain/register-recipients.ts';
import { supervisoryAuthority } from '../../../domain/register-record.ts';
import { builtInProcessors, type Language } from '../../../domain/words.ts';
import { resultSentence } from '../../../letters/recipients.ts';
import type { StatusDocument } from '../../view.ts';
import { dayInWords, html, type Markup, momentInWords, monthBar, nothing, say } from '../markup.ts';
import { languageField } from './frame.ts';
import { titleOf } from './request-pages.ts';
import { eventTexts, outcomeTexts, statusTexts } from './status-texts.ts';

export interface StatusView {
  readonly current: Case;
  readonly document: StatusDocument;
  readonly language: Language;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Staff's own words with the decision. */
  readonly explanation?: string | undefined;
  /** Said once, after something the reader did. */
  readonly done?: Markup | undefined;
  /** Before everything else: the copy that can be fetched. */
  readonly first?: Markup;
  /** What other parts of the product add: messages. */
  readonly parts?: readonly Markup[];
}

/** The statuses in which the subject may still cancel; the lifecycle has the last word. */
const cancellable: ReadonlySet<string> = new Set([
  'awaiting-identity',
  'finding',
  'awaiting-decision',
  'cooling-off',
  'awaiting-release',
]);

export function processorTitle(name: string): string {
  const known = builtInProcessors.find((one) => one === name);
  return known ? recipients[known].title : name;
}

export function statusPage(view: StatusView): Markup {
  const { current, document, language, now } = view;
  const { row } = current;
  const t = say(language);
  const url = `/requests/${row.id}`;
  const heading = row.outcome ? outcomeTexts[row.outcome][language] : statusTexts[row.status][language];
  return html`${view.done ?? nothing}
<p class="step">${titleOf(row.right, language)}</p>
<h1>${heading}</h1>
${view.first ?? nothing}
${clockPanel(view)}
${
  row.status === 'cooling-off' && row.coolingOffUntil
    ? html`<div class="notice warn"><p>${t('U kunt dit nog tegenhouden tot', 'You can still stop this until')} ${momentInWords(row.coolingOffUntil, language)}. ${t('Daarna wissen wij de gegevens. Dat kan niet ongedaan worden gemaakt.', 'After that we erase the data. That cannot be undone.')}</p></div>`
    : nothing
}
${
  row.status === 'awaiting-identity'
    ? html`<div class="notice warn"><p>${t('Bevestig met de code uit onze mail.', 'Confirm with the code from our mail.')} <a href="/verify?lang=${language}">${t('Naar bevestigen', 'Go and confirm')}</a></p></div>`
    : nothing
}
${row.mergedInto ? html`<div class="notice"><p>${t('Dit verzoek loopt verder als', 'This request goes on as')} <a class="mono" href="/requests/${row.mergedInto}?lang=${language}">${row.mergedInto}</a>.</p></div>` : nothing}
${decisionPart(view)}
${recipientsPart(view)}
<h2>${t('Wat er tot nu toe is gebeurd', 'What has happened so far')}</h2>
${timeline(document, language)}
${view.parts ?? nothing}
${waysPart(view, url)}
<h2>${t('Gegevens van dit verzoek', 'Details of this request')}</h2>
<dl class="facts"><dt>${t('Kenmerk', 'Reference')}</dt><dd class="mono">${row.id}</dd>
<dt>${t('Ontvangen op', 'Received on')}</dt><dd>${dayInWords(localDayOf(row.receivedAt), language)}</dd>
<dt>${t('Antwoord uiterlijk op', 'Answer no later than')}</dt><dd>${dayInWords(document.clock.plannedBy, language)}</dd>
${document.clock.legalBy !== document.clock.plannedBy ? html`<dt>${t('Einde van de wettelijke termijn', 'End of the legal period')}</dt><dd>${dayInWords(document.clock.legalBy, language)}</dd>` : nothing}
${row.about ? html`<dt>${t('Gaat over', 'Is about')}</dt><dd><a class="mono" href="/requests/${row.about}?lang=${language}">${row.about}</a></dd>` : nothing}
${document.siblings.length > 0 ? html`<dt>${t('Samen verstuurd met', 'Sent together with')}</dt><dd>${document.siblings.map((one) => html`<a class="mono" href="/requests/${one}?lang=${language}">${one}</a><br>`)}</dd>` : nothing}
</dl>
<p class="soft small">${t('Stand van', 'As of')} ${momentInWords(new Date(now).toISOString(), language)}.</p>`;
}

/** The clock in words, and the days as a bar. */
function clockPanel({ current, document, language, now }: StatusView): Markup {
  const t = say(language);
  const { row } = current;
  const { clock } = document;
  const today = localDayOf(new Date(now).toISOString());
  const received = localDayOf(row.receivedAt);
  const ended = row.answeredAt ?? row.closedAt;
  const left = daysBetween(today, clock.plannedBy);
  const words = ended
    ? html`${row.answeredAt ? t('Beantwoord op', 'Answered on') : t('Gesloten op', 'Closed on')} ${dayInWords(localDayOf(ended), language)}.`
    : left < 0
      ? html`${t('Wij zijn te laat. U had ons antwoord moeten hebben op', 'We are late. You should have had our answer on')} ${dayInWords(clock.plannedBy, language)}.`
      : html`${t('U krijgt ons antwoord uiterlijk op', 'You get our answer no later than')} ${dayInWords(clock.plannedBy, language)}.`;
  const countdown = ended
    ? ''
    : left < 0
      ? t(
          `U kunt een klacht indienen bij de ${supervisoryAuthority.name}.`,
          `You can lodge a complaint with the ${supervisoryAuthority.name}.`,
        )
      : left === 0
        ? t('Dat is vandaag.', 'That is today.')
        : left === 1
          ? t('Dat is morgen.', 'That is tomorrow.')
          : t(`Nog ${left} dagen.`, `${left} days to go.`);
  const paused = clock.pauses.some((pause) => pause.until === null);
  return html`<div class="panel"><p class="big">${words}</p>
${monthBar({ received, plannedBy: clock.plannedBy, today, ...(ended ? { answered: localDayOf(ended) } : {}) })}
<p class="scale"><span>${t('Ontvangen', 'Received')} ${dayInWords(received, language, false)}</span><span>${countdown}</span></p>
${clock.extended ? html`<p>${t('Wij hebben de termijn één keer verlengd. In onze brief staat waarom.', 'We have extended the period once. Our letter says why.')}</p>` : nothing}
${paused ? html`<p>${t('Wij wachten op uw antwoord op onze vraag. Zolang kan de wettelijke termijn stilstaan.', 'We are waiting for your answer to our question. Meanwhile the legal period may stand still.')}</p>` : nothing}
</div>`;
}

function decisionPart({ current, language, explanation }: StatusView): Markup {
  const { decision } = current.row;
  if (!decision?.reason) return nothing;
  const t = say(language);
  const reason = reasonOf(decision.reason);
  const refused = decision.kind === 'refuse';
  return html`<h2>${refused ? t('Waarom niet', 'Why not') : t('Waarom niet alles', 'Why not everything')}</h2>
<p>${reason.paragraph[language]}</p>
${explanation ? html`<blockquote class="notice"><p class="letter">${explanation}</p></blockquote>` : nothing}
<p class="soft small">${t('Grond in de wet', 'Ground in the law')}: ${reason.basis[language]}.</p>
<p>${t('Bent u het er niet mee eens? U kunt hieronder een klacht indienen, of binnen zes weken de rechter vragen om te beslissen (artikel 35 lid 2 UAVG).', 'Do you disagree? You can complain below, or ask the court within six weeks to decide (article 35(2) UAVG).')}</p>`;
}

function recipientsPart({ current, language }: StatusView): Markup {
  const t = say(language);
  const { row, dispositions } = current;
  if (dispositions.length === 0) return nothing;
  return html`<h2>${t('Wat er bij elke ontvanger is gebeurd', 'What happened at each recipient')}</h2>
<ul class="told">${dispositions.map((record) => {
    const title = processorTitle(record.processor);
    const sentence = resultSentence(
      {
        title,
        disposition: record.disposition,
        action: record.action,
        expectedBy: record.expectedBy,
        ground: record.ground,
        retainedUntil: record.retainedUntil,
        why: record.code,
      },
      row.right,
      language,
    );
    return html`<li><b>${title}</b>${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}</li>`;
  })}</ul>`;
}

function timeline(document: StatusDocument, language: Language): Markup {
  const items = document.timeline.flatMap((one) => {
    const text = eventTexts[one.event];
    return text ? [{ at: one.at, text: text[language] }] : [];
  });
  return html`<ol class="when">${[...items]
    .reverse()
    .map(({ at, text }) => html`<li>${text}${momentInWords(at, language)}</li>`)}</ol>`;
}

/** What the reader can do now. */
function waysPart({ current, language }: StatusView, url: string): Markup {
  const t = say(language);
  const { row } = current;
  const ways: Markup[] = [];
  if (cancellable.has(row.status))
    ways.push(
      html`<li><a href="${url}/withdraw?lang=${language}">${t('Trek dit verzoek in', 'Cancel this request')}</a><p>${t('Wij doen er dan niets meer mee.', 'We then do nothing more with it.')}</p></li>`,
    );
  if (row.right !== 'complaint' && row.status !== 'awaiting-identity')
    ways.push(
      html`<li><a href="${url}/complaint?lang=${language}">${t('Klaag over de behandeling', 'Complain about the handling')}</a><p>${t('Uw klacht krijgt een eigen antwoord.', 'Your complaint gets an answer of its own.')}</p></li>`,
    );
  ways.push(
    html`<li><a href="/?lang=${language}">${t('Doe nog een verzoek', 'Make another request')}</a><p>${t('U hoeft uw adres niet opnieuw te bevestigen.', 'You need not confirm your address again.')}</p></li>`,
    html`<li><a href="/help?lang=${language}">${t('Lees wat de wet u geeft', 'Read what the law gives you')}</a><p>${t('Ook: de toezichthouder en de rechter.', 'Also: the supervisory authority and the court.')}</p></li>`,
  );
  return html`<h2>${t('Wat u kunt doen', 'What you can do')}</h2><ul class="ways">${ways}</ul>`;
}

export function withdrawPage(current: Case, language: Language): Markup {
  const t = say(language);
  const url = `/requests/${current.row.id}`;
  return html`<p class="step">${titleOf(current.row.right, language)}</p>
<h1>${t('Wilt u dit verzoek intrekken?', 'Do you want to cancel this request?')}</h1>
<p class="lead">${t('Wij doen er dan niets meer mee. U kunt altijd een nieuw verzoek doen; daarvoor begint een nieuwe maand.', 'We then do nothing more with it. You can always make a new request; a new month begins for that.')}</p>
<div class="row"><form method="post" action="${url}/withdraw">${languageField(language)}<button class="danger">${t('Ja, trek het in', 'Yes, cancel it')}</button></form>
<a class="button plain" href="${url}?lang=${language}">${t('Nee, laat het doorgaan', 'No, let it go on')}</a></div>`;
}

export function complaintPage(
  current: Case,
  language: Language,
  state: { readonly text?: string; readonly error?: string } = {},
): Markup {
  const t = say(language);
  const url = `/requests/${current.row.id}`;
  const { error } = state;
  return html`${error ? html`<div class="summary" id="error-summary" role="alert" tabindex="-1" aria-labelledby="error-title"><h2 id="error-title">${t('Er klopt nog iets niet', 'Something is not right yet')}</h2><ul><li><a href="#details">${error}</a></li></ul></div>` : nothing}
<p class="step">${titleOf(current.row.right, language)}</p>
<h1>${t('Uw klacht over de behandeling', 'Your complaint about the handling')}</h1>
<p>${t('Uw klacht krijgt een eigen kenmerk en binnen een maand een antwoord.', 'Your complaint gets its own reference, and an answer within a month.')}</p>
<form method="post" action="${url}/complaint" novalidate>${languageField(language)}
<div class="field${error ? ' bad' : ''}"><label for="details">${t('Wat ging er niet goed?', 'What went wrong?')}</label>
${error ? html`<p class="error" id="details-error">${error}</p>` : nothing}
<textarea id="details" name="details" rows="7"${error ? html` aria-invalid="true" aria-describedby="details-error"` : nothing}>${state.text ?? ''}</textarea></div>
<div class="row"><button>${t('Verstuur de klacht', 'Send the complaint')}</button><a href="${url}?lang=${language}">${t('Terug', 'Back')}</a></div></form>`;
}
