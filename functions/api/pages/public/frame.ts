import { controller, supervisoryAuthority } from '../../../domain/register-record.ts';
import type { Language } from '../../../domain/words.ts';
import { publicAssets } from '../../assets/assets.ts';
import { inLanguage, languageNames, otherLanguage } from '../language.ts';
import { html, type Markup, mark, nothing, say } from '../markup.ts';

export interface PublicPage {
  readonly language: Language;
  readonly title: string;
  readonly body: Markup;
  /** Path and query of this page without `lang`, where it can be had in the other language by a link. */
  readonly path?: string;
  readonly signedIn?: boolean;
}

export function publicPage(page: PublicPage): Markup {
  const { language, title, body, path = '/', signedIn } = page;
  const t = say(language);
  const other = otherLanguage(language);
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
<a href="${inLanguage(path, other)}" hreflang="${other}" lang="${other}">${languageNames[other]}</a>
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
