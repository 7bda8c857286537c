import { prices } from './prices.ts';
import type { RequestUsage } from './usage.ts';

export interface CostLine {
  readonly what: string;
  /** USD for 1,000 requests. */
  readonly per1000: number;
}

export interface FunctionSize {
  readonly memoryMb: number;
  /** Mean billed time on arm64. An estimate: an emulator on loopback answers sooner than a vendor. */
  readonly milliseconds: number;
}

/**
 * Vendors answer in about a second; the rest is reads and writes of the own table. Ours to correct from the Duration metric once it runs.
 */
const vendorCalls = new Set(['find-at-processor', 'act-at-processor', 'look-again', 'build-package']);
export const billedMilliseconds = (functionName: string): number =>
  vendorCalls.has(functionName) ? 900 : 100;

/** START, END and REPORT with their ids, in bytes per call. */
const platformLogBytes = 330;
/** One event of a machine's log without execution data, in bytes. */
const historyLogBytes = 420;

/** Variable cost by service, dearest first. Standing costs are in `standing-cost.ts`. */
export function costOfThousand(
  usage: RequestUsage,
  sizeOf: (functionName: string) => FunctionSize,
): CostLine[] {
  const calls = Object.values(usage.invocations).reduce((sum, count) => sum + count, 0);
  const gbSeconds = Object.entries(usage.invocations).reduce((sum, [name, count]) => {
    const { memoryMb, milliseconds } = sizeOf(name);
    return sum + (count * memoryMb * milliseconds) / 1024 / 1000;
  }, 0);
  const logBytes = usage.logBytes + calls * platformLogBytes + usage.historyEvents * historyLogBytes;
  const one: Record<string, number> = {
    'Step Functions': usage.transitions * prices.stepFunctions.perTransition,
    Lambda: calls * prices.lambda.perRequest + gbSeconds * prices.lambda.perGbSecond,
    DynamoDB: usage.writeUnits * prices.dynamoDb.perWriteUnit + usage.readUnits * prices.dynamoDb.perReadUnit,
    SES: usage.mails * prices.ses.perMail,
    'CloudWatch Logs': (logBytes / 1e9) * prices.cloudWatch.perGbLogs,
    'API Gateway': usage.httpRequests * prices.httpApi.perRequest,
    S3: usage.s3Writes * prices.s3.perWrite + usage.s3Reads * prices.s3.perRead,
    KMS: usage.kmsRequests * prices.kms.perRequest,
    // Each execution begins a trace; every trace is counted as kept.
    'X-Ray': 2 * prices.xRay.perTrace,
  };
  return Object.entries(one)
    .map(([what, usd]) => ({ what, per1000: usd * 1000 }))
    .sort((a, b) => b.per1000 - a.per1000);
}

export const total = (lines: readonly CostLine[]): number =>
  lines.reduce((sum, line) => sum + line.per1000, 0);
