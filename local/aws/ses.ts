import { randomUUID } from 'node:crypto';
import type { Outbox, OutboxMail } from '../outbox.ts';
import { parseMail } from './mime.ts';
import { AwsError, type AwsRequest, type AwsResponse, type AwsService, asAwsError } from './service.ts';
import { element, xmlDocument } from './xml.ts';

/** What the mail world will do with the next mail that SES accepts. */
export interface DeliveryScript {
  readonly event: 'bounce' | 'complaint' | 'delivery';
  /** Only for mails to this address; default: the next mail to anyone. */
  readonly to?: string;
  readonly times?: number;
}

/** An event as SES publishes it through a configuration set (the fields that a consumer reads). */
export interface SesEvent {
  readonly eventType: 'Bounce' | 'Complaint' | 'Delivery';
  readonly mail: {
    readonly messageId: string;
    readonly timestamp: string;
    readonly source: string;
    readonly destination: readonly string[];
    readonly tags: Readonly<Record<string, readonly string[]>>;
  };
  readonly bounce?: object;
  readonly complaint?: object;
  readonly delivery?: object;
}

export interface SesOptions {
  readonly outbox: Outbox;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** The one configuration set that exists. */
  readonly configurationSet: string;
  /** Receives what SES publishes; called after the mail was accepted. */
  readonly publish: (event: SesEvent) => void;
}

export interface SesEmulator {
  readonly service: AwsService;
  /** Scripts what happens to mails after they were accepted. */
  script(delivery: DeliveryScript): void;
  clear(): void;
}

const namespace = 'http://ses.amazonaws.com/doc/2010-12-01/';
const recipientLimit = 50;
const messageLimit = 10 * 1024 * 1024;

interface Sending {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly configurationSet: string | undefined;
  readonly tags: ReadonlyMap<string, string>;
}

/** Plays SES's version 1 API (query protocol): SendEmail and SendRawEmail, into the outbox. */
export function createSes(options: SesOptions): SesEmulator {
  let scripts: { script: DeliveryScript; left: number }[] = [];

  function accept(sending: Sending): string {
    check(sending, options.configurationSet);
    const id = `${options.now().toString(16).padStart(16, '0')}-${randomUUID()}-000000`;
    const mail: OutboxMail = {
      id,
      to: sending.to.join(', '),
      from: sending.from,
      subject: sending.subject,
      text: sending.text,
      html: sending.html,
      sentAt: new Date(options.now()).toISOString(),
      letter: sending.tags.get('letter') ?? null,
      reference: sending.tags.get('reference') ?? null,
      headers: sending.headers,
    };
    options.outbox.add(mail);
    const script = takeScript(sending.to);
    if (script) options.publish(sesEvent(script.event, mail, sending));
    return id;
  }

  function takeScript(to: readonly string[]): DeliveryScript | undefined {
    const match = scripts.find(({ script }) => script.to === undefined || to.includes(script.to));
    if (!match) return undefined;
    match.left--;
    if (match.left <= 0) scripts = scripts.filter((one) => one !== match);
    return match.script;
  }

  async function service(request: AwsRequest): Promise<AwsResponse> {
    const headers = { 'content-type': 'text/xml' };
    try {
      if (request.scripted) throw request.scripted;
      const form = new URLSearchParams(await request.text());
      const action = form.get('Action') ?? '';
      if (action !== 'SendEmail' && action !== 'SendRawEmail') {
        throw new AwsError('InvalidAction', `this edition does not play SES ${action}`);
      }
      const id = accept(action === 'SendEmail' ? plainSending(form) : rawSending(form));
      const body = xmlDocument(`${action}Response`, namespace, [
        element(`${action}Result`, [element('MessageId', id)]),
        element('ResponseMetadata', [element('RequestId', randomUUID())]),
      ]);
      return { status: 200, headers, body };
    } catch (error) {
      const known = asAwsError(error);
      const detail = [
        element('Type', known.status < 500 ? 'Sender' : 'Receiver'),
        element('Code', known.code),
        element('Message', known.message),
      ];
      const body = xmlDocument('ErrorResponse', namespace, [
        element('Error', detail),
        element('RequestId', randomUUID()),
      ]);
      return { status: known.status, headers, body };
    }
  }

  return {
    service,
    script: (script) => scripts.push({ script, left: script.times ?? 1 }),
    clear: () => {
      scripts = [];
    },
  };
}

function plainSending(form: URLSearchParams): Sending {
  refuseUnplayed(form, ['SourceArn', 'ReturnPath', 'ReturnPathArn']);
  return {
    from: form.get('Source') ?? '',
    to: [
      ...members(form, 'Destination.ToAddresses'),
      ...members(form, 'Destination.CcAddresses'),
      ...members(form, 'Destination.BccAddresses'),
    ],
    subject: form.get('Message.Subject.Data') ?? '',
    text: form.get('Message.Body.Text.Data') ?? '',
    html: form.get('Message.Body.Html.Data') ?? '',
    headers: replyTo(members(form, 'ReplyToAddresses')),
    configurationSet: form.get('ConfigurationSetName') ?? undefined,
    tags: tagsOf(form),
  };
}

