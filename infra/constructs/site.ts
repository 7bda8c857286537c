import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  ApiMapping,
  DomainName,
  EndpointType,
  HttpApi,
  HttpStage,
  LogGroupLogDestination,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaResource } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { AaaaRecord, ARecord, HostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { ApiGatewayv2DomainProperties } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import type { Site, StageConfig } from '../config.ts';
import { names } from '../names.ts';

export interface HttpSiteProps {
  readonly stage: StageConfig;
  readonly site: Site;
  readonly siteName: 'public' | 'staff';
  readonly logKey: Key;
}

/** What API Gateway may write about a call. A path can hold a reference, an address is personal data: neither is here. */
export const accessLogFields = {
  requestId: '$context.requestId',
  at: '$context.requestTime',
  protocol: '$context.protocol',
  method: '$context.httpMethod',
  status: '$context.status',
  responseBytes: '$context.responseLength',
  integrationStatus: '$context.integrationStatus',
  integrationMs: '$context.integrationLatency',
  error: '$context.error.responseType',
} as const;

/** Where CloudFront finds the API when it stands in front of it; a fixed name keeps the two regions' stacks free of references. */
export const originHost = (host: string): string => `origin.${host}`;

/** One web site: an HTTP API whose every route is one function, with throttling and a log without people in it. */
export class HttpSite extends Construct {
  readonly url: string;
  readonly apiId: string;
  private readonly api: HttpApi;

  constructor(scope: Construct, id: string, props: HttpSiteProps) {
    super(scope, id);
    const { stage, site, siteName, logKey } = props;
    const known = names(stage);

    this.api = new HttpApi(this, 'Api', {
      apiName: `${known.prefix}-${siteName}`,
      createDefaultStage: false,
      disableExecuteApiEndpoint: site.domain !== undefined,
    });
    this.apiId = this.api.apiId;

    const logGroup = new LogGroup(this, 'AccessLog', {
      logGroupName: known.vendedLogGroup(`${siteName}-access`),
      retention: stage.logDays,
      encryptionKey: logKey,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const httpStage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: site.throttle.perSecond, burstLimit: site.throttle.burst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(logGroup),
        format: AccessLogFormat.custom(JSON.stringify(accessLogFields)),
      },
    });

    if (!site.domain) {
      this.url = this.api.apiEndpoint;
      return;
    }
    const { host, zoneName, zoneId } = site.domain;
    this.url = `https://${host}`;
    const apiHost = site.firewall ? originHost(host) : host;
    const zone = HostedZone.fromHostedZoneAttributes(this, 'Zone', { hostedZoneId: zoneId, zoneName });
    const domain = new DomainName(this, 'Domain', {
      domainName: apiHost,
      certificate: new Certificate(this, 'Certificate', {
        domainName: apiHost,
        validation: CertificateValidation.fromDns(zone),
      }),
      endpointType: EndpointType.REGIONAL,
      securityPolicy: SecurityPolicy.TLS_1_2,
    });
    new ApiMapping(this, 'Mapping', { api: this.api, domainName: domain, stage: httpStage });
    const target = RecordTarget.fromAlias(
      new ApiGatewayv2DomainProperties(domain.regionalDomainName, domain.regionalHostedZoneId),
    );
    new ARecord(this, 'Ipv4', { zone, recordName: `${apiHost}.`, target });
    new AaaaRecord(this, 'Ipv6', { zone, recordName: `${apiHost}.`, target });
  }

  /** Every path goes to the one function: its router answers what is unknown in the same words everywhere. */
  serve(lambda: LambdaResource, whyNoAuthorizer: string): void {
    const integration = new HttpLambdaIntegration('Function', lambda);
    for (const path of ['/', '/{proxy+}']) {
      for (const route of this.api.addRoutes({ path, integration })) {
        Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason: whyNoAuthorizer });
      }
    }
  }
}
