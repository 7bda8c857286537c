import type { Text } from '../../../domain/register-record.ts';
import { channels, type Language, languages, rights } from '../../../domain/words.ts';
import type { FieldError } from '../../problem.ts';
import type { StaffSession } from '../../staff/sign-in.ts';
import { languageNames } from '../language.ts';
import { html, type Markup, nothing, say } from '../markup.ts';
import { csrfField } from './frame.ts';
import { channelLabels, rightLabels } from './words.ts';

export interface RecordedForm {
  readonly channel: string;
  readonly receivedAt: string;
  readonly email: string;
  readonly name: string;
  readonly rights: readonly string[];
  readonly language: string;
  readonly details: string;
  readonly objectionScope: string;
  readonly relation: string;
  readonly behalfName: string;
  readonly correctionField: string;
  readonly correctionValue: string;
}

const messages: Readonly<Record<string, Text>> = {
  email: {
    nl: 'Vul één e-mailadres in: dat wat bekend is, nooit alleen dat van de afzender',
    en: 'Enter one e-mail address: the one on file, never only the sender’s',
  },
  rights: { nl: 'Kies ten minste één recht', en: 'Choose at least one right' },
  receivedAt: {
    nl: 'Vul de dag in waarop het aankwam; die kan niet in de toekomst liggen',
    en: 'Enter the day it arrived; it cannot lie in the future',
  },
  channel: { nl: 'Kies hoe het ons bereikte', en: 'Choose how it reached us' },
  name: { nl: 'Controleer de naam', en: 'Check the name' },
  details: { nl: 'Controleer de tekst', en: 'Check the text' },
  onBehalfOf: { nl: 'Vul de naam van de ander in', en: 'Enter the name of the other person' },
  corrections: {
    nl: 'Vul in welk gegeven, en wat het moet zijn',
    en: 'Enter both which data and what it should be',
  },
  language: { nl: 'Kies de taal van de brieven', en: 'Choose the language of the letters' },
};

