import { type Context, Hono } from 'hono';
import * as v from 'valibot';
import { localDayOf } from '../../../domain/calendar.ts';
import { type RequestRow, reference as referenceSchema } from '../../../domain/case.ts';
import { newToken } from '../../../domain/identity.ts';
import { readSubject } from '../../../domain/sealed-subject.ts';
import { extensionReasons, rights, statuses } from '../../../domain/words.ts';
import type { Runtime } from '../../../runtime/lambda.ts';
import { errorFields } from '../../../runtime/log.ts';
import { serveAssets, staffAssets } from '../../assets/assets.ts';
import { problemOf } from '../../http.ts';
import { ApiProblem, fieldErrors, problemTypes, readInput } from '../../problem.ts';
import { readCase } from '../../staff/cases.ts';
import type { QueueItem } from '../../staff/queue.ts';
import { may, mustBeAllowed, type Permission, type StaffSession } from '../../staff/sign-in.ts';
import type {
  decisionInput,
  questionInput,
  recordedInput,
  StaffApiPorts,
  StaffDesk,
  taskInput,
} from '../../staff/staff-api.ts';
import { type FormData, fromOwnPages, readForm } from '../forms.ts';
import { html, type Markup } from '../markup.ts';
import { casePage } from './case-page.ts';
import type { CaseView } from './case-view.ts';
import { refusedPage } from './conflict-page.ts';
import { processorsPage, tasksPage } from './desk-pages.ts';
import { notice, staffPage } from './frame.ts';
import { decisionPreview, extensionPreview, questionPreview } from './preview.ts';
import { queuePage } from './queue-page.ts';
import { type RecordedForm, recordPage } from './record-page.ts';
import { csv, reportsOf } from './reports.ts';
import { reportsPage } from './reports-page.ts';
import { refusalText } from './words.ts';

/** The schemas of the JSON API, handed in so that pages and API cannot judge differently. */
export interface StaffSchemas {
  readonly decision: typeof decisionInput;
  readonly question: typeof questionInput;
  readonly recorded: typeof recordedInput;
  readonly task: typeof taskInput;
}

/** Rows that one report reads at most, and cases that one list opens. */
const rowsAtMost = 5000;
const casesAtMost = 200;

const savedNotes: Readonly<Record<string, string>> = {
  decided: 'Decided. The work goes on by itself.',
  proposed: 'Proposed. A colleague must confirm the same decision.',
  extended: 'The letter was sent and the period extended.',
  asked: 'The question was sent.',
  resumed: 'The period runs again.',
  task: 'Noted. The case goes on where it can.',
  note: 'The note was added.',
  authority: 'The check was recorded.',
  hold: 'The hold was changed.',
  recorded: 'Recorded. The receipt with the code is on its way to the address.',
  approved: 'Approved. A colleague must approve the same package.',
  released: 'Released. The subject gets the letter now.',
};

