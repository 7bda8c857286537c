import type { Context } from 'hono';
import * as v from 'valibot';
import { localDayOf } from '../../../domain/calendar.ts';
import { isMessage } from '../../../domain/message.ts';
import { readSubject } from '../../../domain/sealed-subject.ts';
import type { Runtime } from '../../../runtime/lambda.ts';
import { problemOf } from '../../http.ts';
import { ApiProblem, problemTypes } from '../../problem.ts';
import { readCase } from '../../staff/cases.ts';
import type { StaffApiPorts, StaffDesk } from '../../staff/desk.ts';
import { may, mustBeAllowed, type Permission, type StaffSession } from '../../staff/sign-in.ts';
import { type FormData, readForm } from '../forms.ts';
import type { Markup } from '../markup.ts';
import type { CaseView } from './case-view.ts';
import { refusedPage } from './conflict-page.ts';
import { notice, staffPage } from './frame.ts';

const savedNotes: Readonly<Record<string, string>> = {
  decided: 'Decided. The work goes on by itself.',
  proposed: 'Proposed. A colleague must confirm the same decision.',
  extended: 'The letter was sent and the period extended.',
  asked: 'The question was sent.',
  sent: 'The message is in the case; a mail says so.',
  marked: 'Marked. The package is built again without it; approvals so far are void.',
  unmarked: 'The mark was removed. The package is built again.',
  lifted: 'The subject was told. The restriction ends on the day in the letter.',
  resumed: 'The period runs again.',
  task: 'Noted. The case goes on where it can.',
  note: 'The note was added.',
  authority: 'The check was recorded.',
  hold: 'The hold was changed.',
  recorded: 'Recorded. The receipt with the code is on its way to the address.',
  approved: 'Approved. A colleague must approve the same package.',
  released: 'Released. The subject gets the letter now.',
};

/** What every page of the console needs: the frame, the checked form, the case read once, and refusals told kindly. */
export function createSite(ports: StaffApiPorts, runtime: Runtime, desk: StaffDesk) {
  const today = () => localDayOf(new Date(runtime.now()).toISOString());
  type Status = 200 | 400 | 409 | 412 | 422 | 403;
  function show(c: Context, session: StaffSession, title: string, body: Markup, status: Status = 200) {
    const path = new URL(c.req.url);
    return c.html(staffPage({ title, session, body, here: path.pathname + path.search }), status);
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
    return text ? notice(text, 'good') : undefined;
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
          return { at: one.at, by: one.by, text: sealed.success ? sealed.output.text : 'Destroyed' };
        }),
    );
    return {
      current,
      events,
      document: await desk.read(id),
      messages: await desk.messages(id),
      subject,
      notes,
      session,
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
      const problem = problemOf(error);
      const kinds = ['conflict', 'version-changed', 'refused', 'not-allowed'] as const;
      const kind = kinds.find((one) => one === problem.type);
      if (!kind) throw error;
      const read = Number(form.text('version'));
      const events = await ports.store.events(idOf(c));
      const since = Number.isInteger(read) && read > 0 ? events.slice(read) : [];
      const body = refusedPage({
        reference: idOf(c),
        code: problem.detail ?? problem.type,
        since,
        written: written.filter((text) => text.trim() !== ''),
      });
      return show(c, session, 'Not saved', body, problemTypes[kind][0]);
    }
  }

  return {
    ports,
    desk,
    today,
    now: runtime.now,
    show,
    formOf,
    mustCarryToken,
    said,
    viewOf,
    statusUrl,
    idOf,
    backTo,
    attempt,
  };
}
export type StaffSite = ReturnType<typeof createSite>;

/** The version that the colleague had read, from the form. */
export function versionOf(form: FormData): number {
  const version = Number(form.text('version'));
  if (!Number.isInteger(version) || version < 1) throw new ApiProblem({ type: 'version-required' });
  return version;
}
