import { localDayOf } from './calendar.ts';
import type { Case } from './case.ts';
import { isFinal } from './dispositions.ts';
import type { Fact } from './lifecycle.ts';
import type { Claim } from './ports.ts';

/**
 * Processors that report by themselves how far they are (OpenDSR callbacks). A report is never believed: it only makes the next look at
 * that processor due now, so a false, late or repeated one does no harm.
 */
export const reportStatuses = ['pending', 'in_progress', 'completed', 'cancelled'] as const;
export type ReportStatus = (typeof reportStatuses)[number];

const order: Readonly<Record<ReportStatus, number>> = {
  pending: 0,
  in_progress: 1,
  completed: 2,
  cancelled: 2,
};

/** The status that stands after hearing a further one: reports come late and out of order, and an end stays the end (TRUST.md F14). */
export function laterStatus(known: ReportStatus, heard: ReportStatus): ReportStatus {
  return order[heard] > order[known] ? heard : known;
}

export interface ExpectedReport {
  readonly requestId: string;
  /** The furthest status that was reported so far. */
  readonly heard: ReportStatus;
}

/** Longer than a case can be open; then the claim may vanish. */
const expectedForMs = 400 * 86_400_000;

export function expectedReportKey(processor: string, reportId: string): string {
  return `report.${processor}.${reportId}`;
}

/**
 * The claim by which a report finds its request; written before the processor is asked for anything.
 * @param at RFC 3339
 */
export function expectedReport(
  processor: string,
  reportId: string,
  { requestId, heard }: ExpectedReport,
  at: string,
): Claim {
  return {
    key: expectedReportKey(processor, reportId),
    value: `${requestId}.${heard}`,
    expiresAt: new Date(Date.parse(at) + expectedForMs).toISOString(),
  };
}

export function readExpectedReport(value: string): ExpectedReport | undefined {
  const [requestId, status] = value.split('.');
  const heard = reportStatuses.find((one) => one === status);
  return requestId && heard ? { requestId, heard } : undefined;
}

/** Makes the look at what a processor has accepted due today; nothing where its disposition is final, failed or due anyway. */
export function afterReport(current: Case, processor: string, status: string, at: string): readonly Fact[] {
  if (current.row.status === 'closed') return [];
  const today = localDayOf(at);
  const record = current.dispositions.find((one) => one.processor === processor);
  if (record?.disposition !== 'accepted' || isFinal(record)) return [];
  if (record.expectedBy !== undefined && record.expectedBy <= today) return [];
  return [
    {
      type: 'processor-reported',
      by: 'system',
      at,
      data: { processor, status },
      set: { lookAt: at },
      children: [{ kind: 'disposition', value: { ...record, expectedBy: today } }],
    },
  ];
}
