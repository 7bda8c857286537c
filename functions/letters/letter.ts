import type { PauseGround } from '../domain/clock.ts';
import type { RetentionGround } from '../domain/grounds.ts';
import type { StatementScope } from '../domain/register-statement.ts';
import type { TransmissionFailure } from '../domain/transmission.ts';
import type {
  Action,
  DecisionKind,
  DispositionKind,
  ExtensionReason,
  Outcome,
  ReasonCode,
  Right,
} from '../domain/words.ts';

/** What one recipient did with a request. Days are YYYY-MM-DD. */
export interface RecipientResult {
  /** As the register tells it to people. */
  readonly title: string;
  readonly disposition: DispositionKind;
  /** What was asked of it, where that is not what the right itself asks: a restriction while an objection is weighed, and its end. */
  readonly action?: Action | 'export' | undefined;
  /** When we look again at what was only accepted. */
  readonly expectedBy?: string | undefined;
  /** What a law keeps, whole or beside what was done. */
  readonly ground?: RetentionGround | undefined;
  readonly retainedUntil?: string | undefined;
  /** Why it is not applicable: a code of the register or of the connector. */
  readonly why?: string | undefined;
  /** Where the recipient also answers for itself: how the subject reaches it, in the letter's language. */
  readonly ownControllerText?: string | undefined;
}

interface AboutRequest {
  readonly reference: string;
  readonly right: Right;
  /** Where the request can be followed and cancelled; only http and https. */
  readonly statusUrl?: string | undefined;
  /** Only in letters to a mailbox that was proved: a letter to an unproved one carries no words of the sender (TRUST.md A25). */
  readonly name?: string | undefined;
}

interface Decided {
  readonly decision?: DecisionKind | undefined;
  readonly reason?: ReasonCode | undefined;
  /** Staff's own words; new lines begin paragraphs. */
  readonly explanation?: string | undefined;
}

export interface ReceiptLetter {
  readonly kind: 'receipt';
  /** All requests of one submission, one letter. */
  readonly requests: readonly {
    readonly right: Right;
    readonly reference: string;
    readonly plannedBy: string;
  }[];
  /** What proves the mailbox; absent where it is proved already, because then nothing is left to confirm (TRUST.md A22). `code`: six digits. */
  readonly proof?:
    | { readonly code: string; readonly verifyUrl: string; readonly expiresMinutes: number }
    | undefined;
  readonly statusUrl: string;
  /** Day of receipt, where the request came by another channel or was recorded later. */
  readonly receivedOn?: string | undefined;
}

export interface CodeLetter {
  readonly kind: 'code';
  readonly reference: string;
  readonly code: string;
  readonly expiresMinutes: number;
}

export interface IdentityReminderLetter extends Omit<AboutRequest, 'name'> {
  readonly kind: 'identity-reminder';
  readonly number: 1 | 2;
  readonly code: string;
  readonly verifyUrl: string;
  readonly expiresMinutes: number;
  readonly closesOn: string;
}

export interface ExtensionLetter extends AboutRequest {
  readonly kind: 'extension';
  readonly reason: ExtensionReason;
  readonly explanation?: string | undefined;
  readonly newDate: string;
}

export interface QuestionLetter extends AboutRequest {
  readonly kind: 'question';
  /** Absent: a question that suspends nothing. */
  readonly ground?: PauseGround | undefined;
  readonly questionText: string;
}

export interface RefusalLetter extends AboutRequest {
  readonly kind: 'refusal';
  /** Further requests of the same submission that end for the same reason, so that one letter serves all. */
  readonly also?: readonly { readonly reference: string; readonly right: Right }[] | undefined;
  readonly reason: ReasonCode;
  readonly explanation?: string | undefined;
}

export interface AnswerLetter extends AboutRequest, Decided {
  readonly kind: 'answer';
  readonly outcome: Extract<Outcome, 'fulfilled' | 'partly-fulfilled' | 'nothing-found'>;
  readonly recipients: readonly RecipientResult[];
  /** Titles of recipients whose work is still open; those that only accepted or failed are added by themselves. */
  readonly openWork?: readonly string[] | undefined;
}

export interface SupplementLetter extends AboutRequest {
  readonly kind: 'supplement';
  /** What has become known since the answer. */
  readonly recipients: readonly RecipientResult[];
  readonly openWork?: readonly string[] | undefined;
}

export interface ReleaseLetter extends AboutRequest, Decided {
  readonly kind: 'release';
  readonly right: 'access' | 'portability';
  readonly fetchUrl: string;
  readonly expiresOn: string;
  /** What each recipient gave; shown where something is missing or kept. */
  readonly recipients?: readonly RecipientResult[] | undefined;
  /** Which recipients the statement of art. 15 names; all that ship with the product when left out. */
  readonly statement?: StatementScope | undefined;
}

export interface RestrictionLiftedLetter extends Omit<AboutRequest, 'right'> {
  readonly kind: 'restriction-lifted';
  readonly liftsOn: string;
  readonly explanation?: string | undefined;
}

export interface MergedLetter extends AboutRequest {
  readonly kind: 'merged';
  readonly intoReference: string;
  readonly plannedBy: string;
}

export interface WithdrawnLetter extends AboutRequest {
  readonly kind: 'withdrawn';
}

export interface MessageNoticeLetter extends Omit<AboutRequest, 'right'> {
  readonly kind: 'message-notice';
}

/** What became of sending a copy to another controller (art. 20(2)); also for an owner of the mailbox who did not ask for it. */
export interface TransmissionLetter extends AboutRequest {
  readonly kind: 'transmission';
  readonly host: string;
  /** Absent where the other side took it. */
  readonly failure?: TransmissionFailure | undefined;
  /** Until when the copy can still be fetched, or sent again. */
  readonly fetchUntil?: string | undefined;
}

/** What is about to happen cannot be taken back, so the subject is told while it still can be stopped (TRUST.md A56). */
export interface CoolingOffLetter extends AboutRequest {
  readonly kind: 'cooling-off';
  /** The day on which the work begins. */
  readonly beginsOn: string;
}

/** Everything that is ever mailed to a subject. */
export type Letter =
  | ReceiptLetter
  | CodeLetter
  | IdentityReminderLetter
  | ExtensionLetter
  | QuestionLetter
  | RefusalLetter
  | AnswerLetter
  | SupplementLetter
  | ReleaseLetter
  | RestrictionLiftedLetter
  | MergedLetter
  | WithdrawnLetter
  | MessageNoticeLetter
  | TransmissionLetter
  | CoolingOffLetter;
