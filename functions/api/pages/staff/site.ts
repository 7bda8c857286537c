import type { Context, MiddlewareHandler } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import * as v from 'valibot';
import { localDayOf } from '../../../domain/calendar.ts';
import { isMessage } from '../../../domain/message.ts';
import type { Text } from '../../../domain/register-record.ts';
import { readSubject } from '../../../domain/sealed-subject.ts';
import { type Language, languages } from '../../../domain/words.ts';
import type { Runtime } from '../../../runtime/lambda.ts';
import { problemOf } from '../../http.ts';
import { ApiProblem, problemTypes } from '../../problem.ts';
import { readCase } from '../../staff/cases.ts';
import type { StaffApiPorts, StaffDesk } from '../../staff/desk.ts';
import { may, mustBeAllowed, type Permission, type StaffSession } from '../../staff/sign-in.ts';
import { type FormData, readForm } from '../forms.ts';
import { languageOf } from '../language.ts';
import { say } from '../markup.ts';
import type { CaseView } from './case-view.ts';
import { refusedPage } from './conflict-page.ts';
import { notice, type StaffPage, staffPage } from './frame.ts';

const savedNotes: Readonly<Record<string, Text>> = {
  decided: { nl: 'Besloten. Het werk gaat vanzelf verder.', en: 'Decided. The work goes on by itself.' },
  proposed: {
    nl: 'Voorgesteld. Een collega moet hetzelfde besluit bevestigen.',
    en: 'Proposed. A colleague must confirm the same decision.',
  },
  extended: {
    nl: 'De brief is verstuurd en de termijn verlengd.',
    en: 'The letter was sent and the period extended.',
  },
  asked: { nl: 'De vraag is verstuurd.', en: 'The question was sent.' },
  sent: {
    nl: 'Het bericht staat in het dossier; een mail zegt dat het er is.',
    en: 'The message is in the case; a mail says so.',
  },
  marked: {
    nl: 'Gemarkeerd. Het pakket wordt zonder dit opnieuw gemaakt; goedkeuringen tot nu toe vervallen.',
    en: 'Marked. The package is built again without it; approvals so far are void.',
  },
  unmarked: {
    nl: 'De markering is weg. Het pakket wordt opnieuw gemaakt.',
    en: 'The mark was removed. The package is built again.',
  },
  added: {
    nl: 'Het bestand is toegevoegd. Het pakket wordt opnieuw gemaakt; goedkeuringen tot nu toe vervallen.',
    en: 'The file was added. The package is built again; approvals so far are void.',
  },
  removed: {
    nl: 'Het bestand is verwijderd. Het pakket wordt opnieuw gemaakt; goedkeuringen tot nu toe vervallen.',
    en: 'The file was removed. The package is built again; approvals so far are void.',
  },
  lifted: {
    nl: 'De betrokkene weet het. De beperking eindigt op de dag in de brief.',
    en: 'The subject was told. The restriction ends on the day in the letter.',
  },
  resumed: { nl: 'De termijn loopt weer.', en: 'The period runs again.' },
  task: {
    nl: 'Genoteerd. Het dossier gaat verder waar het kan.',
    en: 'Noted. The case goes on where it can.',
  },
  note: { nl: 'De notitie is toegevoegd.', en: 'The note was added.' },
  authority: { nl: 'De controle is genoteerd.', en: 'The check was recorded.' },
  hold: { nl: 'Het vasthouden is gewijzigd.', en: 'The hold was changed.' },
  recorded: {
    nl: 'Vastgelegd. De ontvangstbevestiging met de code is onderweg naar het adres.',
    en: 'Recorded. The receipt with the code is on its way to the address.',
  },
  approved: {
    nl: 'Goedgekeurd. Een collega moet hetzelfde pakket goedkeuren.',
    en: 'Approved. A colleague must approve the same package.',
  },
  released: {
    nl: 'Vrijgegeven. De betrokkene krijgt nu de brief.',
    en: 'Released. The subject gets the letter now.',
  },
};

const aYear = 365 * 86_400;

type Status = ContentfulStatusCode;
type Shown = Pick<StaffPage, 'title' | 'body'>;

