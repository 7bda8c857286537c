import { InvalidInput } from '../domain/errors.ts';
import { controller, type Text } from '../domain/register-record.ts';
import { urlOf } from '../domain/transmission-target.ts';
import type { Language } from '../domain/words.ts';

/** The parts a letter is made of; text and HTML are two renderings of the same blocks, so neither can say more than the other. */
export type Block =
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'heading'; readonly text: string; readonly level: 2 | 3 }
  | { readonly kind: 'facts'; readonly rows: readonly FactRow[] }
  | { readonly kind: 'list'; readonly items: readonly ListItem[] }
  /** Words of a person, set apart from ours. */
  | { readonly kind: 'quote'; readonly paragraphs: readonly string[] }
  | { readonly kind: 'code'; readonly digits: string }
  /** `main`: what the letter is for. */
  | {
      readonly kind: 'link';
      readonly label: string;
      readonly url: string;
      readonly main?: boolean;
    };

export interface ListItem {
  readonly term: string;
  readonly text: string;
}

export interface FactRow {
  readonly term: string;
  readonly text: string;
  /** The day that `text` writes out, YYYY-MM-DD: machine-readable in the HTML. */
  readonly day?: string;
}

export interface RenderedLetter {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export const paragraph = (text: string): Block => ({ kind: 'paragraph', text });
export const heading = (text: string, level: 2 | 3 = 2): Block => ({ kind: 'heading', text, level });
export const quote = (paragraphs: readonly string[]): Block => ({ kind: 'quote', paragraphs });

const footer: Text = {
  nl: 'Deze mail bevat geen plaatjes en geen trackers. Wij vragen u nooit om een kopie van uw identiteitsbewijs.',
  en: 'This mail holds no images and no trackers. We never ask you for a copy of your identity document.',
};
const chamberOfCommerce: Text = { nl: 'KvK', en: 'Chamber of Commerce (KvK)' };
const closing: Text = { nl: 'Met vriendelijke groet,', en: 'Kind regards,' };

/** @throws InvalidInput `letter-link` for a link that is not http or https, `letter-code` for a code that is not six digits */
export function layOut(subject: string, blocks: readonly Block[], language: Language): RenderedLetter {
  for (const block of blocks) {
    if (block.kind === 'link' && !isWebLink(block.url)) throw new InvalidInput('letter-link');
    if (block.kind === 'code' && !/^\d{6}$/.test(block.digits)) throw new InvalidInput('letter-code');
  }
  const identity = [
    controller.name,
    `${controller.street}, ${controller.postcode} ${controller.city}, ${controller.country[language]}`,
    `${chamberOfCommerce[language]} ${controller.chamberOfCommerce}`,
  ];
  return {
    subject,
    text: asText(blocks, language, identity),
    html: asHtml(subject, blocks, language, identity),
  };
}

function isWebLink(url: string): boolean {
  return /^https?:\/\/[^\s<>"']+$/.test(url) && urlOf(url) !== undefined;
}

function asText(blocks: readonly Block[], language: Language, identity: readonly string[]): string {
  const body = blocks.map(textOf).join('\n\n');
  return `${body}\n\n${closing[language]}\n${controller.name}\n\n-- \n${identity.join('\n')}\n\n${wrap(footer[language])}\n`;
}

function textOf(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return wrap(block.text);
    case 'heading':
      return `${block.text}\n${(block.level === 2 ? '=' : '-').repeat([...block.text].length)}`;
    case 'facts':
      return block.rows.map((row) => wrap(`${row.term}: ${row.text}`, '', '  ')).join('\n');
    case 'list':
      return block.items.map((item) => wrap(`${item.term}: ${item.text}`, '- ', '  ')).join('\n');
    case 'quote':
      return block.paragraphs.map((line) => wrap(line, '> ', '> ')).join('\n>\n');
    case 'code':
      return `    ${block.digits}`;
    case 'link':
      return `${wrap(`${block.label}:`)}\n${block.url}`;
  }
}

const lineWidth = 74;

function wrap(text: string, first = '', rest = ''): string {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(' ')) {
    if (!empty && line.length + 1 + word.length > lineWidth) {
      lines.push(line);
      line = rest;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line].join('\n');
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => escapes[character] ?? '');
}

const font = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
// No colour is made of six digits alone: whoever looks for the code by its form must find only the code.
const colour = { ink: '#1d2433', soft: '#5b6478', line: '#d9dde6', paper: '#f4f5f8', accent: '#1f4fd8' };

