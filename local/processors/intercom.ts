import { Hono } from 'hono';
import { defineEmulator, type EmulatorDependencies, type EmulatorEnv } from './emulator.ts';
import {
  type ContactRow,
  type IntercomData,
  intercomSeeds,
  subscriptionTypes,
  type ThreadRow,
} from './intercom-seeds.ts';

const token = 'local-intercom-token';
const requestId = '5f7b2c1e-0000-4000-8000-000000000000';

/** Intercom REST API 2.16: contacts, conversations, tickets, subscriptions. */
export const intercomEmulator = defineEmulator<IntercomData>({
  name: 'intercom',
  seed: intercomSeeds,
  create(deps) {
    const { state } = deps;
    const app = new Hono<EmulatorEnv>();

    app.use(async (c, next) => {
      if (c.req.header('authorization') !== `Bearer ${token}`)
        return failure(401, 'unauthorized', 'Access Token Invalid');
      if (c.req.header('intercom-version') !== '2.16')
        return failure(400, 'intercom_version_invalid', 'Requested version is not available');
      return next();
    });

    app.get('/me', (c) =>
      c.json({
        type: 'admin',
        id: '9912674',
        email: 'desk@kinescope.example',
        name: 'Rights desk',
        email_verified: true,
        has_inbox_seat: false,
        app: { type: 'app', id_code: 'local', name: 'Local', created_at: 1700000000, region: 'EU' },
      }),
    );
    contactRoutes(app, deps);
    threadRoutes(app, deps, 'conversations');
    threadRoutes(app, deps, 'tickets');
    app.notFound(() => failure(404, 'not_found', 'Resource Not Found'));

    return {
      app,
      holds() {
        const records = new Map<string, number>();
        for (const [id, contact] of Object.entries(state.data.contacts)) {
          const threads = [...Object.values(state.data.conversations), ...Object.values(state.data.tickets)];
          const own = threads.filter(({ contactIds }) => contactIds.includes(id)).length;
          records.set(contact.email, (records.get(contact.email) ?? 0) + 1 + own);
        }
        return [...records].map(([email, count]) => ({ email, records: count }));
      },
      errorBody: (status) => errorBody(status === 404 ? 'not_found' : 'service_unavailable', 'Scripted'),
      configuration: (baseUrl) => ({ config: { baseUrl }, secrets: { 'intercom/token': token } }),
    };
  },
});

function errorBody(code: string, message: string) {
  return { type: 'error.list', request_id: requestId, errors: [{ code, message }] };
}

function failure(status: number, code: string, message: string): Response {
  return new Response(JSON.stringify(errorBody(code, message)), {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
  });
}

function contactOf(id: string, row: ContactRow) {
  const { tags: _tags, notes: _notes, subscriptions: _subscriptions, events: _events, ...shown } = row;
  return {
    type: 'contact',
    id,
    workspace_id: 'local',
    ...shown,
    social_profiles: { type: 'list', data: [] },
    location: { type: 'location', country: null, region: null, city: null },
  };
}

interface SearchBody {
  query: { field: string; operator: string; value: string };
  pagination?: { per_page?: number; starting_after?: string };
}

/** One page of at most two, so that everybody with more has to ask again. */
function pageOf<Row>(rows: readonly Row[], { pagination }: SearchBody) {
  const from = Number(pagination?.starting_after ?? '0');
  const perPage = Math.min(pagination?.per_page ?? 50, 2);
  const more = from + perPage < rows.length;
  return {
    rows: rows.slice(from, from + perPage),
    total_count: rows.length,
    pages: {
      type: 'pages',
      page: from / perPage + 1,
      per_page: perPage,
      total_pages: Math.max(Math.ceil(rows.length / perPage), 1),
      ...(more ? { next: { per_page: perPage, starting_after: String(from + perPage) } } : {}),
    },
  };
}

