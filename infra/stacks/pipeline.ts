import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, WebIdentityPrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { StageConfig } from '../config.ts';
import { explainWildcards } from '../constructs/wildcards.ts';
import { names } from '../names.ts';

export interface PipelineStackProps extends StackProps {
  readonly stage: StageConfig;
  readonly repository: string;
}

const issuer = 'token.actions.githubusercontent.com';

/** The role of the pipeline: taken with GitHub's own identity, for one repository and one environment, and able to do what the CDK command does. */
export class PipelineStack extends Stack {
  constructor(scope: Construct, id: string, props: PipelineStackProps) {
    super(scope, id, props);
    const { stage, repository } = props;
    const assume = new PolicyStatement({
      actions: ['sts:AssumeRole'],
      resources: [
        this.formatArn({ service: 'iam', region: '', resource: 'role', resourceName: 'cdk-hnb659fds-*' }),
      ],
    });
    const role = new Role(this, 'Role', {
      roleName: `${names(stage).prefix}-pipeline`,
      assumedBy: new WebIdentityPrincipal(
        this.formatArn({ service: 'iam', region: '', resource: 'oidc-provider', resourceName: issuer }),
        {
          StringEquals: {
            [`${issuer}:aud`]: 'sts.amazonaws.com',
            [`${issuer}:sub`]: `repo:${repository}:environment:${stage.name}`,
          },
        },
      ),
      inlinePolicies: { deploy: new PolicyDocument({ statements: [assume] }) },
    });
    explainWildcards(role, [assume], () => 'The roles that `cdk bootstrap` made, one for each kind of work.');
    new CfnOutput(this, 'PipelineRole', { value: role.roleArn });
  }
}
