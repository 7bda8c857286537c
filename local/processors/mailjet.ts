import { Hono } from 'hono';
import { defineEmulator, type EmulatorEnv } from './emulator.ts';
import { seeds } from './seeds.ts';

const removalMs = 30 * 86_400_000;
const pageSize = 1000;

/** Key pairs, one per (sub)account. */
const pairs = {
  main: 'local-mailjet-key:local-mailjet-secret',
  campaigns: 'local-campaigns-key:local-campaigns-secret',
};
type AccountName = keyof typeof pairs;

interface ContactRow {
  Email: string;
  Name: string;
  CreatedAt: string;
  IsExcludedFromCampaigns: boolean;
  properties: Record<string, string>;
  lists: { ListID: number; IsUnsub: boolean; IsActive: boolean; SubscribedAt: string }[];
  messages: { ID: number; ArrivedAt: string; Subject: string; Status: string }[];
  /** RFC 3339 instant of the erasure; removed thirty days later. */
  anonymisedAt?: string;
}

type MailjetData = Record<AccountName, Record<string, ContactRow>>;

/** Mailjet: REST v3 for contacts, lists and messages, v4 for erasure, with two (sub)accounts. */
export const mailjetEmulator = defineEmulator<MailjetData>({
  name: 'mailjet',
  seed: () => ({
    main: { [String(seeds.ada.mailjetContactIds[0])]: adasRow('transactional') },
    campaigns: { '4200001': adasRow('campaigns') },
  }),
  create({ state, now }) {
    const app = new Hono<EmulatorEnv & { Variables: { account: AccountName } }>();

    app.use(async (c, next) => {
      const [kind, encoded] = (c.req.header('authorization') ?? '').split(' ');
      const pair = Buffer.from(encoded ?? '', 'base64').toString();
      const account = (['main', 'campaigns'] as const).find((one) => pairs[one] === pair);
      if (kind !== 'Basic' || account === undefined) return failure(401, 'API key authentication failure.');
      c.set('account', account);
      return next();
    });

    function contact(account: AccountName, idOrEmail: string): [string, ContactRow] | undefined {
      const wanted = decodeURIComponent(idOrEmail).toLowerCase();
      return Object.entries(state.data[account]).find(
        ([id, row]) => id === wanted || row.Email.toLowerCase() === wanted,
      );
    }

    app.get('/v3/REST/contact', (c) =>
      c.json({ Count: 0, Data: [], Total: Object.keys(state.data[c.var.account]).length }),
    );

    app.get('/v3/REST/contact/:id', (c) => {
      const found = contact(c.var.account, c.req.param('id'));
      return found === undefined ? notFound() : rows([contactOf(...found)]);
    });

    app.put('/v3/REST/contact/:id', async (c) => {
      const found = contact(c.var.account, c.req.param('id'));
      if (found === undefined) return notFound();
      const [id, row] = found;
      const { Name, IsExcludedFromCampaigns } = await c.req.json<Partial<ContactRow>>();
      const isSame =
        (Name ?? row.Name) === row.Name &&
        (IsExcludedFromCampaigns ?? row.IsExcludedFromCampaigns) === row.IsExcludedFromCampaigns;
      if (isSame) return c.body(null, 304);
      if (Name !== undefined) row.Name = Name;
      if (IsExcludedFromCampaigns !== undefined) row.IsExcludedFromCampaigns = IsExcludedFromCampaigns;
      return rows([contactOf(id, row)]);
    });

    app.get('/v3/REST/contactdata/:id', (c) => {
      const found = contact(c.var.account, c.req.param('id'));
      return found === undefined ? notFound() : rows([propertiesOf(...found)]);
    });

    app.put('/v3/REST/contactdata/:id', async (c) => {
      const found = contact(c.var.account, c.req.param('id'));
      if (found === undefined) return notFound();
      const { Data } = await c.req.json<{ Data: { Name: string; Value: string }[] }>();
      for (const { Name, Value } of Data) found[1].properties[Name] = Value;
      return rows([propertiesOf(...found)]);
    });

    app.get('/v3/REST/contact/:id/getcontactslists', (c) => {
      const found = contact(c.var.account, c.req.param('id'));
      return found === undefined ? notFound() : rows(found[1].lists);
    });

    app.post('/v3/REST/contact/:id/managecontactslists', async (c) => {
      const found = contact(c.var.account, c.req.param('id'));
      if (found === undefined) return notFound();
      const { ContactsLists } = await c.req.json<{ ContactsLists: { ListID: number; Action: string }[] }>();
      for (const { ListID, Action } of ContactsLists) {
        const list = found[1].lists.find((one) => one.ListID === ListID);
        if (list === undefined || Action !== 'unsub') return failure(400, 'Invalid ListID or Action');
        list.IsUnsub = true;
      }
      return rows([{ ContactsLists }], 201);
    });

    app.get('/v3/REST/message', (c) => {
      const found = contact(c.var.account, c.req.query('Contact') ?? c.req.query('ContactAlt') ?? '');
      const all = found?.[1].messages ?? [];
      if (c.req.query('countOnly') === '1') return c.json({ Count: all.length, Data: [], Total: all.length });
      const offset = Number(c.req.query('Offset') ?? '0');
      const limit = Math.min(Number(c.req.query('Limit') ?? '10'), pageSize);
      return rows(
        all.slice(offset, offset + limit).map((message) => ({ ...message, ContactAlt: found?.[1].Email })),
      );
    });

    app.get('/v3/REST/messagehistory/:id', (c) => {
      const id = Number(c.req.param('id'));
      const message = Object.values(state.data[c.var.account])
        .flatMap(({ messages }) => messages)
        .find((one) => one.ID === id);
      return message === undefined
        ? notFound()
        : rows([{ EventType: message.Status, EventAt: Date.parse(message.ArrivedAt) / 1000, Comment: '' }]);
    });

    app.delete('/v4/contacts/:id', (c) => {
      const row = state.data[c.var.account][c.req.param('id')];
      if (row === undefined) return notFound();
      if (c.env.lie === 'archive') {
        row.IsExcludedFromCampaigns = true;
        return c.json({});
      }
      Object.assign(row, {
        Email: `${c.req.param('id')}@domain.invalid`,
        Name: 'Anonymized',
        IsExcludedFromCampaigns: false,
        properties: {},
        lists: [],
        messages: [],
        anonymisedAt: new Date(now()).toISOString(),
      } satisfies Partial<ContactRow>);
      return c.json({});
    });

    return {
      app,
      holds() {
        const records = new Map<string, number>();
        for (const rowsOfAccount of Object.values(state.data))
          for (const { Email, messages, anonymisedAt } of Object.values(rowsOfAccount))
            if (anonymisedAt === undefined)
              records.set(Email, (records.get(Email) ?? 0) + 1 + messages.length);
        return [...records].map(([email, count]) => ({ email, records: count }));
      },
      tick(nowMs) {
        for (const rowsOfAccount of Object.values(state.data))
          for (const [id, { anonymisedAt }] of Object.entries(rowsOfAccount))
            if (anonymisedAt !== undefined && Date.parse(anonymisedAt) + removalMs <= nowMs)
              delete rowsOfAccount[id];
      },
      errorBody: (status) => failureBody(status, 'Scripted'),
      configuration: (baseUrl) => ({
        config: {
          baseUrl,
          accounts: [
            { name: 'main', credentialsSecret: 'mailjet/main' },
            { name: 'campaigns', credentialsSecret: 'mailjet/campaigns' },
          ],
        },
        secrets: { 'mailjet/main': pairs.main, 'mailjet/campaigns': pairs.campaigns },
      }),
    };
  },
});

