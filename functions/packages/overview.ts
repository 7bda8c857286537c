import portabilitySchema from '../../docs/portability.schema.json' with { type: 'json' };
import { writtenDay } from '../domain/calendar.ts';
import type { RequestRow } from '../domain/case.ts';
import type { HandFile, Tally } from '../domain/package.ts';
import { type RedactionReason, redactionReasons } from '../domain/redaction.ts';
import { categories, controller } from '../domain/register-record.ts';
import type { Statement } from '../domain/register-statement.ts';
import { dataCategories, type Language } from '../domain/words.ts';
import { escapeHtml, page } from './html.ts';
import { type LeftOut, type NamedContent, pageName } from './part.ts';
import { texts } from './texts.ts';

/** What one system has in the package. */
export interface Contents {
  readonly processor: string;
  readonly title: string;
  /** YYYY-MM-DD in Europe/Amsterdam: when it was collected. */
  readonly day: string;
  /** Records per category, and files of them. */
  readonly tally: Tally;
  readonly pages: Tally;
  readonly leftOut: LeftOut;
  /** Whether all of it is there: what is missing is named, never left out silently. */
  readonly complete: boolean;
  readonly keptBack: boolean;
}

export interface Overview {
  readonly row: Pick<RequestRow, 'id' | 'right' | 'language' | 'decision'>;
  readonly contents: readonly Contents[];
  readonly handFiles: readonly HandFile[];
  /** The statement of art. 15(1) and (2); only for access. */
  readonly statement?: Statement;
}

export const handFileName = ({ processor, name }: Pick<HandFile, 'processor' | 'name'>): string =>
  `by-hand/${processor}/${name}`;

/** The files that everybody's package has: where to begin, what is in it, what was left out and why. */
export function overviewFiles(overview: Overview): readonly NamedContent[] {
  const { language, right } = overview.row;
  const content = (text: string) => Buffer.from(text);
  return [
    { name: 'index.html', content: content(indexPage(overview)) },
    {
      name: language === 'nl' ? 'LEESMIJ.txt' : 'README.txt',
      content: content(readme(overview)),
    },
    ...(right === 'portability'
      ? [{ name: 'schema.json', content: content(`${JSON.stringify(portabilitySchema, null, 2)}\n`) }]
      : []),
  ];
}

const titleOf = ({ row: { right, language } }: Overview): string =>
  texts[right === 'portability' ? 'portabilityTitle' : 'accessTitle'][language];
const introOf = ({ row: { right, language } }: Overview): string =>
  texts[right === 'portability' ? 'portabilityIntro' : 'accessIntro'][language];

function indexPage(overview: Overview): string {
  const { language, id } = overview.row;
  const title = titleOf(overview);
  return page(
    language,
    title,
    [
      `<p>${escapeHtml(controller.name)} · ${texts.reference[language]}: ${escapeHtml(id)}</p>`,
      `<p>${escapeHtml(introOf(overview))}</p>`,
      `<h2>${texts.contents[language]}</h2>`,
      contentsTable(overview),
      ...missing(overview),
      `<h2>${texts.leftOut[language]}</h2>`,
      leftOut(overview),
      `<p>${escapeHtml(texts.complaint[language])}</p>`,
      ...(overview.statement ? [statementHtml(overview.statement)] : []),
    ].join('\n'),
  );
}

