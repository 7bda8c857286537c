import { addDays, writtenDayWithName } from '../../functions/domain/calendar.ts';
import { extensionParagraphs, reasonOf } from '../../functions/domain/reasons.ts';
import { recipients } from '../../functions/domain/register-recipients.ts';
import { sectionKeys, statementOf } from '../../functions/domain/register-statement.ts';
import {
  builtInProcessors,
  extensionReasons,
  languages,
  letterKinds,
  reasonCodes,
  rights,
} from '../../functions/domain/words.ts';
import type { AnswerLetter, Letter, RecipientResult } from '../../functions/letters/letter.ts';
import { rightNames } from '../../functions/letters/phrases.ts';
import { resultSentence } from '../../functions/letters/recipients.ts';
import { renderLetter } from '../../functions/letters/render.ts';
import { allLetterSamples, letterSamples } from '../../local/commands/letter-samples.ts';

/** The words of the text part, without its line breaks and marks. */
const words = (text: string) => text.replace(/\n(?:> |- | {2}|>)?/g, ' ').replace(/\s+/g, ' ');
/** The words that a reader of the HTML part sees. */
const seen = (html: string) =>
  html
    .replace(/<style>[\s\S]*?<\/style>|<head>[\s\S]*?<\/head>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ');

const rendered = (letter: Letter, language: (typeof languages)[number]) => {
  const { subject, text, html } = renderLetter(letter, language);
  return { subject, text: words(text), html, seen: seen(html) };
};

/** Both parts hold it: neither rendering may say less than the other. */
function says(letter: Letter, language: (typeof languages)[number], ...expected: readonly string[]) {
  const { text, seen } = rendered(letter, language);
  for (const part of expected) {
    expect(text).toContain(part);
    expect(seen).toContain(part);
  }
}

const authority = 'Autoriteit Persoonsgegevens';
const court = { nl: /rechtbank.{1,40}binnen zes weken/, en: /court within six weeks/ } as const;
const mentionsRemedies = (letter: Letter, language: (typeof languages)[number]) => {
  says(letter, language, authority, 'autoriteitpersoonsgegevens.nl');
  expect(rendered(letter, language).text).toMatch(court[language]);
};

const every = languages.flatMap((language) =>
  allLetterSamples.map((letter, index) => [language, letter.kind, index, letter] as const),
);

test('there is a sample of each kind of letter', () => {
  expect(Object.keys(letterSamples).sort()).toEqual([...letterKinds].sort());
});

describe.each(every)('%s %s (sample %i)', (language, _kind, _index, letter) => {
  const { subject, text, html } = renderLetter(letter, language);

  test('names the company, its address and its number', () => {
    for (const part of ['Kinescope B.V.', 'De Bukakkers 20', '7811 KZ Emmen', '84154799'])
      for (const body of [text, html]) expect(body).toContain(part);
  });

  test('has no image, no tracker, no script, no remote style and no form', () => {
    expect(html).not.toMatch(/<(?:img|script|link|iframe|object|embed|form|input|video|audio|svg)\b/i);
    expect(html).not.toMatch(/url\(|@import|background=|srcset|\son\w+=/i);
    const addresses = [...html.matchAll(/(?:href|src)="([^"]*)"/g)].map((match) => match[1]);
    for (const address of addresses) expect(address).toMatch(/^https:\/\/rechten\.kinescope\.example\//);
  });

  test('has a subject of one line with no more of the person than a short reference', () => {
    expect(subject).toMatch(/^[^\p{Cc}]{10,90}$/u);
    expect(subject).not.toContain('Ada');
    if ('reference' in letter) expect(subject).not.toContain(letter.reference);
    for (const right of rights)
      expect(subject.toLowerCase()).not.toContain(rightNames[right][language].toLowerCase());
  });

  test('is written in its language, with lines that a plain reader can show', () => {
    expect(html).toContain(`<html lang="${language}">`);
    expect(text).toMatch(language === 'nl' ? /Met vriendelijke groet/ : /Kind regards/);
    for (const line of text.split('\n'))
      if (!line.startsWith('http')) expect([...line].length).toBeLessThanOrEqual(80);
  });

  test('holds six digits on their own only where it brings a code', () => {
    const groups = (body: string) => [...new Set([...body.matchAll(/\b\d{6}\b/g)].map((match) => match[0]))];
    const code = 'code' in letter ? letter.code : 'proof' in letter ? letter.proof?.code : undefined;
    expect(groups(text)).toEqual(code ? [code] : []);
    expect(groups(html)).toEqual(code ? [code] : []);
  });

  test('names the reference in full', () => {
    const references =
      letter.kind === 'receipt' ? letter.requests.map((one) => one.reference) : [letter.reference];
    for (const reference of references) says(letter, language, reference);
  });

  test('asks for no copy of an identity document', () => {
    const document = /passport|paspoort|identity document|identiteitsbewijs|identity card/;
    for (const sentence of words(text).split(/(?<=[.?!])\s/))
      if (document.test(sentence)) expect(sentence).toMatch(/\b(?:not|never|geen|nooit)\b/);
    expect(words(text)).toMatch(
      language === 'nl'
        ? /nooit om een kopie van uw identiteitsbewijs/
        : /never ask you for a copy of your identity document/,
    );
  });
});

describe.each(languages)('%s', (language) => {
  test('receipt: what was asked, reference, planned day, code and link, how to follow and cancel, in one letter', () => {
    for (const letter of letterSamples.receipt) {
      const proof = 'proof' in letter ? letter.proof : undefined;
      if (proof) says(letter, language, proof.code, `${proof.expiresMinutes} minu`);
      for (const request of letter.requests)
        says(
          letter,
          language,
          request.reference,
          writtenDayWithName(request.plannedBy, language),
          rightNames[request.right][language].slice(1),
        );
      const { text, html } = renderLetter(letter, language);
      for (const url of [...(proof ? [proof.verifyUrl] : []), letter.statusUrl]) {
        expect(text.split('\n')).toContain(url);
        expect(html).toContain(`href="${url}"`);
      }
      expect(words(text)).toMatch(
        language === 'nl' ? /volgen, aanvullen en intrekken/ : /follow, add to and cancel/,
      );
    }
  });

  test('A22: a receipt to a mailbox that is proved already asks for nothing', () => {
    const { text, subject } = renderLetter(letterSamples.receipt[2], language);
    expect(text).not.toMatch(/\b\d{6}\b/);
    expect(text).not.toContain('/verify');
    expect(subject).not.toMatch(/bevestig|confirm/i);
  });

  test('A25: a receipt takes no word of the sender', () => {
    const [letter] = letterSamples.receipt;
    const withMore = { ...letter, name: 'Mallory', details: 'Buy at evil.example' };
    expect(renderLetter(withMore, language)).toEqual(renderLetter(letter, language));
  });

  test('a receipt says when a request was received that was recorded later', () => {
    says(letterSamples.receipt[1], language, writtenDayWithName('2026-03-05', language));
  });

  test('reminders: a fresh code and link, the day of closing, the second says that it is the last', () => {
    const [first, second] = letterSamples['identity-reminder'];
    if (!first || !second) throw new Error('two samples');
    for (const letter of [first, second]) {
      says(letter, language, letter.code, writtenDayWithName(letter.closesOn, language));
      expect(renderLetter(letter, language).text).toContain(letter.verifyUrl);
    }
    const last = language === 'nl' ? 'laatste herinnering' : 'last reminder';
    expect(renderLetter(first, language).text.toLowerCase()).not.toContain(last);
    says(second, language, last);
  });

  test.each(extensionReasons)(
    'extension for %s: the reasons, the new day, three months at most, once (art. 12(3))',
    (reason) => {
      const letter = letterSamples.extension.find((one) => one.reason === reason);
      if (!letter) throw new Error('sample');
      says(
        letter,
        language,
        extensionParagraphs[reason][language],
        writtenDayWithName(letter.newDate, language),
        letter.explanation,
        authority,
      );
      expect(rendered(letter, language).text).toMatch(language === 'nl' ? /drie maanden/ : /three months/);
    },
  );

  test('question: the question itself; only a lawful pause says that the period may stand still', () => {
    const still = language === 'nl' ? 'stilstaan' : 'stand still';
    for (const letter of letterSamples.question) {
      for (const line of letter.questionText.split('\n')) says(letter, language, line);
      if ('ground' in letter) says(letter, language, still);
      else expect(rendered(letter, language).text).not.toContain(still);
    }
  });

  test('a doubt about identity asks for no identity document (EDPB 01/2022 §73-79)', () => {
    const [letter] = letterSamples.question;
    expect(rendered(letter, language).text).toMatch(
      language === 'nl' ? /Stuur ons geen kopie van een paspoort/ : /Do not send us a copy of a passport/,
    );
  });

  test.each(reasonCodes)(
    'refusal for %s: reason, its law, what staff add, authority and court (art. 12(4))',
    (reason) => {
      const letter = {
        kind: 'refusal',
        reference: '7f3k2m9qx4w8r1t6vbnc5hjzpd',
        right: 'erasure',
        reason,
        explanation: 'Because of this.\nAnd of that.',
      } as const;
      says(letter, language, reasonOf(reason).paragraph[language], reasonOf(reason).basis[language]);
      says(letter, language, 'Because of this.', 'And of that.');
      mentionsRemedies(letter, language);
    },
  );

  test.each(rights)(
    'answer to %s, fulfilled: each recipient and the right to complain (art. 12(3), 77)',
    (right) => {
      const letter = letterSamples.answer.find((one) => one.right === right);
      if (!letter) throw new Error('sample');
      for (const recipient of letter.recipients) says(letter, language, recipient.title);
      says(letter, language, authority);
      expect(rendered(letter, language).text).not.toMatch(court[language]);
    },
  );

  test('answer in part: what was done, what is kept until when and why, what is open, who helps further', () => {
    const letter = letterSamples.answer.find((one) => one.outcome === 'partly-fulfilled');
    if (!letter || !('reason' in letter)) throw new Error('sample');
    for (const recipient of letter.recipients) says(letter, language, recipient.title);
    says(
      letter,
      language,
      writtenDayWithName('2033-12-31', language),
      writtenDayWithName('2031-03-09', language),
      writtenDayWithName('2026-04-12', language),
      'AWR',
      reasonOf(letter.reason).paragraph[language],
      'Intercom, Hotjar, Telegram',
      'LinkedIn also answers for what it does itself.',
    );
    mentionsRemedies(letter, language);
  });

  test('nothing found: says what was searched with', () => {
    const letter = letterSamples.answer.find((one) => one.outcome === 'nothing-found');
    if (!letter) throw new Error('sample');
    expect(rendered(letter, language).text).toMatch(
      language === 'nl' ? /e-mailadres dat u hebt bevestigd/ : /e-mail address that you confirmed/,
    );
  });

  test('a complaint’s answer holds the answer itself', () => {
    const letter = letterSamples.answer.find((one) => one.right === 'complaint');
    if (!letter) throw new Error('sample');
    says(letter, language, 'We should have answered you sooner. We are sorry.', authority);
  });

  test('a supplement says whether anything is still open', () => {
    const [closed, open] = letterSamples.supplement;
    says(open, language, 'Intercom, Hotjar');
    mentionsRemedies(open, language);
    const stillOpen = language === 'nl' ? 'Wat nog open is' : 'What is still open';
    expect(rendered(open, language).text).toContain(stillOpen);
    expect(rendered(closed, language).text).not.toContain(stillOpen);
  });

  test('a supplement on what the law keeps names the court as well', () => {
    mentionsRemedies(
      {
        kind: 'supplement',
        reference: 'r',
        right: 'erasure',
        recipients: [{ title: 'Stripe', disposition: 'retained-by-law' }],
      },
      language,
    );
  });

  test('release of access: the link, its last day and the whole statement of art. 15(1), (2)', () => {
    const [letter] = letterSamples.release;
    says(letter, language, writtenDayWithName(letter.expiresOn, language), authority);
    expect(renderLetter(letter, language).html).toContain(`href="${letter.fetchUrl}"`);
    const statement = statementOf(language);
    expect(statement.sections).toHaveLength(sectionKeys.length);
    for (const section of statement.sections) {
      says(letter, language, section.title, ...section.paragraphs);
      for (const item of section.items) says(letter, language, `${item.term}: ${item.text}`);
    }
    for (const name of builtInProcessors) says(letter, language, recipients[name].legalEntity);
  });

  test('release in part: what was blanked out and why, what is missing, authority and court', () => {
    const letter = letterSamples.release[1];
    says(letter, language, reasonOf('others-rights-15-4').paragraph[language], 'Hotjar');
    expect(rendered(letter, language).text).not.toContain('Mailjet SAS');
    mentionsRemedies(letter, language);
  });

  test('release of portability: formats, and no statement', () => {
    const letter = letterSamples.release[2];
    says(letter, language, 'JSON', 'CSV');
    expect(rendered(letter, language).text).not.toContain(statementOf(language).title);
  });

  test('the end of a restriction is told with its day (art. 18(3))', () => {
    const [letter] = letterSamples['restriction-lifted'];
    says(letter, language, writtenDayWithName(letter.liftsOn, language), letter.explanation);
  });

  test('a merged request names both references and the day that stays', () => {
    const [letter] = letterSamples.merged;
    says(
      letter,
      language,
      letter.reference,
      letter.intoReference,
      writtenDayWithName(letter.plannedBy, language),
    );
  });

  test('a notice of a message holds no message', () => {
    const [letter] = letterSamples['message-notice'];
    const withMore = { ...letter, text: 'the message itself' };
    expect(renderLetter(withMore, language)).toEqual(renderLetter(letter, language));
    expect(renderLetter(letter, language).text).toContain(letter.statusUrl);
  });

  test('a day is machine-readable in the HTML', () => {
    expect(renderLetter(letterSamples.receipt[0], language).html).toContain('<time datetime="2026-04-05">');
  });
});

describe('truth about what was done', () => {
  const claim = {
    nl: /gewist|verwijderd|vernietigd/,
    en: /erased|deleted|removed|destroyed/,
  } as const;
  const answer = (result: RecipientResult): AnswerLetter => ({
    kind: 'answer',
    reference: '7f3k2m9qx4w8r1t6vbnc5hjzpd',
    right: 'erasure',
    outcome: 'fulfilled',
    recipients: [result],
  });

  test.each(languages)('%s: "erased" is written only for what was seen or done by hand', (language) => {
    const tells = (disposition: RecipientResult['disposition']) =>
      claim[language].test(rendered(answer({ title: 'Vendor', disposition }), language).text);
    expect(tells('done-confirmed')).toBe(true);
    expect(tells('done-by-hand')).toBe(true);
    for (const other of ['nothing-found', 'accepted', 'retained-by-law', 'not-applicable', 'failed'] as const)
      expect([other, tells(other)]).toEqual([other, false]);
  });

  test.each(languages)(
    '%s: an open result makes an answer partial, whatever the caller calls it',
    (language) => {
      const whole = rendered(answer({ title: 'Vendor', disposition: 'done-confirmed' }), language).text;
      for (const disposition of ['accepted', 'failed', 'retained-by-law'] as const) {
        const text = rendered(answer({ title: 'Vendor', disposition }), language).text;
        expect(text).toMatch(language === 'nl' ? /voor een deel/ : /in part/);
        expect(text).toMatch(court[language]);
      }
      expect(whole).not.toMatch(language === 'nl' ? /voor een deel/ : /in part/);
    },
  );

  test.each(languages)('%s: accepted says by when we look again, or that we will', (language) => {
    const dated = answer({ title: 'Vendor', disposition: 'accepted', expectedBy: addDays('2026-04-01', 30) });
    says(dated, language, writtenDayWithName('2026-05-01', language));
    const undated = answer({ title: 'Vendor', disposition: 'accepted' });
    expect(rendered(undated, language).text).toMatch(
      language === 'nl' ? /later opnieuw/ : /look again later/,
    );
  });

  test.each(languages)(
    '%s: what is not applicable says why, in words, also for a code we do not know',
    (language) => {
      for (const why of ['no-marketing-there', 'no-rectify-there', 'constructor', undefined]) {
        const { text } = rendered(answer({ title: 'Vendor', disposition: 'not-applicable', why }), language);
        expect(text).toMatch(
          language === 'nl' ? /niet van toepassing: [a-z ]{20,}\./ : /does not apply: [a-z ]{20,}\./,
        );
        if (why !== undefined) expect(text).not.toContain(why);
      }
    },
  );

  test.each(languages)('%s: something kept beside something done is told with it', (language) => {
    const result = answer({
      title: 'Stripe',
      disposition: 'accepted',
      ground: 'tax-records-awr-52-4',
      retainedUntil: '2033-12-31',
    });
    says(result, language, writtenDayWithName('2033-12-31', language), 'AWR');
  });

  test.each(languages)(
    '%s: the end of an interim restriction is not told as the end of the use',
    (language) => {
      const result = { title: 'Vendor', disposition: 'done-confirmed', action: 'lift' } as const;
      const letter: Letter = { kind: 'supplement', reference: 'r', right: 'objection', recipients: [result] };
      says(letter, language, language === 'nl' ? 'de beperking opgeheven' : 'the restriction was lifted');
      expect(rendered(letter, language).text).not.toMatch(/gestopt|stopped/);
    },
  );

  test.each(languages)('%s: a copy that was taken needs no second look', (language) => {
    const letter: Letter = {
      kind: 'release',
      reference: '7f3k2m9qx4w8r1t6vbnc5hjzpd',
      right: 'access',
      fetchUrl: 'https://rechten.kinescope.example/requests/r',
      expiresOn: '2026-05-05',
      recipients: [{ title: 'Vendor', disposition: 'done-confirmed' }],
    };
    says(
      letter,
      language,
      language === 'nl' ? 'een kopie van uw gegevens gemaakt.' : 'a copy of your data was made.',
    );
    expect(rendered(letter, language).text).not.toMatch(
      language === 'nl' ? /opnieuw gekeken/ : /looked again/,
    );
  });

  test.each(languages)('%s: every result at every right has a sentence of its own', (language) => {
    const dispositions = ['done-confirmed', 'done-by-hand', 'accepted', 'failed'] as const;
    for (const right of rights.filter((one) => one !== 'complaint')) {
      const sentences = dispositions.map((disposition) =>
        resultSentence({ title: 'V', disposition }, right, language),
      );
      expect(new Set(sentences).size).toBe(dispositions.length);
      for (const sentence of sentences) expect(sentence).toMatch(/^[a-z].*\.$/);
    }
  });
});