function failureBody(status: number, message: string) {
  return { ErrorInfo: '', ErrorMessage: message, StatusCode: status };
}

function failure(status: number, message: string): Response {
  return new Response(JSON.stringify(failureBody(status, message)), {
    status,
    headers: { 'content-type': 'application/json; charset=UTF-8' },
  });
}

function notFound(): Response {
  return failure(404, 'Object not found');
}

function rows(data: readonly object[], status = 200): Response {
  return new Response(JSON.stringify({ Count: data.length, Data: data, Total: data.length }), {
    status,
    headers: { 'content-type': 'application/json; charset=UTF-8' },
  });
}

function contactOf(id: string, row: ContactRow) {
  const { Email, Name, CreatedAt, IsExcludedFromCampaigns } = row;
  return { ID: Number(id), Email, Name, CreatedAt, IsExcludedFromCampaigns, IsOptInPending: false };
}

function propertiesOf(id: string, { properties }: ContactRow) {
  const Data = Object.entries(properties).map(([Name, Value]) => ({ Name, Value }));
  return { ID: Number(id), ContactID: Number(id), Data };
}

function adasRow(purpose: string): ContactRow {
  const { email, canary } = seeds.ada;
  const joined = '2024-03-01T09:05:00Z';
  return {
    Email: email,
    Name: `${canary}-mailjet-name`,
    CreatedAt: joined,
    IsExcludedFromCampaigns: false,
    properties: { firstname: `${canary}-mailjet-first`, company: `${canary}-mailjet-company` },
    lists: [
      { ListID: 5001, IsUnsub: false, IsActive: true, SubscribedAt: joined },
      { ListID: 5002, IsUnsub: true, IsActive: true, SubscribedAt: joined },
    ],
    messages: [
      {
        ID: purpose === 'campaigns' ? 920001 : 910001,
        ArrivedAt: joined,
        Subject: `${canary}-mailjet-welcome`,
        Status: 'opened',
      },
      {
        ID: purpose === 'campaigns' ? 920002 : 910002,
        ArrivedAt: joined,
        Subject: `${canary}-mailjet-invoice`,
        Status: 'sent',
      },
    ],
  };
}
