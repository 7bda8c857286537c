import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import type { MailSummary, OutboxMail } from './outbox.ts';

type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 62rem; margin: 0 auto; padding: 1rem; }
a { color: LinkText; }
nav a { margin-right: 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .35rem .6rem .35rem 0; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); overflow-wrap: anywhere; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; padding: 1rem; border: 1px solid color-mix(in srgb, currentColor 25%, transparent); }
iframe { width: 100%; height: 36rem; border: 1px solid color-mix(in srgb, currentColor 25%, transparent); background: white; }
button { font: inherit; padding: .3rem .8rem; }
form.inline { display: inline; }
`;

/** A page of this edition's own, apart from the product's pages and their styles. */
export function localPage(title: string, content: Html) {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – Rights desk, this machine</title>
<style>${raw(style)}</style>
</head>
<body>
<nav><a href="/">Form</a><a href="/staff">Staff</a><a href="/local">This machine</a><a href="/local/outbox">Outbox</a></nav>
<h1>${title}</h1>
${content}
</body>
</html>`;
}

export function indexPage(facts: {
  readonly now: string;
  readonly mails: number;
  readonly clockMode: string;
}) {
  const jumps = ['PT1H', 'P1D', 'P10D', 'P1M'];
  return localPage(
    'This machine',
    html`<p>Virtual time: <strong>${facts.now}</strong> (${facts.clockMode})</p>
<p>Move on by: ${jumps.map(
      (jump) =>
        html`<form class="inline" method="post" action="/local/clock"><button name="advance" value="${jump}">${jump}</button></form> `,
    )}</p>
<ul>
<li><a href="/local/outbox">Outbox</a> (${facts.mails} mails), <a href="/local/outbox.json">as JSON</a></li>
<li><a href="/local/processors.json">Emulated processors</a></li>
<li><a href="/local/metrics.json">Metrics</a></li>
<li><a href="/local/clock">Clock</a></li>
<li><a href="/openapi.json">The API</a></li>
</ul>`,
  );
}

export function outboxPage(mails: readonly MailSummary[]) {
  const rows = mails
    .toReversed()
    .map(
      ({ id, to, subject, sentAt, letter }) =>
        html`<tr><td>${sentAt}</td><td>${to}</td><td><a href="/local/outbox/${id}">${subject}</a></td><td>${letter ?? ''}</td></tr>`,
    );
  return localPage(
    'Outbox',
    mails.length === 0
      ? html`<p>No mail yet. Send a request from <a href="/">the form</a> and it shows here.</p>`
      : html`<table><thead><tr><th>Sent</th><th>To</th><th>Subject</th><th>Letter</th></tr></thead><tbody>${rows}</tbody></table>`,
  );
}

export function mailPage(mail: OutboxMail) {
  return localPage(
    mail.subject,
    html`<p>To ${mail.to}, from ${mail.from}, ${mail.sentAt}${mail.letter ? `, ${mail.letter}` : ''}</p>
<pre>${linked(mail.text)}</pre>
${mail.html ? html`<iframe title="The mail as HTML" sandbox="allow-popups allow-popups-to-escape-sandbox" srcdoc="${withBase(mail.html)}"></iframe>` : ''}
<p><a href="/local/outbox">Back to the outbox</a></p>`,
  );
}

/** Text with its addresses made clickable; everything else is escaped by the template. */
function linked(text: string) {
  return text
    .split(/(https?:\/\/[^\s<>"]+)/)
    .map((part, at) => (at % 2 === 1 ? html`<a href="${part}">${part}</a>` : part));
}

/** Links inside the sandboxed frame open beside it. */
function withBase(mail: string): string {
  const base = '<base target="_blank">';
  return mail.includes('<head>') ? mail.replace('<head>', `<head>${base}`) : `${base}${mail}`;
}
