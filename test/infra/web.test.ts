import { readFileSync } from 'node:fs';
import { stageNames, stages } from '../../infra/config.ts';
import { accessLogFields } from '../../infra/constructs/site.ts';
import { staffCallbackPath, staffSignedOutPath } from '../../infra/stacks/web.ts';
import { type Synthesised, synthesise, text } from './synthesised.ts';

let app: Synthesised;
beforeAll(() => {
  app = synthesise();
});
afterAll(() => app.dispose());

const everyStage = describe.each([...stageNames].map((name) => ({ name })));

everyStage('web of $name', ({ name: stage }) => {
  const web = () => app.stack(stage, 'web');

  it('gives each site an API of its own, served by its own function', () => {
    const apis = web().all('AWS::ApiGatewayV2::Api');
    expect(apis.map(({ Properties }) => Properties.Name).sort()).toEqual([
      `rights-desk-${stage}-public`,
      `rights-desk-${stage}-staff`,
    ]);
    for (const [site, name] of [
      ['Public', 'publicapi'],
      ['Staff', 'staffapi'],
    ] as const) {
      const integrations = web()
        .all('AWS::ApiGatewayV2::Integration')
        .filter(({ id }) => id.startsWith(site));
      expect(integrations.length).toBeGreaterThan(0);
      for (const { Properties } of integrations) {
        expect(Properties.PayloadFormatVersion).toBe('2.0');
        expect(text(Properties.IntegrationUri)).toContain(name);
      }
    }
  });

  it('throttles every route', () => {
    const { publicSite, staffSite } = stages[stage];
    for (const [site, { throttle }] of [
      ['Public', publicSite],
      ['Staff', staffSite],
    ] as const) {
      const httpStage = web()
        .all('AWS::ApiGatewayV2::Stage')
        .find(({ id }) => id.startsWith(site));
      expect(httpStage?.Properties.DefaultRouteSettings).toEqual({
        ThrottlingBurstLimit: throttle.burst,
        ThrottlingRateLimit: throttle.perSecond,
      });
    }
  });

  it('answers no other origin (A45)', () => {
    for (const { Properties } of web().all('AWS::ApiGatewayV2::Api'))
      expect(Properties).not.toHaveProperty('CorsConfiguration');
  });

  it('logs calls without address, path, query or user agent (A13, A53)', () => {
    const stagesOfApis = web().all('AWS::ApiGatewayV2::Stage');
    expect(stagesOfApis).toHaveLength(2);
    for (const { Properties } of stagesOfApis) {
      expect(JSON.parse(Properties.AccessLogSettings.Format)).toEqual(accessLogFields);
    }
    expect(JSON.stringify(accessLogFields)).not.toMatch(
      /identity|sourceIp|path|userAgent|query|header|authorizer|routeKey/i,
    );
  });

  it('signs staff in by authorization code without a secret in any browser, for a quarter of an hour', () => {
    const client = web().one('AWS::Cognito::UserPoolClient').Properties;
    expect(client).toMatchObject({
      AllowedOAuthFlows: ['code'],
      GenerateSecret: false,
      EnableTokenRevocation: true,
      PreventUserExistenceErrors: 'ENABLED',
      AccessTokenValidity: 15,
      TokenValidityUnits: { AccessToken: 'minutes' },
    });
    expect(client.CallbackURLs).toHaveLength(1);
    const source = readFileSync('functions/api/staff/sign-in.ts', 'utf8');
    const asked = /scope: '([a-z ]+)'/.exec(source)?.[1]?.split(' ');
    expect(client.AllowedOAuthScopes.sort()).toEqual(asked?.sort());
    for (const path of [staffCallbackPath, staffSignedOutPath]) expect(source).toContain(`}${path}\``);
  });

  if ('domain' in stages[stage].publicSite) {
    it('closes the made-up address when there is a domain, and speaks TLS 1.2 there', () => {
      for (const { Properties } of web().all('AWS::ApiGatewayV2::Api'))
        expect(Properties.DisableExecuteApiEndpoint).toBe(true);
      for (const { Properties } of web().all('AWS::ApiGatewayV2::DomainName'))
        expect(Properties.DomainNameConfigurations[0].SecurityPolicy).toBe('TLS_1_2');
    });
  }
});

describe('the firewall', () => {
  const edge = () => app.stack('prod', 'edge-public');

  it('slows one address down and blocks known exploits, but judges nobody by words or reputation', () => {
    const rules = edge().one('AWS::WAFv2::WebACL').Properties.Rules;
    expect(rules.map((rule: { Name: string }) => rule.Name)).toEqual(['rate', 'known-exploits']);
    expect(rules[0].Statement.RateBasedStatement.Limit).toBe(
      stages.prod.publicSite.firewall.requestsPerFiveMinutes,
    );
  });

  it('keeps no sample of what people sent', () => {
    expect(edge().json).not.toContain('"SampledRequestsEnabled": true');
    expect(edge().one('AWS::WAFv2::WebACL').Properties.VisibilityConfig.SampledRequestsEnabled).toBe(false);
  });

  it('finds the site by the name that the web stack gives it', () => {
    const origin = edge().one('AWS::CloudFront::Distribution').Properties.DistributionConfig.Origins[0];
    const domains = app
      .stack('prod', 'web')
      .all('AWS::ApiGatewayV2::DomainName')
      .map(({ Properties }) => Properties.DomainName);
    expect(domains).toContain(origin.DomainName);
  });
});

describe('the pipeline', () => {
  it('needs no long-lived key: one repository, in one environment, takes the roles that CDK made', () => {
    const role = app.stack('prod', 'pipeline').one('AWS::IAM::Role').Properties;
    const [trust] = role.AssumeRolePolicyDocument.Statement;
    expect(trust.Action).toBe('sts:AssumeRoleWithWebIdentity');
    expect(trust.Condition).toEqual({
      StringEquals: {
        'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
        'token.actions.githubusercontent.com:sub': 'repo:example/rights-desk:environment:prod',
      },
    });
    const [allowed] = role.Policies[0].PolicyDocument.Statement;
    expect(allowed.Action).toBe('sts:AssumeRole');
    expect(text(allowed.Resource)).toMatch(/:role\/cdk-hnb659fds-\*$/);
    expect(app.stack('prod', 'pipeline').all('AWS::IAM::AccessKey')).toEqual([]);
  });
});
