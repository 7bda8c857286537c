import { ArnFormat, CfnOutput, Stack } from 'aws-cdk-lib';
import { CnameRecord, HostedZone, MxRecord, TxtRecord } from 'aws-cdk-lib/aws-route53';
import {
  ConfigurationSet,
  ConfigurationSetTlsPolicy,
  DkimIdentity,
  EasyDkimSigningKeyLength,
  EmailIdentity,
  Identity,
  MailFromBehaviorOnMxFailure,
  SuppressionReasons,
} from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import type { StageConfig } from '../config.ts';
import { names } from '../names.ts';

/** The sending domain: DKIM, an own bounce domain, TLS on every hop, and no tracking of opens or clicks. */
export class MailIdentity extends Construct {
  readonly identityArn: string;
  readonly configurationSet: ConfigurationSet;
  readonly configurationSetArn: string;

  constructor(scope: Construct, id: string, stage: StageConfig) {
    super(scope, id);
    const { domain } = stage.mail;
    const bounceDomain = `bounce.${domain}`;

    this.configurationSet = new ConfigurationSet(this, 'ConfigurationSet', {
      configurationSetName: names(stage).configurationSet,
      tlsPolicy: ConfigurationSetTlsPolicy.REQUIRE,
      reputationMetrics: true,
      sendingEnabled: true,
      suppressionReasons: SuppressionReasons.BOUNCES_AND_COMPLAINTS,
    });
    this.configurationSetArn = Stack.of(this).formatArn({
      service: 'ses',
      resource: 'configuration-set',
      resourceName: this.configurationSet.configurationSetName,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });

    const identity = new EmailIdentity(this, 'Identity', {
      identity: Identity.domain(domain),
      configurationSet: this.configurationSet,
      dkimIdentity: DkimIdentity.easyDkim(EasyDkimSigningKeyLength.RSA_2048_BIT),
      mailFromDomain: bounceDomain,
      mailFromBehaviorOnMxFailure: MailFromBehaviorOnMxFailure.USE_DEFAULT_VALUE,
      feedbackForwarding: false,
    });
    this.identityArn = identity.emailIdentityArn;

    const records = identity.dkimRecords;
    if (stage.mail.zone) {
      const { zoneName, zoneId } = stage.mail.zone;
      const zone = HostedZone.fromHostedZoneAttributes(this, 'Zone', { hostedZoneId: zoneId, zoneName });
      records.forEach((record, index) => {
        new CnameRecord(this, `Dkim${index + 1}`, {
          zone,
          recordName: `${record.name}.`,
          domainName: record.value,
        });
      });
      new MxRecord(this, 'BounceMx', {
        zone,
        recordName: `${bounceDomain}.`,
        values: [{ priority: 10, hostName: `feedback-smtp.${stage.region}.amazonses.com` }],
      });
      new TxtRecord(this, 'BounceSpf', {
        zone,
        recordName: `${bounceDomain}.`,
        values: ['v=spf1 include:amazonses.com -all'],
      });
      new TxtRecord(this, 'Dmarc', {
        zone,
        recordName: `_dmarc.${domain}.`,
        values: ['v=DMARC1; p=reject; adkim=s'],
      });
    } else {
      records.forEach((record, index) => {
        new CfnOutput(this, `DkimRecord${index + 1}`, { value: `${record.name} CNAME ${record.value}` });
      });
    }
  }
}
