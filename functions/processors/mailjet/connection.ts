import { PermanentError } from '../../domain/errors.ts';
import type {
  ActInput,
  ActResult,
  Confirmation,
  ConfirmInput,
  Correction,
  ExportedRecord,
  Finding,
  Holding,
  Processor,
  ProcessorDependencies,
  SubjectKeys,
} from '../contract.ts';
import { changeEach, confirmEach } from '../each-found.ts';
import { dayAfter, lookedAgain, vendorStatus } from '../evidence.ts';
import { type MailjetConfig, mailjet } from '../mailjet.ts';
import { foldMailbox, mailboxesOf } from '../response.ts';
import { handlesBefore, isOlderThan, standingOf } from '../standing.ts';
import { type Contact, createMailjetApi, isAnonymised, type MailjetApi } from './api.ts';

/** Mailjet removes an anonymised contact after thirty days; a day on either side is the calendar's. */
const removalDays = 32;

/** A contact and the (sub)account that it is in. */
interface Found {
  readonly api: MailjetApi;
  readonly contact: Contact;
}

/** `{account}:{contact id}`. */
function handleOf(api: MailjetApi, contact: Contact): string {
  return `${api.account}:${contact.ID}`;
}

export function connect(config: MailjetConfig, deps: ProcessorDependencies): Processor {
  const apis = config.accounts.map((account) => createMailjetApi({ baseUrl: config.baseUrl, account }, deps));

  /** The account and contact id behind each handle. */
  function targets(handles: readonly string[]): readonly { readonly api: MailjetApi; readonly id: string }[] {
    return handles.map((handle) => {
      const [account, id] = handle.split(':');
      const api = apis.find((one) => one.account === account);
      // The account was taken out of the configuration between finding and acting.
      if (api === undefined || id === undefined) throw new PermanentError('account-not-configured');
      return { api, id };
    });
  }

  async function* findContacts(keys: SubjectKeys): AsyncIterable<Found> {
    for (const api of apis)
      for (const mailbox of mailboxesOf(keys)) {
        const contact = await api.findByEmail(mailbox);
        if (contact !== undefined) yield { api, contact };
      }
  }

  /** The contacts behind the handles that still are anybody's. */
  async function* stillNamed(keys: SubjectKeys, handles: readonly string[]): AsyncIterable<Found> {
    for (const { api, id } of targets(handles)) {
      const contact = await api.read(keys, id);
      if (contact !== undefined && !isAnonymised(contact)) yield { api, contact };
    }
  }

  async function erase(input: ActInput): Promise<ActResult> {
    const handles = handlesBefore(input);
    // What a second deletion of an anonymised contact does is nowhere described, so it is never asked for.
    for await (const { api, contact } of stillNamed(input.keys, handles)) await api.erase(String(contact.ID));
    const removedBy = dayAfter(deps.now(), removalDays);
    return {
      result: 'accepted',
      evidence: vendorStatus({ observation: 'contact-deleted', handles }),
      expectedBy: removedBy,
      job: removedBy,
    };
  }

  function change(
    input: ActInput,
    observation: string,
    apply: (found: Found) => Promise<void>,
  ): Promise<ActResult> {
    const handles = handlesBefore(input);
    return changeEach(stillNamed(input.keys, handles), apply, { observation, handles });
  }

  async function confirmErased(input: ConfirmInput): Promise<Confirmation> {
    const handles = handlesBefore(input);
    const stillThere = (code: string): Confirmation => ({
      seen: 'still-there',
      code,
      evidence: lookedAgain({ observation: code, handles }),
    });
    // Shows that every key pair works, so that the 404s below mean what they say.
    for (const api of apis) await api.check();
    let anonymised = 0;
    for (const { api, id } of targets(handles)) {
      const contact = await api.read(input.keys, id);
      if (contact === undefined) continue;
      if (!isAnonymised(contact)) return stillThere('contact-still-there');
      anonymised += 1;
    }
    for await (const { contact } of findContacts(input.keys))
      if (isOlderThan(input.cutoff, contact.CreatedAt)) return stillThere('contact-still-found');
    if (anonymised === 0)
      return { seen: 'confirmed', evidence: lookedAgain({ observation: 'contact-404', handles }) };
    if (input.job === undefined || dayAfter(deps.now(), 0) < input.job)
      return {
        seen: 'pending',
        evidence: lookedAgain({ observation: 'contact-anonymised', handles }),
        expectedBy: input.job ?? dayAfter(deps.now(), removalDays),
      };
    return stillThere('anonymised-not-removed');
  }

  function confirmState(
    input: ConfirmInput,
    isAsWanted: (found: Found) => boolean | Promise<boolean>,
  ): Promise<Confirmation> {
    const handles = handlesBefore(input);
    return confirmEach(stillNamed(input.keys, handles), isAsWanted, { action: input.action, handles });
  }

  return {
    name: mailjet.name,

    async find(keys): Promise<Finding> {
      // A wrong key pair would make everybody unknown.
      for (const api of apis) await api.check();
      const holdings: Holding[] = [];
      const known = new Set<string>();
      for await (const { api, contact } of findContacts(keys)) {
        known.add(`${api.account}:${foldMailbox(contact.Email)}`);
        const messages = await api.countMessages(String(contact.ID));
        holdings.push({
          handle: handleOf(api, contact),
          category: 'marketing',
          count: 1 + messages,
          ...(contact.CreatedAt === undefined ? {} : { createdAt: contact.CreatedAt }),
        });
      }
      // A second way to the same people: messages to a mailbox that no contact carries mean that something was missed.
      let complete = true;
      for (const api of apis)
        for (const mailbox of mailboxesOf(keys))
          if (!known.has(`${api.account}:${mailbox}`))
            complete &&= (await api.countMessagesTo(mailbox)) === 0;
      return { holdings, complete };
    },

    async *export(keys, finding): AsyncIterable<ExportedRecord> {
      const handles = finding.holdings.map(({ handle }) => handle);
      for await (const found of stillNamed(keys, handles)) yield* contactRecords(found);
    },

    async act(action, input): Promise<ActResult> {
      const standing = standingOf(
        mailjet.capabilities,
        action,
        input,
        lookedAgain({ observation: 'no-contact' }),
      );
      if (standing !== undefined) return standing;
      switch (action) {
        case 'erase':
          return erase(input);
        case 'rectify': {
          const fields = contactFields(config, input.corrections ?? []);
          if (fields === 'by-hand') return { result: 'manual', instructions: 'rectify' };
          if (fields === undefined) return { result: 'not-applicable', why: 'field-not-held' };
          return change(input, 'contact-changed', ({ api, contact }) =>
            rectify(api, String(contact.ID), fields),
          );
        }
        case 'restrict':
          return change(input, 'excluded', ({ api, contact }) => api.exclude(String(contact.ID)));
        case 'opt-out':
          return change(input, 'excluded-and-unsubscribed', optOut);
        case 'lift':
          return { result: 'manual', instructions: 'lift' };
      }
    },

    async confirm(input): Promise<Confirmation> {
      switch (input.action) {
        case 'erase':
          return confirmErased(input);
        case 'rectify': {
          const fields = contactFields(config, input.corrections ?? []);
          if (fields === undefined || fields === 'by-hand') return confirmState(input, () => true);
          return confirmState(input, (found) => hasFields(found, fields));
        }
        case 'restrict':
          return confirmState(input, ({ contact }) => contact.IsExcludedFromCampaigns);
        case 'opt-out':
          return confirmState(
            input,
            async (found) =>
              found.contact.IsExcludedFromCampaigns && (await subscribedLists(found)).length === 0,
          );
        case 'lift':
          return {
            seen: 'cannot-look',
            evidence: lookedAgain({ observation: 'consent-is-the-subjects', looked: 0 }),
          };
      }
    },

    async check() {
      for (const api of apis) await api.check();
    },
  };
}

