import type { AuditEvent } from '../../../domain/audit.ts';
import type { Case } from '../../../domain/case.ts';
import type { SealedSubject } from '../../../domain/intake.ts';
import type { Language } from '../../../domain/words.ts';
import type { StaffDesk } from '../../staff/desk.ts';
import type { StaffSession } from '../../staff/sign-in.ts';
import type { StaffDocument } from '../../view.ts';
import type { Markup } from '../markup.ts';
import type { Systems } from './plan.ts';

/** All that the case page shows, read once. */
export interface CaseView {
  readonly current: Case;
  readonly events: readonly AuditEvent[];
  readonly document: StaffDocument;
  /** Absent once the words were destroyed. */
  readonly subject: SealedSubject | undefined;
  readonly notes: readonly {
    readonly at: string;
    readonly by: string /** Absent once the words were destroyed. */;
    readonly text: string | undefined;
  }[];
  readonly messages: Awaited<ReturnType<StaffDesk['messages']>>;
  readonly session: StaffSession;
  /** Of the reader; the subject's own stands in the row. */
  readonly language: Language;
  readonly may: { readonly work: boolean; readonly decide: boolean; readonly release: boolean };
  readonly systems: Systems;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly said?: Markup | undefined;
}
