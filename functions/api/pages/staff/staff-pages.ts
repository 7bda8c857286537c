import { type Context, Hono } from 'hono';
import * as v from 'valibot';
import { type RequestRow, reference as referenceSchema } from '../../../domain/case.ts';
import { newToken } from '../../../domain/identity.ts';
import { rights, statuses } from '../../../domain/words.ts';
import type { Runtime } from '../../../runtime/lambda.ts';
import { errorFields } from '../../../runtime/log.ts';
import { serveAssets, staffAssets } from '../../assets/assets.ts';
import { problemOf } from '../../http.ts';
import { ApiProblem, fieldErrors, problemResponse, problemTypes } from '../../problem.ts';
import type { StaffApiPorts, StaffDesk } from '../../staff/desk.ts';
import { recordedInput } from '../../staff/inputs.ts';
import type { QueueItem } from '../../staff/queue.ts';
import { may, type StaffSession } from '../../staff/sign-in.ts';
import { type FormData, fromOwnPages } from '../forms.ts';
import { html, nothing, say } from '../markup.ts';
import { mountCase } from './case-routes.ts';
import { processorsPage, tasksPage } from './desk-pages.ts';
import { notice } from './frame.ts';
import { mountPackage } from './package-routes.ts';
import { queuePage } from './queue-page.ts';
import { type RecordedForm, recordPage } from './record-page.ts';
import { missingText, problemTexts, refusalText } from './refusals.ts';
import { csv, reportsOf } from './reports.ts';
import { reportsCsv, reportsPage } from './reports-page.ts';
import { createSite } from './site.ts';

/** Rows that one report reads at most, and cases that one list opens. */
const rowsAtMost = 5000;
const casesAtMost = 200;

