import { staffAssets } from '../../assets/assets.ts';
import type { StaffSession } from '../../staff/sign-in.ts';
import { html, type Markup, mark, nothing } from '../markup.ts';

export interface StaffPage {
  readonly title: string;
  readonly session: StaffSession;
  readonly body: Markup;
  /** Path and query of the page, to show in the menu where one is. */
  readonly here: string;
}

/** The saved views of the queue. */
export const views = [
  ['/staff', 'All open'],
  ['/staff?due=overdue', 'Overdue'],
  ['/staff?due=week', 'Due this week'],
  ['/staff?status=awaiting-decision', 'To decide'],
  ['/staff?show=second', 'Second person'],
  ['/staff?status=awaiting-release', 'To release'],
  ['/staff?status=awaiting-identity', 'Not confirmed'],
  ['/staff?status=closed', 'Closed'],
] as const;

const pages = [
  ['/staff/tasks', 'Tasks'],
  ['/staff/reports', 'Reports'],
  ['/staff/processors', 'Processors'],
  ['/staff/requests/new', 'Record a request'],
] as const;

export function staffPage({ title, session, body, here }: StaffPage): Markup {
  const link = ([path, label]: readonly [string, string]) =>
    html`<li><a href="${path}"${here === path ? html` aria-current="page"` : nothing}>${label}</a></li>`;
  return html`<!doctype html>
<html lang="en">
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
<a class="skip" href="#main">Skip to the content</a>
<div class="shell">
<header class="side">
<a class="brand" href="/staff">${mark}<span>Rights desk</span></a>
<nav aria-label="Queue"><h2>Queue</h2><ul>${views.map(link)}</ul></nav>
<nav aria-label="Desk"><h2>Desk</h2><ul>${pages.map(link)}</ul></nav>
<div class="me"><b>${session.name}</b><br><span class="soft small">${session.groups.join(', ') || 'no role'}</span>
<form method="post" action="/staff/sign-out">${csrfField(session)}<button class="link">Sign out</button></form>
<form method="post" action="/staff/sign-out-everywhere">${csrfField(session)}<button class="link">Sign out everywhere</button></form></div>
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
