import { NameRefused, newProcessor } from './add-processor.ts';

const usage = `usage: npm run new-processor -- <name>
  <name>   kebab-case, for example help-scout; docs/adding-a-processor.md says what comes after
`;

function main(args: readonly string[]): number {
  const [name, ...rest] = args;
  if (name === undefined || rest.length > 0 || name.startsWith('-')) {
    process.stderr.write(usage);
    return 2;
  }
  try {
    for (const line of newProcessor(process.cwd(), name)) process.stdout.write(`${line}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof NameRefused)) throw error;
    process.stderr.write(`${error.message}\n${usage}`);
    return 2;
  }
}

process.exitCode = main(process.argv.slice(2));
