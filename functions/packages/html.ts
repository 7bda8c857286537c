import { createHash } from 'node:crypto';
import type { Json } from '../domain/package.ts';
import { isList } from '../domain/redaction.ts';
import type { Language } from '../domain/words.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as HTML shows it. Control characters become visible, so that nothing hides in them. */
export function escapeHtml(text: string): string {
  return (
    text
      .replace(/[&<>"']/g, (character) => entities[character] ?? '')
      .replace(/[^\P{Cc}\n\t]/gu, '\u{fffd}')
      // Characters that turn the direction of text can make it read as something else.
      .replace(/[\u202a-\u202e\u2066-\u2069]/g, '')
  );
}

const style = `
body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem;color:#1b1b1b;background:#fff}
h1,h2,h3{line-height:1.25}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;border:1px solid #767676;padding:.3rem .5rem}
section.record{border-top:2px solid #767676;padding:.5rem 0;overflow-wrap:anywhere}
dl{margin:0 0 0 1rem}
dt{font-weight:600}
dd{margin:0 0 .25rem 1rem;white-space:pre-wrap}
a{color:#0b4f9e}
`.trim();

// The page may use this one style and nothing else: no script, no image, no address, even if an escape were forgotten (TRUST.md A33).
const styleHash = createHash('sha256').update(style).digest('base64');
const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`;

/** A whole page; `body` is HTML that the caller has escaped. */
export function page(language: Language, title: string, body: string): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</body>
</html>
`;
}

/** Deeper than any record is read; what lies below is shown as JSON. */
const deepest = 8;

/** A JSON value as nested lists of terms. */
export function valueHtml(value: Json, depth = 0): string {
  if (value === null || value === '') return '–';
  if (typeof value !== 'object') return escapeHtml(String(value));
  if (depth >= deepest) return escapeHtml(JSON.stringify(value));
  const inner: [string, Json][] = isList(value)
    ? value.map((one, at) => [String(at + 1), one])
    : Object.entries(value);
  if (inner.length === 0) return '–';
  const items = inner.map(([key, one]) => `<dt>${escapeHtml(key)}</dt><dd>${valueHtml(one, depth + 1)}</dd>`);
  return `<dl>${items.join('')}</dl>`;
}