function contactRoutes(app: Hono<EmulatorEnv>, { state }: EmulatorDependencies<IntercomData>): void {
  const notFound = () => failure(404, 'not_found', 'User Not Found');
  const contact = (id: string) => state.data.contacts[id];

  app.post('/contacts/search', async (c) => {
    const body = await c.req.json<SearchBody>();
    const { field, value } = body.query;
    if (field !== 'email' && field !== 'external_id')
      return failure(400, 'invalid_field', 'Field is not searchable');
    const all = Object.entries(state.data.contacts).filter(
      ([, row]) => row.archived !== true && String(row[field] ?? '').toLowerCase() === value.toLowerCase(),
    );
    const { rows, ...paging } = pageOf(all, body);
    return c.json({ type: 'list', data: rows.map(([id, row]) => contactOf(id, row)), ...paging });
  });

  app.get('/contacts/:id', (c) => {
    const id = c.req.param('id');
    const merged = state.data.mergedInto[id];
    if (merged !== undefined) {
      const answer = failure(410, 'contact_merged', 'This contact has been merged.');
      answer.headers.set('link', `</contacts/${merged}>; rel="canonical"`);
      return answer;
    }
    const row = contact(id);
    return row === undefined ? notFound() : c.json(contactOf(id, row));
  });

  app.put('/contacts/:id', async (c) => {
    const row = contact(c.req.param('id'));
    if (row === undefined) return notFound();
    const { name, phone, email, unsubscribed_from_emails } = await c.req.json<Partial<ContactRow>>();
    Object.assign(
      row,
      name === undefined ? {} : { name },
      phone === undefined ? {} : { phone },
      email === undefined ? {} : { email },
      unsubscribed_from_emails === undefined ? {} : { unsubscribed_from_emails },
    );
    return c.json(contactOf(c.req.param('id'), row));
  });

  app.delete('/contacts/:id', (c) => {
    const id = c.req.param('id');
    const row = contact(id);
    if (row === undefined) return notFound();
    if (c.env.lie === 'archive') row.archived = true;
    else {
      delete state.data.contacts[id];
      for (const threads of [state.data.conversations, state.data.tickets])
        for (const [threadId, { contactIds }] of Object.entries(threads))
          if (contactIds.every((one) => one === id)) delete threads[threadId];
    }
    return c.json({ type: 'contact', id, external_id: row.external_id, deleted: true });
  });

  app.post('/contacts/:id/archive', (c) => {
    const row = contact(c.req.param('id'));
    if (row === undefined) return notFound();
    row.archived = true;
    return c.json({ type: 'contact', id: c.req.param('id'), external_id: row.external_id, archived: true });
  });

  for (const part of ['notes', 'tags', 'segments', 'companies'] as const)
    app.get(`/contacts/:id/${part}`, (c) => {
      const row = contact(c.req.param('id'));
      if (row === undefined) return notFound();
      const data = part === 'notes' || part === 'tags' ? row[part] : [];
      return c.json({ type: 'list', data, total_count: data.length });
    });

  app.get('/subscription_types', (c) => c.json({ type: 'list', data: subscriptionTypes }));

  app.get('/contacts/:id/subscriptions', (c) => {
    const row = contact(c.req.param('id'));
    if (row === undefined) return notFound();
    return c.json({
      type: 'list',
      data: subscriptionTypes.filter(({ id }) => row.subscriptions.includes(id)),
    });
  });

  app.post('/contacts/:id/subscriptions', async (c) => {
    const row = contact(c.req.param('id'));
    const { id } = await c.req.json<{ id: string }>();
    const type = subscriptionTypes.find((one) => one.id === id);
    if (row === undefined || type === undefined) return notFound();
    if (!row.subscriptions.includes(id)) row.subscriptions.push(id);
    return c.json(type);
  });

  app.delete('/contacts/:id/subscriptions/:subscription', (c) => {
    const row = contact(c.req.param('id'));
    const type = subscriptionTypes.find((one) => one.id === c.req.param('subscription'));
    if (row === undefined || type === undefined) return notFound();
    row.subscriptions = row.subscriptions.filter((one) => one !== type.id);
    return c.json(type);
  });

  app.get('/events', (c) => {
    const id = c.req.query('intercom_user_id') ?? '';
    const row = contact(id);
    if (row === undefined || row.role !== 'user') return notFound();
    return c.json({ type: 'event.summary', intercom_user_id: id, events: row.events });
  });
}

function threadRoutes(
  app: Hono<EmulatorEnv>,
  { state }: EmulatorDependencies<IntercomData>,
  kind: 'conversations' | 'tickets',
): void {
  const type = kind === 'conversations' ? 'conversation' : 'ticket';
  const notFound = () =>
    failure(404, kind === 'tickets' ? 'ticket_not_found' : 'not_found', 'Resource Not Found');
  const shown = (id: string, { contactIds, ...row }: ThreadRow) => ({
    type,
    id,
    ...row,
    contacts: { type: 'contact.list', contacts: contactIds.map((one) => ({ type: 'contact', id: one })) },
  });

  app.post(`/${kind}/search`, async (c) => {
    const body = await c.req.json<SearchBody>();
    if (body.query.field !== 'contact_ids') return failure(400, 'invalid_field', 'Field is not searchable');
    const all = Object.entries(state.data[kind]).filter(([, { contactIds }]) =>
      contactIds.includes(body.query.value),
    );
    const { rows, ...paging } = pageOf(all, body);
    return c.json({ type: `${type}.list`, [kind]: rows.map(([id, row]) => shown(id, row)), ...paging });
  });

  app.get(`/${kind}/:id`, (c) => {
    const row = state.data[kind][c.req.param('id')];
    return row === undefined ? notFound() : c.json(shown(c.req.param('id'), row));
  });

  app.delete(`/${kind}/:id`, (c) => {
    const id = c.req.param('id');
    if (state.data[kind][id] === undefined) return notFound();
    delete state.data[kind][id];
    return c.json({ id, object: type, deleted: true });
  });
}
