import type { AuditEvent } from '../../../domain/audit.ts';
import type { Case } from '../../../domain/case.ts';
import { downloadsInAll, packageAvailability, packageLastDay } from '../../../domain/package.ts';
import type { Language } from '../../../domain/words.ts';
import { dayInWords, html, type Markup, nothing, say } from '../markup.ts';
import { languageField } from './frame.ts';
import { type CodeMistake, codeField, codeSummary } from './sign-in-pages.ts';

export function fetchesLeft(current: Case, events: readonly AuditEvent[]): number {
  const fetched = events.filter(
    (one) => one.type === 'package-fetched' && one.data.hash === current.row.releasedHash,
  ).length;
  return Math.max(0, downloadsInAll - fetched);
}

/** On the status page: that there is a copy, until when and how often it can be fetched. */
export function packagePart(
  current: Case,
  events: readonly AuditEvent[],
  now: string,
  language: Language,
): Markup {
  const t = say(language);
  const availability = packageAvailability(current, now);
  if (availability === 'not-released' || !current.row.answeredAt) return nothing;
  if (availability === 'expired')
    return html`<div class="notice"><p>${t('De kopie van uw gegevens is verwijderd, omdat de tijd om hem op te halen voorbij is. U kunt altijd een nieuwe vragen.', 'The copy of your data was removed, because the time to fetch it is over. You can always ask for a new one.')}</p></div>`;
  const left = fetchesLeft(current, events);
  return html`<div class="panel"><h2>${t('Uw gegevens staan klaar', 'Your data is ready')}</h2>
<p>${t('Ophalen kan tot en met', 'You can fetch it until')} ${dayInWords(packageLastDay(current.row.answeredAt), language)}, ${t(`nog ${left} keer`, `${left} more ${left === 1 ? 'time' : 'times'}`)}.</p>
${left > 0 ? html`<p><a class="button" href="/requests/${current.row.id}/package?lang=${language}">${t('Haal uw gegevens op', 'Fetch your data')}</a></p>` : nothing}</div>`;
}

/** Fetching takes a fresh code even when signed in: a forwarded address opens nothing (TRUST.md A52). */
export function packagePage(
  current: Case,
  left: number,
  language: Language,
  state: { readonly sent?: boolean; readonly mistake?: CodeMistake; readonly link?: string },
): Markup {
  const t = say(language);
  const url = `/requests/${current.row.id}/package`;
  if (state.link)
    return html`<h1>${t('Uw bestand staat klaar', 'Your file is ready')}</h1><p class="lead">${t('Deze link werkt één minuut.', 'This link works for one minute.')}</p><p><a class="button" href="${state.link}" rel="noreferrer">${t('Download', 'Download')}</a></p>`;
  return html`${codeSummary(state.mistake, language)}
<h1>${t('Haal uw gegevens op', 'Fetch your data')}</h1>
<p>${t(`U kunt het bestand nog ${left} keer ophalen. Het is een zip-bestand.`, `You can fetch the file ${left} more times. It is a zip file.`)}</p>
${
  state.sent || state.mistake
    ? html`${state.sent ? html`<div class="notice good" role="status"><p>${t('Er is een mail met een nieuwe code onderweg.', 'A mail with a fresh code is on its way.')}</p></div>` : nothing}
<form method="post" action="${url}">${languageField(language)}${codeField(language, state.mistake)}<button>${t('Download', 'Download')}</button></form>`
    : nothing
}
<form method="post" action="${url}/code">${languageField(language)}<p>${state.sent || state.mistake ? html`<button class="link">${t('Mail mij een nieuwe code', 'Mail me a new code')}</button>` : html`<button>${t('Mail mij een code', 'Mail me a code')}</button>`}</p></form>
<p><a href="/requests/${current.row.id}?lang=${language}">${t('Terug naar uw verzoek', 'Back to your request')}</a></p>`;
}