export function createStaffPages(ports: StaffApiPorts, runtime: Runtime, desk: StaffDesk): Hono {
  const app = new Hono();
  serveAssets(app, staffAssets);
  app.use('/staff', fromOwnPages(new URL(ports.identity.staffUrl).origin));
  app.use('/staff/*', fromOwnPages(new URL(ports.identity.staffUrl).origin));
  const site = createSite(ports, runtime, desk);
  const { today, show, formOf, said, language } = site;
  app.use('/staff', site.keepLanguage);
  app.use('/staff/*', site.keepLanguage);

  app.notFound((c) => problemResponse(c, { type: 'not-found' }));
  app.onError(async (error, c) => {
    const problem = problemOf(error);
    if (problem.type === 'not-signed-in') return c.redirect('/staff/sign-in', 302);
    if (problem.type === 'internal') runtime.log.error('page failed', errorFields(error));
    const session = await desk.signIn.session(c).catch(() => undefined);
    if (!session) return c.redirect('/staff/sign-in', 302);
    const speaks = language(c);
    const title = problemTexts[problem.type][speaks];
    const fields = (problem.errors ?? []).map(({ field }) => field.split('.')[0] ?? '');
    const why = problem.detail
      ? refusalText(problem.detail, speaks)
      : problem.type === 'invalid-input'
        ? missingText(fields, speaks)
        : undefined;
    const body = html`<div class="head"><h1>${title}</h1></div>${why ? notice(why, 'bad') : nothing}<p><a class="button" href="/staff">${say(speaks)('Naar de werkvoorraad', 'To the queue')}</a></p>`;
    return show(c, session, { title, body }, problemTypes[problem.type][0]);
  });

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
      language: language(c),
      mayWork: may(session.groups, 'work'),
      said: said(c),
    });
    return show(c, session, { title: say(language(c))('Werkvoorraad', 'Queue'), body });
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
    const t = say(language(c));
    const title = t('Zoeken', 'Search');
    const body = html`<div class="head"><h1>${title}</h1></div>${
      rows.length === 0
        ? html`<div class="table"><p class="empty"><b>${t('Geen verzoek begint daarmee', 'No request begins with that')}</b>${t('Geef het kenmerk uit een brief, of ten minste de eerste vier letters.', 'Give the reference from a letter, or at least its first four letters.')}</p></div>`
        : html`<ul class="list card">${rows.slice(0, 50).map((row) => html`<li><a class="mono" href="/staff/requests/${row.id}">${row.id}</a></li>`)}</ul>`
    }<p><a href="/staff">${t('Naar de werkvoorraad', 'To the queue')}</a></p>`;
    return show(c, session, { title, body });
  });

  /** A note on several cases at once; decisions are never taken in bulk. */
  app.post('/staff/notes', async (c) => {
    const { session, form } = await formOf(c, 'work');
    const text = form.text('text').trim();
    const references = form.all('reference').filter((one) => v.is(referenceSchema, one));
    if (text === '' || text.length > 5000 || references.length === 0) return refuseNote(c, session);
    for (const reference of references.slice(0, 50)) await desk.note(session, reference, text);
    return c.redirect('/staff?saved=note', 303);
  });

  function refuseNote(c: Context, session: StaffSession) {
    const t = say(language(c));
    const title = t('Dit is niet bewaard', 'This was not saved');
    const why = t(
      'Markeer ten minste één verzoek en schrijf de notitie.',
      'Mark at least one request and write the note.',
    );
    const body = html`<div class="head"><h1>${title}</h1></div>${notice(why, 'bad')}<p><a class="button" href="/staff">${t('Naar de werkvoorraad', 'To the queue')}</a></p>`;
    return show(c, session, { title, body }, 400);
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
    return showRecord(c, session, empty, []);
  });

  function showRecord(
    c: Context,
    session: StaffSession,
    typed: RecordedForm,
    errors: ReturnType<typeof fieldErrors>,
  ) {
    const title = say(language(c))('Verzoek vastleggen', 'Record a request');
    const around = { today: today(), key: newToken(runtime.randomBytes), language: language(c) };
    const body = recordPage(session, typed, errors, around);
    return show(c, session, { title, body }, errors.length > 0 ? 400 : 200);
  }

  app.post('/staff/requests/new', async (c) => {
    const { session, form } = await formOf(c, 'work');
    const typed = recordedFormOf(form);
    const parsed = v.safeParse(recordedInput, recordedCandidate(typed));
    const key = form.text('key');
    if (!parsed.success) return showRecord(c, session, typed, fieldErrors(parsed.issues));
    try {
      const answer = await desk.recordRequest(
        session,
        parsed.output,
        /^[\w-]{16,64}$/.test(key) ? key : undefined,
      );
      return c.redirect(`/staff/requests/${answer.submitted[0]?.reference}?saved=recorded`, 303);
    } catch (error) {
      if (error instanceof ApiProblem && error.problem.errors)
        return showRecord(c, session, typed, [...error.problem.errors]);
      throw error;
    }
  });

  mountCase(app, site);
  mountPackage(app, site);

  app.get('/staff/tasks', async (c) => {
    const session = await desk.colleague(c, 'read');
    const cases = await openCases((row) => row.openTasks > 0);
    const title = say(language(c))('Taken', 'Tasks');
    return show(c, session, { title, body: tasksPage(cases, ports.systems, runtime.now(), language(c)) });
  });

  app.get('/staff/processors', async (c) => {
    const session = await desk.colleague(c, 'read');
    const [cases, health] = await Promise.all([openCases(() => true), desk.processors()]);
    const title = say(language(c))('Verwerkers', 'Processors');
    return show(c, session, { title, body: processorsPage(cases, ports.systems, health, language(c)) });
  });

  app.get('/staff/reports', async (c) => {
    const session = await desk.colleague(c, 'read');
    const { rows, partial } = await allRows();
    const title = say(language(c))('Rapporten', 'Reports');
    return show(c, session, { title, body: reportsPage(reportsOf(rows, today()), partial, language(c)) });
  });

  app.get('/staff/reports.csv', async (c) => {
    await desk.colleague(c, 'read');
    const reports = reportsOf((await allRows()).rows, today());
    return download(c, 'reports.csv', reportsCsv(reports, language(c)));
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

  app.get('/staff/*', () => {
    throw new ApiProblem({ type: 'not-found' });
  });

  return app;
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
