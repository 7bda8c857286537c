/**
 * List prices in USD without free tiers and discounts, region eu-central-1 (CloudFront and WAF aside), as published in 2026. The one place:
 * look them up at aws.amazon.com/pricing before relying on a figure.
 */
export const prices = {
  stepFunctions: { perTransition: 0.025 / 1000 },
  lambda: { perRequest: 0.2 / 1e6, perGbSecond: 0.0000133334 },
  dynamoDb: {
    perWriteUnit: 0.7625 / 1e6,
    perReadUnit: 0.1525 / 1e6,
    perGbMonth: 0.306,
    backupPerGbMonth: 0.2448,
  },
  httpApi: { perRequest: 1.2 / 1e6 },
  ses: { perMail: 0.1 / 1000 },
  s3: { perWrite: 0.0054 / 1000, perRead: 0.00043 / 1000 },
  kms: { perRequest: 0.03 / 10_000, perKeyMonth: 1 },
  secrets: { perSecretMonth: 0.4, perRequest: 0.05 / 10_000 },
  cloudWatch: {
    perGbLogs: 0.63,
    perAlarmMetricMonth: 0.1,
    perMetricMonth: 0.3,
    perDashboardMonth: 3,
  },
  xRay: { perTrace: 5 / 1e6 },
  scheduler: { perRun: 1 / 1e6 },
  cognito: { perStaffMonth: 0.02 },
  waf: { perAclMonth: 5, perRuleMonth: 1 },
} as const;
