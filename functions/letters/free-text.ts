/** One line: no control, line or direction characters, of bounded length. Escaping for HTML comes on top, in the layout. */
export function oneLine(value: string, maxCharacters = 120): string {
  const flat = value
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replace(/[\p{Cf}\p{Co}\p{Cn}\p{Cs}]/gu, '')
    .trim();
  const characters = [...flat];
  return characters.length > maxCharacters ? `${characters.slice(0, maxCharacters).join('').trim()}…` : flat;
}

/** Words that others typed, as one line in which no mail client finds a link (TRUST.md A30, A31). */
export function typedLine(value: string, maxCharacters = 120): string {
  return withoutLinks(oneLine(value, maxCharacters));
}

/** The paragraphs of a longer text that others typed, each as `typedLine`; empty ones are dropped. */
export function typedParagraphs(value: string, maxCharacters = 4000): readonly string[] {
  return value
    .slice(0, maxCharacters)
    .split(/\r\n|[\r\n\u0085\u2028\u2029]/)
    .map((line) => typedLine(line, maxCharacters))
    .filter((line) => line !== '');
}

/** A zero-width space behind the mark that makes an address of its neighbours: it reads the same, and clicking finds nothing. */
function withoutLinks(text: string): string {
  return text.replace(/:(?=\/\/)|@(?=\S)|(?<=\S)\.(?=\p{L}{2})/gu, '$&\u200b');
}
