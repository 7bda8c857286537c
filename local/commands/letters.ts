import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { languages } from '../../functions/domain/words.ts';
import { renderLetter } from '../../functions/letters/render.ts';
import { letterSamples } from './letter-samples.ts';

/** Writes every kind of letter in every language into a folder, as text and HTML, with a page to leaf through them. */
function main(args: readonly string[]): number {
  if (args.length > 1 || args[0]?.startsWith('-')) {
    process.stderr.write('usage: npm run letters -- [folder]   (default: letters in DATA_DIR or .local)\n');
    return 2;
  }
  const folder = resolve(args[0] ?? join(process.env.DATA_DIR ?? '.local', 'letters'));
  if (args[0] === undefined) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });

  const sections: string[] = [];
  let count = 0;
  for (const language of languages) {
    const rows: string[] = [];
    for (const [kind, letters] of Object.entries(letterSamples)) {
      letters.forEach((letter, index) => {
        const name = `${language}-${kind}${letters.length > 1 ? `-${index + 1}` : ''}`;
        const { subject, text, html } = renderLetter(letter, language);
        writeFileSync(join(folder, `${name}.html`), html);
        writeFileSync(join(folder, `${name}.txt`), `Subject: ${subject}\n\n${text}`);
        rows.push(`<li><a href="${name}.html">${name}</a> (<a href="${name}.txt">text</a>): ${subject}</li>`);
        count += 1;
      });
    }
    sections.push(`<h2>${language}</h2>\n<ul>\n${rows.join('\n')}\n</ul>`);
  }
  const index = `<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>Letters</title>\n<h1>Letters</h1>\n${sections.join('\n')}\n</html>\n`;
  writeFileSync(join(folder, 'index.html'), index);
  process.stdout.write(`${count} letters in ${folder}; begin at index.html\n`);
  return 0;
}

process.exitCode = main(process.argv.slice(2));
