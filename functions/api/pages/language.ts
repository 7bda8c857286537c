import type { Context } from 'hono';
import { type Language, languages } from '../../domain/words.ts';

/** The language of a page: asked for in the address, the form or an earlier choice, else the browser's, else Dutch. */
export function languageOf(c: Context, asked: string | undefined = c.req.query('lang')): Language {
  const known = languages.find((one) => one === asked);
  if (known) return known;
  const wanted = (c.req.header('accept-language') ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', quality] = part.trim().split(/;\s*q=/);
      return { tag: tag.slice(0, 2).toLowerCase(), weight: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight);
  for (const { tag } of wanted) {
    const spoken = languages.find((one) => one === tag);
    if (spoken) return spoken;
  }
  // Somebody whose browser names only other languages is more likely to read English.
  return wanted.some(({ tag }) => /^[a-z]{2}$/.test(tag)) ? 'en' : 'nl';
}

export function inLanguage(path: string, language: Language): string {
  const mark = path.includes('?') ? '&' : '?';
  return `${path}${mark}lang=${language}`;
}

export const otherLanguage = (language: Language): Language => (language === 'nl' ? 'en' : 'nl');

/** What each language calls itself. */
export const languageNames = { nl: 'Nederlands', en: 'English' } as const satisfies Record<Language, string>;