const mainButton = `border:2px solid ${colour.accent};background:${colour.accent};color:#ffffff`;
const plainButton = `border:2px solid ${colour.accent};background:#ffffff;color:${colour.accent}`;

function asHtml(
  subject: string,
  blocks: readonly Block[],
  language: Language,
  identity: readonly string[],
): string {
  const p = `margin:0 0 16px;line-height:1.55`;
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no, url=no">
<title>${escapeHtml(subject)}</title>
<style>
@media (prefers-color-scheme: dark) {
  .page { background: #14171e !important; }
  .sheet { background: #1d222c !important; color: #e9ecf2 !important; }
  .soft { color: #a9b1c2 !important; }
  .box { background: #262c38 !important; border-color: #3c4454 !important; color: #e9ecf2 !important; }
}
@media (max-width: 480px) { .sheet { padding: 24px 18px !important; } }
</style>
</head>
<body class="page" style="margin:0;padding:24px 12px;background:${colour.paper}">
<div class="sheet" style="max-width:600px;margin:0 auto;padding:32px 36px;background:#ffffff;color:${colour.ink};${font};font-size:16px;overflow-wrap:anywhere;box-sizing:border-box">
<p style="margin:0 0 24px;font-size:18px;font-weight:700">Kinescope</p>
${blocks.map(htmlOf).join('\n')}
<p style="${p}">${escapeHtml(closing[language])}<br>${escapeHtml(controller.name)}</p>
<div class="soft" style="margin-top:28px;padding-top:16px;border-top:1px solid ${colour.line};font-size:13px;line-height:1.5;color:${colour.soft}">
<p style="margin:0 0 8px">${identity.map(escapeHtml).join('<br>')}</p>
<p style="margin:0">${escapeHtml(footer[language])}</p>
</div>
</div>
</body>
</html>
`;
}

function htmlOf(block: Block): string {
  const p = 'margin:0 0 16px;line-height:1.55';
  switch (block.kind) {
    case 'paragraph':
      return `<p style="${p}">${escapeHtml(block.text)}</p>`;
    case 'heading':
      return block.level === 2
        ? `<h2 style="margin:28px 0 10px;font-size:18px;line-height:1.3">${escapeHtml(block.text)}</h2>`
        : `<h3 style="margin:22px 0 8px;font-size:16px;line-height:1.3">${escapeHtml(block.text)}</h3>`;
    case 'facts':
      return `<table role="presentation" class="box" style="width:100%;margin:0 0 20px;border:1px solid ${colour.line};border-collapse:collapse;background:${colour.paper};font-size:15px">${block.rows
        .map(
          (row) =>
            `<tr><td style="padding:8px 12px;vertical-align:top;width:36%">${escapeHtml(row.term)}</td><td style="padding:8px 12px;vertical-align:top;font-weight:600">${factText(row)}</td></tr>`,
        )
        .join('')}</table>`;
    case 'list':
      return `<ul style="margin:0 0 16px;padding-left:22px;line-height:1.55">${block.items
        .map(
          (item) =>
            `<li style="margin:0 0 6px"><strong>${escapeHtml(item.term)}:</strong> ${escapeHtml(item.text)}</li>`,
        )
        .join('')}</ul>`;
    case 'quote':
      return `<blockquote style="margin:0 0 16px;padding:2px 0 2px 14px;border-left:3px solid ${colour.line}">${block.paragraphs
        .map((line) => `<p style="margin:0 0 8px;line-height:1.55">${escapeHtml(line)}</p>`)
        .join('')}</blockquote>`;
    case 'code':
      return `<p class="box" style="margin:0 0 20px;padding:14px 0;border:1px solid ${colour.line};background:${colour.paper};text-align:center;font-size:30px;font-weight:700;letter-spacing:6px">${block.digits}</p>`;
    case 'link':
      return `<p style="margin:0 0 20px"><a href="${escapeHtml(block.url)}" rel="noreferrer" style="display:inline-block;padding:12px 22px;border-radius:6px;${block.main ? mainButton : plainButton};font-weight:600;text-decoration:none">${escapeHtml(block.label)}</a></p>`;
  }
}

function factText(row: FactRow): string {
  const text = escapeHtml(row.text);
  return row.day === undefined ? text : `<time datetime="${escapeHtml(row.day)}">${text}</time>`;
}
