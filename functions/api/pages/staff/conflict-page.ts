import type { AuditEvent } from '../../../domain/audit.ts';
import { html, type Markup, momentInWords, nothing } from '../markup.ts';
import { notice } from './frame.ts';
import { actorLabel, eventLabel, refusalText } from './words.ts';

export interface Refused {
  readonly reference: string;
  readonly code: string;
  /** What happened since the version that the colleague had read. */
  readonly since: readonly AuditEvent[];
  /** What they wrote, so that it is not lost. */
  readonly written: readonly string[];
}

/** Somebody was first, or the law says no: what it means, what changed, and the words that were not saved. */
export function refusedPage({ reference, code, since, written }: Refused): Markup {
  return html`<div class="head"><h1>This was not saved</h1></div>
${notice(refusalText(code), 'bad')}
${
  since.length > 0
    ? html`<section class="card"><h2>What has happened since you opened the case</h2><ul class="list">${since.map(
        (one) =>
          html`<li><b>${eventLabel(one.type)}</b> by ${actorLabel(one.by)} <span class="soft small">${momentInWords(one.at, 'en')}</span></li>`,
      )}</ul></section>`
    : nothing
}
${written.length > 0 ? html`<section class="card"><h2>What you wrote</h2>${written.map((text) => html`<div class="letter" tabindex="0">${text}</div>`)}</section>` : nothing}
<p><a class="button" href="/staff/requests/${reference}">See the case as it is now</a></p>`;
}
