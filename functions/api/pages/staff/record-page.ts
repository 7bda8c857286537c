import { channels, languages, rights } from '../../../domain/words.ts';
import type { FieldError } from '../../problem.ts';
import type { StaffSession } from '../../staff/sign-in.ts';
import { html, type Markup, nothing } from '../markup.ts';
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

const messages: Readonly<Record<string, string>> = {
  email: 'Enter one e-mail address: the one on file, never only the sender’s',
  rights: 'Choose at least one right',
  receivedAt: 'Enter the day it arrived; it cannot lie in the future',
  channel: 'Choose how it reached us',
  name: 'Check the name',
  details: 'Check the text',
  onBehalfOf: 'Enter the name of the other person',
  corrections: 'Enter both which data and what it should be',
  language: 'Choose the language of the letters',
};

/** A request that came by another way counts from the day it arrived (EDPB 01/2022 §159). */
export function recordPage(
  session: StaffSession,
  typed: RecordedForm,
  errors: readonly FieldError[],
  today: string,
  key: string,
): Markup {
  const failing = [...new Set(errors.map((one) => one.field.split('.')[0] ?? ''))];
  const bad = (field: string) => (failing.includes(field) ? ' bad' : '');
  const message = (field: string) =>
    failing.includes(field) ? html`<p class="error">${messages[field] ?? 'Check this field'}</p>` : nothing;
  const targets: Readonly<Record<string, string>> = {
    rights: 'right-access',
    channel: 'channel-email',
    onBehalfOf: 'behalfName',
    corrections: 'correctionField',
    language: 'language-nl',
  };
  return html`<div class="head"><h1>Record a request</h1></div>
${
  failing.length > 0
    ? html`<div class="summary" id="error-summary" role="alert" tabindex="-1" aria-labelledby="error-title"><h2 id="error-title">Something is not right yet</h2><ul>${failing.map((field) => html`<li><a href="#${targets[field] ?? field}">${messages[field] ?? 'Check the form'}</a></li>`)}</ul></div>`
    : nothing
}
<form class="card" method="post" action="/staff/requests/new" novalidate>${csrfField(session)}<input type="hidden" name="key" value="${key}">
<fieldset class="field${bad('channel')}"><legend>How did it reach us?</legend>${message('channel')}<div class="opts">${channels
    .filter((one) => one !== 'form')
    .map(
      (one) =>
        html`<label for="channel-${one}"><input type="radio" id="channel-${one}" name="channel" value="${one}"${typed.channel === one ? html` checked` : nothing}>${channelLabels[one]}</label>`,
    )}</div></fieldset>
<div class="field${bad('receivedAt')}"><label for="receivedAt">Day it arrived</label><p class="hint" id="receivedAt-hint">The month counts from this day, even when it was opened later.</p>${message('receivedAt')}<input type="date" id="receivedAt" name="receivedAt" value="${typed.receivedAt}" max="${today}" aria-describedby="receivedAt-hint"></div>
<fieldset class="field${bad('rights')}"><legend>What is asked?</legend>${message('rights')}<div class="opts">${rights.map(
    (one) =>
      html`<label for="right-${one}"><input type="checkbox" id="right-${one}" name="rights" value="${one}"${typed.rights.includes(one) ? html` checked` : nothing}>${rightLabels[one]}</label>`,
  )}</div></fieldset>
<fieldset><legend>An objection is against</legend><div class="opts"><label for="scope-dm"><input type="radio" id="scope-dm" name="objectionScope" value="direct-marketing"${typed.objectionScope === 'direct-marketing' ? html` checked` : nothing}>Direct marketing</label><label for="scope-other"><input type="radio" id="scope-other" name="objectionScope" value="other"${typed.objectionScope === 'other' ? html` checked` : nothing}>Something else</label></div></fieldset>
<div class="field${bad('email')}"><label for="email">E-mail address on file</label><p class="hint" id="email-hint">The code to confirm goes here. A sender’s address that is not on file proves nothing.</p>${message('email')}<input type="email" id="email" name="email" value="${typed.email}" autocomplete="off" aria-describedby="email-hint"></div>
<div class="field${bad('name')}"><label for="name">Name</label>${message('name')}<input type="text" id="name" name="name" value="${typed.name}" autocomplete="off"></div>
<fieldset class="field${bad('onBehalfOf')}"><legend>For whom?</legend>${message('onBehalfOf')}<div class="opts">${(
    [
      ['', 'For themselves'],
      ['child', 'For a child'],
      ['agent', 'For somebody else'],
    ] as const
  ).map(
    ([value, label]) =>
      html`<label for="relation-${value || 'self'}"><input type="radio" id="relation-${value || 'self'}" name="relation" value="${value}"${typed.relation === value ? html` checked` : nothing}>${label}</label>`,
  )}</div><label for="behalfName">Name of the other person</label><input type="text" id="behalfName" name="behalfName" value="${typed.behalfName}" autocomplete="off"></fieldset>
<fieldset class="field${bad('corrections')}"><legend>A correction</legend>${message('corrections')}<label for="correctionField">Which data</label><input type="text" id="correctionField" name="correctionField" value="${typed.correctionField}"><label for="correctionValue">What it should be</label><input type="text" id="correctionValue" name="correctionValue" value="${typed.correctionValue}"></fieldset>
<div class="field${bad('details')}"><label for="details">In their words</label>${message('details')}<textarea id="details" name="details">${typed.details}</textarea></div>
<fieldset><legend>Letters in</legend><div class="opts">${languages.map(
    (one) =>
      html`<label for="language-${one}"><input type="radio" id="language-${one}" name="language" value="${one}"${typed.language === one ? html` checked` : nothing}>${one === 'nl' ? 'Dutch' : 'English'}</label>`,
  )}</div></fieldset>
<button>Record</button></form>`;
}