export function createStaffPages(
  ports: StaffApiPorts,
  runtime: Runtime,
  desk: StaffDesk,
  schemas: StaffSchemas,
): Hono {
  const app = new Hono();
  serveAssets(app, staffAssets);
  app.use('/staff', fromOwnPages(new URL(ports.identity.staffUrl).origin));
  app.use('/staff/*', fromOwnPages(new URL(ports.identity.staffUrl).origin));
  const today = () => localDayOf(new Date(runtime.now()).toISOString());

  app.onError(async (error, c) => {
    const problem = problemOf(error);
    if (problem.type === 'not-signed-in') return c.redirect('/staff/sign-in', 302);
    if (problem.type === 'internal') runtime.log.error('page failed', errorFields(error));
    const [status, title] = problemTypes[problem.type];
    const session = await desk.signIn.session(c).catch(() => undefined);
    if (!session) return c.redirect('/staff/sign-in', 302);
    const body = html`<div class="head"><h1>${title}</h1></div>${problem.detail ? notice(refusalText(problem.detail), 'bad') : html``}<p><a class="button" href="/staff">To the queue</a></p>`;
    return c.html(staffPage({ title, session, body, here: '' }), status);
  });

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

  const said = (c: Context) => {
    const key = c.req.query('saved') ?? '';
    const text = Object.hasOwn(savedNotes, key) ? savedNotes[key] : undefined;
    return text ? notice(text, 'good') : undefined;
  };

  app.get('/staff', async (c) => {
    const session = await desk.colleague(c, 'read');
    const { query, filter, path } = queueQueryOf(c);
    const page = await desk.queue({ ...query, limit: 50 });
    const items = c.req.query('show') === 'second' ? page.items.filter((item) => item.proposed) : page.items;
    const next = page.cursor ? `/staff?${new URLSearchParams({ ...path, cursor: page.cursor })}` : undefined;
    const text = new URLSearchParams(path).toString();
    const body = queuePage({
      items,
      next,
      filter,
      query: text ? `?${text}` : '',
      today: today(),
      session,
      mayWork: may(session.groups, 'work'),
      said: said(c),
    });
    return show(c, session, 'Queue', body);
  });

  app.get('/staff/queue.csv', async (c) => {
    await desk.colleague(c, 'read');
    const { query } = queueQueryOf(c);
    const items: QueueItem[] = [];
    let cursor: string | undefined;
    do {
      const page = await desk.queue({ ...query, limit: 200, ...(cursor ? { cursor } : {}) });
      items.push(...page.items);
      cursor = page.cursor;
    } while (cursor && items.length < rowsAtMost);
    const columns = [
      'reference',
      'right',
      'status',
      'outcome',
      'channel',
      'receivedAt',
      'plannedBy',
      'legalBy',
      'risk',
      'openTasks',
    ] as const;
    return download(
      c,
      'queue.csv',
      csv([columns, ...items.map((item) => columns.map((name) => item[name] ?? ''))]),
    );
  });

  function download(c: Context, name: string, text: string) {
    return c.body(text, 200, {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': `attachment; filename="${name}"`,
    });
  }

  /** A whole reference opens its case; the first letters of one, as a mail's subject line shows them, find it in the queue. */
  app.get('/staff/search', async (c) => {
    const session = await desk.colleague(c, 'read');
    const text = (c.req.query('q') ?? '').trim().toLowerCase();
    if (v.is(referenceSchema, text) && (await ports.store.row(text)))
      return c.redirect(`/staff/requests/${text}`, 303);
    const rows = text.length >= 4 ? (await allRows()).rows.filter((row) => row.id.startsWith(text)) : [];
    const only = rows[0];
    if (only && rows.length === 1) return c.redirect(`/staff/requests/${only.id}`, 303);
    const body = html`<div class="head"><h1>Search</h1></div>${
      rows.length === 0
        ? html`<div class="table"><p class="empty"><b>No request begins with that</b>Give the reference from a letter, or at least its first four letters.</p></div>`
        : html`<ul class="list card">${rows.slice(0, 50).map((row) => html`<li><a class="mono" href="/staff/requests/${row.id}">${row.id}</a></li>`)}</ul>`
    }<p><a href="/staff">To the queue</a></p>`;
    return show(c, session, 'Search', body);
  });

  /** A note on several cases at once; decisions are never taken in bulk. */
  app.post('/staff/notes', async (c) => {
    const { session, form } = await formOf(c, 'work');
    const text = form.text('text').trim();
    const references = form.all('reference').filter((one) => v.is(referenceSchema, one));
    if (text === '' || text.length > 5000 || references.length === 0)
      return show(
        c,
        session,
        'Note',
        html`<div class="head"><h1>This was not saved</h1></div>${notice('Mark at least one request and write the note.', 'bad')}<p><a class="button" href="/staff">To the queue</a></p>`,
        400,
      );
    for (const reference of references.slice(0, 50)) await desk.note(session, reference, text);
    return c.redirect('/staff?saved=note', 303);
  });

  async function viewOf(c: Context, session: StaffSession): Promise<CaseView> {
    const id = c.req.param('reference') ?? '';
    const { current, events } = await readCase(ports, id);
    const subject = await readSubject(ports.vault, id).catch(() => undefined);
    const notes = await Promise.all(
      current.notes.map(async (one) => {
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

  app.get('/staff/requests/new', async (c) => {
    const session = await desk.colleague(c, 'work');
    const empty: RecordedForm = {
      channel: 'email',
      receivedAt: today(),
      email: '',
      name: '',
      rights: [],
      language: 'nl',
      details: '',
      objectionScope: 'other',
      relation: '',
      behalfName: '',
      correctionField: '',
      correctionValue: '',
    };
    return show(
      c,
      session,
      'Record a request',
      recordPage(session, empty, [], today(), newToken(runtime.randomBytes)),
    );
  });

  app.post('/staff/requests/new', async (c) => {
    const { session, form } = await formOf(c, 'work');
    const typed = recordedFormOf(form);
    const parsed = v.safeParse(schemas.recorded, recordedCandidate(typed));
    const key = form.text('key');
    const again = (errors: ReturnType<typeof fieldErrors>) =>
      show(
        c,
        session,
        'Record a request',
        recordPage(session, typed, errors, today(), newToken(runtime.randomBytes)),
        400,
      );
    if (!parsed.success) return again(fieldErrors(parsed.issues));
    try {
      const answer = await desk.recordRequest(
        session,
        parsed.output,
        /^[\w-]{16,64}$/.test(key) ? key : undefined,
      );
      return c.redirect(`/staff/requests/${answer.submitted[0]?.reference}?saved=recorded`, 303);
    } catch (error) {
      if (error instanceof ApiProblem && error.problem.errors) return again([...error.problem.errors]);
      throw error;
    }
  });

  app.get('/staff/requests/:reference', async (c) => {
    const session = await desk.colleague(c, 'read');
    const view = await viewOf(c, session);
    return show(c, session, `Case ${view.current.row.id.slice(0, 8)}`, casePage(view));
  });

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

  app.post('/staff/requests/:reference/decision', async (c) => {
    const { session, form } = await formOf(c, 'decide');
    const reason = form.text('reason');
    const explanation = form.text('explanation').trim();
    const categories = form.all('category');
    const processors = form.all('processor');
    const scoped = form.text('decision') === 'grant-in-part' && categories.length + processors.length > 0;
    const asked = readInput(schemas.decision, {
      decision: form.text('decision'),
      ...(reason && form.text('decision') !== 'grant' ? { reason } : {}),
      ...(explanation ? { explanation } : {}),
      ...(scoped
        ? {
            except: {
              ...(categories.length ? { categories } : {}),
              ...(processors.length ? { processors } : {}),
            },
          }
        : {}),
    });
    if (form.text('step') !== 'send') {
      const view = await viewOf(c, session);
      const preview = decisionPreview(
        view,
        {
          decision: asked.decision,
          ...(asked.reason ? { reason: asked.reason } : {}),
          ...(asked.explanation ? { explanation: asked.explanation } : {}),
          categories: asked.except?.categories ?? [],
          processors: asked.except?.processors ?? [],
        },
        form,
        statusUrl(idOf(c)),
      );
      return show(c, session, preview.title, preview.body);
    }
    return attempt(c, session, form, [explanation], async () => {
      const taken = await desk.decide(session, idOf(c), versionOf(form), asked);
      return taken.state;
    });
  });

  app.post('/staff/requests/:reference/extension', async (c) => {
    const { session, form } = await formOf(c, 'decide');
    const reason = extensionReasons.find((one) => one === form.text('reason'));
    const explanation = form.text('explanation').trim().slice(0, 5000);
    if (!reason) throw new ApiProblem({ type: 'invalid-input', detail: 'extension-without-reasons' });
    const asked = { reason, ...(explanation ? { explanation } : {}) };
    if (form.text('step') !== 'send') {
      const preview = extensionPreview(await viewOf(c, session), asked, form, statusUrl(idOf(c)));
      return show(c, session, preview.title, preview.body);
    }
    return attempt(c, session, form, [explanation], async () => {
      await desk.extend(session, idOf(c), versionOf(form), asked);
      return 'extended';
    });
  });

  app.post('/staff/requests/:reference/question', async (c) => {
    const { session, form } = await formOf(c, 'work');
    const ground = form.text('ground');
    const recordedReason = form.text('recordedReason').trim();
    const asked = readInput(schemas.question, {
      question: form.text('question'),
      ...(ground ? { ground } : {}),
      ...(recordedReason ? { recordedReason } : {}),
    });
    if (form.text('step') !== 'send') {
      const preview = questionPreview(await viewOf(c, session), asked, form, statusUrl(idOf(c)));
      return show(c, session, preview.title, preview.body);
    }
    return attempt(c, session, form, [asked.question, recordedReason], async () => {
      await desk.ask(session, idOf(c), versionOf(form), asked);
      return 'asked';
    });
  });

  app.post('/staff/requests/:reference/question/answered', async (c) => {
    const { session, form } = await formOf(c, 'work');
    return attempt(c, session, form, [], async () => {
      await desk.endPause(session, idOf(c), versionOf(form));
      return 'resumed';
    });
  });

  app.post('/staff/requests/:reference/tasks/:processor', async (c) => {
    const { session, form } = await formOf(c, 'work');
    const operation = form.text('operation');
    const until = form.text('until');
    const input = readInput(
      schemas.task,
      form.text('action') === 'retry'
        ? { action: 'retry', operation }
        : {
            outcome: form.text('outcome'),
            evidence: form.text('evidence'),
            operation,
            ...(until ? { until } : {}),
          },
    );
    return attempt(c, session, form, [form.text('evidence')], async () => {
      await desk.answerTask(session, idOf(c), versionOf(form), c.req.param('processor'), input);
      return 'task';
    });
  });

  app.post('/staff/requests/:reference/notes', async (c) => {
    const { session, form } = await formOf(c, 'work');
    const text = form.text('text').trim();
    if (text === '' || text.length > 5000) return backTo(c, '');
    await desk.note(session, idOf(c), text);
    return backTo(c, 'note');
  });

  app.post('/staff/requests/:reference/authority', async (c) => {
    const { session, form } = await formOf(c, 'work');
    const how = form.text('how').trim().slice(0, 2000);
    if (how === '') return backTo(c, '');
    return attempt(c, session, form, [how], async () => {
      await desk.authority(session, idOf(c), versionOf(form), how);
      return 'authority';
    });
  });

  app.post('/staff/requests/:reference/hold', async (c) => {
    const { session, form } = await formOf(c, 'decide');
    return attempt(c, session, form, [], async () => {
      await desk.hold(session, idOf(c), versionOf(form), form.text('hold') === 'yes');
      return 'hold';
    });
  });

  app.get('/staff/tasks', async (c) => {
    const session = await desk.colleague(c, 'read');
    const cases = await openCases((row) => row.openTasks > 0);
    return show(c, session, 'Tasks', tasksPage(cases, ports.systems, runtime.now()));
  });

  app.get('/staff/processors', async (c) => {
    const session = await desk.colleague(c, 'read');
    return show(c, session, 'Processors', processorsPage(await openCases(() => true), ports.systems));
  });

  app.get('/staff/reports', async (c) => {
    const session = await desk.colleague(c, 'read');
    const { rows, partial } = await allRows();
    return show(c, session, 'Reports', reportsPage(reportsOf(rows, today()), partial));
  });

  app.get('/staff/reports.csv', async (c) => {
    await desk.colleague(c, 'read');
    const reports = reportsOf((await allRows()).rows, today());
    return download(
      c,
      'reports.csv',
      csv([
        ['figure', 'of', 'value'],
        ['answered within one month', 'share', reports.withinOneMonth],
        ['answered within three months', 'share', reports.withinThreeMonths],
        ['open', '', reports.open],
        ['overdue', '', reports.overdue],
        ['late at the usual pace', '', reports.willBeLate],
        ...reports.perRight.map((one) => ['median days', one.right, one.medianDays] as const),
        ...reports.perRight.map((one) => ['answered', one.right, one.answered] as const),
        ...reports.refusals.map((one) => ['refused', one.reason, one.count] as const),
        ...reports.dueByWeek.map((one) => ['due in the week from', one.from, one.count] as const),
      ]),
    );
  });

  app.post('/staff/sign-out', async (c) => {
    await formOf(c, 'read').catch(onlyWhenSignedIn);
    return desk.signIn.signOut(c);
  });

  app.post('/staff/sign-out-everywhere', async (c) => {
    const { session } = await formOf(c, 'read');
    await desk.signIn.signOutEverywhere(session);
    return desk.signIn.signOut(c);
  });

  /** Signing out what is signed out already is no mistake. */
  function onlyWhenSignedIn(error: unknown): void {
    if (!(error instanceof ApiProblem) || error.problem.type !== 'not-signed-in') throw error;
  }

  async function allRows(): Promise<{ rows: readonly RequestRow[]; partial: boolean }> {
    const rows: RequestRow[] = [];
    for (const read of [ports.store.open, ports.store.closed]) {
      let cursor: string | undefined;
      do {
        const page = await read({ limit: 200, ...(cursor ? { cursor } : {}) });
        rows.push(...page.items);
        cursor = page.cursor;
      } while (cursor && rows.length < rowsAtMost);
    }
    return { rows, partial: rows.length >= rowsAtMost };
  }

  async function openCases(which: (row: RequestRow) => boolean) {
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await ports.store.open({ limit: 200, ...(cursor ? { cursor } : {}) });
      ids.push(...page.items.filter(which).map((row) => row.id));
      cursor = page.cursor;
    } while (cursor && ids.length < casesAtMost);
    const cases = await Promise.all(ids.slice(0, casesAtMost).map((id) => ports.store.load(id)));
    return cases.filter((one) => one !== undefined);
  }

  return app;
}

function versionOf(form: FormData): number {
  const version = Number(form.text('version'));
  if (!Number.isInteger(version) || version < 1) throw new ApiProblem({ type: 'version-required' });
  return version;
}

/** Filters from the address; what is no filter is left out, so that an old link still shows a queue. */
function queueQueryOf(c: Context) {
  const status = statuses.find((one) => one === c.req.query('status'));
  const right = rights.find((one) => one === c.req.query('right'));
  const due = ['overdue', 'today', 'week'].find((one) => one === c.req.query('due'));
  const cursor = c.req.query('cursor');
  const filter = { ...(status ? { status } : {}), ...(right ? { right } : {}), ...(due ? { due } : {}) };
  return { filter, path: filter, query: { ...filter, ...(cursor ? { cursor } : {}) } };
}

function recordedFormOf(form: FormData): RecordedForm {
  return {
    channel: form.text('channel'),
    receivedAt: form.text('receivedAt'),
    email: form.text('email').trim(),
    name: form.text('name'),
    rights: form.all('rights'),
    language: form.text('language'),
    details: form.text('details'),
    objectionScope: form.text('objectionScope'),
    relation: form.text('relation'),
    behalfName: form.text('behalfName'),
    correctionField: form.text('correctionField'),
    correctionValue: form.text('correctionValue'),
  };
}

function recordedCandidate(typed: RecordedForm) {
  return {
    channel: typed.channel,
    receivedAt: typed.receivedAt,
    email: typed.email,
    rights: typed.rights,
    language: typed.language,
    ...(typed.name.trim() ? { name: typed.name } : {}),
    ...(typed.details.trim() ? { details: typed.details } : {}),
    ...(typed.rights.includes('objection') ? { objectionScope: typed.objectionScope } : {}),
    ...(typed.relation ? { onBehalfOf: { relation: typed.relation, name: typed.behalfName } } : {}),
    ...(typed.correctionField.trim() || typed.correctionValue.trim()
      ? { corrections: [{ field: typed.correctionField, value: typed.correctionValue }] }
      : {}),
  };
}
