import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { hasJars, hasJava, jarsFolder } from '../../test/differential/dynamodb-local.ts';

const compared = ['test/doubles/case-store.test.ts', 'test/differential/journeys.ts'];

/**
 * `npm run differential`: the store's contract and whole journeys on Amazon's own DynamoDB Local beside the engine of this machine. Without
 * Java it fetches nothing and says that it compared nothing; with it, it fetches the jars once, by Maven.
 */
function main(): number {
  if (!hasJava()) {
    process.stdout.write(
      'skipped: DynamoDB Local needs Java 17, and there is none here. Nothing was compared.\n',
    );
    return 0;
  }
  if (!hasJars() && !fetchJars()) {
    process.stdout.write(
      `skipped: ${jarsFolder()} holds no DynamoDBLocal jar, and Maven did not bring one. Nothing was compared.\n`,
    );
    return 0;
  }
  const jest = join('node_modules', 'jest', 'bin', 'jest.js');
  const run = spawnSync(
    process.execPath,
    [jest, '-w', '1', ...compared.flatMap((file) => ['--testMatch', `**/${file}`])],
    { stdio: 'inherit', env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' } },
  );
  return run.status ?? 1;
}

function fetchJars(): boolean {
  const folder = jarsFolder();
  mkdirSync(folder, { recursive: true });
  process.stdout.write('Fetching DynamoDB Local ...\n');
  const run = spawnSync(
    'mvn',
    [
      '-q',
      '-B',
      '-f',
      'test/differential/pom.xml',
      'dependency:copy-dependencies',
      `-DoutputDirectory=${folder}`,
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  return run.status === 0 && hasJars();
}

process.exitCode = main();
