import { createHash } from 'node:crypto';
import { Hono } from 'hono';
import { defineEmulator, type EmulatorEnv } from './emulator.ts';
import { type SeedName, seeds } from './seeds.ts';

const apiKey = 'local0mailchimp0key-us19';

interface MemberRow {
  contact_id: string;
  email_address: string;
  status: 'subscribed' | 'unsubscribed' | 'cleaned' | 'pending' | 'transactional' | 'archived';
  merge_fields: Record<string, string>;
  interests: Record<string, boolean>;
  marketing_permissions: { marketing_permission_id: string; text: string; enabled: boolean }[];
  language: string;
  timestamp_signup: string;
  timestamp_opt: string;
  tags: { id: number; name: string; date_added: string }[];
  notes: { note_id: number; created_at: string; note: string }[];
  activity: { activity_type: string; created_at_timestamp: string; campaign_title: string }[];
}

interface MailchimpData {
  lists: Record<
    string,
    {
      name: string;
      members: Record<string, MemberRow>;
      /** Hashes that were permanently deleted and may not be imported again. */
      forgotten: Record<string, true>;
    }
  >;
}

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

/** Mailchimp Marketing API 3.0 with three audiences. */
export const mailchimpEmulator = defineEmulator<MailchimpData>({
  name: 'mailchimp',
  seed: () => ({
    lists: {
      a1c0newslt: audience('Newsletter', [member('ada', 1, 'subscribed'), member('lin', 1, 'subscribed')]),
      b2d1produc: audience('Product updates', [member('lin', 2, 'subscribed')]),
      c3e2events: audience('Events', [member('ada', 3, 'archived')]),
    },
  }),
  create({ state }) {
    const app = new Hono<EmulatorEnv>();

    app.use(async (c, next) => {
      const [kind, encoded] = (c.req.header('authorization') ?? '').split(' ');
      const password = Buffer.from(encoded ?? '', 'base64')
        .toString()
        .split(':')[1];
      if (kind !== 'Basic' || password !== apiKey) return problem(401, 'API Key Invalid');
      return next();
    });

    app.get('/lists', (c) => {
      const offset = Number(c.req.query('offset') ?? '0');
      const count = Number(c.req.query('count') ?? '10');
      const all = Object.entries(state.data.lists).map(([id, { name }]) => ({ id, name }));
      return c.json({ lists: all.slice(offset, offset + count), total_items: all.length });
    });

    app.get('/search-members', (c) => {
      const query = (c.req.query('query') ?? '').toLowerCase();
      const members = Object.entries(state.data.lists).flatMap(([listId, list]) =>
        Object.entries(list.members)
          .filter(([, row]) => row.email_address.toLowerCase() === query && row.status !== 'archived')
          .map(([hash, row]) => memberOf(listId, hash, row)),
      );
      return c.json({
        exact_matches: { members, total_items: members.length },
        full_search: { members: [], total_items: 0 },
      });
    });

    const member = (listId: string, hash: string) => state.data.lists[listId]?.members[hash];

    app.get('/lists/:list/members/:hash', (c) => {
      const { list, hash } = c.req.param();
      const row = member(list, hash);
      return row === undefined ? notFound() : c.json(memberOf(list, hash, row));
    });

    app.patch('/lists/:list/members/:hash', async (c) => {
      const { list, hash } = c.req.param();
      const row = member(list, hash);
      if (row === undefined) return notFound();
      const patch = await c.req.json<Partial<MemberRow>>();
      if (patch.status === 'subscribed' && row.status === 'cleaned')
        return problem(400, 'Member In Compliance State');
      if (patch.status !== undefined) row.status = patch.status;
      if (patch.language !== undefined) row.language = patch.language;
      Object.assign(row.merge_fields, patch.merge_fields);
      Object.assign(row.interests, patch.interests);
      for (const { marketing_permission_id, enabled } of patch.marketing_permissions ?? []) {
        const permission = row.marketing_permissions.find(
          (one) => one.marketing_permission_id === marketing_permission_id,
        );
        if (permission !== undefined) permission.enabled = enabled;
      }
      return c.json(memberOf(list, hash, row));
    });

    app.delete('/lists/:list/members/:hash', (c) => {
      const { list, hash } = c.req.param();
      const row = member(list, hash);
      if (row === undefined) return notFound();
      if (row.status === 'archived') return problem(405, 'Method Not Allowed');
      row.status = 'archived';
      return c.body(null, 204);
    });

    app.post('/lists/:list/members/:hash/actions/delete-permanent', (c) => {
      const { list, hash } = c.req.param();
      const row = member(list, hash);
      const audience = state.data.lists[list];
      if (row === undefined || audience === undefined) return notFound();
      if (c.env.lie === 'archive') {
        row.status = 'archived';
        return c.body(null, 204);
      }
      delete audience.members[hash];
      audience.forgotten[hash] = true;
      return c.body(null, 204);
    });

    /** What a sign-up form or an import does; a forgotten address can come back only by its own person. */
    app.post('/lists/:list/members', async (c) => {
      const { list } = c.req.param();
      const audience = state.data.lists[list];
      if (audience === undefined) return notFound();
      const { email_address, status } = await c.req.json<Pick<MemberRow, 'email_address' | 'status'>>();
      const hash = md5(email_address.toLowerCase());
      if (audience.forgotten[hash]) return problem(400, 'Forgotten Email Not Subscribed');
      if (audience.members[hash] !== undefined) return problem(400, 'Member Exists');
      audience.members[hash] = { ...emptyRow(email_address, hash.slice(0, 12)), status };
      return c.json(memberOf(list, hash, audience.members[hash]));
    });

    for (const [path, list] of [
      ['activity-feed', 'activity'],
      ['tags', 'tags'],
      ['notes', 'notes'],
      ['events', undefined],
      ['goals', undefined],
    ] as const)
      app.get(`/lists/:list/members/:hash/${path}`, (c) => {
        const { list: listId, hash } = c.req.param();
        const row = member(listId, hash);
        if (row === undefined) return notFound();
        const offset = Number(c.req.query('offset') ?? '0');
        const items = list === undefined ? [] : row[list];
        const page = items.slice(offset, offset + Math.min(Number(c.req.query('count') ?? '10'), 2));
        return c.json({ [list ?? path]: page, total_items: items.length });
      });

    return {
      app,
      holds() {
        const records = new Map<string, number>();
        for (const { members } of Object.values(state.data.lists))
          for (const { email_address } of Object.values(members))
            records.set(email_address, (records.get(email_address) ?? 0) + 1);
        return [...records].map(([email, count]) => ({ email, records: count }));
      },
      errorBody: (status) =>
        problemBody(status, status === 404 ? 'Resource Not Found' : 'Internal Server Error'),
      configuration: (baseUrl) => ({ config: { baseUrl }, secrets: { 'mailchimp/api-key': apiKey } }),
    };
  },
});

