/** Bodies larger than this are refused before they are looked at. */
export const bodyLimit = 64 * 1024;
/** No message of ours nests deeper than this. */
const depthLimit = 16;

/**
 * Parses JSON as RFC 8259 reads, and refuses what parsers disagree about: keys named twice, `__proto__` and `constructor` as keys, and
 * nesting beyond any honest use (TRUST.md A38, A39). Throws `SyntaxError` with a code.
 */
export function parseStrictJson(text: string): unknown {
  scan(text);
  return JSON.parse(text);
}

/** One pass over the text, linear in its length; JSON.parse afterwards judges the grammar itself. */
function scan(text: string): void {
  const keysSeen: (Set<string> | undefined)[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text[at];
    if (char === '"') {
      const end = endOfString(text, at);
      const keys = keysSeen.at(-1);
      if (keys && isKey(text, end)) addKey(keys, text.slice(at, end));
      at = end;
      continue;
    }
    if (char === '{' || char === '[') {
      keysSeen.push(char === '{' ? new Set() : undefined);
      if (keysSeen.length > depthLimit) throw new SyntaxError('nested-too-deep');
    } else if (char === '}' || char === ']') {
      keysSeen.pop();
    }
    at += 1;
  }
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length) {
    if (text[at] === '\\') at += 2;
    else if (text[at] === '"') return at + 1;
    else at += 1;
  }
  throw new SyntaxError('not-json');
}

function isKey(text: string, from: number): boolean {
  let at = from;
  while (at < text.length && ' \t\r\n'.includes(text[at] ?? '')) at += 1;
  return text[at] === ':';
}

function addKey(keys: Set<string>, quoted: string): void {
  // Decoded, because "\u0061" and "a" are the same key.
  const key: unknown = JSON.parse(quoted);
  if (typeof key !== 'string') return;
  if (keys.has(key)) throw new SyntaxError('key-named-twice');
  if (key === '__proto__' || key === 'constructor' || key === 'prototype')
    throw new SyntaxError('key-not-allowed');
  keys.add(key);
}