async function subscribedLists({ api, contact }: Found): Promise<readonly number[]> {
  const lists = await api.lists(String(contact.ID));
  return lists.filter(({ IsUnsub }) => !IsUnsub).map(({ ListID }) => ListID);
}

async function optOut(found: Found): Promise<void> {
  const { api, contact } = found;
  const id = String(contact.ID);
  const lists = await subscribedLists(found);
  if (lists.length > 0) await api.unsubscribe(id, lists);
  if (!contact.IsExcludedFromCampaigns) await api.exclude(id);
}

async function* contactRecords({ api, contact }: Found): AsyncIterable<ExportedRecord> {
  const id = String(contact.ID);
  const record = { category: 'marketing', handle: handleOf(api, contact) } as const;
  yield { ...record, type: 'contact', data: contact.raw, providedBySubject: true };
  for (const data of await api.rows(`/v3/REST/contactdata/${id}`))
    yield { ...record, type: 'contact-properties', data, providedBySubject: true };
  for (const data of await api.rows(`/v3/REST/contact/${id}/getcontactslists`))
    yield { ...record, type: 'list-membership', data, providedBySubject: false };
  for await (const message of api.messages(id)) {
    yield { ...record, type: 'message', data: message, providedBySubject: false };
    const messageId = message.ID;
    if (typeof messageId !== 'number' && typeof messageId !== 'string') continue;
    for (const data of await api.rows(`/v3/REST/messagehistory/${encodeURIComponent(String(messageId))}`))
      yield { ...record, type: 'message-event', data, providedBySubject: false };
  }
}

interface ContactFields {
  readonly name?: string;
  readonly properties: readonly { readonly Name: string; readonly Value: string }[];
}

/** Undefined where no correction names anything that is held here; the address cannot be changed and is for a person. */
function contactFields(
  config: MailjetConfig,
  corrections: readonly Correction[],
): ContactFields | 'by-hand' | undefined {
  let full: string | undefined;
  const properties: { Name: string; Value: string }[] = [];
  for (const { field, value } of corrections) {
    const named = field.trim().toLowerCase();
    if (named === 'email') return 'by-hand';
    const property = Object.hasOwn(config.properties, named) ? config.properties[named] : undefined;
    if (named === 'name') full = value;
    else if (property !== undefined) properties.push({ Name: property, Value: value });
  }
  if (full === undefined && properties.length === 0) return undefined;
  return { properties, ...(full === undefined ? {} : { name: full }) };
}

async function rectify(api: MailjetApi, id: string, fields: ContactFields): Promise<void> {
  if (fields.name !== undefined) await api.rename(id, fields.name);
  if (fields.properties.length > 0) await api.setProperties(id, fields.properties);
}

async function hasFields({ api, contact }: Found, fields: ContactFields): Promise<boolean> {
  if (fields.name !== undefined && contact.Name !== fields.name) return false;
  if (fields.properties.length === 0) return true;
  const held = await api.properties(String(contact.ID));
  return fields.properties.every(({ Name, Value }) => held[Name] === Value);
}
