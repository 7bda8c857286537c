import { messageFileBytes } from '../../../domain/message.ts';
import type { Language } from '../../../domain/words.ts';
import type { SubjectDesk } from '../../public/public-api.ts';
import { html, type Markup, momentInWords, nothing, say } from '../markup.ts';
import { languageField } from './frame.ts';

export interface MessageForm {
  readonly text: string;
  readonly error: string;
  /** The file looks like an identity document: sending it takes a second, explicit yes. */
  readonly warned: boolean;
}

/** What was written to and fro, and the form for adding to it. */
export function messagePart(
  reference: string,
  messages: Awaited<ReturnType<SubjectDesk['messages']>>,
  language: Language,
  form?: MessageForm,
): Markup {
  const t = say(language);
  return html`<h2 id="messages">${t('Berichten', 'Messages')}</h2>
${
  messages.length === 0
    ? html`<p>${t('Nog geen berichten. U kunt hier iets toevoegen of een vraag beantwoorden.', 'No messages yet. You can add something here, or answer a question.')}</p>`
    : html`<ul class="told">${messages.map(
        (one) =>
          html`<li><b>${one.from === 'subject' ? t('U', 'You') : 'Kinescope'}</b><span class="letter">${'text' in one ? one.text : t('Verwijderd', 'Removed')}</span>${'files' in one ? (one.files ?? []).map((file) => html`<br><a href="/api/requests/${reference}/messages/${one.id}/files/${file.number}">${file.name}</a>`) : nothing}<br><span class="soft small">${momentInWords(one.at, language)}</span></li>`,
      )}</ul>`
}
<form method="post" action="/requests/${reference}/messages" enctype="multipart/form-data" novalidate>${languageField(language)}
<div class="field${form ? ' bad' : ''}"><label for="message">${t('Uw bericht', 'Your message')}</label>
${form ? html`<p class="error" id="message-error">${form.error}</p>` : nothing}
<textarea id="message" name="text" rows="4" maxlength="10000"${form ? html` aria-invalid="true" aria-describedby="message-error"` : nothing}>${form?.text ?? ''}</textarea></div>
<div class="field"><label for="file">${t('Bestanden (hoeft niet)', 'Files (optional)')}</label><p class="hint" id="file-hint">${t('Ten hoogste drie: PDF, PNG, JPEG of tekst, samen 4 MB. Geen identiteitsbewijs.', 'At most three: PDF, PNG, JPEG or text, 4 MB together. No identity document.')}</p><input type="file" id="file" name="file" multiple accept=".pdf,.png,.jpg,.jpeg,.txt" data-most="${messageFileBytes}" data-large="${messageError('files-too-large', language)}" aria-describedby="file-hint"></div>
${form?.warned ? html`<label class="choice" for="keepAnyway"><input type="checkbox" id="keepAnyway" name="keepAnyway" value="true"><strong>${t('Toch versturen', 'Send it all the same')}</strong><span>${t('Kies het bestand dan opnieuw.', 'Choose the file again then.')}</span></label>` : nothing}
<button class="plain">${t('Verstuur bericht', 'Send message')}</button></form>`;
}

/** Why a message was not taken, in the reader's words. */
export function messageError(code: string | undefined, language: Language): string {
  const t = say(language);
  switch (code) {
    case 'looks-like-identity-document':
      return t(
        'Dit bestand lijkt een identiteitsbewijs. Wij hebben dat niet nodig; stuur het liever niet.',
        'This file looks like an identity document. We do not need it; better not send it.',
      );
    case 'too-many-files':
      return t('Kies ten hoogste drie bestanden.', 'Choose at most three files.');
    case 'files-too-large':
      return t('De bestanden zijn samen te groot (4 MB).', 'The files are too large together (4 MB).');
    case 'file-type-not-allowed':
    case 'file-with-active-content':
    case 'file-empty':
      return t(
        'Dit soort bestand nemen wij niet aan. Kies een PDF, PNG, JPEG of tekst.',
        'We do not take this kind of file. Choose a PDF, PNG, JPEG or text.',
      );
    default:
      return t(
        'Schrijf uw bericht, van ten hoogste 10.000 tekens.',
        'Write your message, of at most 10,000 characters.',
      );
  }
}