/** What every page of the console needs: the frame, the checked form, the case read once, and refusals told kindly. */
export function createSite(ports: StaffApiPorts, runtime: Runtime, desk: StaffDesk) {
  const today = () => localDayOf(new Date(runtime.now()).toISOString());

  const askedLanguage = (c: Context) => languages.find((one) => one === c.req.query('lang'));

  /** The colleague's language: chosen on any page, kept by a cookie, at first the browser's. */
  const language = (c: Context): Language =>
    languageOf(c, askedLanguage(c) ?? desk.cookies.read(c, 'language'));

  const keepLanguage: MiddlewareHandler = async (c, next) => {
    const asked = askedLanguage(c);
    if (asked) desk.cookies.set(c, 'language', asked, aYear, 'Lax');
    await next();
  };

  function show(c: Context, session: StaffSession, page: Shown, status: Status = 200) {
    return c.html(
      staffPage({ ...page, session, language: language(c), here: hereOf(c), again: againOf(c) }),
      status,
    );
  }

  /** Path and query without the wish for a language. */
  function hereOf(c: Context): string {
    const { pathname, searchParams } = new URL(c.req.url);
    for (const name of ['lang', 'saved']) searchParams.delete(name);
    return searchParams.size > 0 ? `${pathname}?${searchParams}` : pathname;
  }

  /** Where the page can be had again by a link: what a form answered cannot, its case or the queue can. */
  function againOf(c: Context): string {
    if (c.req.method === 'GET') return hereOf(c);
    const id = c.req.param('reference');
    if (id) return `/staff/requests/${id}`;
    return c.req.path === '/staff/requests/new' ? c.req.path : '/staff';
  }

  /** The form of a signed-in colleague with this permission, sent from this session's own page (TRUST.md A45). */
  async function formOf(
    c: Context,
    permission: Permission,
  ): Promise<{ session: StaffSession; form: FormData }> {
    const session = await desk.signIn.session(c);
    const form = await readForm(c);
    if (form.text('csrf') !== session.csrf)
      throw new ApiProblem({ type: 'not-allowed', detail: 'cross-site' });
    mustBeAllowed(session, permission);
    return { session, form };
  }

  function mustCarryToken(session: StaffSession, token: unknown): void {
    if (token !== session.csrf) throw new ApiProblem({ type: 'not-allowed', detail: 'cross-site' });
  }

  const said = (c: Context) => {
    const key = c.req.query('saved') ?? '';
    const text = Object.hasOwn(savedNotes, key) ? savedNotes[key] : undefined;
    return text ? notice(text[language(c)], 'good') : undefined;
  };

  async function viewOf(c: Context, session: StaffSession): Promise<CaseView> {
    const id = c.req.param('reference') ?? '';
    const { current, events } = await readCase(ports, id);
    const subject = await readSubject(ports.vault, id).catch(() => undefined);
    const notes = await Promise.all(
      current.notes
        .filter((one) => !isMessage(one))
        .map(async (one) => {
          const sealed = v.safeParse(
            v.object({ text: v.string() }),
            await ports.vault.get(id, one.sealed).catch(() => undefined),
          );
          return { at: one.at, by: one.by, text: sealed.success ? sealed.output.text : undefined };
        }),
    );
    return {
      current,
      events,
      document: await desk.read(id, language(c)),
      messages: await desk.messages(id),
      subject,
      notes,
      session,
      language: language(c),
      may: {
        work: may(session.groups, 'work'),
        decide: may(session.groups, 'decide'),
        release: may(session.groups, 'release'),
      },
      systems: ports.systems,
      now: runtime.now(),
      said: said(c),
    };
  }

  const statusUrl = (id: string) => `${ports.publicUrl}/requests/${id}`;
  const idOf = (c: Context) => c.req.param('reference') ?? '';
  const backTo = (c: Context, saved: string) => c.redirect(`/staff/requests/${idOf(c)}?saved=${saved}`, 303);

  /** Does what was asked; a refusal is told with what changed meanwhile and with the words that were not saved. */
  async function attempt(
    c: Context,
    session: StaffSession,
    form: FormData,
    written: readonly string[],
    doIt: () => Promise<string>,
  ) {
    try {
      return backTo(c, await doIt());
    } catch (error) {
      return refuse(c, session, error, { version: form.text('version'), written });
    }
  }

  /** Tells a refusal kindly; throws on what is none. */
  async function refuse(
    c: Context,
    session: StaffSession,
    error: unknown,
    { version = '', written = [] }: { readonly version?: string; readonly written?: readonly string[] } = {},
  ) {
    const problem = problemOf(error);
    const kinds = ['conflict', 'version-changed', 'refused', 'not-allowed'] as const;
    const kind = kinds.find((one) => one === problem.type);
    if (!kind) throw error;
    const read = Number(version);
    const events = await ports.store.events(idOf(c));
    const body = refusedPage({
      reference: idOf(c),
      code: problem.detail ?? problem.type,
      since: Number.isInteger(read) && read > 0 ? events.slice(read) : [],
      written: written.filter((text) => text.trim() !== ''),
      language: language(c),
    });
    const title = say(language(c))('Niet bewaard', 'Not saved');
    return show(c, session, { title, body }, problemTypes[kind][0]);
  }

  return {
    ports,
    desk,
    today,
    now: runtime.now,
    language,
    keepLanguage,
    show,
    formOf,
    mustCarryToken,
    said,
    viewOf,
    statusUrl,
    idOf,
    backTo,
    attempt,
    refuse,
  };
}
export type StaffSite = ReturnType<typeof createSite>;

/** The version that the colleague had read, from the form. */
export const versionOf = (form: FormData): number => versionFrom(form.text('version'));

export function versionFrom(sent: unknown): number {
  const version = Number(sent);
  if (!Number.isInteger(version) || version < 1) throw new ApiProblem({ type: 'version-required' });
  return version;
}