function rawSending(form: URLSearchParams): Sending {
  refuseUnplayed(form, ['FromArn', 'SourceArn', 'ReturnPathArn']);
  const raw = Buffer.from(form.get('RawMessage.Data') ?? '', 'base64');
  if (raw.length > messageLimit) throw new AwsError('InvalidParameterValue', 'Message length is too long.');
  const { headers, text, html } = parseMail(raw);
  const destinations = members(form, 'Destinations');
  const addressed = [headers.to, headers.cc, headers.bcc].flatMap((list) => list?.split(/\s*,\s*/) ?? []);
  const { from = '', to: _to, cc: _cc, bcc: _bcc, subject = '', ...others } = headers;
  return {
    from: form.get('Source') ?? from,
    to: (destinations.length > 0 ? destinations : addressed).map(bareAddress),
    subject,
    text,
    html,
    headers: others,
    configurationSet: form.get('ConfigurationSetName') ?? others['x-ses-configuration-set'],
    tags: tagsOf(form),
  };
}

function refuseUnplayed(form: URLSearchParams, names: readonly string[]): void {
  const present = names.find((name) => form.has(name));
  if (present) throw new AwsError('InvalidParameterValue', `this edition does not play ${present}`);
}

function members(form: URLSearchParams, list: string): string[] {
  const values: string[] = [];
  for (let at = 1; ; at++) {
    const value = form.get(`${list}.member.${at}`);
    if (value === null) return values;
    values.push(value);
  }
}

function replyTo(addresses: readonly string[]): Record<string, string> {
  return addresses.length > 0 ? { 'reply-to': addresses.join(', ') } : {};
}

function tagsOf(form: URLSearchParams): Map<string, string> {
  const tags = new Map<string, string>();
  for (let at = 1; ; at++) {
    const name = form.get(`Tags.member.${at}.Name`);
    if (name === null) return tags;
    tags.set(name, form.get(`Tags.member.${at}.Value`) ?? '');
  }
}

function bareAddress(mailbox: string): string {
  return /<([^<>]+)>\s*$/.exec(mailbox)?.[1] ?? mailbox.trim();
}

/** SES's own refusals, in its words where a caller may match on them. */
function check(sending: Sending, configurationSet: string): void {
  if (sending.to.length === 0) throw new AwsError('InvalidParameterValue', 'Missing final destination.');
  if (sending.to.length > recipientLimit) {
    throw new AwsError('MessageRejected', `Recipient count exceeds ${recipientLimit}.`);
  }
  for (const address of [bareAddress(sending.from), ...sending.to.map(bareAddress)]) {
    // SES takes ASCII in the local part only, and a bare line break would start a header of its own.
    if (!/^[\x21-\x3f\x41-\x7e]+@[^\s@]+\.[^\s@]+$/.test(address)) {
      throw new AwsError('InvalidParameterValue', 'Illegal address');
    }
  }
  if (sending.configurationSet !== undefined && sending.configurationSet !== configurationSet) {
    throw new AwsError('ConfigurationSetDoesNotExist', 'Configuration set does not exist.');
  }
  for (const [name, value] of sending.tags) {
    if (!/^[A-Za-z0-9_-]{1,256}$/.test(name) || !/^[A-Za-z0-9_-]{1,256}$/.test(value)) {
      throw new AwsError(
        'InvalidParameterValue',
        'Only alphanumeric ASCII characters, _ and - are allowed in tags.',
      );
    }
  }
}

function sesEvent(kind: DeliveryScript['event'], mail: OutboxMail, sending: Sending): SesEvent {
  const head = {
    messageId: mail.id,
    timestamp: mail.sentAt,
    source: mail.from,
    destination: sending.to,
    tags: Object.fromEntries([...sending.tags].map(([name, value]) => [name, [value]])),
  };
  const timestamp = mail.sentAt;
  if (kind === 'bounce') {
    const bouncedRecipients = sending.to.map((emailAddress) => ({
      emailAddress,
      action: 'failed',
      status: '5.1.1',
    }));
    const bounce = { bounceType: 'Permanent', bounceSubType: 'General', bouncedRecipients, timestamp };
    return { eventType: 'Bounce', mail: head, bounce };
  }
  if (kind === 'complaint') {
    const complainedRecipients = sending.to.map((emailAddress) => ({ emailAddress }));
    return { eventType: 'Complaint', mail: head, complaint: { complainedRecipients, timestamp } };
  }
  return { eventType: 'Delivery', mail: head, delivery: { recipients: sending.to, timestamp } };
}
