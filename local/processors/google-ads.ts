import { createHash, randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { defineEmulator, type EmulatorEnv } from './emulator.ts';
import { googleError, googleErrorBody, grantToken, isBearer } from './google-token.ts';
import { seeds } from './seeds.ts';

const scope = 'https://www.googleapis.com/auth/datamanager';
const account = '4477110099';
const client = {
  id: 'local-ads.apps.googleusercontent.com',
  secret: 'local-ads-secret',
  refreshToken: '1//local-ads-refresh',
};
const pageSize = 2;
const processingMs = 30 * 60_000;

interface Removal {
  at: number;
  lists: string[];
  hashes: string[];
  status: 'PROCESSING' | 'SUCCESS' | 'FAILED';
  lie?: 'keeps' | 'fails';
}

interface AdsData {
  lists: Record<string, { displayName: string; keyType: string; members: Record<string, string> }>;
  requests: Record<string, Removal>;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Data Manager API with one account, two uploaded lists and one that Google fills by itself. */
export const googleAdsEmulator = defineEmulator<AdsData>({
  name: 'google-ads',
  seed: () => {
    const members = { [sha256(seeds.ada.email)]: seeds.ada.email };
    return {
      lists: {
        '8100000001': { displayName: 'Customers', keyType: 'CONTACT_ID', members: { ...members } },
        '8100000002': { displayName: 'Visitors', keyType: 'PSEUDONYMOUS_ID', members: {} },
        '8100000003': { displayName: 'Trial ended', keyType: 'CONTACT_ID', members: { ...members } },
      },
      requests: {},
    };
  },
  create({ state, now }) {
    const app = new Hono<EmulatorEnv>();

    app.post('/token', async (c) =>
      grantToken(new URLSearchParams(await c.req.text()), { client }, scope, now()),
    );

    app.use('/v1/*', async (c, next) => {
      if (!isBearer(c.req.header('authorization'), scope, now())) return googleError(401, 'UNAUTHENTICATED');
      return next();
    });

    app.get('/v1/accountTypes/GOOGLE_ADS/accounts/:account/userLists', (c) => {
      if (c.req.param('account') !== account) return googleError(403, 'PERMISSION_DENIED');
      const start = Number(c.req.query('pageToken') ?? '0');
      const all = Object.entries(state.data.lists);
      const userLists = all.slice(start, start + pageSize).map(([id, { displayName, keyType }]) => ({
        name: `accountTypes/GOOGLE_ADS/accounts/${account}/userLists/${id}`,
        id,
        displayName,
        readOnly: keyType !== 'CONTACT_ID',
        ingestedUserListInfo: { uploadKeyTypes: [keyType] },
      }));
      const next = start + pageSize;
      return c.json({ userLists, ...(next < all.length ? { nextPageToken: String(next) } : {}) });
    });

    app.post('/v1/audienceMembers:remove', async (c) => {
      const body = await c.req.json<{
        destinations: { operatingAccount: { accountId: string }; productDestinationId: string }[];
        audienceMembers: { userData: { userIdentifiers: { emailAddress: string }[] } }[];
        encoding: string;
      }>();
      const lists = body.destinations.map((one) => one.productDestinationId);
      const isOurs = body.destinations.every((one) => one.operatingAccount.accountId === account);
      if (!isOurs || lists.some((id) => state.data.lists[id] === undefined))
        return googleError(400, 'INVALID_ARGUMENT');
      const hashes = body.audienceMembers.flatMap(({ userData }) =>
        userData.userIdentifiers.map(({ emailAddress }) => emailAddress),
      );
      if (body.encoding !== 'HEX' || hashes.some((hash) => !/^[\da-f]{64}$/.test(hash)))
        return googleError(400, 'INVALID_ARGUMENT');
      const requestId = randomUUID();
      const { lie } = c.env;
      state.data.requests[requestId] = {
        at: now(),
        lists,
        hashes,
        status: 'PROCESSING',
        ...(lie === 'archive' ? { lie: 'keeps' } : lie === 'cancel' ? { lie: 'fails' } : {}),
      };
      return c.json({ requestId });
    });

    app.get('/v1/requestStatus:retrieve', (c) => {
      const request = state.data.requests[c.req.query('requestId') ?? ''];
      if (request === undefined) return googleError(404, 'NOT_FOUND');
      return c.json({
        requestStatusPerDestination: request.lists.map((productDestinationId) => ({
          destination: { productDestinationId },
          requestStatus: request.status,
          ...(request.status === 'SUCCESS'
            ? {
                audienceMembersRemovalStatus: {
                  userDataRemovalStatus: { recordCount: String(request.hashes.length) },
                },
              }
            : {}),
        })),
      });
    });

    return {
      app,
      tick(nowMs) {
        for (const request of Object.values(state.data.requests)) {
          if (request.status !== 'PROCESSING' || request.at + processingMs > nowMs) continue;
          request.status = request.lie === 'fails' ? 'FAILED' : 'SUCCESS';
          if (request.lie !== undefined) continue;
          for (const list of request.lists)
            for (const hash of request.hashes) delete state.data.lists[list]?.members[hash];
        }
      },
      holds: () =>
        Object.values(state.data.lists)
          .flatMap(({ members }) => Object.values(members))
          .map((email) => ({ email, records: 1 })),
      errorBody: googleErrorBody,
      configuration: (baseUrl) => ({
        config: {
          baseUrl,
          auth: { kind: 'refresh-token', clientId: client.id, tokenUrl: `${baseUrl}/token` },
          accounts: [{ accountId: account }],
          fedFrom: 'accounts',
        },
        secrets: {
          'google-ads/client-secret': client.secret,
          'google-ads/refresh-token': client.refreshToken,
        },
      }),
    };
  },
});
