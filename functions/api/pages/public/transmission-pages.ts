import type { AuditEvent } from '../../../domain/audit.ts';
import type { Case } from '../../../domain/case.ts';
import { packageAvailability } from '../../../domain/package.ts';
import { type Transmission, transmissionsLeft, transmissionsOf } from '../../../domain/transmission.ts';
import type { Language } from '../../../domain/words.ts';
import { transmissionFailureTexts } from '../../../letters/transmission-letter.ts';
import { html, type Markup, momentInWords, nothing, say } from '../markup.ts';
import { languageField } from './frame.ts';
import { type CodeMistake, codeField, codeSummary } from './sign-in-pages.ts';

export interface TransmissionForm {
  readonly receiver: string;
  readonly url: string;
  readonly error?: { readonly field: 'receiver' | 'url'; readonly code: string } | undefined;
}

const addressOf = (current: Case) => `/requests/${current.row.id}/transmission`;

/** On the status page of a portability request: the way to another controller, and what became of it so far. */
export function transmissionPart(
  current: Case,
  events: readonly AuditEvent[],
  now: string,
  language: Language,
): Markup {
  const t = say(language);
  const { row } = current;
  const past = transmissionsOf(events);
  const available = row.right === 'portability' && packageAvailability(current, now) === 'available';
  if (!available && past.length === 0) return nothing;
  const may = available && transmissionsLeft(current, events) > 0 && row.transmission?.state !== 'under-way';
  return html`<h2 id="transmissions">${t('Rechtstreeks naar een ander bedrijf', 'Directly to another company')}</h2>
${past.length > 0 ? html`<ul class="told">${past.map((one) => told(current, one, language))}</ul>` : nothing}
${may ? html`<p>${t('Wij kunnen het bestand ook rechtstreeks sturen naar een bedrijf dat u aanwijst (artikel 20 lid 2 AVG).', 'We can also send the file directly to a company that you name (article 20(2) GDPR).')}</p><p><a class="button plain" href="${addressOf(current)}?lang=${language}">${t('Stuur het naar een ander bedrijf', 'Send it to another company')}</a></p>` : nothing}`;
}

function told(current: Case, one: Transmission, language: Language): Markup {
  const t = say(language);
  const receipt = `/api/requests/${current.row.id}/package/transmissions/${one.number}/receipt`;
  const state = {
    'under-way': t(
      'Wij zijn bezig met versturen. Ververs deze pagina over een minuut.',
      'We are sending it. Reload this page in a minute.',
    ),
    sent: t('Verstuurd en aangenomen.', 'Sent and taken.'),
    failed: t('Niet gelukt.', 'Did not work.'),
  }[one.state];
  return html`<li><b class="mono">${one.host}</b>${state} ${one.failure ? transmissionFailureTexts[one.failure][language] : nothing}
${one.state === 'sent' ? html`<br><a href="${receipt}">${t('Bewijs van verzending (voor controle)', 'Receipt of sending (to be checked)')}</a>` : nothing}
<br><span class="soft small">${momentInWords(one.endedAt ?? one.askedAt, language)}</span></li>`;
}

/** First page: who and where. */
export function transmissionPage(
  current: Case,
  left: number,
  language: Language,
  form: TransmissionForm = { receiver: '', url: '' },
): Markup {
  const t = say(language);
  const { error } = form;
  const message = error ? transmissionError(error.code, language) : '';
  const bad = (field: string) => error?.field === field;
  const described = (field: string) => (bad(field) ? `${field}-hint ${field}-error` : `${field}-hint`);
  const invalid = (field: string) => (bad(field) ? html` aria-invalid="true"` : nothing);
  const shown = (field: string) =>
    bad(field) ? html`<p class="error" id="${field}-error">${message}</p>` : nothing;
  return html`${error ? html`<div class="summary" id="error-summary" role="alert" tabindex="-1" aria-labelledby="error-title"><h2 id="error-title">${t('Er klopt nog iets niet', 'Something is not right yet')}</h2><ul><li><a href="#${error.field}">${message}</a></li></ul></div>` : nothing}
<p class="step">${t('Stap 1 van 2', 'Step 1 of 2')}</p>
<h1>${t('Naar welk bedrijf sturen wij uw gegevens?', 'Which company do we send your data to?')}</h1>
<p>${t('Vraag dat bedrijf om een uploadadres. Wij sturen daar één zip-bestand heen. Wat het bedrijf ermee doet, beslist het zelf; wij kunnen het niet terughalen.', 'Ask that company for an upload address. We send one zip file there. What the company does with it is theirs to decide; we cannot take it back.')} ${t(`Dit kan nog ${left} keer.`, `You can do this ${left} more ${left === 1 ? 'time' : 'times'}.`)}</p>
<form method="post" action="${addressOf(current)}" novalidate>${languageField(language)}<input type="hidden" name="step" value="check">
<div class="field${bad('receiver') ? ' bad' : ''}"><label for="receiver">${t('Naam van het bedrijf', 'Name of the company')}</label>
<p class="hint" id="receiver-hint">${t('Zoals u het noemt.', 'As you call it.')}</p>${shown('receiver')}
<input type="text" id="receiver" name="receiver" value="${form.receiver}" maxlength="100" autocomplete="organization" aria-describedby="${described('receiver')}"${invalid('receiver')}></div>
<div class="field${bad('url') ? ' bad' : ''}"><label for="url">${t('Uploadadres', 'Upload address')}</label>
<p class="hint" id="url-hint">${t('Begint met https:// en is vaak lang. Wij bewaren het versleuteld, tot het bestand is verstuurd.', 'Begins with https:// and is often long. We keep it encrypted, until the file has been sent.')}</p>${shown('url')}
<input type="text" inputmode="url" id="url" name="url" value="${form.url}" maxlength="4096" autocomplete="off" spellcheck="false" aria-describedby="${described('url')}"${invalid('url')}></div>
<div class="row"><button>${t('Verder: controleren', 'Continue: check')}</button><a href="/requests/${current.row.id}?lang=${language}">${t('Terug naar uw verzoek', 'Back to your request')}</a></div></form>`;
}

