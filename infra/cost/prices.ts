/**
 * List prices in USD without free tiers and discounts, for region eu-central-1 (CloudFront and WAF aside), looked up in November 2026. The one
 * place. Each names AWS's page for it, and how the figure was checked: "read there" on that page, "second-hand" in what others quote from
 * it. Where only us-east-1 could be checked ours is the higher figure of the region, so a mistake makes the estimate too high. Look at the pages
 * once a year.
 */
export const prices = {
  // aws.amazon.com/step-functions/pricing, Europe (Frankfurt): read there.
  stepFunctions: { perTransition: 0.025 / 1000 },
  // aws.amazon.com/lambda/pricing, arm64, first tier: second-hand.
  lambda: { perRequest: 0.2 / 1e6, perGbSecond: 0.0000133334 },
  // aws.amazon.com/dynamodb/pricing/on-demand: second-hand, us-east-1 (0.625 and 0.125 for a million units).
  dynamoDb: {
    perWriteUnit: 0.7625 / 1e6,
    perReadUnit: 0.1525 / 1e6,
    perGbMonth: 0.306,
    backupPerGbMonth: 0.2448,
  },
  // aws.amazon.com/api-gateway/pricing, metered by 512 KB: us-east-1 (1.00 for a million) read in AWS's whitepaper on private APIs.
  httpApi: { perRequest: 1.2 / 1e6 },
  // aws.amazon.com/ses/pricing, outgoing mail without attachments: second-hand.
  ses: { perMail: 0.1 / 1000 },
  // aws.amazon.com/s3/pricing: not checked.
  s3: { perWrite: 0.0054 / 1000, perRead: 0.00043 / 1000 },
  // aws.amazon.com/kms/pricing: second-hand. Signing with the asymmetric key costs more, and happens once for a case file.
  kms: { perRequest: 0.03 / 10_000, perKeyMonth: 1 },
  // aws.amazon.com/secrets-manager/pricing: not checked.
  secrets: { perSecretMonth: 0.4, perRequest: 0.05 / 10_000 },
  // aws.amazon.com/cloudwatch/pricing: dashboards second-hand; logs second-hand, us-east-1 (0.50 for a GB).
  cloudWatch: {
    perGbLogs: 0.63,
    perAlarmMetricMonth: 0.1,
    perMetricMonth: 0.3,
    perDashboardMonth: 3,
  },
  // aws.amazon.com/xray/pricing, traces recorded: not checked.
  xRay: { perTrace: 5 / 1e6 },
  // aws.amazon.com/eventbridge/pricing: not checked. Events of AWS services on the default bus cost nothing.
  scheduler: { perRun: 1 / 1e6 },
  // aws.amazon.com/waf/pricing, a web ACL and a rule: not checked.
  waf: { perAclMonth: 5, perRuleMonth: 1 },
} as const;
