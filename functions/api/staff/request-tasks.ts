import type { Text } from '../../domain/register-record.ts';

/** Work on the request itself, by the name of the event that raised it. */
const requestTasks: Readonly<Record<string, readonly Text[]>> = {
  decision: [
    {
      nl: 'Niemand heeft nog besloten. Lees de bevindingen en beslis, of verleng zolang de eerste maand loopt.',
      en: 'Nobody has decided yet. Read the findings and decide, or extend while the first month runs.',
    },
  ],
  release: [
    {
      nl: 'Het pakket wacht op een lezer. Lees het, laat weg wat over anderen gaat, en geef het vrij.',
      en: 'The package waits to be read. Read it, redact what is about others, and release it.',
    },
  ],
  message: [
    {
      nl: 'De betrokkene schreef een bericht. Lees het en antwoord bij de berichten; met het antwoord is de taak gedaan.',
      en: 'The subject wrote a message. Read it and answer under the messages; the answer ends this task.',
    },
  ],
  'transmission-failed': [
    {
      nl: 'Het bestand rechtstreeks naar een ander bedrijf sturen mislukt steeds. In het verloop staan het adres en de reden.',
      en: 'Sending the file directly to another company keeps failing. The trail says to which host and why.',
    },
    {
      nl: 'Help de betrokkene met een bericht: vraag om een nieuw adres van de ander, of leg uit hoe het bestand zelf op te halen is.',
      en: 'Help the subject with a message: ask for a new address from the other side, or explain how to fetch the file themselves.',
    },
  ],
  'pause-ended': [
    {
      nl: 'De betrokkene heeft de vraag niet beantwoord. Beslis op wat bekend is, of vraag opnieuw zonder de termijn stil te zetten.',
      en: 'The subject has not answered the question. Decide on what is known, or ask again without a pause.',
    },
  ],
  'mail-complaint': [
    {
      nl: 'De betrokkene noemde een brief van ons ongewenst. Herinneringen stoppen vanzelf; wat de wet eist, gaat nog uit.',
      en: 'The subject called a letter of ours unwanted. Reminders stop by themselves; what the law demands still goes out.',
    },
    {
      nl: 'Ga na of iemand anders dit adres voor verzoeken gebruikt, en schrijf op wat je vond.',
      en: 'See whether somebody else uses this address for requests, and write down what you found.',
    },
  ],
  'letter-bounced': [
    {
      nl: 'Een brief kwam terug. Ga het adres langs een andere weg na bij de betrokkene, of stuur de brief op papier.',
      en: 'A letter came back. Check the address with the subject by another channel, or send the letter on paper.',
    },
    {
      nl: 'Schrijf op hoe en wanneer de betrokkene is bereikt.',
      en: 'Write down how and when the subject was reached.',
    },
  ],
  'ambiguous-mailbox': [
    {
      nl: 'Misschien gebruikt meer dan één mens dit mailadres. Stel de betrokkene een vraag die alleen de juiste mens kan beantwoorden.',
      en: 'More than one person may use this mailbox. Ask the subject a question that only the right person can answer.',
    },
  ],
  'search-incomplete': [
    {
      nl: 'Het systeem gaf niet alles. Probeer het opnieuw; blijft het zo, vraag dan de helpdesk ervan.',
      en: 'The system did not give everything. Try again; if it stays so, ask its support.',
    },
  ],
};

/** A step that kept failing has no text of its own: what its code says is for the engineers. */
const failedStep: readonly Text[] = [
  {
    nl: 'Deze stap bleef mislukken. Laat het systeem het opnieuw proberen; blijft het zo, geef de code dan aan de technici.',
    en: 'This step kept failing. Let the system try again; if it stays so, give the code to the engineers.',
  },
];

export function requestTask(instructions: string): readonly Text[] {
  return (Object.hasOwn(requestTasks, instructions) ? requestTasks[instructions] : undefined) ?? failedStep;
}