function problemBody(status: number, title: string) {
  return {
    type: 'https://mailchimp.com/developer/marketing/docs/errors/',
    title,
    status,
    detail: title,
    instance: '',
  };
}

function problem(status: number, title: string): Response {
  return new Response(JSON.stringify(problemBody(status, title)), {
    status,
    headers: { 'content-type': 'application/problem+json; charset=utf-8' },
  });
}

function notFound(): Response {
  return problem(404, 'Resource Not Found');
}

function memberOf(listId: string, hash: string, row: MemberRow) {
  const { tags, notes: _notes, activity: _activity, ...shown } = row;
  return { id: hash, list_id: listId, ...shown, tags_count: tags.length, tags };
}

function audience(name: string, rows: readonly MemberRow[]): MailchimpData['lists'][string] {
  const members = Object.fromEntries(rows.map((row) => [md5(row.email_address), row]));
  return { name, members, forgotten: {} };
}

function emptyRow(email: string, contactId: string): MemberRow {
  return {
    contact_id: contactId,
    email_address: email,
    status: 'subscribed',
    merge_fields: { FNAME: '', LNAME: '', PHONE: '', COMPANY: '' },
    interests: {},
    marketing_permissions: [],
    language: 'en',
    timestamp_signup: '',
    timestamp_opt: '',
    tags: [],
    notes: [],
    activity: [],
  };
}

function member(name: SeedName, number: number, status: MemberRow['status']): MemberRow {
  const { email, canary } = seeds[name];
  const joined = `2024-04-0${number}T08:30:00+00:00`;
  return {
    ...emptyRow(email, md5(`${email}-${number}`).slice(0, 12)),
    status,
    merge_fields: {
      FNAME: `${canary}-mailchimp-first`,
      LNAME: `${canary}-mailchimp-last`,
      PHONE: '',
      COMPANY: '',
    },
    interests: { '9f2c1a07b4': true, '4c88e0d112': false },
    marketing_permissions: [{ marketing_permission_id: '7d41f3a9', text: 'Email', enabled: true }],
    timestamp_signup: joined,
    timestamp_opt: joined,
    tags: [
      { id: 11, name: 'customer', date_added: joined },
      { id: 12, name: 'webinar', date_added: joined },
      { id: 13, name: 'beta', date_added: joined },
    ],
    notes: [{ note_id: 21, created_at: joined, note: `${canary}-mailchimp-note` }],
    activity: [
      { activity_type: 'open', created_at_timestamp: joined, campaign_title: 'Spring' },
      { activity_type: 'click', created_at_timestamp: joined, campaign_title: 'Spring' },
    ],
  };
}
