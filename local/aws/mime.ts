/** What a raw mail says, decoded. */
export interface RawMail {
  /** Names in lower case, values decoded; of a repeated header the last. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly html: string;
}

interface Part {
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Reads a mail in the shape of RFC 5322 and 2045-2047: text and HTML alternatives, nested multiparts, base64 and quoted-printable. */
export function parseMail(raw: Buffer): RawMail {
  const root = splitPart(raw.toString('latin1'));
  const found = { text: '', html: '' };
  collect(root, found);
  const headers = Object.fromEntries(
    Object.entries(root.headers).map(([name, value]) => [name, decodeWords(value)]),
  );
  return { headers, ...found };
}

function splitPart(source: string): Part {
  const gap = /\r?\n\r?\n/.exec(source);
  const head = gap ? source.slice(0, gap.index) : source;
  const body = gap ? source.slice(gap.index + gap[0].length) : '';
  const headers: Record<string, string> = {};
  for (const line of head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  return { headers, body };
}

function collect(part: Part, found: { text: string; html: string }): void {
  const contentType = part.headers['content-type'] ?? 'text/plain; charset=utf-8';
  const type = contentType.split(';')[0]?.trim().toLowerCase();
  if (type?.startsWith('multipart/')) {
    const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
    if (!boundary) return;
    // The line end before a boundary belongs to the boundary.
    const sections = `\n${part.body.replaceAll('\r\n', '\n')}`.split(`\n--${boundary}`).slice(1, -1);
    for (const section of sections) collect(splitPart(section.replace(/^[ \t]*\n/, '')), found);
    return;
  }
  const charset = /charset="?([^";]+)"?/i.exec(contentType)?.[1] ?? 'utf-8';
  if (type === 'text/plain' && !found.text) found.text = decodeBody(part, charset);
  if (type === 'text/html' && !found.html) found.html = decodeBody(part, charset);
}

function decodeBody(part: Part, charset: string): string {
  const { body } = part;
  const encoding = part.headers['content-transfer-encoding']?.toLowerCase();
  if (encoding === 'base64') return decodeCharset(Buffer.from(body, 'base64'), charset);
  if (encoding === 'quoted-printable') {
    return decodeCharset(unquote(body.replace(/=[ \t]*\r?\n/g, '')), charset);
  }
  return decodeCharset(Buffer.from(body, 'latin1'), charset);
}

function unquote(text: string): Buffer {
  const plain = text.replace(/=([0-9A-F]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(plain, 'latin1');
}

/** RFC 2047 encoded words; the white space between two of them is not part of the text. */
function decodeWords(value: string): string {
  return value
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?([^?]+)\?([BQ])\?([^?]*)\?=/gi, (_, charset: string, encoding: string, text: string) =>
      decodeCharset(
        encoding.toUpperCase() === 'B' ? Buffer.from(text, 'base64') : unquote(text.replaceAll('_', ' ')),
        charset,
      ),
    );
}

function decodeCharset(bytes: Buffer, charset: string): string {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}
