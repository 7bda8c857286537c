import { articleOf, type Language, type Right, rights } from '../../../domain/words.ts';
import type { FieldError } from '../../problem.ts';
import type { Submitted } from '../../public/submit.ts';
import { dayInWords, html, type Markup, monthBar, nothing, say } from '../markup.ts';
import { languageField } from './frame.ts';
import { correctionRows, errorText, fieldId, fieldsOf, type Typed } from './request-form.ts';

/** Each right as a person would ask for it, and what follows from asking. */
export const choiceTexts = {
  access: {
    nl: [
      'Laat mij mijn gegevens zien',
      'U krijgt een kopie, met uitleg waarvoor wij ze gebruiken en met wie wij ze delen.',
    ],
    en: ['Show me my data', 'You get a copy, with what we use it for and whom we share it with.'],
  },
  portability: {
    nl: [
      'Geef mijn gegevens mee in een bestand',
      'Om zelf te bewaren of bij een ander bedrijf te gebruiken.',
    ],
    en: ['Give me my data in a file to take along', 'To keep yourself, or to use with another company.'],
  },
  rectification: {
    nl: ['Verbeter iets dat niet klopt', 'Bijvoorbeeld een verkeerd gespelde naam.'],
    en: ['Correct something that is wrong', 'A misspelled name, for example.'],
  },
  completion: {
    nl: ['Vul iets aan dat ontbreekt', 'Wij bewaren uw aanvulling bij uw gegevens.'],
    en: ['Add something that is missing', 'We keep your addition with your data.'],
  },
  erasure: {
    nl: [
      'Wis mijn gegevens',
      'Ook uw account verdwijnt. Rekeningen moeten wij van de wet zeven jaar bewaren.',
    ],
    en: ['Delete my data', 'Your account goes as well. The law makes us keep invoices for seven years.'],
  },
  restriction: {
    nl: ['Gebruik mijn gegevens voorlopig niet', 'Wij bewaren ze, en doen er verder niets mee.'],
    en: ['Stop using my data for now', 'We store it, and do nothing else with it.'],
  },
  objection: {
    nl: ['Ik maak bezwaar tegen iets dat u met mijn gegevens doet', 'Bij reclame stoppen wij altijd.'],
    en: ['I object to something you do with my data', 'When it is about advertising, we always stop.'],
  },
  'consent-withdrawal': {
    nl: ['Ik trek mijn toestemming in', 'Voor de nieuwsbrief en voor cookies. Dat gaat direct in.'],
    en: ['I withdraw my consent', 'For the newsletter and for cookies. It takes effect at once.'],
  },
  complaint: {
    nl: ['Ik heb een klacht', 'Over hoe wij met uw gegevens of met een eerder verzoek omgaan.'],
    en: ['I have a complaint', 'About how we handle your data or an earlier request.'],
  },
} as const satisfies Record<Right, Record<Language, readonly [string, string]>>;

export interface FormState {
  readonly typed: Typed;
  readonly errors: readonly FieldError[];
  readonly language: Language;
}

export function errorSummary(errors: readonly FieldError[], language: Language): Markup {
  if (errors.length === 0) return nothing;
  const t = say(language);
  return html`<div class="summary" id="error-summary" role="alert" tabindex="-1" aria-labelledby="error-title">
<h2 id="error-title">${t('Er klopt nog iets niet', 'Something is not right yet')}</h2>
<ul>${errors.map((one) => html`<li><a href="#${fieldId(one.field)}">${errorText(one, language)}</a></li>`)}</ul>
</div>`;
}

