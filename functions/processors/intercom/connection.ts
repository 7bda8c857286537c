import * as v from 'valibot';
import { PermanentError, QuarantineError } from '../../domain/errors.ts';
import type {
  ActInput,
  ActResult,
  Confirmation,
  ConfirmInput,
  Correction,
  ExportedRecord,
  Finding,
  Holding,
  JsonValue,
  Processor,
  ProcessorDependencies,
  SubjectKeys,
} from '../contract.ts';
import { changeEach, confirmEach } from '../each-found.ts';
import { dayAfter, lookedAgain, vendorStatus } from '../evidence.ts';
import { type IntercomConfig, intercom } from '../intercom.ts';
import { foldMailbox, mailboxesOf } from '../response.ts';
import { handlesBefore, idsAmong, isOlderThan, standingOf } from '../standing.ts';
import { type Contact, createIntercomApi, type IntercomApi, type ThreadKind } from './api.ts';

/** Intercom's staff can bring a deleted contact back for seven days; from the eighth on it is destroyed. */
const recoveryDays = 8;
type Kind = 'contact' | ThreadKind;

const handleOf = (kind: Kind, id: string) => `${kind}:${id}`;

const instantOf = (seconds: number) => new Date(seconds * 1000).toISOString();

interface Found {
  readonly contacts: readonly Contact[];
  /** A contact carries our account id but another address: a person must say whose it is. */
  readonly ambiguous: boolean;
}

