import type { Language } from '../../../domain/words.ts';
import type { Problem, ProblemType } from '../../problem.ts';
import { html, type Markup, say } from '../markup.ts';

type Told = Readonly<Record<Language, { readonly title: string; readonly text: string }>>;

const gone: Told = {
  nl: {
    title: 'Deze code of link werkt niet (meer)',
    text: 'Misschien is hij al gebruikt, of te oud. Er is niets veranderd. Open uw verzoek met het kenmerk uit de mail en vraag een nieuwe code.',
  },
  en: {
    title: 'This code or link does not work (any more)',
    text: 'It may have been used already, or be too old. Nothing has changed. Open your request with the reference from the mail and ask for a new code.',
  },
};
const absent: Told = {
  nl: {
    title: 'Deze pagina is er niet',
    text: 'Controleer het adres, of ga terug naar het begin. Een verzoek opent u met de link uit onze mail.',
  },
  en: {
    title: 'This page is not here',
    text: 'Check the address, or go back to the start. You open a request with the link in our mail.',
  },
};
const broken: Told = {
  nl: {
    title: 'Er ging iets mis bij ons',
    text: 'Dat ligt niet aan u. Probeer het over een paar minuten opnieuw. Wij kunnen zien dat het misging.',
  },
  en: {
    title: 'Something went wrong on our side',
    text: 'It is not your fault. Try again in a few minutes. We can see that it went wrong.',
  },
};
const told: Readonly<Partial<Record<ProblemType, Told>>> = {
  gone,
  'not-found': absent,
  'too-many-requests': {
    nl: {
      title: 'Te vaak geprobeerd',
      text: 'Wacht even. De link in uw mail blijft werken, en u kunt later een nieuwe code vragen.',
    },
    en: {
      title: 'Tried too often',
      text: 'Wait a while. The link in your mail goes on working, and you can ask for a new code later.',
    },
  },
  conflict: {
    nl: {
      title: 'Dit kan nu niet meer',
      text: 'Uw verzoek is intussen verder. Bekijk hoe het er nu voor staat.',
    },
    en: {
      title: 'This is not possible any more',
      text: 'Your request has moved on meanwhile. See how it stands now.',
    },
  },
  'not-allowed': {
    nl: {
      title: 'Dat mag niet vanaf die pagina',
      text: 'Wij namen dit formulier niet aan, omdat het niet van onze eigen pagina kwam. Begin opnieuw op onze pagina.',
    },
    en: {
      title: 'Not allowed from that page',
      text: 'We did not take this form, because it did not come from a page of ours. Start again on our own page.',
    },
  },
  'invalid-input': {
    nl: {
      title: 'Dit formulier konden wij niet lezen',
      text: 'Er is niets bewaard. Begin opnieuw op onze eigen pagina.',
    },
    en: {
      title: 'We could not read this form',
      text: 'Nothing was stored. Start again on our own page.',
    },
  },
  'body-too-large': {
    nl: { title: 'Dat is te veel tekst', text: 'Ga terug en maak de tekst korter.' },
    en: { title: 'That is too much text', text: 'Go back and make the text shorter.' },
  },
  unavailable: {
    nl: {
      title: 'Even geduld',
      text: 'Het is druk. Probeer het over een paar tellen opnieuw. Er is niets verloren.',
    },
    en: { title: 'One moment', text: 'It is busy. Try again in a few seconds. Nothing is lost.' },
  },
};

/** What went wrong, in the reader's words, and what to do next; never what was sent. */
export function problemPage(
  problem: Problem,
  language: Language,
): { readonly title: string; readonly body: Markup } {
  const t = say(language);
  const { title, text } = (told[problem.type] ?? broken)[language];
  return {
    title,
    body: html`<h1>${title}</h1><p class="lead">${text}</p>
<div class="row"><a class="button" href="/?lang=${language}">${t('Naar het begin', 'To the start')}</a><a href="/help?lang=${language}">${t('Uw rechten', 'Your rights')}</a></div>`,
  };
}