/** The form: one page, no account, no copy of an identity document, and only the mailbox is asked for. */
export function requestForm({ typed, errors, language }: FormState): Markup {
  const t = say(language);
  const wrong = (field: string) =>
    errors.find((one) => one.field === field || one.field.startsWith(`${field}.`));
  const message = (field: string) => {
    const error = wrong(field);
    return error ? html`<p class="error" id="${field}-error">${errorText(error, language)}</p>` : nothing;
  };
  const described = (field: string, hint?: string) => {
    const ids = [hint, wrong(field) ? `${field}-error` : undefined]
      .filter((id) => id !== undefined)
      .join(' ');
    return ids ? html` aria-describedby="${ids}"` : nothing;
  };
  const invalid = (field: string) => (wrong(field) ? html` aria-invalid="true"` : nothing);
  const bad = (field: string) => (wrong(field) ? ' bad' : '');

  return html`${errorSummary(errors, language)}
<h1>${t('Wat wilt u met uw gegevens?', 'What would you like to do with your data?')}</h1>
<p class="lead">${t('U hoort binnen een maand van ons. Het is gratis, en u hebt geen account nodig.', 'You hear from us within a month. It is free, and you need no account.')}</p>
<form method="post" action="/" novalidate>
${languageField(language)}
<input type="hidden" name="step" value="review">
<fieldset class="field${bad('rights')}"${described('rights', 'rights-hint')}>
<legend><h2>${t('Uw vraag', 'Your request')}</h2></legend>
<p class="hint" id="rights-hint">${t('U kunt meer dan één ding kiezen.', 'You can choose more than one thing.')}</p>
${message('rights')}
<div class="choices">
${rights.map((right) => {
  const [title, hint] = choiceTexts[right][language];
  const more =
    right === 'completion'
      ? correctionFields(typed, language, wrong('corrections') ? message('corrections') : nothing)
      : right === 'objection'
        ? objectionFields(typed, language, message('objectionScope'))
        : nothing;
  return html`<label class="choice" for="rights-${right}"><input type="checkbox" id="rights-${right}" name="rights" value="${right}"${typed.rights.includes(right) ? html` checked` : nothing}><strong>${title}</strong><span>${hint}</span></label>
${more}`;
})}
</div>
</fieldset>
<fieldset class="field${bad('onBehalfOf')}">
<legend><h2>${t('Voor wie vraagt u dit?', 'Who are you asking this for?')}</h2></legend>
${message('onBehalfOf')}
<div class="choices">
${(
  [
    ['self', t('Voor mijzelf', 'For myself'), ''],
    ['child', t('Voor mijn kind', 'For my child'), t('Jonger dan zestien jaar.', 'Younger than sixteen.')],
    [
      'agent',
      t('Voor iemand anders', 'For someone else'),
      t(
        'Als gemachtigde, bewindvoerder of advocaat. Wij controleren uw machtiging.',
        'As an agent, administrator or lawyer. We check your mandate.',
      ),
    ],
  ] as const
).map(
  ([value, title, hint]) =>
    html`<label class="choice" for="for-${value}"><input type="radio" id="for-${value}" name="forWhom" value="${value}"${typed.forWhom === value ? html` checked` : nothing}><strong>${title}</strong>${hint ? html`<span>${hint}</span>` : nothing}</label>`,
)}
<div class="more for-other"><label for="behalfName">${t('Naam van die persoon', 'Name of that person')}</label>
<input type="text" id="behalfName" name="behalfName" value="${typed.behalfName}" maxlength="200" autocomplete="off"${invalid('onBehalfOf')}${described('onBehalfOf')}></div>
</div>
</fieldset>
<h2>${t('Hoe bereiken wij u?', 'How do we reach you?')}</h2>
<div class="field${bad('email')}">
<label for="email">${t('E-mailadres', 'E-mail address')}</label>
<p class="hint" id="email-hint">${t('Het adres waaronder Kinescope u kent. Wij sturen u een code om te bevestigen dat het van u is.', 'The address that Kinescope knows you by. We send you a code to confirm that it is yours.')}</p>
${message('email')}
<input type="email" id="email" name="email" value="${typed.email}" autocomplete="email" inputmode="email" spellcheck="false" maxlength="300" required${invalid('email')}${described('email', 'email-hint')}>
</div>
<div class="field${bad('name')}">
<label for="name">${t('Uw naam (hoeft niet)', 'Your name (optional)')}</label>
<p class="hint" id="name-hint">${t('Alleen om u netjes aan te spreken.', 'Only so that we can address you properly.')}</p>
${message('name')}
<input type="text" id="name" name="name" value="${typed.name}" autocomplete="name" maxlength="300"${invalid('name')}${described('name', 'name-hint')}>
</div>
<div class="field${bad('details')}">
<label for="details">${t('Wat moeten wij nog weten? (hoeft niet)', 'What else should we know? (optional)')}</label>
<p class="hint" id="details-hint">${t('Stuur geen kopie van een paspoort of identiteitskaart. Wij vragen er nooit om.', 'Do not send a copy of a passport or identity card. We never ask for one.')}</p>
${message('details')}
<textarea id="details" name="details" rows="5"${invalid('details')}${described('details', 'details-hint')}>${typed.details}</textarea>
</div>
<button>${t('Verder: controleren', 'Continue: check')}</button>
</form>`;
}

