import { Hono } from 'hono';
import { type AccountData, type AccountRow, accountSeeds } from './account-seeds.ts';
import { defineEmulator, type EmulatorDependencies, type EmulatorEnv } from './emulator.ts';

const token = 'local-account-token';
const mediaToken = 'local-media-token';
const dayMs = 86_400_000;
/** The longest that a backup of the emulated back end lives. */
const backupDays = 30;

const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);

/** Kinescope's own back end (`/v1`, docs/account-connector.openapi.json) and its public API for videos (`/media/v1`). */
export const accountEmulator = defineEmulator<AccountData>({
  name: 'account',
  seed: accountSeeds,
  create(deps) {
    const { state } = deps;
    const app = new Hono<EmulatorEnv>();
    app.route('/v1', accountRoutes(deps));
    app.route('/media/v1', mediaRoutes(deps));
    return {
      app,
      holds: () => holdsOf(state.data),
      tick(nowMs) {
        for (const erasure of Object.values(state.data.erasures)) {
          if (Date.parse(erasure.requestedAt) + dayMs <= nowMs) erasure.derived = 'gone';
          if (erasure.backupsGoneBy <= day(nowMs)) erasure.backups = 'gone';
        }
      },
      errorBody: (status) => problemBody(status, status === 404 ? 'account-not-found' : 'unavailable'),
      configuration: (baseUrl) => ({
        config: { baseUrl: `${baseUrl}/v1`, mediaUrl: `${baseUrl}/media/v1` },
        secrets: { 'account/token': token, 'account/media-token': mediaToken },
      }),
    };
  },
});

function holdsOf(data: AccountData) {
  const kept = Object.values(data.keptBooks).map(({ email, books }) => ({
    email,
    records: books.reduce((sum, { count }) => sum + count, 0),
  }));
  const live = Object.values(data.accounts).map((account) => ({
    email: account.email,
    records:
      1 +
      account.records.length +
      account.billing.reduce((sum, { count }) => sum + count, 0) +
      Object.values(data.videos).filter(({ project_id }) => account.mediaProjectIds.includes(project_id))
        .length,
  }));
  return [...live, ...kept];
}

function problemBody(status: number, code: string) {
  return { type: `urn:kinescope:rights:${code}`, title: code, status, code };
}

function problem(status: number, code: string): Response {
  return new Response(JSON.stringify(problemBody(status, code)), {
    status,
    headers: { 'content-type': 'application/problem+json' },
  });
}

function summaryOf(accountId: string, account: AccountRow) {
  const categories = [...new Set(account.records.map(({ category }) => category))];
  return {
    accountId,
    email: account.email,
    otherEmails: account.otherEmails,
    createdAt: account.createdAt,
    mailboxSince: account.mailboxSince,
    counts: categories.map((category) => ({
      category,
      count: account.records.filter((record) => record.category === category).length,
    })),
    billing: account.billing,
    openSubscription: account.openSubscription,
    mediaProjectIds: account.mediaProjectIds,
    linked: account.linked,
  };
}

function stateOf(accountId: string, account: AccountRow) {
  const { email, otherEmails, profile, restricted, marketingConsent } = account;
  return { accountId, email, otherEmails, profile, restricted, marketingConsent };
}

