import * as v from 'valibot';
import { type LineSpan, openLineFile, readLines } from './line-file.ts';

/** A mail that the product sent, as it left. */
export interface OutboxMail {
  /** SES's message id. */
  readonly id: string;
  /** Addressees, joined by a comma and a blank when there are several. */
  readonly to: string;
  readonly from: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** RFC 3339, virtual time. */
  readonly sentAt: string;
  /** Message tag `letter`: which letter it is. */
  readonly letter: string | null;
  /** Message tag `reference`: which request it is about. */
  readonly reference: string | null;
  /** Headers beyond the usual ones, of a mail that was sent raw. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface MailFilter {
  readonly to?: string;
  readonly letter?: string;
  readonly reference?: string;
}

/** What the list needs of each mail; the mail itself stays on the disk. */
export type MailSummary = Pick<OutboxMail, 'id' | 'to' | 'subject' | 'sentAt' | 'letter' | 'reference'>;

export interface Outbox {
  add(mail: OutboxMail): void;
  /** Oldest first. */
  mails(filter?: MailFilter): OutboxMail[];
  /** Oldest first. */
  summaries(): readonly MailSummary[];
  mail(id: string): OutboxMail | undefined;
  close(): void;
}

const storedMail = v.object({
  id: v.string(),
  to: v.string(),
  from: v.string(),
  subject: v.string(),
  text: v.string(),
  html: v.string(),
  sentAt: v.string(),
  letter: v.nullable(v.string()),
  reference: v.nullable(v.string()),
  headers: v.record(v.string(), v.string()),
});

/** The outbox in one file of lines; a mail is kept before SES's answer leaves, so none that was accepted is lost. */
export function openOutbox(path: string): Outbox {
  const index: { readonly summary: MailSummary; readonly span: LineSpan }[] = [];
  const spans = new Map<string, LineSpan>();

  function remember(mail: OutboxMail, span: LineSpan): void {
    const { id, to, subject, sentAt, letter, reference } = mail;
    index.push({ summary: { id, to, subject, sentAt, letter, reference }, span });
    spans.set(id, span);
  }

  const file = openLineFile(path);
  let start = 0;
  for (const line of readLines(path)) {
    const length = Buffer.byteLength(line);
    remember(parseMail(line), { start, length });
    start += length + 1;
  }

  return {
    add: (mail) => remember(mail, file.append(JSON.stringify(mail))),
    mails: (filter = {}) =>
      index.filter(({ summary }) => matches(summary, filter)).map(({ span }) => parseMail(file.read(span))),
    summaries: () => index.map(({ summary }) => summary),
    mail(id) {
      const span = spans.get(id);
      return span && parseMail(file.read(span));
    },
    close: () => file.close(),
  };
}

function matches(mail: MailSummary, filter: MailFilter): boolean {
  return (
    (filter.to === undefined || mail.to.split(', ').includes(filter.to)) &&
    (filter.letter === undefined || mail.letter === filter.letter) &&
    (filter.reference === undefined || mail.reference === filter.reference)
  );
}

function parseMail(line: string): OutboxMail {
  return v.parse(storedMail, JSON.parse(line));
}
