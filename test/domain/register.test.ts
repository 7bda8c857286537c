import * as v from 'valibot';
import { retentionGrounds } from '../../functions/domain/grounds.ts';
import { actionFor } from '../../functions/domain/policy.ts';
import {
  bookkeepingKeptUntil,
  fanOutOf,
  furtherRecipientSchema,
  lawsThatKeep,
  processorsFor,
  recipientOf,
  retentionOf,
  retentionTexts,
} from '../../functions/domain/register.ts';
import {
  notApplicableReasons,
  type Recipient,
  recipients,
  safeguards,
} from '../../functions/domain/register-recipients.ts';
import {
  activities,
  activityNames,
  categories,
  legalGrounds,
} from '../../functions/domain/register-record.ts';
import { sectionKeys, statementOf } from '../../functions/domain/register-statement.ts';
import { builtInProcessors, dataCategories, languages, rights } from '../../functions/domain/words.ts';
import { definitions } from '../../functions/processors/registry.ts';

const extra = v.parse(furtherRecipientSchema, {
  title: 'Example Analytics',
  legalEntity: 'Example Analytics GmbH',
  country: { nl: 'Duitsland', en: 'Germany' },
  role: 'processor',
  activities: ['site-statistics'],
  categories: ['usage'],
  safeguard: 'within-eea',
});

describe('the record of processing (GDPR art. 30)', () => {
  test('has an entry for each system of the product, and no other', () => {
    expect(Object.keys(recipients).sort()).toEqual([...builtInProcessors].sort());
  });

  test('has an entry for each kind of data, and no other', () => {
    expect(Object.keys(categories).sort()).toEqual([...dataCategories].sort());
    expect(Object.keys(activities)).toEqual([...activityNames]);
  });

  test.each(builtInProcessors)(
    '%s receives only what one of its own purposes needs, and all that its entry says',
    (name) => {
      const entry: Recipient = recipients[name];
      const needed = new Set(
        entry.activities.flatMap((activity) => [...activities[activity].categories] as string[]),
      );
      // Service mail carries what was written, so a mailer holds messages besides the address.
      if (entry.activities.includes('service-mail')) needed.add('messages');
      expect(entry.categories.filter((category) => !needed.has(category))).toEqual([]);
      expect(entry.categories.length).toBeGreaterThan(0);
      expect(entry.legalEntity).not.toBe('');
    },
  );

  test('each kind of data is held somewhere, and each purpose is served somewhere or is ours', () => {
    const entries: Recipient[] = Object.values(recipients);
    for (const category of dataCategories)
      expect(entries.filter((entry) => entry.categories.includes(category))).not.toEqual([]);
    for (const activity of activityNames)
      expect(entries.filter((entry) => entry.activities.includes(activity))).not.toEqual([]);
  });

  test('every purpose rests on a ground of art. 6(1) that the policy names', () => {
    const used = new Set<string>(Object.values(activities).flatMap((activity) => activity.grounds));
    expect([...used].sort()).toEqual([...legalGrounds].sort());
    for (const activity of Object.values(activities)) {
      expect(activity.grounds.length).toBeGreaterThan(0);
    }
  });

  test('every safeguard, and every reason for leaving a system out, is used', () => {
    const entries: Recipient[] = Object.values(recipients);
    expect([...new Set(entries.map((entry) => entry.safeguard))].sort()).toEqual([...safeguards].sort());
    const used = new Set(entries.flatMap((entry) => Object.values(entry.notApplicable ?? {})));
    // Only a configured recipient can hold nothing but data on a legitimate interest.
    expect([...used, 'not-portable-data'].sort()).toEqual([...notApplicableReasons].sort());
  });

  test('a country outside the EEA has a safeguard that says so', () => {
    const outside = ['the United States', 'the United Kingdom', 'the British Virgin Islands'];
    for (const entry of Object.values(recipients))
      if (outside.includes(entry.country.en)) expect(entry.safeguard).not.toBe('within-eea');
  });

  test('the policy’s retention periods', () => {
    expect(retentionOf('account')).toEqual({ rule: 'while-account-is-active' });
    expect(retentionOf('media')).toEqual({ rule: 'after-deactivation', years: 1 });
    expect(retentionOf('payment')).toEqual({ rule: 'after-book-year', years: 7 });
    for (const google of ['google-analytics', 'google-ads', 'google-oauth'])
      for (const category of recipientOf(google).categories)
        expect(retentionOf(category, recipientOf(google))).toEqual({ rule: 'calendar-year', years: 1 });
  });

  test.each([
    ['2026-01-01', '2033-12-31'],
    ['2026-12-31', '2033-12-31'],
    ['2019-06-30', '2026-12-31'],
  ])('books of %s are kept until %s (AWR art. 52(4))', (day, until) => {
    expect(bookkeepingKeptUntil(day)).toBe(until);
  });

  test('every law that keeps a record is named in both languages', () => {
    expect(Object.keys(lawsThatKeep).sort()).toEqual([...retentionGrounds].sort());
    for (const ground of retentionGrounds) {
      expect(lawsThatKeep[ground].because.nl).not.toBe(lawsThatKeep[ground].because.en);
      expect(lawsThatKeep[ground].law).toContain('GDPR art. 17(3)(b)');
    }
  });
});

describe('the register and the connectors', () => {
  test('a connector has an entry, and an entry a connector', () => {
    expect(definitions.map((definition) => definition.name).sort()).toEqual(Object.keys(recipients).sort());
  });

  test.each(definitions.map((definition) => [definition.name, definition] as const))(
    '%s: where its connector can do nothing, the register says so, and where it says so nothing is automated',
    (name, { capabilities }) => {
      for (const right of rights) {
        const action = actionFor({ right });
        if (action === undefined) continue;
        const applies = processorsFor(right, [name]).includes(name);
        if (applies) expect([right, capabilities[action]]).not.toEqual([right, 'none']);
        // Consent and marketing share one action, so a connector may well opt out where there is no marketing.
        else if (action !== 'opt-out')
          expect([right, capabilities[action]]).not.toEqual([right, 'automated']);
      }
    },
  );
});

