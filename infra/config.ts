import type { ProcessorsConfig } from '../functions/processors/registry.ts';
import type { FunctionName } from './functions.ts';
import { devProcessors, prodProcessors } from './processors.ts';

export const stageNames = ['dev', 'prod'] as const;
export type StageName = (typeof stageNames)[number];

/** A host name in a Route 53 zone of the same account. */
export interface Domain {
  readonly host: string;
  readonly zoneName: string;
  readonly zoneId: string;
}

/** One of the two web sites. Without a domain it answers at the address that API Gateway makes up. */
export interface Site {
  readonly domain?: Domain;
  /** Needs a domain: puts CloudFront with WAF in front, since an HTTP API cannot carry WAF itself. */
  readonly firewall?: { readonly requestsPerFiveMinutes: number };
  /** Steady requests per second, and how many may come at once, before API Gateway answers 429. */
  readonly throttle: { readonly perSecond: number; readonly burst: number };
}

export interface AlarmRoute {
  readonly emails: readonly string[];
  /** HTTPS endpoints of a pager service. */
  readonly webhooks: readonly string[];
}

export interface StageConfig {
  readonly name: StageName;
  /** All but CloudFront and its firewall stay in this region of the EU. */
  readonly region: string;
  /** True: tables, buckets, keys and the user pool outlive the stack and refuse deletion. */
  readonly protectData: boolean;
  /** Name of a table restored from a backup that takes the place of the stack's own (docs/runbook.md#restore). */
  readonly restoredTable?: string;
  readonly logDays: 14 | 30 | 90;
  readonly mail: {
    readonly domain: string;
    /** Without it the DNS records are made by hand, from the stack's outputs (docs/deploy.md). */
    readonly zone?: { readonly zoneName: string; readonly zoneId: string };
    /** The one address that letters come from, and the name beside it. */
    readonly from: string;
    readonly fromName: string;
  };
  readonly publicSite: Site;
  readonly staffSite: Site;
  /** First label of the sign-in page's address at Cognito; unique in the region. */
  readonly signInPrefix: string;
  /** Caps on what runs at once: protects vendors with small limits, and the account from one runaway function. */
  readonly reservedConcurrency: Partial<Record<FunctionName, number>>;
  /** `page` wakes somebody, `notice` is read on the next working day; each watches over the other. */
  readonly alarmRoutes: { readonly page: AlarmRoute; readonly notice: AlarmRoute };
  /** Which processors are on and how they are reached, without secrets (docs of each processor). */
  readonly processors: ProcessorsConfig;
  /** The GitHub repository, `owner/name`, whose pipeline may deploy this stage (docs/deploy.md). */
  readonly pipelineRepository?: string;
  /** Where `docs/runbook.md` is read; alarms link into it. */
  readonly runbookUrl: string;
}

/**
 * The address of the organisation that deploys belongs here. Values with `example` or a row of zeros in
 * them are placeholders: they synthesise, but `npm run deploy` refuses them by name (see `placeholders`).
 */
export const stages = {
  dev: {
    name: 'dev',
    region: 'eu-central-1',
    protectData: false,
    logDays: 14,
    mail: {
      domain: 'dev.rights.example.com',
      from: 'privacy@dev.rights.example.com',
      fromName: 'Kinescope privacy desk (test)',
    },
    publicSite: { throttle: { perSecond: 20, burst: 40 } },
    staffSite: { throttle: { perSecond: 20, burst: 40 } },
    signInPrefix: 'rights-desk-dev-example',
    reservedConcurrency: {},
    alarmRoutes: {
      page: { emails: ['dev-alarms@example.com'], webhooks: [] },
      notice: { emails: ['dev-notices@example.com'], webhooks: [] },
    },
    processors: devProcessors,
    runbookUrl: 'docs/runbook.md',
  },
  prod: {
    name: 'prod',
    region: 'eu-central-1',
    protectData: true,
    logDays: 90,
    mail: {
      domain: 'rights.example.com',
      zone: { zoneName: 'example.com', zoneId: 'Z00000000EXAMPLE' },
      from: 'privacy@rights.example.com',
      fromName: 'Kinescope privacy desk',
    },
    publicSite: {
      domain: { host: 'rights.example.com', zoneName: 'example.com', zoneId: 'Z00000000EXAMPLE' },
      firewall: { requestsPerFiveMinutes: 600 },
      throttle: { perSecond: 100, burst: 200 },
    },
    staffSite: {
      domain: { host: 'rights-staff.example.com', zoneName: 'example.com', zoneId: 'Z00000000EXAMPLE' },
      throttle: { perSecond: 50, burst: 100 },
    },
    signInPrefix: 'rights-desk-prod-example',
    reservedConcurrency: { sweep: 1, 'find-at-processor': 50, 'act-at-processor': 25, 'mail-events': 10 },
    alarmRoutes: {
      page: { emails: ['on-call@example.com'], webhooks: ['https://pager.example.com/rights-desk'] },
      notice: { emails: ['privacy-desk@example.com'], webhooks: [] },
    },
    processors: prodProcessors,
    pipelineRepository: 'example/rights-desk',
    runbookUrl: 'docs/runbook.md',
  },
} as const satisfies Record<StageName, StageConfig>;

const placeholder = /example|0{5,}|\bus0\b/i;

/** Every setting of a stage that still holds a placeholder, as `path = value`. */
export function placeholders(stage: StageConfig): string[] {
  const found: string[] = [];
  const visit = (value: unknown, path: string): void => {
    if (typeof value === 'string') {
      if (placeholder.test(value)) found.push(`${path} = ${value}`);
    } else if (Array.isArray(value)) {
      value.forEach((item, index) => {
        visit(item, `${path}[${index}]`);
      });
    } else if (value && typeof value === 'object') {
      for (const [key, item] of Object.entries(value)) visit(item, path ? `${path}.${key}` : key);
    }
  };
  visit(stage, '');
  return found;
}