/** Second page: the host alone and large, so that nobody overlooks where their data goes, and the fresh code. */
export function confirmPage(
  current: Case,
  asked: { readonly receiver: string; readonly url: string; readonly host: string },
  language: Language,
  mistake?: CodeMistake,
): Markup {
  const t = say(language);
  const hidden = html`${languageField(language)}<input type="hidden" name="receiver" value="${asked.receiver}"><input type="hidden" name="url" value="${asked.url}"><input type="hidden" name="host" value="${asked.host}">`;
  return html`${codeSummary(mistake, language)}
<p class="step">${t('Stap 2 van 2', 'Step 2 of 2')}</p>
<h1>${t('Klopt dit?', 'Is this right?')}</h1>
<p class="lead">${t('Wij sturen het bestand met uw gegevens naar:', 'We send the file with your data to:')}</p>
<div class="panel"><p class="big mono">${asked.host}</p><p>${t('U noemt dit', 'You call this')}: ${asked.receiver}</p></div>
<p>${t('Hoort dit adres bij dat bedrijf? Twijfelt u, vraag het daar dan eerst na. Wat verstuurd is, halen wij niet terug.', 'Does this address belong to that company? If in doubt, ask them first. What has been sent we cannot take back.')}</p>
<div class="notice"><p>${t('Wij hebben u een nieuwe code gemaild.', 'We have mailed you a fresh code.')}</p></div>
<form method="post" action="${addressOf(current)}">${hidden}<input type="hidden" name="step" value="send">${codeField(language, mistake)}<div class="row"><button>${t('Ja, stuur het hierheen', 'Yes, send it there')}</button><a class="button plain" href="${addressOf(current)}?lang=${language}">${t('Nee, terug', 'No, go back')}</a></div></form>
<form method="post" action="${addressOf(current)}">${hidden}<input type="hidden" name="step" value="check"><p><button class="link">${t('Mail mij een nieuwe code', 'Mail me a new code')}</button></p></form>`;
}

/** Why an address or a name was not taken, in the reader's words. */
export function transmissionError(code: string, language: Language): string {
  const t = say(language);
  switch (code) {
    case 'not-https':
      return t('Het adres moet met https:// beginnen.', 'The address must begin with https://.');
    case 'address-with-login':
      return t(
        'Dit adres bevat een naam en wachtwoord. Vraag om een adres zonder.',
        'This address holds a name and password. Ask for one without.',
      );
    case 'port-not-allowed':
      return t(
        'Dit adres gebruikt een ongewone poort. Vraag om een gewoon https-adres.',
        'This address uses an unusual port. Ask for a plain https address.',
      );
    case 'host-not-public':
      return t(
        'Dit adres ligt niet op het openbare internet.',
        'This address is not on the public internet.',
      );
    case 'too-short':
    case 'too-long':
    case 'not-a-name':
      return t(
        'Vul de naam van het bedrijf in, van 2 tot 100 tekens.',
        'Fill in the name of the company, from 2 to 100 characters.',
      );
    case 'not-the-host-of-the-address':
      return t(
        'Het adres is intussen een ander. Begin opnieuw.',
        'The address has become another one meanwhile. Start again.',
      );
    default:
      return t(
        'Dit is geen adres waar wij iets heen kunnen sturen.',
        'This is no address that we can send to.',
      );
  }
}
