import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { stageNames } from '../../infra/config.ts';
import { unreleased } from '../../infra/release-check.ts';

interface Job {
  readonly uses?: string;
  readonly needs?: string;
  readonly with?: { readonly stage: string };
  readonly permissions?: Record<string, string>;
  readonly environment?: string;
  readonly steps?: readonly {
    readonly uses?: string;
    readonly run?: string;
    readonly with?: Record<string, unknown>;
  }[];
}
interface Workflow {
  readonly permissions: Record<string, string>;
  readonly jobs: Record<string, Job>;
}

const read = (name: string) => readFileSync(`.github/workflows/${name}.yml`, 'utf8');
const main: Workflow = parse(read('deploy'));
const stage: Workflow = parse(read('deploy-stage'));

describe('the pipeline', () => {
  it('deploys every stage, one after the other, and none before the checks', () => {
    expect(main.jobs.check?.steps?.map((step) => step.run)).toContain('npm run check');
    const deploys = Object.values(main.jobs).filter((job) => job.with);
    expect(deploys.map((job) => job.with?.stage)).toEqual([...stageNames]);
    expect(deploys.map((job) => job.needs)).toEqual(['check', 'dev']);
  });

  it('holds no key: it takes a role with its own identity', () => {
    expect(read('deploy') + read('deploy-stage')).not.toMatch(/secrets\.|ACCESS_KEY|SECRET/i);
    const [job] = Object.values(stage.jobs);
    expect(job?.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
    const credentials = job?.steps?.find((step) => step.uses?.startsWith('aws-actions/'));
    expect(credentials?.with).toHaveProperty('role-to-assume');
  });

  it('deploys only within the environment of the stage, where the approval is', () => {
    expect(Object.values(stage.jobs).map((job) => job.environment)).toEqual([`\${{ inputs.stage }}`]);
  });

  it('lets a pull request read and nothing more', () => {
    expect(main.permissions).toEqual({ contents: 'read' });
    expect(main.jobs.check?.permissions).toBeUndefined();
  });

  it('runs foreign code only by the hash of a commit, with the release that it is beside it', () => {
    const used = [...(read('deploy') + read('deploy-stage')).matchAll(/uses: (.+)/g)].map(
      (match) => match[1],
    );
    const foreign = used.filter((one) => !one?.startsWith('./'));
    expect(foreign.length).toBeGreaterThanOrEqual(5);
    for (const one of foreign) expect(one).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it('reads no cache where it may deploy', () => {
    const [job] = Object.values(stage.jobs);
    const node = job?.steps?.find((step) => step.uses?.startsWith('actions/setup-node'));
    expect(node?.with).toEqual({ 'node-version': 24, 'package-manager-cache': false });
  });

  it('puts no input of a person into a shell line', () => {
    for (const workflow of [main, stage])
      for (const job of Object.values(workflow.jobs))
        for (const step of job.steps ?? []) expect(step.run ?? '').not.toContain(`\${{`);
  });
});

describe('a stage that people use', () => {
  const one = { version: 'a'.repeat(12), released: true, openCases: 'finish' } as const;
  const two = { ...one, version: 'b'.repeat(12), released: false };

  it('gets no definition without recordings, and none whose recordings the next one would replace (F29)', () => {
    expect(unreleased(one.version, [one])).toBeUndefined();
    expect(unreleased(two.version, [one])).toContain('npm run golden -- write');
    expect(unreleased(two.version, [one, two])).toContain('npm run golden -- release');
    expect(unreleased(one.version, [one, two])).toContain('npm run golden -- write');
  });
});

describe('npm run deploy', () => {
  const deploy = (...args: string[]) =>
    spawnSync(process.execPath, ['local/run.mjs', 'infra/deploy.ts', ...args], { encoding: 'utf8' });

  it('refuses a stage that nobody has filled in, and names what is missing', () => {
    const { status, stderr } = deploy('prod');
    expect(status).toBe(1);
    expect(stderr).toContain('publicSite.domain.host = rights.example.com');
  });

  it.each([[[]], [['staging']], [['dev', 'undo']]])('says how it is used when asked for %j', (args) => {
    const { status, stderr } = deploy(...args);
    expect(status).toBe(2);
    expect(stderr).toContain('usage: npm run deploy -- dev|prod');
  });
});