describe('fan-out', () => {
  test.each(rights.filter((right) => right !== 'complaint'))(
    '%s: every system that is on is searched, or named with the reason why not',
    (right) => {
      const { applies, notApplicable } = fanOutOf(right, builtInProcessors);
      const named = [...applies, ...notApplicable.map((one) => one.processor)];
      expect(named.sort()).toEqual([...builtInProcessors].sort());
    },
  );

  test('the rights that leave systems out', () => {
    const leftOut = Object.fromEntries(
      rights.map((right) => [
        right,
        fanOutOf(right, builtInProcessors).notApplicable.map((one) => one.processor),
      ]),
    );
    const notCorrectable = [
      'google-analytics',
      'google-ads',
      'google-oauth',
      'adyen',
      'meta',
      'linkedin',
      'hotjar',
    ];
    expect(leftOut).toEqual({
      access: ['google-ads', 'meta'],
      portability: ['google-ads', 'meta'],
      rectification: notCorrectable,
      completion: notCorrectable,
      erasure: [],
      restriction: [],
      objection: ['google-oauth', 'stripe', 'adyen', 'paypal'],
      'consent-withdrawal': [],
      complaint: [],
    });
  });

  test('a complaint searches nothing', () => {
    expect(processorsFor('complaint', builtInProcessors)).toEqual([]);
  });

  test('only what is on, in the register’s order, each once', () => {
    expect(processorsFor('erasure', ['stripe', 'account', 'mailchimp', 'stripe'])).toEqual([
      'account',
      'mailchimp',
      'stripe',
    ]);
  });

  test('a configured system joins with the entry that the operator gave', () => {
    const further = { 'example-analytics': extra };
    expect(processorsFor('erasure', ['example-analytics', 'account'], further)).toEqual([
      'account',
      'example-analytics',
    ]);
    expect(fanOutOf('portability', ['example-analytics'], further)).toEqual({
      applies: [],
      notApplicable: [{ processor: 'example-analytics', why: 'not-portable-data' }],
    });
  });

  test('a configured system without an entry is searched all the same, and nothing is said about it', () => {
    for (const name of ['example-analytics', '__proto__', 'constructor']) {
      for (const right of rights.filter((one) => one !== 'complaint'))
        expect(fanOutOf(right, [name])).toEqual({ applies: [name], notApplicable: [] });
      expect(() => recipientOf(name)).toThrow(`not-in-register: ${name}`);
      expect(() => statementOf('en', { enabled: [name] })).toThrow(`not-in-register: ${name}`);
    }
  });

  test('an entry without purpose or category is no entry', () => {
    const { activities: _none, ...without } = extra;
    expect(v.safeParse(furtherRecipientSchema, without).success).toBe(false);
    expect(v.safeParse(furtherRecipientSchema, { ...extra, categories: [] }).success).toBe(false);
    expect(v.safeParse(furtherRecipientSchema, { ...extra, role: 'own-controller' }).success).toBe(true);
    expect(v.safeParse(furtherRecipientSchema, { ...extra, role: 'own-system' }).success).toBe(false);
  });
});

describe.each(languages)('the statement of art. 15(1) and (2) in %s', (language) => {
  const statement = statementOf(language);
  const section = (key: (typeof sectionKeys)[number]) => {
    const found = statement.sections.find((one) => one.key === key);
    if (!found) throw new Error(`no section ${key}`);
    return [...found.paragraphs, ...found.items.map((item) => `${item.term}: ${item.text}`)].join('\n');
  };

  test('has all that the article asks for, in its order', () => {
    expect(statement.sections.map((one) => one.key)).toEqual([...sectionKeys]);
    const points = statement.sections.map((one) => one.article);
    for (const point of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) expect(points).toContain(`15(1)(${point})`);
    expect(points).toContain('15(2)');
    for (const key of sectionKeys) expect(section(key)).not.toBe('');
  });

  test('names every recipient with its legal entity, and how its data is protected', () => {
    for (const entry of Object.values(recipients)) {
      expect(section('recipients')).toContain(`${entry.title}: ${entry.legalEntity}`);
      expect(section('transfers')).toContain(entry.title);
    }
  });

  test('names every kind of data, every purpose and every period', () => {
    for (const category of dataCategories) {
      expect(section('categories')).toContain(categories[category].title[language]);
      const { rule } = categories[category].retention;
      expect(section('retention').toLowerCase()).toContain(retentionTexts[rule][language].toLowerCase());
      for (const item of categories[category].items)
        expect(section('categories').toLowerCase()).toContain(item[language].toLowerCase());
    }
    for (const activity of Object.values(activities))
      expect(section('purposes').toLowerCase()).toContain(activity.purpose[language].toLowerCase());
  });

  test('tells of the supervisory authority, the controller, and that nothing is decided by computer', () => {
    expect(section('complaint')).toContain('autoriteitpersoonsgegevens.nl');
    expect(section('controller')).toContain('84154799');
    expect(section('automated-decisions')).toMatch(language === 'nl' ? /geen besluiten/ : /no decisions/);
  });

  test('names only who is on, and a configured recipient by its own entry', () => {
    const text = JSON.stringify(
      statementOf(language, {
        enabled: ['account', 'example-analytics'],
        further: { 'example-analytics': extra },
      }),
    );
    expect(text).toContain('Example Analytics GmbH');
    expect(text).not.toContain('Mailchimp');
  });
});
