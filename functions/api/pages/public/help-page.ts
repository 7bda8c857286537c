import { controller, supervisoryAuthority } from '../../../domain/register-record.ts';
import { type Language, type Right, rights } from '../../../domain/words.ts';
import { html, type Markup, say } from '../markup.ts';
import { articleText, choiceTexts } from './request-pages.ts';

const limits = {
  access: {
    nl: 'Wat over andere mensen gaat, maken wij onleesbaar. De rest krijgt u.',
    en: 'What is about other people we blank out. You get the rest.',
  },
  portability: {
    nl: 'Dit geldt voor gegevens die u zelf gaf, met uw toestemming of voor een overeenkomst.',
    en: 'This holds for data that you gave yourself, with your consent or for an agreement.',
  },
  rectification: {
    nl: 'Wij vragen alleen om bewijs als dat echt nodig is.',
    en: 'We ask for proof only where it is really needed.',
  },
  completion: {
    nl: 'U kunt ook een eigen verklaring laten toevoegen.',
    en: 'You can also have a statement of your own added.',
  },
  erasure: {
    nl: 'De belastingwet laat ons rekeningen zeven jaar bewaren. Al het andere gaat weg. U hebt daarna drie dagen bedenktijd.',
    en: 'Tax law makes us keep invoices for seven years. Everything else goes. You have three days to change your mind.',
  },
  restriction: {
    nl: 'Wij laten het u weten voordat de beperking eindigt.',
    en: 'We tell you before the restriction ends.',
  },
  objection: {
    nl: 'Tegen reclame: wij stoppen altijd. Tegen iets anders: wij wegen af, en gebruiken de gegevens zolang niet.',
    en: 'To advertising: we always stop. To anything else: we weigh it, and do not use the data meanwhile.',
  },
  'consent-withdrawal': {
    nl: 'Intrekken is net zo makkelijk als toestemming geven. Niemand beslist erover.',
    en: 'Withdrawing is as easy as giving consent. Nobody decides about it.',
  },
  complaint: {
    nl: 'U krijgt een eigen antwoord. U kunt ook meteen naar de toezichthouder.',
    en: 'You get an answer of its own. You can also go to the supervisory authority right away.',
  },
} as const satisfies Record<Right, Record<Language, string>>;

/** What the law allows, in plain words, and where else a person can turn. */
export function helpPage(language: Language): Markup {
  const t = say(language);
  return html`<h1>${t('Uw rechten, in gewone woorden', 'Your rights, in plain words')}</h1>
<p class="lead">${t('De privacywet (AVG) geeft u rechten over uw gegevens. Een verzoek is gratis. Wij antwoorden binnen een maand.', 'The privacy law (GDPR) gives you rights over your data. A request is free. We answer within a month.')}</p>
<ul class="told">${rights.map(
    (right) =>
      html`<li><b>${choiceTexts[right][language][0]}</b>${choiceTexts[right][language][1]} ${limits[right][language]} <span class="soft small">(${articleText(right, language)})</span></li>`,
  )}</ul>
<p><a class="button" href="/?lang=${language}">${t('Doe een verzoek', 'Make a request')}</a></p>
<h2>${t('Hoe lang duurt het?', 'How long does it take?')}</h2>
<p>${t('De maand begint op de dag dat uw verzoek bij ons binnenkomt, niet pas als wij het openen. Is uw verzoek ingewikkeld, dan mogen wij één keer twee maanden langer nemen. Dat en waarom mailen wij u binnen de eerste maand.', 'The month begins on the day your request reaches us, not when we open it. If your request is complex we may take two months longer, once. We mail you that, and why, within the first month.')}</p>
<h2>${t('Hoe weten wij dat u het bent?', 'How do we know it is you?')}</h2>
<p>${t('U bevestigt dat het e-mailadres van u is. Meer vragen wij alleen als er een bepaalde reden is om te twijfelen. Stuur nooit een kopie van uw identiteitsbewijs.', 'You confirm that the e-mail address is yours. We ask for more only where there is a particular reason for doubt. Never send a copy of your identity document.')}</p>
<h2>${t('Volg een verzoek', 'Follow a request')}</h2>
<p>${t('In elke mail van ons staat een link naar uw verzoek. U hebt alleen toegang tot uw mail nodig.', 'Every mail of ours holds a link to your request. All you need is access to your mail.')}</p>
<h2>${t('Niet tevreden?', 'Not satisfied?')}</h2>
<p>${t('Doe een klacht bij ons: kies op het formulier “Ik heb een klacht”. Of ga naar de toezichthouder, de', 'Complain to us: choose “I have a complaint” on the form. Or go to the Dutch supervisory authority, the')} <a href="https://${supervisoryAuthority.site}" rel="noreferrer">${supervisoryAuthority.name}</a>. ${t('Tegen een besluit kunt u binnen zes weken naar de rechtbank.', 'You can take a decision to the district court within six weeks.')}</p>
<h2>${t('Schrijven kan ook', 'You can also write')}</h2>
<p>${controller.name}<br>${controller.street}<br>${controller.postcode} ${controller.city}<br>${controller.country[language]}</p>
<p>${t('Een brief telt net zo goed. De maand begint op de dag dat hij aankomt.', 'A letter counts just as well. The month begins on the day it arrives.')}</p>`;
}
