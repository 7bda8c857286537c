import type { PackageRecord, Tally } from '../domain/package.ts';
import type { RedactionReason } from '../domain/redaction.ts';
import { categories } from '../domain/register-record.ts';
import { type DataCategory, dataCategories, type Language, type Right } from '../domain/words.ts';
import { csvTable } from './csv.ts';
import { escapeHtml, page, valueHtml } from './html.ts';
import { texts } from './texts.ts';

export interface NamedContent {
  /** Our own name inside the archive. */
  readonly name: string;
  readonly content: Uint8Array;
}

/** Version of the JSON files' shape, docs/portability.schema.json. */
export const dataFormat = 'rights-desk-data-1';

export interface PartAbout {
  readonly right: Right;
  readonly language: Language;
  readonly processor: string;
  /** The recipient as told to people. */
  readonly title: string;
  /** How many files there are of each category of this system so far. */
  readonly pages: Tally;
}

/** What was left out at one system, by reason. */
export type LeftOut = {
  readonly [reason in RedactionReason]?: { readonly records: number; readonly places: number };
};

const stem = (category: DataCategory, number: number) => `${category}-${number}`;
export const dataName = (processor: string, category: DataCategory, number: number, ending: string): string =>
  `data/${processor}/${stem(category, number)}.${ending}`;
export const pageName = (processor: string, category: DataCategory, number: number): string =>
  `pages/${processor}-${stem(category, number)}.html`;

/** The files of some records of one system: per category JSON and CSV, and for access a page to read. */
export function partFiles(
  about: PartAbout,
  records: readonly PackageRecord[],
): { readonly files: readonly NamedContent[]; readonly pages: Tally } {
  const files: NamedContent[] = [];
  const pages: Record<string, number> = { ...about.pages };
  for (const category of dataCategories) {
    const own = records.filter((record) => record.category === category);
    if (own.length === 0) continue;
    const number = (pages[category] ?? 0) + 1;
    pages[category] = number;
    const name = (ending: string) => dataName(about.processor, category, number, ending);
    files.push({ name: name('json'), content: Buffer.from(jsonFile(about, category, number, own)) });
    files.push({ name: name('csv'), content: Buffer.from(csvFile(own)) });
    if (about.right === 'access')
      files.push({
        name: pageName(about.processor, category, number),
        content: Buffer.from(pageFile(about, category, number, own)),
      });
  }
  return { files, pages };
}

/** One record per line, so that a reader of very large files need not read the whole. */
function jsonFile(
  about: PartAbout,
  category: DataCategory,
  number: number,
  records: readonly PackageRecord[],
): string {
  const head = JSON.stringify({
    format: dataFormat,
    recipient: about.processor,
    recipientTitle: about.title,
    category,
    part: number,
  });
  const lines = records.map(({ type, handle, providedBySubject, data }) =>
    JSON.stringify({ type, id: handle, providedBySubject, data }),
  );
  return `${head.slice(0, -1)},"records":[\n${lines.join(',\n')}\n]}\n`;
}

function csvFile(records: readonly PackageRecord[]): string {
  return csvTable(
    ['type', 'id', 'providedBySubject'],
    records.map(({ type, handle, providedBySubject, data }) => ({
      values: { type, id: handle, providedBySubject },
      data,
    })),
  );
}

function pageFile(
  about: PartAbout,
  category: DataCategory,
  number: number,
  records: readonly PackageRecord[],
): string {
  const { language } = about;
  const title = `${about.title}: ${categories[category].title[language]}${number > 1 ? ` (${texts.part[language]} ${number})` : ''}`;
  const back = `<p><a href="../index.html">${texts.back[language]}</a></p>`;
  const body = records.map(
    ({ type, handle, providedBySubject, data }) =>
      `<section class="record"><h2>${escapeHtml(type)}</h2><p>${escapeHtml(handle)} · ${texts.given[language]}: ${texts[providedBySubject ? 'yes' : 'no'][language]}</p>${valueHtml(data)}</section>`,
  );
  return page(language, title, [back, ...body, back].join('\n'));
}
