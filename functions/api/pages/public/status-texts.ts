import type { Text } from '../../../domain/register-record.ts';
import type { Outcome, Status } from '../../../domain/words.ts';

/** What is going on, and what the reader may do or expect. */
export const statusTexts = {
  'awaiting-identity': {
    nl: 'Wij wachten tot u uw e-mailadres bevestigt',
    en: 'We are waiting for you to confirm your e-mail address',
  },
  finding: { nl: 'Wij zoeken uw gegevens op', en: 'We are looking up your data' },
  'awaiting-decision': { nl: 'Wij nemen een besluit', en: 'We are deciding' },
  'cooling-off': {
    nl: 'Besloten. U kunt nu nog van gedachten veranderen',
    en: 'Decided. You can still change your mind',
  },
  acting: { nl: 'Wij voeren uw verzoek uit', en: 'We are carrying out your request' },
  'awaiting-release': {
    nl: 'Wij controleren de kopie van uw gegevens',
    en: 'We are checking the copy of your data',
  },
  answered: { nl: 'Beantwoord', en: 'Answered' },
  closed: { nl: 'Afgerond', en: 'Finished' },
} as const satisfies Record<Status, Text>;

export const outcomeTexts = {
  fulfilled: { nl: 'Uitgevoerd', en: 'Carried out' },
  'partly-fulfilled': { nl: 'Gedeeltelijk uitgevoerd', en: 'Carried out in part' },
  refused: { nl: 'Niet uitgevoerd', en: 'Not carried out' },
  'nothing-found': { nl: 'Wij hebben niets over u gevonden', en: 'We found nothing about you' },
  withdrawn: { nl: 'Door u ingetrokken', en: 'Cancelled by you' },
  'not-verified': { nl: 'Gesloten, omdat het niet is bevestigd', en: 'Closed, because it was not confirmed' },
  merged: { nl: 'Samengevoegd met een eerder verzoek', en: 'Merged with an earlier request' },
} as const satisfies Record<Outcome, Text>;

/** The timeline, one sentence per kind of event; kinds without a sentence are not shown to subjects. */
export const eventTexts: Readonly<Record<string, Text>> = {
  received: { nl: 'Wij kregen uw verzoek', en: 'We received your request' },
  'identity-verified': { nl: 'U bevestigde uw e-mailadres', en: 'You confirmed your e-mail address' },
  'identity-reminded': { nl: 'Wij stuurden een herinnering', en: 'We sent a reminder' },
  'identity-not-confirmed': { nl: 'Gesloten zonder bevestiging', en: 'Closed without a confirmation' },
  merged: { nl: 'Samengevoegd met een eerder verzoek', en: 'Merged with an earlier request' },
  'search-finished': { nl: 'Wij hebben uw gegevens opgezocht', en: 'We looked up your data' },
  decided: { nl: 'Wij namen een besluit', en: 'We decided' },
  'nothing-to-act-on': { nl: 'Wij vonden niets over u', en: 'We found nothing about you' },
  'cooling-off-began': { nl: 'De bedenktijd begon', en: 'The time to change your mind began' },
  'acting-began': { nl: 'Wij begonnen met uitvoeren', en: 'We began to carry it out' },
  acted: { nl: 'Wij voerden uw verzoek uit', en: 'We carried out your request' },
  'package-built': { nl: 'De kopie van uw gegevens is gemaakt', en: 'The copy of your data was made' },
  released: { nl: 'De kopie is vrijgegeven', en: 'The copy was released' },
  'package-fetched': { nl: 'U haalde de kopie op', en: 'You fetched the copy' },
  'transmission-asked': {
    nl: 'U vroeg ons de kopie naar een ander bedrijf te sturen',
    en: 'You asked us to send the copy to another company',
  },
  transmitted: {
    nl: 'Wij stuurden de kopie naar een ander bedrijf',
    en: 'We sent the copy to another company',
  },
  'transmission-failed': {
    nl: 'Het sturen naar een ander bedrijf lukte niet',
    en: 'Sending to another company did not work',
  },
  'package-expired': { nl: 'De kopie is verwijderd', en: 'The copy was removed' },
  answered: { nl: 'Wij stuurden ons antwoord', en: 'We sent our answer' },
  'looked-again': { nl: 'Wij keken opnieuw', en: 'We looked again' },
  supplemented: { nl: 'Wij stuurden een aanvulling', en: 'We sent a supplement' },
  closed: { nl: 'Afgerond', en: 'Finished' },
  withdrawn: { nl: 'U trok het verzoek in', en: 'You cancelled the request' },
  extended: { nl: 'Wij verlengden de termijn', en: 'We extended the period' },
  'question-asked': { nl: 'Wij stelden u een vraag', en: 'We asked you a question' },
  paused: {
    nl: 'De wettelijke termijn staat stil tot uw antwoord',
    en: 'The legal period stands still until you answer',
  },
  'pause-ended': { nl: 'De termijn loopt weer', en: 'The period runs again' },
  'message-sent': { nl: 'Er kwam een bericht bij', en: 'A message was added' },
  'restriction-lifted': { nl: 'De beperking is opgeheven', en: 'The restriction was lifted' },
};
