import { Stage, Tags } from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { enabledProcessors } from '../functions/processors/registry.ts';
import type { StageConfig } from './config.ts';
import type { FunctionDeclaration, FunctionName } from './functions.ts';
import { machineArns } from './machine-arns.ts';
import { machineNames } from './machines.ts';
import { names } from './names.ts';
import { DataStack } from './stacks/data.ts';
import { EdgeStack } from './stacks/edge.ts';
import { PipelineStack } from './stacks/pipeline.ts';
import { WatchStack } from './stacks/watch.ts';
import { WebStack } from './stacks/web.ts';
import { WorkflowStack } from './stacks/workflow.ts';

export interface RightsDeskProps {
  readonly config: StageConfig;
  readonly declarations: Readonly<Record<FunctionName, FunctionDeclaration>>;
  readonly code: (name: FunctionName) => Code;
}

/** One installation: the data, and around it what can be taken down and put up again at any time. */
export class RightsDesk extends Stage {
  readonly data: DataStack;
  readonly web: WebStack;
  readonly workflow: WorkflowStack;
  readonly watch: WatchStack;
  readonly edges: readonly EdgeStack[];

  constructor(scope: Construct, { config, declarations, code }: RightsDeskProps) {
    super(scope, config.name, { env: { region: config.region } });
    const stage = config;
    const known = names(stage);
    const stackName = (part: string) => ({ stackName: `${known.prefix}-${part}` });

    this.data = new DataStack(this, 'Data', {
      ...stackName('data'),
      description: 'Rights Desk: cases, packages, keys, secrets, staff accounts, sending domain',
      terminationProtection: stage.protectData,
      stage,
    });
    const { data } = this;
    this.web = new WebStack(this, 'Web', {
      ...stackName('web'),
      description: 'Rights Desk: the public and the staff site',
      stage,
      data,
      declarations,
      code,
    });
    this.workflow = new WorkflowStack(this, 'Workflow', {
      ...stackName('workflow'),
      description: 'Rights Desk: steps, state machines, sweep and mail events',
      stage,
      data,
      declarations,
      code,
      addresses: this.web.addresses,
    });
    this.watch = new WatchStack(this, 'Watch', {
      ...stackName('watch'),
      description: 'Rights Desk: alarms, alarm routes and dashboards',
      stage,
      topicKey: data.storageKey,
      watched: (stack) => ({
        functions: Object.values(declarations).map(({ name }) => ({
          name,
          physicalName: known.lambda(name),
        })),
        machines: machineNames.map((name) => ({
          name,
          arn: machineArns(stack, known.machine(name)).machine,
        })),
        sites: this.web.sites,
        tableName: data.tableName,
        indexNames: data.indexNames,
        queues: ['sweep-dead', 'mail-events-dead', 'execution-ended-dead'].map((name) => ({
          name,
          physicalName: known.queue(name),
        })),
        processors: checkedProcessors(stage),
      }),
    });
    this.watch.addStackDependency(this.workflow);

    this.edges = [stage.publicSite, stage.staffSite].flatMap((site, index) => {
      if (!site.firewall) return [];
      if (!site.domain) throw new Error(`${stage.name}: a firewall stands before a domain; configure one`);
      const siteName = index === 0 ? 'public' : 'staff';
      const edge = new EdgeStack(this, `Edge-${siteName}`, {
        ...stackName(`edge-${siteName}`),
        description: `Rights Desk: CloudFront and firewall before the ${siteName} site`,
        env: { region: 'us-east-1' },
        siteName,
        stage,
        domain: site.domain,
        firewall: site.firewall,
      });
      edge.addStackDependency(this.web);
      return [edge];
    });

    if (stage.pipelineRepository) {
      new PipelineStack(this, 'Pipeline', {
        ...stackName('pipeline'),
        description: 'Rights Desk: the role of the deploying pipeline',
        stage,
        repository: stage.pipelineRepository,
      });
    }

    Tags.of(this).add('application', 'rights-desk');
    Tags.of(this).add('stage', stage.name);
  }
}

/** Names of the enabled processors; a mistake in their configuration stops the synthesis and not the first request. */
function checkedProcessors(stage: StageConfig): string[] {
  return [...enabledProcessors(stage.processors)].map(([name, { definition, config }]) => {
    definition.origins(config);
    return name;
  });
}
