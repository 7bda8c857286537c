import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { buildApp, cdkContext } from '../../infra/build-app.ts';
import { type StageConfig, stages } from '../../infra/config.ts';
import { functions } from '../../infra/functions.ts';
import { RightsDesk } from '../../infra/stage.ts';

// A synthesis takes seconds, and many of them on a machine that is busy with other tests.
jest.setTimeout(120_000);

export interface Resource {
  readonly Type: string;
  // Templates are JSON of many shapes; each test knows the one it looks at.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly Properties: any;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export class StackTemplate {
  readonly resources: Readonly<Record<string, Resource>>;
  readonly json: string;

  constructor(json: string) {
    this.json = json;
    this.resources = JSON.parse(json).Resources;
  }

  /** Every resource of a type, with its logical id. */
  all(type: string): (Resource & { readonly id: string })[] {
    return Object.entries(this.resources)
      .filter(([, resource]) => resource.Type === type)
      .map(([id, resource]) => ({ ...resource, id }));
  }

  one(type: string): Resource & { readonly id: string } {
    const found = this.all(type);
    if (found.length !== 1 || !found[0]) throw new Error(`${found.length} resources of type ${type}`);
    return found[0];
  }
}

export type StackPart = 'data' | 'web' | 'workflow' | 'watch' | 'edge-public' | 'pipeline';

export interface Synthesised {
  /** Template of one stack of one stage. */
  stack(stage: StageConfig['name'], part: StackPart): StackTemplate;
  /** Every template, by the stack's name. */
  readonly all: ReadonlyMap<string, StackTemplate>;
  readonly app: App;
  dispose(): void;
}

/**
 * Synthesises with an empty bundle for every function: what the code is does not matter to a template. `rules` also runs cdk-nag and the
 * CloudFormation rules, which is most of the time it takes; one test file does that.
 */
export function synthesise({ rules = false } = {}): Synthesised {
  const directory = mkdtempSync(join(tmpdir(), 'rights-desk-synth-'));
  const bundle = join(directory, 'bundle');
  mkdirSync(bundle);
  writeFileSync(join(bundle, 'index.mjs'), 'export const handler = async () => ({});\n');
  const app = new App({
    outdir: join(directory, 'cdk.out'),
    context: { ...cdkContext(), '@aws-cdk/core:validateAgainstDefaultRules': rules },
    analyticsReporting: false,
  });
  const props = { declarations: functions, code: () => Code.fromAsset(bundle) };
  if (rules) buildApp(app, props);
  else for (const config of Object.values(stages)) new RightsDesk(app, { ...props, config });
  const assembly = app.synth();
  const all = templatesOf(assembly);
  return {
    all,
    app,
    stack(stage, part) {
      const template = all.get(`rights-desk-${stage}-${part}`);
      if (!template) throw new Error(`no stack ${part} in ${stage}`);
      return template;
    },
    dispose: () => rmSync(directory, { recursive: true, force: true }),
  };
}

function templatesOf(assembly: CloudAssembly): Map<string, StackTemplate> {
  return new Map(
    assembly.stacksRecursively.map((stack) => [
      stack.stackName,
      new StackTemplate(readFileSync(stack.templateFullPath, 'utf8')),
    ]),
  );
}

/** An intrinsic function as text, so that two mentions of the same thing are equal. */
export function text(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null && 'Fn::Join' in value) {
    const [separator, parts] = value['Fn::Join'] as [string, unknown[]];
    return parts.map(text).join(separator);
  }
  return JSON.stringify(value);
}

export function list<Item>(value: Item | readonly Item[] | undefined): readonly Item[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value as Item];
}
