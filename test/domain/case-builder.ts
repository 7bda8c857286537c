import type {
  Case,
  DispositionRecord,
  FindingRecord,
  LetterRecord,
  RequestRow,
  StaffTask,
} from '../../functions/domain/case.ts';
import { receive } from '../../functions/domain/lifecycle.ts';

export const receivedAt = '2026-03-05T09:00:00.000Z';
export const requestId = '0123456789abcdefghjkmnpqrs';

/** A case as it would be after some history, for tests of single rules. */
export function caseWith(row: Partial<RequestRow> = {}, beside: Partial<Omit<Case, 'row'>> = {}): Case {
  const { current } = receive(
    {
      id: requestId,
      submissionId: 'submission',
      siblings: [],
      right: row.right ?? 'erasure',
      channel: 'form',
      language: 'en',
      receivedAt,
      mailbox: 'mailbox',
    },
    'subject',
    receivedAt,
  );
  return { ...current, row: { ...current.row, ...row }, ...beside };
}

export const evidence = {
  class: 'looked-again',
  looked: 1,
  requestIds: [],
  handles: [],
  observation: 'gone',
} as const;

export const disposition = (processor: string, more: Partial<DispositionRecord> = {}): DispositionRecord => ({
  processor,
  disposition: 'done-confirmed',
  action: 'erase',
  at: receivedAt,
  looks: 1,
  evidence,
  ...more,
});

export const finding = (processor: string, more: Partial<FindingRecord> = {}): FindingRecord => ({
  processor,
  at: receivedAt,
  state: 'found',
  holdings: [],
  ...more,
});

export const letter = (kind: LetterRecord['kind'], more: Partial<LetterRecord> = {}): LetterRecord => ({
  id: kind,
  kind,
  state: 'sent',
  at: receivedAt,
  ...more,
});

export const task = (processor: string, more: Partial<StaffTask> = {}): StaffTask => ({
  processor,
  operation: 'erase',
  state: 'open',
  openedAt: receivedAt,
  dueAt: receivedAt,
  instructions: 'erase',
  ...more,
});
