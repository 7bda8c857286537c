import type { AuditEvent } from '../../../domain/audit.ts';
import type { Language } from '../../../domain/words.ts';
import { html, type Markup, momentInWords, nothing, say } from '../markup.ts';
import { notice } from './frame.ts';
import { refusalText } from './refusals.ts';
import { actorLabel, eventLabel } from './words.ts';

export interface Refused {
  readonly reference: string;
  readonly code: string;
  /** What happened since the version that the colleague had read. */
  readonly since: readonly AuditEvent[];
  /** What they wrote, so that it is not lost. */
  readonly written: readonly string[];
  readonly language: Language;
}

/** Somebody was first, or the law says no: what it means, what changed, and the words that were not saved. */
export function refusedPage({ reference, code, since, written, language }: Refused): Markup {
  const t = say(language);
  return html`<div class="head"><h1>${t('Dit is niet bewaard', 'This was not saved')}</h1></div>
${notice(refusalText(code, language), 'bad')}
${
  since.length > 0
    ? html`<section class="card"><h2>${t('Wat er gebeurde sinds je het dossier opende', 'What has happened since you opened the case')}</h2><ul class="list">${since.map(
        (one) =>
          html`<li><b>${eventLabel(one.type, language)}</b> ${t('door', 'by')} ${actorLabel(one.by, language)} <span class="soft small">${momentInWords(one.at, language)}</span></li>`,
      )}</ul></section>`
    : nothing
}
${written.length > 0 ? html`<section class="card"><h2>${t('Wat je schreef', 'What you wrote')}</h2>${written.map((text) => html`<div class="letter" tabindex="0">${text}</div>`)}</section>` : nothing}
<p><a class="button" href="/staff/requests/${reference}">${t('Bekijk het dossier zoals het nu is', 'See the case as it is now')}</a></p>`;
}
