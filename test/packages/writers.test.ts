import fc from 'fast-check';
import { strFromU8, unzipSync } from 'fflate';
import type { Json } from '../../functions/domain/package.ts';
import { csvCell, csvTable } from '../../functions/packages/csv.ts';
import { escapeHtml, page, valueHtml } from '../../functions/packages/html.ts';
import { linesOf } from '../../functions/packages/lines.ts';
import { zipDirectory, zipEntry } from '../../functions/packages/zip.ts';

describe('CSV', () => {
  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', '＝1+1', '＋1', '－1', '＠x', '\0x'])(
    'a text that begins like a formula is shown as text: %j',
    (text) => {
      const cell = csvCell(text).replace(/^"/, '');
      expect(cell.startsWith("'")).toBe(true);
    },
  );

  test('numbers stay numbers, and quotes, commas and line ends are quoted', () => {
    expect(csvCell(-5)).toBe('-5');
    expect(csvCell('a "b", c')).toBe('"a ""b"", c"');
    expect(csvCell('a\nb')).toBe('"a\nb"');
  });

  test('A32 whatever the data, every line has as many cells as the header, and no cell is a formula', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { minLength: 1, maxLength: 8 }), (values) => {
        const rows = values.map((data) => ({ values: { type: 't', id: 'i' }, data: data as Json }));
        const parsed = parseCsv(csvTable(['type', 'id'], rows));
        expect(new Set(parsed.map((cells) => cells.length)).size).toBe(1);
        expect(parsed).toHaveLength(values.length + 1);
        for (const cell of parsed.flat())
          expect(/^[=+\-@\t\r\0]/.test(cell) && !/^-\d/.test(cell)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  test('very many different fields end in one last column', () => {
    const data = Object.fromEntries(Array.from({ length: 400 }, (_, at) => [`f${at}`, at]));
    const [header, row] = parseCsv(csvTable(['id'], [{ values: { id: 'x' }, data }]));
    expect(header).toHaveLength(252);
    expect(JSON.parse(row?.at(-1) ?? '')).toMatchObject({ f399: 399 });
  });
});

/** RFC 4180, written for this test. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (quoted) {
      if (char === '"' && text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else if (char === '"') quoted = false;
      else cell += char;
    } else if (char === '"') quoted = true;
    else if (char === ',') {
      row.push(cell);
      cell = '';
    } else if (char === '\r' && text[at + 1] === '\n') {
      rows.push([...row, cell]);
      row = [];
      cell = '';
      at += 1;
    } else cell += char;
  }
  return rows;
}

describe('HTML', () => {
  test('A33 no data can open a tag, close an attribute or turn the text around', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const html = valueHtml(value as Json).replace(/<\/?(?:dl|dt|dd)>/g, '');
        expect(html).not.toMatch(/[<>"']/);
      }),
      { numRuns: 500 },
    );
    expect(escapeHtml(`<script>alert("1")</script>\u202e\u0000'`)).toBe(
      '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;\u{fffd}&#39;',
    );
  });

  test('A33 the page allows its one style and nothing else', () => {
    const html = page('nl', 'A & B', '<p>x</p>');
    expect(html).toMatch(
      /content="default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; base-uri 'none'; form-action 'none'"/,
    );
    expect(html).toContain('<title>A &amp; B</title>');
    expect(html).not.toMatch(/<script|http-equiv="refresh"|src=/);
  });

  test('nesting beyond any reading becomes JSON instead of a page that never ends', () => {
    let deep: Json = 'end';
    for (let level = 0; level < 2000; level += 1) deep = { a: deep };
    expect(valueHtml(deep)).toContain('&quot;end&quot;');
  });
});

describe('zip', () => {
  test('other programs read what was joined, and equal content gives equal bytes', () => {
    const files = { 'index.html': 'x'.repeat(5000), 'data/account/usage-1.json': '{}', 'a.txt': '' };
    const build = () => {
      let at = 0;
      const entries = Object.entries(files).map(([name, content]) => {
        const made = zipEntry(name, Buffer.from(content), at);
        at += made.bytes.byteLength;
        return made;
      });
      return Buffer.concat([
        ...entries.map(({ bytes }) => bytes),
        zipDirectory(
          entries.map(({ entry }) => entry),
          at,
        ),
      ]);
    };
    const unpacked = unzipSync(new Uint8Array(build()));
    expect(
      Object.fromEntries(Object.entries(unpacked).map(([name, bytes]) => [name, strFromU8(bytes)])),
    ).toEqual(files);
    expect(build().equals(build())).toBe(true);
  });

  test.each([
    '../up',
    '/etc/passwd',
    'a/../../b',
    'C:\\x',
    'a\\b',
    'a//b',
    '',
    'a b',
    'é.txt',
    '.hidden',
    'x'.repeat(201),
  ])('a name that is not our own kind is refused: %j', (name) => {
    expect(() => zipEntry(name, Buffer.from('x'), 0)).toThrow('zip-name');
  });

  test('more entries than the format has numbers for are refused', () => {
    const { entry } = zipEntry('a.txt', Buffer.from('x'), 0);
    expect(() =>
      zipDirectory(
        Array.from({ length: 65_536 }, () => entry),
        0,
      ),
    ).toThrow('zip-too-many-entries');
  });
});

describe('lines', () => {
  async function read(chunks: readonly string[], from = 0) {
    async function* stream(): AsyncIterable<Uint8Array> {
      for (const chunk of chunks) yield Buffer.from(chunk);
    }
    const lines = [];
    for await (const { bytes, next } of linesOf(stream(), from))
      lines.push([Buffer.from(bytes).toString(), next]);
    return lines;
  }

  test('are the same however the bytes are cut, and say where the next begins', async () => {
    expect(await read(['{"a":1}\n{"b"', ':2}', '\n', '{}\n'])).toEqual([
      ['{"a":1}', 8],
      ['{"b":2}', 16],
      ['{}', 19],
    ]);
    expect(await read(['{"b":2}\n{}\n'], 8)).toEqual([
      ['{"b":2}', 16],
      ['{}', 19],
    ]);
  });

  test('a file that was cut off is not taken for a whole one', async () => {
    await expect(read(['{"a":1}\n{"b'])).rejects.toThrow('export-cut-off');
  });
});