function contentsTable({ row, contents, handFiles }: Overview): string {
  const { language, right } = row;
  const rows = contents.flatMap(({ processor, title, day, tally, pages }) =>
    dataCategories.flatMap((category) => {
      const count = tally[category] ?? 0;
      if (count === 0) return [];
      const files = Array.from({ length: pages[category] ?? 0 }, (_, at) => at + 1);
      const links =
        right === 'access'
          ? files.map(
              (number) =>
                `<a href="${pageName(processor, category, number)}">${texts.read[language]} ${number}</a>`,
            )
          : [];
      return [
        [
          title,
          categories[category].title[language],
          String(count),
          categories[category].source[language],
          writtenDay(day, language),
        ]
          .map(escapeHtml)
          .concat(links.length > 0 ? [links.join(' ')] : []),
      ];
    }),
  );
  if (rows.length === 0 && handFiles.length === 0)
    return `<p>${escapeHtml(nothingText(contents, language))}</p>`;
  const heads = [
    ...[texts.recipient, texts.kind, texts.records, texts.source, texts.collectedOn],
    ...(right === 'access' ? [texts.read] : []),
  ].map((text) => text[language]);
  const table =
    rows.length === 0
      ? ''
      : `<table><thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead><tbody>${rows
          .map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`)
          .join('\n')}</tbody></table>`;
  const byHand =
    handFiles.length === 0
      ? ''
      : `<h3>${texts.handFiles[language]}</h3><ul>${handFiles
          .map((file) => `<li><a href="${handFileName(file)}">${escapeHtml(handFileName(file))}</a></li>`)
          .join('')}</ul>`;
  return table + byHand;
}

function nothingText(contents: readonly Contents[], language: Language): string {
  const found = contents.some((one) => !one.complete || one.keptBack || Object.keys(one.leftOut).length > 0);
  return texts[found ? 'nothingToCopy' : 'nothing'][language];
}

function missing({ row, contents }: Overview): readonly string[] {
  const { language, decision } = row;
  const open = contents.filter((one) => !one.complete && !one.keptBack).map((one) => one.title);
  const kept = [
    ...contents.filter((one) => one.keptBack).map((one) => one.title),
    ...(decision?.except?.categories ?? []).map((category) => categories[category].title[language]),
  ];
  if (open.length === 0 && kept.length === 0) return [];
  const list = (titles: readonly string[]) =>
    `<ul>${titles.map((title) => `<li>${escapeHtml(title)}</li>`).join('')}</ul>`;
  return [
    `<h2>${texts.missing[language]}</h2>`,
    ...(open.length > 0 ? [`<p>${escapeHtml(texts.missingIntro[language])}</p>`, list(open)] : []),
    ...(kept.length > 0 ? [`<p>${escapeHtml(texts.keptBack[language])}</p>`, list(kept)] : []),
  ];
}

function leftOut({ row: { language }, contents }: Overview): string {
  const items = contents.flatMap(({ title, leftOut: out }) =>
    Object.entries(out).map(([reason, { records, places }]) => {
      // Object.entries forgets the keys of a mapped type.
      const why = redactionReasons[reason as RedactionReason][language];
      const counts = [
        ...(records > 0 ? [`${records} ${texts.leftOutRecords[language]}`] : []),
        ...(places > 0 ? [`${places} ${texts.leftOutPlaces[language]}`] : []),
      ];
      return `<li>${escapeHtml(`${title}: ${counts.join(', ')}. ${why} [${reason}]`)}</li>`;
    }),
  );
  return items.length === 0
    ? `<p>${escapeHtml(texts.leftOutNothing[language])}</p>`
    : `<p>${escapeHtml(texts.leftOutIntro[language])}</p><ul>${items.join('')}</ul>`;
}

function statementHtml(statement: Statement): string {
  const sections = statement.sections.map((section) => {
    const paragraphs = section.paragraphs.map((text) => `<p>${escapeHtml(text)}</p>`).join('');
    const items = section.items
      .map(({ term, text }) => `<dt>${escapeHtml(term)}</dt><dd>${escapeHtml(text)}</dd>`)
      .join('');
    return `<h3>${escapeHtml(section.title)}</h3>${paragraphs}${items === '' ? '' : `<dl>${items}</dl>`}`;
  });
  return `<h2>${escapeHtml(statement.title)}</h2>${sections.join('\n')}`;
}

function readme(overview: Overview): string {
  const { language, id, right } = overview.row;
  const title = titleOf(overview);
  return [
    title,
    '='.repeat(title.length),
    '',
    `${controller.name} – ${texts.reference[language]}: ${id}`,
    '',
    right === 'portability' ? introOf(overview) : texts.readmeAccess[language],
    '',
    texts.readmeKeep[language],
    '',
  ].join('\r\n');
}
