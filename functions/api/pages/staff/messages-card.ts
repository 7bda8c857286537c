import { html, type Markup, momentInWords, nothing, say } from '../markup.ts';
import type { CaseView } from './case-view.ts';
import { csrfField } from './frame.ts';
import { actorLabel, letterLanguages } from './words.ts';

export function messagesCard({ current, messages, session, may, language }: CaseView): Markup {
  const t = say(language);
  const { row } = current;
  return html`<section class="card" aria-labelledby="messages"><h2 id="messages">${t('Berichten met de betrokkene', 'Messages with the subject')}</h2>
${
  messages.length === 0
    ? html`<p class="soft">${t('Geen. Een bericht blijft in het dossier; een mail zegt alleen dat het er is.', 'None. A message stays inside the case; a mail only says that there is one.')}</p>`
    : html`<ul class="list">${messages.map(
        (one) =>
          html`<li><b>${one.from === 'subject' ? t('Betrokkene', 'Subject') : actorLabel(one.by, language)}</b> <span class="soft small">${momentInWords(one.at, language)}</span><br><span class="words">${'text' in one ? one.text : t('Vernietigd', 'Destroyed')}</span>${'files' in one ? (one.files ?? []).map((file) => html`<br><a href="/api/staff/requests/${row.id}/messages/${one.id}/files/${file.number}">${file.name}</a>`) : nothing}</li>`,
      )}</ul>`
}
${
  may.work && !row.anonymisedAt
    ? html`<details><summary>${t('Schrijf een bericht', 'Write a message')}</summary><form method="post" action="/staff/requests/${row.id}/messages" enctype="multipart/form-data">${csrfField(session)}<div class="field"><label for="message">${t('Bericht', 'Message')} (${letterLanguages[row.language][language]})</label><textarea id="message" name="text" maxlength="10000"></textarea></div><button>${t('Verstuur', 'Send')}</button></form></details>`
    : nothing
}</section>`;
}