export function connect(config: IntercomConfig, deps: ProcessorDependencies): Processor {
  const api = createIntercomApi(config, deps);

  async function findContacts(keys: SubjectKeys): Promise<Found> {
    const found = new Map<string, Contact>();
    let ambiguous = false;
    for (const mailbox of mailboxesOf(keys))
      for await (const contact of api.searchContacts('email', mailbox)) {
        expectOwn(keys, contact);
        found.set(contact.id, contact);
      }
    if (config.externalIdIsAccountId && keys.accountId !== undefined)
      for await (const contact of api.searchContacts('external_id', keys.accountId)) {
        if (contact.external_id !== keys.accountId) throw new QuarantineError('another-person');
        ambiguous ||= !isOwn(keys, contact);
        found.set(contact.id, contact);
      }
    return { contacts: [...found.values()], ambiguous };
  }

  /** The contact that was found, if it is still the subject's. */
  async function readOwn(keys: SubjectKeys, id: string): Promise<Contact | undefined> {
    const contact = await api.readContact(id);
    if (contact !== undefined) expectOwn(keys, contact);
    return contact;
  }

  async function erase(input: ActInput): Promise<ActResult> {
    const handles = handlesBefore(input);
    const canonical = new Set<string>();
    for await (const { id } of stillOwn(input.keys, handles)) canonical.add(id);
    // Deleting the contact takes its conversations along, but after it nobody could ask for them by person any more.
    for (const kind of ['conversation', 'ticket'] as const)
      for (const id of idsAmong(handles, kind)) await api.deleteThread(kind, id);
    for (const id of canonical) await api.deleteContact(id);
    return {
      result: 'accepted',
      evidence: vendorStatus({ observation: 'contact-deleted', handles }),
      expectedBy: dayAfter(deps.now(), recoveryDays),
      job: dayAfter(deps.now(), recoveryDays),
    };
  }

  async function confirmErased(input: ConfirmInput): Promise<Confirmation> {
    // Shows that region and token are right, so that the 404s below mean what they say.
    await api.check();
    const handles = handlesBefore(input);
    const code = await leftBehind(input, handles);
    if (code !== undefined)
      return { seen: 'still-there', code, evidence: lookedAgain({ observation: code, handles }) };
    const evidence = lookedAgain({ observation: 'contact-404', handles });
    const until = input.job;
    if (until !== undefined && dayAfter(deps.now(), 0) < until)
      return { seen: 'pending', evidence, expectedBy: until };
    return { seen: 'confirmed', evidence };
  }

  /** What of the person is still there, as a code; undefined when nothing is. */
  async function leftBehind(input: ConfirmInput, handles: readonly string[]): Promise<string | undefined> {
    for (const id of idsAmong(handles, 'contact')) {
      const contact = await api.readContact(id);
      if (contact !== undefined) return contact.archived === true ? 'only-archived' : 'contact-still-there';
    }
    for (const kind of ['conversation', 'ticket'] as const)
      for (const id of idsAmong(handles, kind))
        if ((await api.readThread(kind, id)) !== undefined) return `${kind}-still-there`;
    const { contacts } = await findContacts(input.keys);
    const old = contacts.some((contact) => isOlderThan(input.cutoff, instantOf(contact.created_at)));
    return old ? 'contact-still-found' : undefined;
  }

  async function* stillOwn(keys: SubjectKeys, handles: readonly string[]): AsyncIterable<Contact> {
    for (const id of idsAmong(handles, 'contact')) {
      const contact = await readOwn(keys, id);
      if (contact !== undefined) yield contact;
    }
  }

  const contactsOf = (input: ActInput) =>
    handlesBefore(input).filter((handle) => handle.startsWith('contact:'));

  function change(
    input: ActInput,
    observation: string,
    apply: (contact: Contact) => Promise<void>,
  ): Promise<ActResult> {
    const handles = contactsOf(input);
    return changeEach(stillOwn(input.keys, handles), apply, { observation, handles });
  }

  function confirmState(
    input: ConfirmInput,
    isAsWanted: (contact: Contact) => boolean | Promise<boolean>,
  ): Promise<Confirmation> {
    const handles = contactsOf(input);
    return confirmEach(stillOwn(input.keys, handles), isAsWanted, { action: input.action, handles });
  }

  return {
    name: intercom.name,

    async find(keys): Promise<Finding> {
      const { contacts, ambiguous } = await findContacts(keys);
      const holdings: Holding[] = [];
      const threads = new Set<string>();
      for (const contact of contacts) {
        const createdAt = instantOf(contact.created_at);
        holdings.push({ handle: handleOf('contact', contact.id), category: 'account', count: 1, createdAt });
        for (const kind of ['conversation', 'ticket'] as const)
          for await (const thread of api.threadsOf(kind, contact.id)) {
            const handle = handleOf(kind, thread.id);
            // A conversation may hang on both of a person's contacts.
            if (threads.has(handle)) continue;
            threads.add(handle);
            holdings.push({
              handle,
              category: 'messages',
              count: 1,
              createdAt: instantOf(thread.created_at),
            });
          }
      }
      return { holdings, complete: true, ...(ambiguous ? { ambiguous } : {}) };
    },

    async *export(keys, finding): AsyncIterable<ExportedRecord> {
      const handles = finding.holdings.map(({ handle }) => handle);
      const contactIds = idsAmong(handles, 'contact');
      for await (const contact of stillOwn(keys, handles)) yield* contactRecords(api, contact);
      for (const kind of ['conversation', 'ticket'] as const)
        for (const id of idsAmong(handles, kind)) {
          const thread = await api.readThread(kind, id);
          if (thread !== undefined) yield threadRecord(kind, id, thread, contactIds);
        }
    },

    async act(action, input): Promise<ActResult> {
      const standing = standingOf(
        intercom.capabilities,
        action,
        input,
        lookedAgain({ observation: 'no-contact' }),
      );
      if (standing !== undefined) return standing;
      switch (action) {
        case 'erase':
          return erase(input);
        case 'rectify': {
          const fields = contactFields(input.corrections ?? []);
          if (fields === 'by-hand') return { result: 'manual', instructions: 'rectify' };
          if (fields === undefined) return { result: 'not-applicable', why: 'field-not-held' };
          return change(input, 'contact-changed', ({ id }) => api.changeContact(id, fields));
        }
        case 'opt-out':
          return change(input, 'unsubscribed', (contact) => optOut(api, contact));
        default:
          throw new PermanentError('not-automated');
      }
    },

    async confirm(input): Promise<Confirmation> {
      switch (input.action) {
        case 'erase':
          return confirmErased(input);
        case 'rectify': {
          const fields = contactFields(input.corrections ?? []);
          const wanted = fields === undefined || fields === 'by-hand' ? {} : fields;
          return confirmState(
            input,
            async ({ name: full, phone }) =>
              (wanted.name ?? full) === full && (wanted.phone ?? phone) === phone,
          );
        }
        case 'opt-out':
          return confirmState(input, async (contact) => (await stillOptedIn(api, contact)).length === 0);
        default:
          return {
            seen: 'cannot-look',
            evidence: lookedAgain({ observation: 'no-flag-for-it', looked: 0 }),
          };
      }
    },

    check: () => api.check(),
  };
}

