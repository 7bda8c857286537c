import type { Text } from '../domain/register-record.ts';

/** The words of the package itself, nl and en. Plain text; the page escapes them. */
export const texts = {
  accessTitle: { nl: 'Kopie van uw gegevens', en: 'Copy of your data' },
  portabilityTitle: { nl: 'Uw gegevens om mee te nemen', en: 'Your data to take along' },
  accessIntro: {
    nl: 'Dit is de kopie van de gegevens die wij over u hebben, waar u om hebt gevraagd (artikel 15 AVG). Hieronder staat per ontvanger en per soort wat er is. In de map "pages" kunt u het lezen; in de map "data" staan dezelfde gegevens als JSON en CSV.',
    en: 'This is the copy of the data that we hold about you, which you asked for (article 15 GDPR). Below you see what there is, by recipient and by kind. You can read it in the folder "pages"; the folder "data" holds the same data as JSON and CSV.',
  },
  portabilityIntro: {
    nl: 'Dit zijn de gegevens die u ons zelf hebt gegeven, in een vorm die u aan een ander kunt doorgeven (artikel 20 AVG). In de map "data" staan ze als JSON en CSV; het bestand "schema.json" beschrijft de JSON.',
    en: 'This is the data that you gave us yourself, in a form that you can pass on to somebody else (article 20 GDPR). The folder "data" holds it as JSON and CSV; the file "schema.json" describes the JSON.',
  },
  reference: { nl: 'Kenmerk', en: 'Reference' },
  collectedOn: { nl: 'Opgehaald op', en: 'Collected on' },
  contents: { nl: 'Wat er in staat', en: 'What is in it' },
  recipient: { nl: 'Ontvanger', en: 'Recipient' },
  kind: { nl: 'Soort', en: 'Kind' },
  records: { nl: 'Aantal', en: 'Records' },
  source: { nl: 'Herkomst', en: 'Source' },
  read: { nl: 'Lezen', en: 'Read' },
  part: { nl: 'deel', en: 'part' },
  nothing: {
    nl: 'Wij hebben bij geen enkele ontvanger gegevens over u gevonden.',
    en: 'We found no data about you at any recipient.',
  },
  nothingToCopy: {
    nl: 'Er zijn geen gegevens die in deze kopie horen.',
    en: 'There is no data that belongs in this copy.',
  },
  handFiles: { nl: 'Door ons met de hand opgehaald', en: 'Fetched by us by hand' },
  missing: { nl: 'Wat er niet in staat', en: 'What is not in it' },
  missingIntro: {
    nl: 'Bij deze ontvangers is nog niet alles opgehaald. Onze brief zegt hoe het daarmee staat.',
    en: 'Not everything has been collected from these recipients yet. Our letter says how that stands.',
  },
  keptBack: {
    nl: 'Van deze ontvangers of soorten krijgt u geen kopie. Onze brief zegt waarom.',
    en: 'You do not get a copy from these recipients or of these kinds. Our letter says why.',
  },
  leftOut: { nl: 'Wat is weggelaten', en: 'What was left out' },
  leftOutNothing: { nl: 'Er is niets weggelaten.', en: 'Nothing was left out.' },
  leftOutIntro: {
    nl: 'Op deze plaatsen is iets weggelaten. In de gegevens staat daar de reden tussen haken.',
    en: 'Something was left out in these places. In the data the reason stands there in brackets.',
  },
  leftOutRecords: { nl: 'hele stukken', en: 'whole records' },
  leftOutPlaces: { nl: 'stukken voor een deel', en: 'records in part' },
  given: { nl: 'door u gegeven', en: 'given by you' },
  yes: { nl: 'ja', en: 'yes' },
  no: { nl: 'nee', en: 'no' },
  back: { nl: 'Terug naar het overzicht', en: 'Back to the overview' },
  complaint: {
    nl: 'Vindt u dat er iets ontbreekt of niet klopt? Laat het ons weten op de pagina van uw verzoek.',
    en: 'Do you think that something is missing or wrong? Tell us on the page of your request.',
  },
  readmeAccess: {
    nl: 'Open eerst index.html in uw browser: daar staat wat er in dit pakket zit, met verwijzingen.\nDe map "pages" is om te lezen, de map "data" om te gebruiken in andere programma’s.\nIn CSV-bestanden staat voor een tekst die op een formule lijkt een apostrof (\').',
    en: 'Open index.html in your browser first: it shows what is in this package, with links.\nThe folder "pages" is for reading, the folder "data" for use in other programs.\nIn CSV files a text that looks like a formula has an apostrophe (\') before it.',
  },
  readmeKeep: {
    nl: 'Dit pakket bevat persoonsgegevens. Bewaar het op een plek waar alleen u bij kunt.',
    en: 'This package holds personal data. Keep it in a place that only you can reach.',
  },
} as const satisfies Record<string, Text>;