/** A request that came by another way counts from the day it arrived (EDPB 01/2022 §159). */
export function recordPage(
  session: StaffSession,
  typed: RecordedForm,
  errors: readonly FieldError[],
  { today, key, language }: { readonly today: string; readonly key: string; readonly language: Language },
): Markup {
  const t = say(language);
  const wrong = (field: string) =>
    messages[field]?.[language] ?? t('Controleer dit veld', 'Check this field');
  const failing = [...new Set(errors.map((one) => one.field.split('.')[0] ?? ''))];
  const bad = (field: string) => (failing.includes(field) ? ' bad' : '');
  const message = (field: string) =>
    failing.includes(field) ? html`<p class="error" id="${field}-error">${wrong(field)}</p>` : nothing;
  /** What a screen reader tells with the field: its mistake, then its hint. */
  const told = (field: string, hint = '') => {
    const ids = [failing.includes(field) ? `${field}-error` : '', hint].filter((id) => id !== '');
    return html`${ids.length > 0 ? html` aria-describedby="${ids.join(' ')}"` : nothing}${failing.includes(field) ? html` aria-invalid="true"` : nothing}`;
  };
  const targets: Readonly<Record<string, string>> = {
    rights: 'right-access',
    channel: 'channel-email',
    onBehalfOf: 'behalfName',
    corrections: 'correctionField',
    language: 'language-nl',
  };
  return html`<div class="head"><h1>${t('Leg een verzoek vast', 'Record a request')}</h1></div>
${
  failing.length > 0
    ? html`<div class="summary" id="error-summary" role="alert" tabindex="-1" aria-labelledby="error-title"><h2 id="error-title">${t('Er klopt nog iets niet', 'Something is not right yet')}</h2><ul>${failing.map((field) => html`<li><a href="#${targets[field] ?? field}">${wrong(field)}</a></li>`)}</ul></div>`
    : nothing
}
<form class="card" method="post" action="/staff/requests/new" novalidate>${csrfField(session)}<input type="hidden" name="key" value="${key}">
<fieldset class="field${bad('channel')}"><legend>${t('Hoe bereikte het ons?', 'How did it reach us?')}</legend>${message('channel')}<div class="opts">${channels
    .filter((one) => one !== 'form')
    .map(
      (one) =>
        html`<label for="channel-${one}"><input type="radio" id="channel-${one}" name="channel" value="${one}"${typed.channel === one ? html` checked` : nothing}>${channelLabels[one][language]}</label>`,
    )}</div></fieldset>
<div class="field${bad('receivedAt')}"><label for="receivedAt">${t('Dag van aankomst', 'Day it arrived')}</label><p class="hint" id="receivedAt-hint">${t('De maand telt vanaf deze dag, ook als het later is geopend.', 'The month counts from this day, even when it was opened later.')}</p>${message('receivedAt')}<input type="date" id="receivedAt" name="receivedAt" value="${typed.receivedAt}" max="${today}"${told('receivedAt', 'receivedAt-hint')}></div>
<fieldset class="field${bad('rights')}"><legend>${t('Wat wordt er gevraagd?', 'What is asked?')}</legend>${message('rights')}<div class="opts">${rights.map(
    (one) =>
      html`<label for="right-${one}"><input type="checkbox" id="right-${one}" name="rights" value="${one}"${typed.rights.includes(one) ? html` checked` : nothing}>${rightLabels[one][language]}</label>`,
  )}</div></fieldset>
<fieldset><legend>${t('Een bezwaar gaat tegen', 'An objection is against')}</legend><div class="opts"><label for="scope-dm"><input type="radio" id="scope-dm" name="objectionScope" value="direct-marketing"${typed.objectionScope === 'direct-marketing' ? html` checked` : nothing}>${t('Direct marketing', 'Direct marketing')}</label><label for="scope-other"><input type="radio" id="scope-other" name="objectionScope" value="other"${typed.objectionScope === 'other' ? html` checked` : nothing}>${t('Iets anders', 'Something else')}</label></div></fieldset>
<div class="field${bad('email')}"><label for="email">${t('E-mailadres dat bij ons bekend is', 'E-mail address on file')}</label><p class="hint" id="email-hint">${t('Hier gaat de code om te bevestigen heen. Een afzender die niet bekend is, bewijst niets.', 'The code to confirm goes here. A sender’s address that is not on file proves nothing.')}</p>${message('email')}<input type="email" id="email" name="email" value="${typed.email}" autocomplete="off"${told('email', 'email-hint')}></div>
<div class="field${bad('name')}"><label for="name">${t('Naam', 'Name')}</label>${message('name')}<input type="text" id="name" name="name" value="${typed.name}" autocomplete="off"${told('name')}></div>
<fieldset class="field${bad('onBehalfOf')}"><legend>${t('Voor wie?', 'For whom?')}</legend>${message('onBehalfOf')}<div class="opts">${(
    [
      ['', t('Voor zichzelf', 'For themselves')],
      ['child', t('Voor een kind', 'For a child')],
      ['agent', t('Voor iemand anders', 'For somebody else')],
    ] as const
  ).map(
    ([value, label]) =>
      html`<label for="relation-${value || 'self'}"><input type="radio" id="relation-${value || 'self'}" name="relation" value="${value}"${typed.relation === value ? html` checked` : nothing}>${label}</label>`,
  )}</div><label for="behalfName">${t('Naam van de ander', 'Name of the other person')}</label><input type="text" id="behalfName" name="behalfName" value="${typed.behalfName}" autocomplete="off"${told('onBehalfOf')}></fieldset>
<fieldset class="field${bad('corrections')}"><legend>${t('Een correctie', 'A correction')}</legend>${message('corrections')}<label for="correctionField">${t('Welk gegeven', 'Which data')}</label><input type="text" id="correctionField" name="correctionField" value="${typed.correctionField}"${told('corrections')}><label for="correctionValue">${t('Wat het moet zijn', 'What it should be')}</label><input type="text" id="correctionValue" name="correctionValue" value="${typed.correctionValue}"></fieldset>
<div class="field${bad('details')}"><label for="details">${t('In hun eigen woorden', 'In their words')}</label>${message('details')}<textarea id="details" name="details"${told('details')}>${typed.details}</textarea></div>
<fieldset><legend>${t('Brieven in het', 'Letters in')}</legend><div class="opts">${languages.map(
    (one) =>
      html`<label for="language-${one}"><input type="radio" id="language-${one}" name="language" value="${one}"${typed.language === one ? html` checked` : nothing}>${languageNames[one]}</label>`,
  )}</div></fieldset>
<button>${t('Leg vast', 'Record')}</button></form>`;
}