function correctionFields(typed: Typed, language: Language, error: Markup): Markup {
  const t = say(language);
  const rows = Array.from({ length: correctionRows }, (_, index) => index + 1);
  return html`<div class="more for-correction"><fieldset>
<legend class="label small">${t('Wat klopt er niet, of ontbreekt?', 'What is wrong or missing?')}</legend>
${error}
${rows.map((row) => {
  const { field = '', value = '' } = typed.corrections[row - 1] ?? {};
  return html`<div class="pair">
<div><label for="correction-field-${row}">${t('Welk gegeven', 'Which data')}<span class="vh"> ${row}</span></label><input type="text" id="correction-field-${row}" name="correction-field-${row}" value="${field}" maxlength="200"></div>
<div><label for="correction-value-${row}">${t('Wat het moet zijn', 'What it should be')}<span class="vh"> ${row}</span></label><input type="text" id="correction-value-${row}" name="correction-value-${row}" value="${value}"></div>
</div>`;
})}
</fieldset></div>`;
}

function objectionFields(typed: Typed, language: Language, error: Markup): Markup {
  const t = say(language);
  const options = [
    ['direct-marketing', t('Tegen reclame en nieuwsbrieven', 'To advertising and newsletters')],
    ['other', t('Tegen iets anders', 'To something else')],
  ] as const;
  return html`<div class="more for-objection"><fieldset>
<legend class="label small">${t('Waartegen maakt u bezwaar?', 'What do you object to?')}</legend>
${error}
<div class="choices">${options.map(
    ([value, title]) =>
      html`<label class="choice" for="objectionScope-${value}"><input type="radio" id="objectionScope-${value}" name="objectionScope" value="${value}"${typed.objectionScope === value ? html` checked` : nothing}><strong>${title}</strong></label>`,
  )}</div>
</fieldset></div>`;
}

/** Everything once more before it is sent; what was typed travels along in hidden fields. */
export function reviewPage(typed: Typed, language: Language, key: string): Markup {
  const t = say(language);
  const chosen = rights.filter((right) => typed.rights.includes(right));
  const correcting = chosen.some((right) => right === 'rectification' || right === 'completion');
  const whom = {
    self: t('Voor uzelf', 'For yourself'),
    child: t('Voor uw kind', 'For your child'),
    agent: t('Voor iemand anders', 'For someone else'),
  }[typed.forWhom];
  const rows: (readonly [string, Markup | string, string])[] = [
    [
      t('Uw vraag', 'Your request'),
      html`${chosen.map((right, index) => html`${index ? html`<br>` : nothing}${choiceTexts[right][language][0]}`)}`,
      'rights-access',
    ],
    ...(correcting
      ? typed.corrections
          .filter((row) => row.field.trim() || row.value.trim())
          .map((row, index) => [row.field, row.value, `correction-field-${index + 1}`] as const)
      : []),
    ...(chosen.includes('objection')
      ? [
          [
            t('Bezwaar tegen', 'Objection to'),
            typed.objectionScope === 'direct-marketing'
              ? t('Reclame en nieuwsbrieven', 'Advertising and newsletters')
              : t('Iets anders', 'Something else'),
            'objectionScope-direct-marketing',
          ] as const,
        ]
      : []),
    [
      t('Voor wie', 'For whom'),
      `${whom ?? ''}${typed.forWhom === 'self' ? '' : `: ${typed.behalfName}`}`,
      'for-self',
    ],
    [t('E-mailadres', 'E-mail address'), typed.email, 'email'],
    ...(typed.name.trim() ? [[t('Naam', 'Name'), typed.name, 'name'] as const] : []),
    ...(typed.details.trim() ? [[t('Toelichting', 'Explanation'), typed.details, 'details'] as const] : []),
  ];
  const hidden = html`${languageField(language)}${fieldsOf(typed).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )}`;
  return html`<p class="step">${t('Controleren en versturen', 'Check and send')}</p>
<h1>${t('Klopt dit?', 'Is this right?')}</h1>
<dl class="sum">${rows.map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`)}</dl>
<p>${t('Wij gebruiken dit alleen om uw verzoek te behandelen. Na het versturen mailen wij u een code.', 'We use this only to handle your request. After you send it we mail you a code.')}</p>
<div class="row">
<form method="post" action="/">${hidden}<input type="hidden" name="step" value="send"><input type="hidden" name="key" value="${key}"><button>${t('Verstuur', 'Send')}</button></form>
<form method="post" action="/">${hidden}<input type="hidden" name="step" value="edit"><button class="plain">${t('Wijzigen', 'Change')}</button></form>
</div>`;
}

/** After sending: until when the answer comes, and the code right here, without leaving the page. */
export function sentPage(answer: Submitted, language: Language, today: string, proved: boolean): Markup {
  const t = say(language);
  const first = answer.submitted[0];
  const several = answer.submitted.length > 1;
  if (!first) return nothing;
  return html`<p class="step">${t('Verstuurd', 'Sent')}</p>
