import type { Language } from '../../../domain/words.ts';
import { html, type Markup, nothing, say } from '../markup.ts';
import { languageField } from './frame.ts';

export type CodeMistake = 'wrong' | 'spent' | undefined;

function codeError(
  mistake: CodeMistake,
  language: Language,
): { readonly summary: Markup; readonly message: Markup } {
  if (!mistake) return { summary: nothing, message: nothing };
  const t = say(language);
  const text =
    mistake === 'wrong'
      ? t(
          'Deze code is niet juist, of te oud. Kijk of u de nieuwste mail gebruikt.',
          'This code is not right, or too old. See whether you use the newest mail.',
        )
      : t(
          'Er is te vaak een code geprobeerd. Vraag een nieuwe code.',
          'A code was tried too often. Ask for a new code.',
        );
  return {
    summary: html`<div class="summary" id="error-summary" role="alert" tabindex="-1" aria-labelledby="error-title"><h2 id="error-title">${t('Dat lukte niet', 'That did not work')}</h2><ul><li><a href="#code">${text}</a></li></ul></div>`,
    message: html`<p class="error" id="code-error">${text}</p>`,
  };
}

/** The box above the page that says what went wrong with a code. */
export const codeSummary = (mistake: CodeMistake, language: Language): Markup =>
  codeError(mistake, language).summary;

export function codeField(language: Language, mistake: CodeMistake): Markup {
  const t = say(language);
  const { message } = codeError(mistake, language);
  const wrong = mistake ? html` aria-invalid="true"` : nothing;
  return html`<div class="field${mistake ? ' bad' : ''}"><label for="code">${t('Code van zes cijfers', 'Code of six digits')}</label>
<p class="hint" id="code-hint">${t('De code werkt tien minuten.', 'The code works for ten minutes.')}</p>
${message}
<input class="code-in" type="text" id="code" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="7" aria-describedby="code-hint${mistake ? ' code-error' : ''}"${wrong}></div>`;
}

/** Where the mailed link leads. Opening it spends nothing: only the button's POST does (TRUST.md A4). */
export function verifyPage(
  language: Language,
  state: { readonly reference?: string; readonly mistake?: CodeMistake } = {},
): Markup {
  const t = say(language);
  return html`${codeError(state.mistake, language).summary}
<h1>${t('Bevestig uw e-mailadres', 'Confirm your e-mail address')}</h1>
<div data-with-link hidden>
<p class="lead">${t('Klik op de knop. Daarna beginnen wij met uw verzoek.', 'Press the button. Then we start on your request.')}</p>
<form method="post" action="/verify" id="link-form">${languageField(language)}<input type="hidden" name="token" value=""><button>${t('Ja, dit adres is van mij', 'Yes, this address is mine')}</button></form>
<p class="small soft">${t('Hebt u niets gevraagd? Sluit dan deze pagina. Er gebeurt niets.', 'Did you not ask for anything? Then close this page. Nothing happens.')}</p>
</div>
<div data-without-link>
<p class="lead">${t('Typ het kenmerk en de code uit onze mail.', 'Type the reference and the code from our mail.')}</p>
<form method="post" action="/verify">${languageField(language)}
<div class="field"><label for="reference">${t('Kenmerk', 'Reference')}</label><p class="hint" id="reference-hint">${t('26 letters en cijfers, in dezelfde mail.', '26 letters and digits, in the same mail.')}</p>
<input class="mono" type="text" id="reference" name="reference" value="${state.reference ?? ''}" maxlength="60" autocapitalize="off" autocomplete="off" spellcheck="false" aria-describedby="reference-hint"></div>
${codeField(language, state.mistake)}
<button>${t('Bevestig', 'Confirm')}</button></form>
</div>`;
}

/** The link was opened in another browser than the one that asked: the typed code proves that a person reads the mail (A5). */
export function linkNeedsCode(
  language: Language,
  token: string,
  state: { readonly mistake?: CodeMistake; readonly sent?: boolean } = {},
): Markup {
  const t = say(language);
  return html`${codeError(state.mistake, language).summary}
<h1>${t('Typ ook de code uit de mail', 'Type the code from the mail as well')}</h1>
${state.sent ? html`<div class="notice good" role="status"><p>${t('Als dat nog kon, is een nieuwe code onderweg.', 'If that was still possible, a new code is on its way.')}</p></div>` : nothing}
<p class="lead">${t('U opent de link in een andere browser dan waarmee het verzoek is gedaan. Daarom vragen wij ook de code.', 'You open the link in another browser than the one the request was made with. That is why we ask for the code too.')}</p>
<form method="post" action="/verify">${languageField(language)}<input type="hidden" name="token" value="${token}">
${codeField(language, state.mistake)}
<button>${t('Bevestig', 'Confirm')}</button></form>
<form method="post" action="/verify/code">${languageField(language)}<input type="hidden" name="token" value="${token}"><p>${t('Is de code ouder dan tien minuten?', 'Is the code older than ten minutes?')} <button class="link">${t('Mail mij een nieuwe code', 'Mail me a new code')}</button></p></form>`;
}

export function verifiedPage(language: Language, references: readonly string[]): Markup {
  const t = say(language);
  return html`<p class="step">${t('Bevestigd', 'Confirmed')}</p>
<h1>${t('Dank u. Wij zijn begonnen.', 'Thank you. We have started.')}</h1>
<p class="lead">${t('Wij zoeken nu uw gegevens op. U hoeft niets meer te doen.', 'We are looking up your data now. There is nothing more you need to do.')}</p>
<ul class="told">${references.map((one) => html`<li><a href="/requests/${one}?lang=${language}">${t('Volg verzoek', 'Follow request')} <span class="mono">${one}</span></a></li>`)}</ul>`;
}

/** Before a request is shown: a fresh code. The same page whether or not there is such a request (A42). */
export function signInPage(
  language: Language,
  reference: string,
  state: { readonly sent?: boolean; readonly mistake?: CodeMistake } = {},
): Markup {
  const t = say(language);
  const ask = (label: string, plain: boolean) =>
    html`<form method="post" action="/requests/${reference}/code">${languageField(language)}<button class="${plain ? 'plain' : ''}">${label}</button></form>`;
  return html`${codeError(state.mistake, language).summary}
<h1>${t('Open uw verzoek', 'Open your request')}</h1>
<p>${t('Kenmerk', 'Reference')} <span class="mono">${reference}</span></p>
${
  state.sent || state.mistake
    ? html`${state.sent ? html`<div class="notice good" role="status"><p>${t('Als dit verzoek bestaat en van u is, hebt u nu een mail met een code.', 'If this request exists and is yours, you now have a mail with a code.')}</p></div>` : nothing}
<form method="post" action="/requests/${reference}/sign-in">${languageField(language)}
${codeField(language, state.mistake)}
<button>${t('Open', 'Open')}</button></form>
<h2>${t('Geen code gekregen?', 'No code received?')}</h2>
<p>${t('Kijk ook bij ongewenste mail. Wij sturen ten hoogste drie codes per dag.', 'Look in your spam folder too. We send at most three codes a day.')}</p>
${ask(t('Mail mij een nieuwe code', 'Mail me a new code'), true)}`
    : html`<p class="lead">${t('Wij mailen een code naar het adres van dit verzoek. Zo kan niemand anders meekijken.', 'We mail a code to the address of this request. That way nobody else can look.')}</p>
${ask(t('Mail mij een code', 'Mail me a code'), false)}`
}`;
}
