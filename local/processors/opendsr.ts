import { sign } from 'node:crypto';
import { Hono } from 'hono';
import { issueCertificate, type KeyAndCertificate } from './certificate.ts';
import { defineEmulator, type EmulatorEnv, type Report } from './emulator.ts';
import { seeds } from './seeds.ts';

const apiKey = 'Bearer local-opendsr-key';
const domain = 'opendsr.beacon.example.com';
const name = 'beacon';
const dayMs = 86_400_000;
const pendingMs = dayMs;
const workMs = 3 * dayMs;

type Status = 'pending' | 'in_progress' | 'completed' | 'cancelled';

interface BeaconData {
  root: KeyAndCertificate;
  signer: KeyAndCertificate;
  people: Record<string, { records: number }>;
  requests: Record<
    string,
    {
      at: number;
      expectedAt: number;
      emails: string[];
      status: Status;
      lie?: 'keeps' | 'cancels';
      callbackUrls: string[];
    }
  >;
  /** Reports of changes that did not reach anybody yet. */
  callbacks: Report[];
}

/** A processor that speaks OpenDSR 2.0, by the name of "beacon". Answers are signed with a certificate of its own authority. */
export const openDsrEmulator = defineEmulator<BeaconData>({
  name,
  seed(nowMs) {
    const validity = { validFromMs: nowMs - dayMs, validToMs: nowMs + 20 * 365 * dayMs };
    const root = issueCertificate({ commonName: 'Local Test Authority', ...validity });
    const signer = issueCertificate({ commonName: domain, domain, issuer: root, ...validity });
    return { root, signer, people: { [seeds.ada.email]: { records: 3 } }, requests: {}, callbacks: [] };
  },
  create({ state, now }) {
    const app = new Hono<EmulatorEnv>();
    let ownBase = '';

    const signedHeaders = (text: string) => ({
      'content-type': 'application/json',
      'x-opendsr-processor-domain': domain,
      'x-opendsr-signature': sign('sha256', Buffer.from(text), state.data.signer.privateKey).toString(
        'base64',
      ),
    });
    const signed = (body: unknown, status = 200): Response => {
      const text = JSON.stringify(body);
      return new Response(text, { status, headers: signedHeaders(text) });
    };
    const report = (id: string) => {
      for (const url of state.data.requests[id]?.callbackUrls ?? []) {
        const body = JSON.stringify({ ...stateOf(id), status_callback_url: url });
        state.data.callbacks.push({ url, headers: signedHeaders(body), body });
      }
    };
    const stateOf = (id: string) => {
      const request = state.data.requests[id];
      return {
        controller_id: 'kinescope',
        expected_completion_time: new Date(request?.expectedAt ?? 0).toISOString(),
        subject_request_id: id,
        request_status: request?.status,
        api_version: '2.0',
      };
    };

    app.get('/v2/cert.pem', (c) => c.text(state.data.signer.certificate));

    app.get('/v2/discovery', (c) =>
      c.json({
        api_version: '2.0',
        supported_identities: [
          { identity_type: 'email', identity_format: 'raw' },
          { identity_type: 'email', identity_format: 'sha256' },
        ],
        supported_subject_request_types: ['erasure', 'access'],
        processor_certificate: `${ownBase}/v2/cert.pem`,
      }),
    );

    app.use('/v2/requests/*', async (c, next) =>
      c.req.header('authorization') === apiKey ? next() : dsrError(401, 'Unauthorized'),
    );

    app.post('/v2/requests', async (c) => {
      const text = await c.req.text();
      const body: {
        regulation?: string;
        subject_request_id: string;
        subject_request_type: string;
        status_callback_urls?: string[];
        subject_identities: { identity_type: string; identity_value: string; identity_format: string }[];
      } = JSON.parse(text);
      const id = body.subject_request_id;
      if (body.regulation !== 'gdpr' || body.subject_request_type !== 'erasure')
        return dsrError(400, 'regulation and type');
      if (state.data.requests[id] !== undefined) return dsrError(400, 'subject_request_id is taken');
      const lie = c.env.lie === 'cancel' ? 'cancels' : c.env.lie === 'archive' ? 'keeps' : undefined;
      state.data.requests[id] = {
        at: now(),
        expectedAt: now() + workMs,
        emails: body.subject_identities
          .filter((one) => one.identity_type === 'email' && one.identity_format === 'raw')
          .map((one) => one.identity_value),
        status: 'pending',
        callbackUrls: body.status_callback_urls ?? [],
        ...(lie === undefined ? {} : { lie }),
      };
      return signed(
        {
          controller_id: 'kinescope',
          expected_completion_time: new Date(now() + workMs).toISOString(),
          received_time: new Date(now()).toISOString(),
          encoded_request: Buffer.from(text).toString('base64'),
          subject_request_id: id,
        },
        201,
      );
    });

    app.get('/v2/requests/:id', (c) => {
      const id = c.req.param('id');
      return state.data.requests[id] === undefined ? dsrError(404, 'unknown request') : signed(stateOf(id));
    });

    app.delete('/v2/requests/:id', (c) => {
      const id = c.req.param('id');
      const request = state.data.requests[id];
      if (request === undefined) return dsrError(404, 'unknown request');
      if (request.status !== 'pending') return dsrError(400, 'not pending');
      request.status = 'cancelled';
      return signed(
        { controller_id: 'kinescope', received_time: new Date(now()).toISOString(), subject_request_id: id },
        202,
      );
    });

    return {
      app,
      tick(nowMs) {
        for (const [id, request] of Object.entries(state.data.requests)) {
          if (request.status === 'pending' && request.at + pendingMs <= nowMs) {
            request.status = request.lie === 'cancels' ? 'cancelled' : 'in_progress';
            report(id);
          }
          if (request.status !== 'in_progress' || request.expectedAt > nowMs) continue;
          request.status = 'completed';
          report(id);
          if (request.lie === 'keeps') continue;
          for (const email of request.emails) delete state.data.people[email];
        }
      },
      async deliver(send) {
        for (const one of state.data.callbacks.splice(0))
          if (!(await send(one))) state.data.callbacks.push(one);
      },
      holds: () => Object.entries(state.data.people).map(([email, { records }]) => ({ email, records })),
      errorBody: (status) => ({ error: { code: status, message: 'scripted' } }),
      configuration(baseUrl) {
        ownBase = baseUrl;
        return {
          place: ['opendsr', name],
          config: {
            baseUrl: `${baseUrl}/v2`,
            domain,
            authorization: { header: 'authorization', secret: 'beacon/authorization' },
            rootCertificate: state.data.root.certificate,
            callbackUrl: `${new URL(baseUrl).origin}/callbacks/opendsr/${name}`,
            register: {
              title: 'Beacon',
              legalEntity: 'Beacon Analytics B.V.',
              country: { nl: 'Nederland', en: 'the Netherlands' },
              role: 'processor',
              activities: ['analytics'],
              categories: ['usage'],
              safeguard: 'within-eea',
            },
          },
          secrets: { 'beacon/authorization': apiKey },
        };
      },
    };
  },
});

function dsrError(status: number, message: string): Response {
  return Response.json({ error: { code: status, message } }, { status });
}
