import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { connectionFile, definitionFile, emulatorFile, namesOf, testFile } from './new-processor-files.ts';

export class NameRefused extends Error {
  override readonly name = 'NameRefused';
}

/**
 * Writes definition, connection, emulator and test of a new processor, and enters it in the three lists. What it writes compiles and passes the contract
 * suite as it is, so that from the first minute every change is a change of something that works.
 * @param root folder of the repository
 * @returns what was written and what a person has to do next, line by line
 * @throws NameRefused for a name that is malformed or taken; nothing is written then
 */
export function newProcessor(root: string, name: string): readonly string[] {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || name.length > 40)
    throw new NameRefused(`not kebab-case: ${name}`);
  const names = namesOf(name);
  const files: readonly (readonly [string, string])[] = [
    [`functions/processors/${name}.ts`, definitionFile(names)],
    [`functions/processors/${name}/connection.ts`, connectionFile(names)],
    [`local/processors/${name}.ts`, emulatorFile(names)],
    [`test/processors/${name}.test.ts`, testFile(names)],
  ];
  const taken = files.find(([path]) => existsSync(join(root, path)));
  if (taken !== undefined) throw new NameRefused(`taken: ${taken[0]} is there`);
  const edits: readonly (readonly [string, (text: string) => string])[] = [
    [
      'functions/domain/words.ts',
      (text) => text.replace(/(builtInProcessors = \[[^\]]*)(\])/, `$1  '${name}',\n$2`),
    ],
    ['functions/processors/registry.ts', (text) => inRegistry(text, names.camel, name)],
    ['local/processors/all.ts', (text) => inEmulators(text, `${names.camel}Emulator`, name)],
  ];
  const changed = edits.map(([path, edit]) => {
    const before = readFileSync(join(root, path), 'utf8');
    const after = edit(before);
    if (after === before) throw new NameRefused(`no place found in ${path}`);
    return [path, after] as const;
  });
  for (const [path, text] of [...files, ...changed]) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return [
    ...files.map(([path]) => `new      ${path}`),
    ...changed.map(([path]) => `changed  ${path}`),
    '',
    'Next (docs/adding-a-processor.md):',
    '  npx biome check --write functions/processors local/processors test/processors functions/domain/words.ts',
    `  its entry in the register (functions/domain/register-recipients.ts): nothing is sent to a system that the register does not know`,
    `  npx jest test/processors -t ${name}`,
  ];
}

function inRegistry(text: string, camel: string, name: string): string {
  return text
    .replace(/\n\n\/\*\* The only list/, `\nimport { ${camel} } from './${name}.ts';$&`)
    .replace(/(definitions: readonly ProcessorDefinition\[\] = \[[^\]]*)(\])/, `$1  ${camel},\n$2`);
}

function inEmulators(text: string, emulator: string, name: string): string {
  return text
    .replace(/\n\n\/\*\* Every emulated/, `\nimport { ${emulator} } from './${name}.ts';$&`)
    .replace(/(emulators: readonly EmulatorFactory\[\] = \[[^\]]*)(\])/, `$1  ${emulator},\n$2`);
}