function accountRoutes({ state, now }: EmulatorDependencies<AccountData>): Hono<EmulatorEnv> {
  const app = new Hono<EmulatorEnv>();
  const pageSize = 2;

  app.use(async (c, next) => {
    if (c.req.header('authorization') !== `Bearer ${token}`) return problem(401, 'unauthorized');
    return next();
  });

  app.get('/status', (c) => c.json({ status: 'ready' }));

  app.post('/lookups', async (c) => {
    const { email } = await c.req.json<{ email: string }>();
    const wanted = email.toLowerCase();
    const accounts = Object.entries(state.data.accounts)
      .filter(([, account]) =>
        [account.email, ...account.otherEmails].some((one) => one.toLowerCase() === wanted),
      )
      .map(([accountId, account]) => summaryOf(accountId, account));
    return c.json({ total: accounts.length, accounts });
  });

  app.get('/mailboxes', (c) => {
    const from = Number(c.req.query('cursor') ?? '0');
    const all = Object.entries(state.data.accounts).map(([accountId, { email, createdAt }]) => ({
      accountId,
      email,
      createdAt,
    }));
    const next = from + pageSize < all.length ? { next: String(from + pageSize) } : {};
    return c.json({ mailboxes: all.slice(from, from + pageSize), ...next });
  });

  app.get('/accounts/:id', (c) => {
    const account = state.data.accounts[c.req.param('id')];
    if (account === undefined) return problem(404, 'account-not-found');
    return c.json(stateOf(c.req.param('id'), account));
  });

  app.get('/accounts/:id/records', (c) => {
    const account = state.data.accounts[c.req.param('id')];
    if (account === undefined) return problem(404, 'account-not-found');
    const from = Number(c.req.query('cursor') ?? '0');
    const next = from + pageSize < account.records.length ? { next: String(from + pageSize) } : {};
    return c.json({
      total: account.records.length,
      records: account.records.slice(from, from + pageSize),
      ...next,
    });
  });

  app.patch('/accounts/:id/profile', async (c) => {
    const account = state.data.accounts[c.req.param('id')];
    if (account === undefined) return problem(404, 'account-not-found');
    Object.assign(account.profile, await c.req.json());
    const record = account.records.find(({ type }) => type === 'profile');
    if (record !== undefined) record.data = { ...account.profile, email: account.email };
    return c.json(stateOf(c.req.param('id'), account));
  });

  app.on(['PUT', 'DELETE'], '/accounts/:id/restriction', (c) => {
    const account = state.data.accounts[c.req.param('id')];
    if (account === undefined) return problem(404, 'account-not-found');
    account.restricted = c.req.method === 'PUT';
    return c.body(null, 204);
  });

  app.delete('/accounts/:id/marketing-consent', (c) => {
    const account = state.data.accounts[c.req.param('id')];
    if (account === undefined) return problem(404, 'account-not-found');
    account.marketingConsent = false;
    return c.body(null, 204);
  });

  app.put('/accounts/:id/erasure', (c) => {
    const accountId = c.req.param('id');
    const known = state.data.erasures[accountId];
    if (known !== undefined) return c.json({ accountId, ...known }, 200);
    const account = state.data.accounts[accountId];
    if (account === undefined) return problem(404, 'account-not-found');
    if (account.openSubscription) return problem(409, 'open-subscription');
    const keptBooks = account.billing.filter(({ bookYear }) => `${bookYear + 7}-12-31` >= day(now()));
    const erasure = {
      requestedAt: new Date(now()).toISOString(),
      live: 'gone' as const,
      derived: 'pending' as const,
      backups: 'pending' as const,
      backupsGoneBy: day(now() + backupDays * dayMs),
      keptBookYears: keptBooks.map(({ bookYear }) => bookYear),
    };
    if (c.env.lie === 'archive') account.profile = { name: null, company: null, phone: null, language: null };
    else delete state.data.accounts[accountId];
    if (keptBooks.length > 0) state.data.keptBooks[accountId] = { email: account.email, books: keptBooks };
    state.data.erasures[accountId] = erasure;
    return c.json({ accountId, ...erasure }, 202);
  });

  app.get('/accounts/:id/erasure', (c) => {
    const erasure = state.data.erasures[c.req.param('id')];
    if (erasure === undefined) return problem(404, 'account-not-found');
    return c.json({ accountId: c.req.param('id'), ...erasure });
  });

  return app;
}

function mediaProblem(status: 401 | 404, code: number, message: string): Response {
  return new Response(JSON.stringify({ error: { code, message, detail: null } }), {
    status,
    headers: { 'content-type': 'application/json' },
  });
}

function mediaRoutes({ state }: EmulatorDependencies<AccountData>): Hono<EmulatorEnv> {
  const app = new Hono<EmulatorEnv>();

  app.use(async (c, next) => {
    if (c.req.header('authorization') !== `Bearer ${mediaToken}`)
      return mediaProblem(401, 100102, 'unauthorized');
    return next();
  });

  app.get('/videos', (c) => {
    const project = c.req.query('project_id');
    const page = Number(c.req.query('page') ?? '1');
    const perPage = Math.min(Number(c.req.query('per_page') ?? '10'), 100);
    const all = Object.entries(state.data.videos)
      .filter(([, video]) => project === undefined || video.project_id === project)
      .map(([id, video]) => ({ id, ...video }));
    return c.json({
      meta: { pagination: { page, per_page: perPage, total: all.length } },
      data: all.slice((page - 1) * perPage, page * perPage),
    });
  });

  app.get('/videos/:id', (c) => {
    const video = state.data.videos[c.req.param('id')];
    if (video === undefined) return mediaProblem(404, 404404, 'video not found');
    return c.json({ data: { id: c.req.param('id'), ...video } });
  });

  app.delete('/videos/:id', (c) => {
    const video = state.data.videos[c.req.param('id')];
    if (video === undefined) return mediaProblem(404, 404404, 'video not found');
    if (c.env.lie === 'archive') video.status = 'archived';
    else delete state.data.videos[c.req.param('id')];
    return c.json({ data: { success: true } });
  });

  return app;
}
