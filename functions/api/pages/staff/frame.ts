import type { Text } from '../../../domain/register-record.ts';
import type { Language } from '../../../domain/words.ts';
import { staffAssets } from '../../assets/assets.ts';
import type { StaffSession } from '../../staff/sign-in.ts';
import { inLanguage, languageNames, otherLanguage } from '../language.ts';
import { html, type Markup, mark, nothing, say } from '../markup.ts';
import { rolesInWords } from './words.ts';

export interface StaffPage {
  readonly title: string;
  readonly session: StaffSession;
  readonly language: Language;
  readonly body: Markup;
  /** Path and query of the page, to show in the menu where one is. */
  readonly here: string;
  /** Path and query where the page, or what it is about, can be had in the other language. */
  readonly again: string;
}

type Link = readonly [path: string, label: Text];

/** The saved views of the queue. */
const views: readonly Link[] = [
  ['/staff', { nl: 'Alle open', en: 'All open' }],
  ['/staff?due=overdue', { nl: 'Te laat', en: 'Overdue' }],
  ['/staff?due=week', { nl: 'Deze week', en: 'Due this week' }],
  ['/staff?status=awaiting-decision', { nl: 'Te beslissen', en: 'To decide' }],
  ['/staff?show=second', { nl: 'Tweede persoon', en: 'Second person' }],
  ['/staff?status=awaiting-release', { nl: 'Vrij te geven', en: 'To release' }],
  ['/staff?status=awaiting-identity', { nl: 'Niet bevestigd', en: 'Not confirmed' }],
  ['/staff?status=closed', { nl: 'Gesloten', en: 'Closed' }],
];

const pages: readonly Link[] = [
  ['/staff/tasks', { nl: 'Taken', en: 'Tasks' }],
  ['/staff/reports', { nl: 'Rapporten', en: 'Reports' }],
  ['/staff/processors', { nl: 'Verwerkers', en: 'Processors' }],
  ['/staff/requests/new', { nl: 'Verzoek vastleggen', en: 'Record a request' }],
];

export function staffPage({ title, session, language, body, here, again }: StaffPage): Markup {
  const t = say(language);
  const other = otherLanguage(language);
  const link = ([path, label]: Link) =>
    html`<li><a href="${path}"${here === path ? html` aria-current="page"` : nothing}>${label[language]}</a></li>`;
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} – Rights desk</title>
<link rel="icon" type="image/svg+xml" href="${staffAssets.icon.path}">
<link rel="stylesheet" href="${staffAssets.style.path}">
<script src="${staffAssets.script.path}" defer></script>
</head>
<body>
<a class="skip" href="#main">${t('Naar de inhoud', 'Skip to the content')}</a>
<div class="shell">
<header class="side">
<a class="brand" href="/staff">${mark}<span>Rights desk</span></a>
<nav aria-label="${t('Werkvoorraad', 'Queue')}"><h2>${t('Werkvoorraad', 'Queue')}</h2><ul>${views.map(link)}</ul></nav>
<nav aria-label="${t('Bureau', 'Desk')}"><h2>${t('Bureau', 'Desk')}</h2><ul>${pages.map(link)}</ul></nav>
<div class="me"><a href="${inLanguage(again, other)}" hreflang="${other}" lang="${other}">${languageNames[other]}</a>
<p><b>${session.name}</b><br><span class="soft small">${rolesInWords(session.groups, language) || t('geen rol', 'no role')}</span></p>
<form method="post" action="/staff/sign-out">${csrfField(session)}<button class="link">${t('Afmelden', 'Sign out')}</button></form>
<form method="post" action="/staff/sign-out-everywhere">${csrfField(session)}<button class="link">${t('Overal afmelden', 'Sign out everywhere')}</button></form></div>
</header>
<main id="main">${body}</main>
</div>
</body>
</html>`;
}

/** The anti-forgery token of the session; every form of the console carries it. */
export const csrfField = (session: StaffSession): Markup =>
  html`<input type="hidden" name="csrf" value="${session.csrf}">`;

export const notice = (text: string | Markup, kind: '' | 'good' | 'warn' | 'bad' = ''): Markup =>
  html`<div class="notice ${kind}" role="${kind === 'bad' ? 'alert' : 'status'}"><p>${text}</p></div>`;
