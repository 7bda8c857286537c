import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emulators } from '../../../local/processors/all.ts';
import { issueCertificate } from '../../../local/processors/certificate.ts';
import { createProcessorHub, type ProcessorHub } from '../../../local/processors/hub.ts';

/** What the emulated vendors refuse, as the real ones do: a connector that gets through here by luck would fail there. */
describe('emulated vendors refuse', () => {
  let dataDir: string;
  let hub: ProcessorHub;
  beforeAll(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'emulated-'));
    hub = createProcessorHub({
      dataDir,
      now: () => Date.UTC(2026, 2, 5, 9),
      emulators,
    });
    hub.configFor(4010);
  });
  afterAll(() => rmSync(dataDir, { recursive: true }));

  const send = (path: string, init: RequestInit = {}) => hub.app.request(`/local/processors/${path}`, init);
  const json = (method: string, body: unknown, headers: Record<string, string> = {}): RequestInit => ({
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const form = (body: Record<string, string>): RequestInit => ({
    method: 'POST',
    body: new URLSearchParams(body),
  });

  test.each([
    ['google-analytics/v1alpha/properties/311110001', {}, 401],
    ['google-ads/v1/requestStatus:retrieve?requestId=1', {}, 401],
    ['google-oauth/store/google-grants/goauth_ada_1', {}, 401],
    ['stripe/v1/customers', {}, 401],
    ['adyen/dps/requestSubjectErasure', { method: 'POST' }, 401],
    ['paddle/customers', {}, 403],
    ['paypal/v3/vault/payment-tokens?customer_id=x', {}, 401],
    ['telegram/botwrong/getMe', { method: 'POST' }, 401],
    ['telegram/store/chats/710000101', {}, 401],
    ['meta/v25.0/act_202600001', {}, 400],
    ['hotjar/v1/organizations/5100001/user-lookup', { method: 'POST' }, 401],
    ['beacon/v2/requests/1', {}, 401],
  ])('%s without credentials', async (path, init, status) => {
    expect((await send(path, init)).status).toBe(status);
  });

  test.each([
    [
      'google-analytics/token',
      { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: 'a.b.c' },
    ],
    [
      'google-analytics/token',
      { grant_type: 'refresh_token', client_id: 'x', client_secret: 'y', refresh_token: 'z' },
    ],
    [
      'google-ads/token',
      { grant_type: 'refresh_token', client_id: 'x', client_secret: 'y', refresh_token: 'z' },
    ],
    ['google-oauth/revoke', { token: 'unknown' }],
  ])('%s with %j', async (path, body) => {
    expect((await send(path, form(body))).status).toBe(400);
  });

  test('paypal and hotjar sign-in with wrong secrets', async () => {
    expect((await send('paypal/v1/oauth2/token', { method: 'POST' })).status).toBe(401);
    const wrong = form({ grant_type: 'client_credentials', client_id: 'x', client_secret: 'y' });
    expect((await send('hotjar/v1/oauth/token', wrong)).status).toBe(401);
  });

  test('adyen takes forceErasure as a boolean only, and only for its own merchant', async () => {
    const key = { 'x-api-key': 'local-adyen-api-key' };
    const body = { merchantAccount: 'KinescopeLocal', pspReference: '1', forceErasure: 'True' };
    expect((await send('adyen/dps/requestSubjectErasure', json('POST', body, key))).status).toBe(422);
    const other = { merchantAccount: 'Other', pspReference: '1' };
    expect((await send('adyen/dps/requestSubjectErasure', json('POST', other, key))).status).toBe(403);
  });

  test('stripe minds the case of an address, and gives the first answer again for a used key', async () => {
    const headers = { authorization: 'Bearer sk_test_local_rights_desk' };
    const found = async (email: string) => {
      const answer = await send(`stripe/v1/customers?email=${encodeURIComponent(email)}`, { headers });
      const page: { data: unknown[] } = JSON.parse(await answer.text());
      return page.data.length;
    };
    expect([await found('ada@example.com'), await found('Ada@Example.com')]).toEqual([0, 1]);
    const keyed = { ...headers, 'idempotency-key': 'k1' };
    const first = await send('stripe/v1/payment_methods/pm_none/detach', { method: 'POST', headers: keyed });
    const again = await send('stripe/v1/payment_methods/pm_SeedGrace1/detach', {
      method: 'POST',
      headers: keyed,
    });
    expect([first.status, again.status]).toEqual([404, 404]);
  });

  test('telegram deletes no message of two days ago', async () => {
    const body = { chat_id: 710000101, message_ids: [11] };
    const answer = await send('telegram/bot7100001:local-bot-token/deleteMessages', json('POST', body));
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ ok: false });
  });

  test('beacon takes each request id once and cancels only what is pending', async () => {
    const headers = { authorization: 'Bearer local-opendsr-key' };
    const body = {
      regulation: 'gdpr',
      subject_request_id: 'a7551968-d5d6-44b2-9831-815ac9017798',
      subject_request_type: 'erasure',
      subject_identities: [],
    };
    const submit = () => send('beacon/v2/requests', json('POST', body, headers));
    expect([(await submit()).status, (await submit()).status]).toEqual([201, 400]);
    const cancel = () => send(`beacon/v2/requests/${body.subject_request_id}`, { method: 'DELETE', headers });
    expect([(await cancel()).status, (await cancel()).status]).toEqual([202, 400]);
    const { subject_request_type: _, ...wrong } = body;
    expect((await send('beacon/v2/requests', json('POST', wrong, headers))).status).toBe(400);
  });
});

describe('certificates for emulated vendors', () => {
  const validity = { validFromMs: Date.UTC(2026, 0, 1), validToMs: Date.UTC(2060, 0, 1) };
  const root = issueCertificate({ commonName: 'Authority', ...validity });
  const leaf = issueCertificate({
    commonName: 'x.example.com',
    domain: 'x.example.com',
    issuer: root,
    ...validity,
  });

  test('are read by Node as what they are', () => {
    const [authority, certificate] = [
      new X509Certificate(root.certificate),
      new X509Certificate(leaf.certificate),
    ];
    expect([authority.ca, certificate.ca]).toEqual([true, false]);
    expect(certificate.checkIssued(authority)).toBe(true);
    expect(certificate.verify(authority.publicKey)).toBe(true);
    expect(certificate.checkHost('x.example.com')).toBe('x.example.com');
    expect(certificate.checkHost('y.example.com')).toBeUndefined();
    expect([Date.parse(certificate.validFrom), Date.parse(certificate.validTo)]).toEqual([
      validity.validFromMs,
      validity.validToMs,
    ]);
    expect(certificate.serialNumber).not.toBe(authority.serialNumber);
  });
});