<h1>${
    proved
      ? t('Uw verzoek is bij ons binnen', 'We have your request')
      : t('Bevestig nog één ding: uw e-mailadres', 'One thing left to confirm: your e-mail address')
  }</h1>
<div class="panel">
<p class="big">${t('U krijgt ons antwoord uiterlijk op', 'You get our answer no later than')} ${dayInWords(first.plannedBy, language)}.</p>
${monthBar({ received: today, plannedBy: first.plannedBy, today })}
<p class="scale"><span>${t('Vandaag ontvangen', 'Received today')}</span><span>${t('Antwoord', 'Answer')}</span></p>
</div>
${
  proved
    ? html`<div class="notice good"><p>${t('U had al bewezen dat dit adres van u is. Wij zijn meteen begonnen.', 'You had already proved that this address is yours. We have started at once.')}</p></div>`
    : html`<h2>${t('Typ de code uit onze mail', 'Type the code from our mail')}</h2>
<p>${t('Er is een mail naar u onderweg met een code van zes cijfers. Zonder bevestiging geven, veranderen of wissen wij niets.', 'A mail is on its way to you with a code of six digits. Without your confirmation we give, change and erase nothing.')}</p>
<form method="post" action="/verify">${languageField(language)}<input type="hidden" name="reference" value="${first.reference}">
<div class="field"><label for="code">${t('Code', 'Code')}</label>
<p class="hint" id="code-hint">${t('De code werkt tien minuten. De knop in de mail werkt een dag.', 'The code works for ten minutes. The button in the mail works for a day.')}</p>
<input class="code-in" type="text" id="code" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="7" aria-describedby="code-hint"></div>
<button>${t('Bevestig', 'Confirm')}</button></form>`
}
<h2>${several ? t('Uw verzoeken', 'Your requests') : t('Uw verzoek', 'Your request')}</h2>
<ul class="told">${answer.submitted.map(
    (one) =>
      html`<li><b>${titleOf(one.right, language)}</b><span class="soft">${t('Kenmerk', 'Reference')} <span class="mono">${one.reference}</span></span><br><a href="/requests/${one.reference}?lang=${language}">${t('Volg dit verzoek', 'Follow this request')}<span class="vh"> ${titleOf(one.right, language)}</span></a></li>`,
  )}</ul>`;
}

export function titleOf(right: string, language: Language): string {
  const known = rights.find((one) => one === right);
  return known ? choiceTexts[known][language][0] : right;
}

/** The article as lawyers know it, for those who look for it. */
export function articleText(right: Right, language: Language): string {
  return language === 'nl' ? `artikel ${articleOf[right]} AVG` : `article ${articleOf[right]} GDPR`;
}
