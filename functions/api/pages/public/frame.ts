import type { Context } from 'hono';
import { controller, supervisoryAuthority } from '../../../domain/register-record.ts';
import { type Language, languages } from '../../../domain/words.ts';
import { publicAssets } from '../../assets/assets.ts';
import { html, type Markup, mark, nothing, say } from '../markup.ts';

export interface PublicPage {
  readonly language: Language;
  readonly title: string;
  readonly body: Markup;
  /** Path and query of this page without `lang`, where it can be had in the other language by a link. */
  readonly path?: string;
  readonly signedIn?: boolean;
}

/** The language of a page: asked for in the address or the form, else the browser's, else Dutch. */
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

export function publicPage(page: PublicPage): Markup {
  const { language, title, body, path = '/', signedIn } = page;
  const t = say(language);
  const other = language === 'nl' ? 'en' : 'nl';
  const otherName = { nl: 'Nederlands', en: 'English' }[other];
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} – Kinescope</title>
<link rel="icon" type="image/svg+xml" href="${publicAssets.icon.path}">
<link rel="stylesheet" href="${publicAssets.style.path}">
<script src="${publicAssets.script.path}" defer></script>
</head>
<body>
<a class="skip" href="#main">${t('Naar de inhoud', 'Skip to the content')}</a>
<header class="top"><div class="wrap">
<a class="brand" href="${inLanguage('/', language)}">${mark}<span>Kinescope <small>${t('Uw gegevens, uw rechten', 'Your data, your rights')}</small></span></a>
<nav aria-label="${t('Hoofdmenu', 'Main menu')}">
<a href="${inLanguage('/help', language)}">${t('Uw rechten', 'Your rights')}</a>
<a href="${inLanguage(path, other)}" hreflang="${other}" lang="${other}">${otherName}</a>
</nav>
${signedIn ? html`<form method="post" action="/sign-out"><input type="hidden" name="lang" value="${language}"><button class="link">${t('Afmelden', 'Sign out')}</button></form>` : nothing}
</div></header>
<main id="main"><div class="wrap">
${body}
</div></main>
<footer class="bottom"><div class="wrap">
<p>${controller.name}, ${controller.street}, ${controller.postcode} ${controller.city}, ${controller.country[language]}<br>${t('KvK', 'Chamber of Commerce (KvK)')} ${controller.chamberOfCommerce}</p>
<p>${t('Toezichthouder', 'Supervisory authority')}: <a href="https://${supervisoryAuthority.site}" rel="noreferrer">${supervisoryAuthority.name}</a>. ${t('Deze pagina’s gebruiken alleen cookies die nodig zijn om u te herkennen, en geen trackers.', 'These pages use only the cookies needed to recognise you, and no trackers.')}</p>
</div></footer>
</body>
</html>`;
}

/** A hidden field that keeps a form's page in its language. */
export const languageField = (language: Language): Markup =>
  html`<input type="hidden" name="lang" value="${language}">`;
