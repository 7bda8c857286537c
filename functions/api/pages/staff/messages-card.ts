import { html, type Markup, momentInWords, nothing } from '../markup.ts';
import type { CaseView } from './case-view.ts';
import { csrfField } from './frame.ts';
import { actorLabel } from './words.ts';

export function messagesCard({ current, messages, session, may }: CaseView): Markup {
  const { row } = current;
  return html`<section class="card" aria-labelledby="messages"><h2 id="messages">Messages with the subject</h2>
${
  messages.length === 0
    ? html`<p class="soft">None. A message stays inside the case; a mail only says that there is one.</p>`
    : html`<ul class="list">${messages.map(
        (one) =>
          html`<li><b>${one.from === 'subject' ? 'Subject' : actorLabel(one.by)}</b> <span class="soft small">${momentInWords(one.at, 'en')}</span><br><span class="words">${'text' in one ? one.text : 'Destroyed'}</span>${'files' in one ? (one.files ?? []).map((file) => html`<br><a href="/api/staff/requests/${row.id}/messages/${one.id}/files/${file.number}">${file.name}</a>`) : nothing}</li>`,
      )}</ul>`
}
${
  may.work && !row.anonymisedAt
    ? html`<details><summary>Write a message</summary><form method="post" action="/staff/requests/${row.id}/messages" enctype="multipart/form-data">${csrfField(session)}<div class="field"><label for="message">Message (${row.language === 'nl' ? 'in Dutch' : 'in English'})</label><textarea id="message" name="text" maxlength="10000"></textarea></div><button>Send</button></form></details>`
    : nothing
}</section>`;
}
