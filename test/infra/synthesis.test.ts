import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnResource, Stack, Validations } from 'aws-cdk-lib';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { cdkContext } from '../../infra/build-app.ts';
import { placeholders, stages } from '../../infra/config.ts';
import { type Synthesised, synthesise } from './synthesised.ts';

describe('synthesis', () => {
  let first: Synthesised;
  beforeAll(() => {
    first = synthesise({ rules: true });
  });
  afterAll(() => first.dispose());

  it('passes cdk-nag AwsSolutions and the strict CloudFormation rules for every stage', () => {
    // A finding would have stopped the synthesis; what remains to see is that every stack was there to be looked at.
    expect([...first.all.keys()].sort()).toEqual([
      'rights-desk-dev-data',
      'rights-desk-dev-watch',
      'rights-desk-dev-web',
      'rights-desk-dev-workflow',
      'rights-desk-prod-data',
      'rights-desk-prod-edge-public',
      'rights-desk-prod-pipeline',
      'rights-desk-prod-watch',
      'rights-desk-prod-web',
      'rights-desk-prod-workflow',
    ]);
  });

  it('gives the same templates when it runs again, so that a deploy shows no needless difference', () => {
    const second = synthesise({ rules: true });
    try {
      for (const [name, template] of first.all) expect(second.all.get(name)?.json).toBe(template.json);
    } finally {
      second.dispose();
    }
  });

  it('says for every acknowledged finding why', () => {
    const reasons = first.app.node
      .findAll()
      .flatMap((construct) =>
        construct.node.metadata
          .filter((entry) => entry.type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
          .flatMap((entry) => Object.entries(entry.data as Record<string, string>)),
      );
    expect(reasons.length).toBeGreaterThan(0);
    for (const [rule, reason] of reasons) {
      expect({ rule, explained: reason.split(' ').length > 4 }).toEqual({ rule, explained: true });
    }
  });

  it('keeps every template and definition far below the limits of CloudFormation', () => {
    for (const [name, template] of first.all) {
      expect({ name, bytes: template.json.length < 800_000 }).toEqual({ name, bytes: true });
      expect(Object.keys(template.resources).length).toBeLessThan(400);
    }
  });
});

describe('the rules that synthesis runs under', () => {
  function broken(build: (stack: Stack) => void): () => void {
    return () => {
      const outdir = mkdtempSync(join(tmpdir(), 'rights-desk-broken-'));
      try {
        const app = new App({ outdir, context: cdkContext(), analyticsReporting: false });
        Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
        build(new Stack(app, 'Broken'));
        app.synth();
      } finally {
        rmSync(outdir, { recursive: true, force: true });
      }
    };
  }

  it('refuse a resource that breaks a rule of AwsSolutions', () => {
    expect(broken((stack) => new CfnBucket(stack, 'Open'))).toThrow(/requests to use SSL/);
  });

  it('refuse a property that CloudFormation does not know', () => {
    expect(
      broken(
        (stack) =>
          new CfnResource(stack, 'Misspelt', {
            type: 'AWS::SNS::Subscription',
            properties: { Protocoll: 'email', TopicArn: 'arn:aws:sns:eu-central-1:111111111111:t' },
          }),
      ),
    ).toThrow(/Did you mean 'Protocol'/);
  });
});

describe('placeholders', () => {
  it('are all found, so that deploying refuses a stage that nobody has filled in', () => {
    expect(placeholders(stages.prod)).toEqual(
      expect.arrayContaining([
        'publicSite.domain.zoneId = Z00000000EXAMPLE',
        'mail.from = privacy@rights.example.com',
        'alarmRoutes.page.emails[0] = on-call@example.com',
        'processors.google-analytics.properties[0] = 000000000',
        'processors.mailchimp.baseUrl = https://us0.api.mailchimp.com/3.0',
      ]),
    );
    expect(
      placeholders({
        ...stages.dev,
        mail: { domain: 'rights.kinescope.test', from: 'privacy@rights.kinescope.test', fromName: 'Privacy' },
        signInPrefix: 'rights-desk-dev-1',
        processors: { stripe: { enabled: true } },
        alarmRoutes: { page: { emails: [], webhooks: [] }, notice: { emails: [], webhooks: [] } },
      }),
    ).toEqual([]);
  });
});
