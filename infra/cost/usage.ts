/** What one request uses, from receipt to close. Counted on the local edition, except where a field says otherwise. */
export interface RequestUsage {
  /** States entered in both executions, retries and the start of each included. */
  readonly transitions: number;
  /** Calls of each function. */
  readonly invocations: Readonly<Record<string, number>>;
  readonly writeUnits: number;
  readonly readUnits: number;
  /** Calls of the two sites. */
  readonly httpRequests: number;
  readonly mails: number;
  /** What our functions write; the platform's own lines are added by rule. */
  readonly logBytes: number;
  /** Events of both histories: each is a line in the machines' logs. */
  readonly historyEvents: number;
  readonly s3Writes: number;
  readonly s3Reads: number;
  readonly kmsRequests: number;
}

/** The journeys that are measured: the commonest request, and the one with the most work. */
export const measuredRights = ['access', 'erasure'] as const;
export type MeasuredRight = (typeof measuredRights)[number];
export type UsageByRight = Readonly<Record<MeasuredRight, RequestUsage>>;