function isOwn(keys: SubjectKeys, contact: Contact): boolean {
  return contact.email !== null && contact.email !== undefined
    ? mailboxesOf(keys).includes(foldMailbox(contact.email))
    : keys.accountId !== undefined && contact.external_id === keys.accountId;
}

function expectOwn(keys: SubjectKeys, contact: Contact): void {
  if (!isOwn(keys, contact)) throw new QuarantineError('another-person');
}

/** One step of opting out that is still to be taken. */
type OptOutStep =
  | { readonly kind: 'mail' }
  | { readonly kind: 'opt-in' | 'opt-out'; readonly subscription: string };

/** Attached to an opt-in kind means opted in; not attached to an opt-out kind means never opted out. */
async function stillOptedIn(api: IntercomApi, contact: Contact): Promise<readonly OptOutStep[]> {
  const attached = await api.subscriptionsOf(contact.id);
  const types = await api.subscriptionTypes();
  return [
    ...(contact.unsubscribed_from_emails === true ? [] : [{ kind: 'mail' } as const]),
    ...attached
      .filter(({ consent_type }) => consent_type === 'opt_in')
      .map(({ id }) => ({ kind: 'opt-in', subscription: id }) as const),
    ...types
      .filter(({ state, consent_type }) => state === 'live' && consent_type === 'opt_out')
      .filter(({ id }) => !attached.some((one) => one.id === id))
      .map(({ id }) => ({ kind: 'opt-out', subscription: id }) as const),
  ];
}

async function optOut(api: IntercomApi, contact: Contact): Promise<void> {
  for (const step of await stillOptedIn(api, contact))
    if (step.kind === 'mail') await api.changeContact(contact.id, { unsubscribed_from_emails: true });
    else if (step.kind === 'opt-in') await api.withdrawOptIn(contact.id, step.subscription);
    else await api.optOut(contact.id, step.subscription);
}

async function* contactRecords(api: IntercomApi, contact: Contact): AsyncIterable<ExportedRecord> {
  const handle = handleOf('contact', contact.id);
  yield { category: 'account', type: 'contact', handle, data: contact.raw, providedBySubject: true };
  for (const part of ['notes', 'tags', 'segments', 'companies', 'subscriptions'] as const)
    for (const data of await api.partsOf(contact.id, part))
      yield { category: 'account', type: part, handle, data, providedBySubject: false };
  if (contact.role !== 'user') return;
  for (const data of await api.eventSummary(contact.id))
    yield { category: 'usage', type: 'event', handle, data, providedBySubject: false };
}

function threadRecord(
  kind: ThreadKind,
  id: string,
  data: { readonly [key: string]: JsonValue },
  contactIds: readonly string[],
): ExportedRecord {
  const othersAt = partsOfOthers(data, contactIds);
  return {
    category: 'messages',
    type: kind,
    handle: handleOf(kind, id),
    data,
    providedBySubject: true,
    ...(othersAt.length > 0 ? { othersAt } : {}),
  };
}

const author = v.object({ author: v.object({ id: v.union([v.string(), v.number()]) }) });

/** Paths (dots) to what somebody else wrote: colleagues and other participants. */
function partsOfOthers(
  data: { readonly [key: string]: JsonValue },
  contactIds: readonly string[],
): readonly string[] {
  const isOthers = (part: unknown) => {
    const parsed = v.safeParse(author, part);
    return parsed.success && !contactIds.includes(String(parsed.output.author.id));
  };
  const paths = isOthers(data.source) ? ['source'] : [];
  for (const list of ['conversation_parts', 'ticket_parts'] as const) {
    const parsed = v.safeParse(v.object({ [list]: v.array(v.unknown()) }), data[list]);
    const parts = parsed.success ? (parsed.output[list] ?? []) : [];
    for (const [at, part] of parts.entries()) if (isOthers(part)) paths.push(`${list}.${list}.${at}`);
  }
  return paths;
}

interface ContactFields {
  readonly name?: string;
  readonly phone?: string;
}

/** Undefined where no correction names anything that is held here; another address is another key and so for a person. */
function contactFields(corrections: readonly Correction[]): ContactFields | 'by-hand' | undefined {
  let fields: ContactFields = {};
  for (const { field, value } of corrections) {
    const named = field.trim().toLowerCase();
    if (named === 'email') return 'by-hand';
    if (named === 'name') fields = { ...fields, name: value };
    if (named === 'phone') fields = { ...fields, phone: value };
  }
  return Object.keys(fields).length === 0 ? undefined : fields;
}
