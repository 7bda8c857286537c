import { sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { laterStatus } from '../../functions/domain/processor-reports.ts';
import { verifyCallback } from '../../functions/processors/opendsr/callback.ts';
import { callbackReceiver } from '../../functions/processors/opendsr/callback-receiver.ts';
import { subjectRequestId } from '../../functions/processors/opendsr/request-id.ts';
import { trustCertificate } from '../../functions/processors/opendsr/signature.ts';
import { expectsCallbacks, openDsr } from '../../functions/processors/opendsr.ts';
import { emulators } from '../../local/processors/all.ts';
import { issueCertificate } from '../../local/processors/certificate.ts';
import type { Report } from '../../local/processors/emulator.ts';
import { callsTo, expectRefusal, prepare } from './rights.ts';
import { ada, dayMs, gather, openVendors, type Vendors } from './vendors.ts';

const name = 'beacon';
const domain = 'opendsr.beacon.example.com';

describe('a processor that speaks opendsr', () => {
  let vendors: Vendors;
  beforeEach(async () => {
    vendors = await openVendors({ emulators: emulators });
  });
  afterEach(() => vendors.close());
  const submissions = () => callsTo(vendors, name).filter((call) => call.startsWith('POST'));

  const reconfigured = (changes: Record<string, unknown>) => vendors.reconfigured(name, changes);

  test('is known by configuration alone, under its own name', () => {
    expect(vendors.processors.get(name)?.name).toBe(name);
    expect(vendors.processors.get('opendsr')).toBeUndefined();
  });

  test('points the subject to it where the register says that it decides by itself, too', () => {
    const recipient = vendors.further[name];
    if (recipient === undefined) throw new Error('not in the register');
    expect(openDsr(name, recipient)).toMatchObject({ title: 'Beacon', ownController: false });
    const controller = openDsr(name, { ...recipient, role: 'own-controller' });
    expect(controller.ownController).toBe(true);
    expect(controller.manualTasks.erase?.subjectText).toEqual({
      nl: expect.stringContaining('bij Beacon Analytics B.V. zelf'),
      en: expect.stringContaining('at Beacon Analytics B.V. itself'),
    });
  });

  test('files an erasure, follows it to its end, and admits that it is the processor’s word', async () => {
    const { act, confirm, input } = await prepare(vendors, name, ada);
    const id = subjectRequestId(input.idempotencyKey, name);
    expect(await act('erase')).toMatchObject({ result: 'accepted', expectedBy: '2026-03-08', job: id });
    const sent = vendors.requests.find(
      ({ method, url }) => method === 'POST' && url.endsWith('/v2/requests'),
    );
    expect(JSON.parse(sent?.body ?? '{}')).toEqual({
      regulation: 'gdpr',
      subject_request_id: id,
      subject_request_type: 'erasure',
      submitted_time: input.cutoff,
      subject_identities: [{ identity_type: 'email', identity_format: 'raw', identity_value: ada }],
      api_version: '2.0',
      status_callback_urls: ['http://127.0.0.1:4010/callbacks/opendsr/beacon'],
    });
    expect(await confirm('erase', id)).toMatchObject({
      seen: 'pending',
      evidence: { observation: 'request-pending' },
    });
    vendors.clock.ms += dayMs;
    expect(await confirm('erase', id)).toMatchObject({
      seen: 'pending',
      evidence: { observation: 'request-in_progress' },
    });
    vendors.clock.ms += 2 * dayMs;
    expect(await confirm('erase', id)).toMatchObject({
      seen: 'cannot-look',
      evidence: { class: 'vendor-status', observation: 'request-completed', requestIds: [id] },
    });
    expect(vendors.held(name, ada)).toBe(0);
  });

  test('F19 the same key files once, however often it is tried', async () => {
    const { act } = await prepare(vendors, name, ada);
    await vendors.fault(name, { cancel: 'after', method: 'POST' });
    await act('erase').catch(() => undefined);
    expect(await act('erase')).toMatchObject({ result: 'accepted' });
    expect(await act('erase')).toMatchObject({ result: 'accepted' });
    const accepted = vendors.hub
      .view()
      .find((one) => one.name === name)
      ?.calls.filter(({ method, status }) => method === 'POST' && status === 201);
    expect(accepted?.length ?? 0).toBeLessThanOrEqual(1);
  });

  test('a request that the processor cancels is a failure', async () => {
    const { act, confirm } = await prepare(vendors, name, ada);
    await vendors.fault(name, { lie: 'cancel', method: 'POST' });
    await act('erase');
    vendors.clock.ms += dayMs;
    expect(await confirm('erase')).toMatchObject({ seen: 'still-there', code: 'request-cancelled' });
    expect(await act('erase')).toMatchObject({ result: 'failed', code: 'request-cancelled' });
    expect(submissions()).toHaveLength(1);
  });

  test('a request that the processor forgot is a failure', async () => {
    const { act, confirm } = await prepare(vendors, name, ada);
    await vendors.fault(name, { lie: 'keep', method: 'POST' });
    await act('erase');
    expect(await confirm('erase')).toMatchObject({ seen: 'still-there', code: 'request-unknown' });
  });

  test('a promise for the far future, or for yesterday, does not move our looks out of reach', async () => {
    const { act, confirm } = await prepare(vendors, name, ada);
    await act('erase');
    vendors.clock.ms += 2.9 * dayMs;
    expect(await confirm('erase')).toMatchObject({ seen: 'pending', expectedBy: '2026-03-09' });
  });

  test('identities are sent as configured', async () => {
    const { input } = await prepare(vendors, name, ada);
    const identities = [
      { type: 'email', format: 'sha256' },
      { type: 'controller_customer_id', format: 'raw' },
    ];
    const other = await reconfigured({ identities, callbackUrl: 'https://desk.example.com/opendsr' });
    await other.act('erase', input);
    const sent = vendors.requests.find(
      ({ method, url }) => method === 'POST' && url.endsWith('/v2/requests'),
    );
    const body = JSON.parse(sent?.body ?? '{}');
    expect(body.subject_identities).toEqual([
      {
        identity_type: 'email',
        identity_format: 'sha256',
        identity_value: expect.stringMatching(/^[\da-f]{64}$/),
      },
      {
        identity_type: 'controller_customer_id',
        identity_format: 'raw',
        identity_value: input.keys.accountId,
      },
    ]);
    expect(body.status_callback_urls).toEqual(['https://desk.example.com/opendsr']);
  });

  test('what the protocol has no message for is work for staff', async () => {
    const { act, processor, keys, finding } = await prepare(vendors, name, ada);
    for (const action of ['rectify', 'restrict', 'lift', 'opt-out'] as const)
      expect(await act(action)).toEqual({ result: 'manual', instructions: action });
    expect(await gather(processor.export(keys, finding))).toEqual([]);
    const stranger = await prepare(vendors, name, 'nobody@example.com');
    expect(await stranger.act('erase')).toMatchObject({ result: 'nothing-found' });
  });

  test('A58 an unsigned or wrongly signed answer is not used', async () => {
    const { act, input } = await prepare(vendors, name, ada);
    const id = subjectRequestId(input.idempotencyKey, name);
    const forged = {
      controller_id: 'kinescope',
      expected_completion_time: '2026-03-06T00:00:00Z',
      subject_request_id: id,
      request_status: 'completed',
    };
    await vendors.fault(name, { status: 200, body: forged, path: '/v2/requests' });
    await expectRefusal(act('erase'), 'QuarantineError', 'bad-signature');
    const headers = { 'x-opendsr-processor-domain': domain, 'x-opendsr-signature': 'AAAA' };
    await vendors.fault(name, { status: 200, body: forged, headers, path: '/v2/requests' });
    await expectRefusal(act('erase'), 'QuarantineError', 'bad-signature');
    expect(submissions()).toEqual([]);
  });

  test('A41 a certificate from elsewhere is not fetched', async () => {
    const document = {
      api_version: '2.0',
      supported_identities: [],
      supported_subject_request_types: ['erasure'],
      processor_certificate: 'https://evil.example.org/cert.pem',
    };
    await vendors.fault(name, { status: 200, body: document, path: '/v2/discovery' });
    const { act } = await prepare(vendors, name, ada);
    await expectRefusal(act('erase'), 'QuarantineError', 'certificate-elsewhere');
    expect(vendors.requests.some(({ url }) => url.includes('evil'))).toBe(false);
  });

  test('without our root, or for another domain, the certificate is not trusted', async () => {
    const { input } = await prepare(vendors, name, ada);
    const cases = [
      ['certificate-untrusted', ({ rootCertificate: _, ...rest }: Record<string, unknown>) => rest],
      [
        'certificate-domain',
        (config: Record<string, unknown>) => ({ ...config, domain: 'other.example.com' }),
      ],
    ] as const;
    for (const [code, change] of cases) {
      const own = change(vendors.configOf(name));
      const processor = await vendors.reconnected(name, own);
      await vendors.clearFaults(name);
      await expectRefusal(
        processor.act('erase', { ...input, idempotencyKey: code }),
        'QuarantineError',
        code,
      );
    }
  });

  test.each([
    [{ status: 401, path: '/v2/requests' }, 'PermanentError', 'credentials-refused'],
    [{ status: 400, path: '/v2/requests', method: 'POST' }, 'PermanentError', 'rejected'],
    [{ status: 200, path: '/v2/requests', method: 'POST' }, 'PermanentError', 'rejected'],
    [{ status: 500, path: '/v2/requests', times: 3 }, 'TransientError', 'unavailable'],
  ])('%j is %s %s', async (fault, family, code) => {
    const { act } = await prepare(vendors, name, ada);
    await vendors.fault(name, fault);
    await expectRefusal(act('erase'), family, code);
  });

  test('check reads what the processor offers, and says what is missing', async () => {
    await vendors.processor(name).check();
    const offer = {
      api_version: '2.0',
      supported_identities: [{ identity_type: 'email', identity_format: 'raw' }],
      supported_subject_request_types: ['access'],
      processor_certificate: 'https://x.example.com/cert.pem',
    };
    await vendors.fault(name, { status: 200, body: offer, path: '/v2/discovery' });
    await expectRefusal(vendors.processor(name).check(), 'QuarantineError', 'erasure-not-supported');
    const identities = [{ type: 'controller_customer_id', format: 'raw' }];
    await expectRefusal(
      (await reconfigured({ identities })).check(),
      'QuarantineError',
      'identities-not-supported',
    );
  });

  describe('its callbacks', () => {
    function receiver(changes: Record<string, unknown> = {}) {
      const own = { ...vendors.configOf(name), ...changes };
      const definition = openDsr(name);
      const http = vendors.httpFor({
        processor: name,
        origins: definition.origins(own),
        limits: definition.limits,
      });
      return callbackReceiver(name, own, { http, now: () => vendors.clock.ms });
    }

    /** The reports that the processor makes by itself from filing to the end of the work. */
    async function reports(): Promise<readonly Report[]> {
      const { act } = await prepare(vendors, name, ada);
      await act('erase');
      vendors.clock.ms += 3 * dayMs;
      vendors.hub.tick();
      const file = join(vendors.dataDir, 'processors', `${name}.json`);
      return JSON.parse(readFileSync(file, 'utf8')).data.callbacks;
    }

    test('are taken when the processor signed them, and its certificate is fetched once', async () => {
      const receive = receiver();
      const sent = await reports();
      vendors.requests.length = 0;
      const verdicts = [];
      for (const { headers, body } of sent) verdicts.push(await receive(headers, Buffer.from(body)));
      expect(verdicts).toMatchObject([
        { ok: true, callback: { status: 'in_progress' } },
        { ok: true, callback: { status: 'completed' } },
      ]);
      expect(vendors.requests.filter(({ url }) => url.endsWith('/cert.pem'))).toHaveLength(1);
    });

    test('A58 are refused when one byte differs, the signature is another’s, or nobody says to have signed', async () => {
      const receive = receiver();
      const [first, second] = await reports();
      if (first === undefined || second === undefined) throw new Error('no reports');
      const forged = first.body.replace('in_progress', 'completed');
      const refused = { ok: false, status: 403, code: 'bad-signature' };
      expect(await receive(first.headers, Buffer.from(forged))).toEqual(refused);
      expect(await receive(second.headers, Buffer.from(first.body))).toEqual(refused);
      vendors.requests.length = 0;
      expect(await receiver()({}, Buffer.from(first.body))).toEqual(refused);
      // Who does not claim to be the processor moves us to no call at all.
      expect(vendors.requests).toEqual([]);
    });

    test('are refused when they were meant for somebody else’s address, or are none', async () => {
      const [first] = await reports();
      if (first === undefined) throw new Error('no reports');
      const elsewhere = receiver({ callbackUrl: 'https://desk.example.com/callbacks/opendsr/beacon' });
      expect(await elsewhere(first.headers, Buffer.from(first.body))).toEqual({
        ok: false,
        status: 403,
        code: 'another-address',
      });
    });

    test('are expected only where the configuration names an address for them', () => {
      expect(expectsCallbacks(name, vendors.configOf(name))).toBe(true);
      expect(expectsCallbacks(name, { ...vendors.configOf(name), callbackUrl: undefined })).toBe(false);
      expect(() => receiver({ callbackUrl: undefined })).toThrow(
        expect.objectContaining({ name: 'ConfigurationError', message: `${name}: callbackUrl` }),
      );
    });
  });
});

describe('opendsr request ids', () => {
  test('are UUIDs of version 4 in lower case, the same for the same key, and different for each processor', () => {
    const id = subjectRequestId('request-1.beacon.erase', 'beacon');
    expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(subjectRequestId('request-1.beacon.erase', 'beacon')).toBe(id);
    expect(subjectRequestId('request-1.beacon.erase', 'lantern')).not.toBe(id);
    expect(subjectRequestId('request-2.beacon.erase', 'beacon')).not.toBe(id);
  });
});

describe('opendsr callbacks', () => {
  const now = Date.UTC(2026, 2, 5, 9);
  const validity = { validFromMs: now - dayMs, validToMs: now + dayMs };
  const root = issueCertificate({ commonName: 'Authority', ...validity });
  const signer = issueCertificate({ commonName: domain, domain, issuer: root, ...validity });
  const trusted = trustCertificate(signer.certificate, domain, now, [root.certificate]);
  const body = Buffer.from(
    JSON.stringify({
      controller_id: 'kinescope',
      status_callback_url: 'https://desk.example.com/opendsr',
      subject_request_id: subjectRequestId('key', 'beacon'),
      request_status: 'completed',
      expected_completion_time: '2026-03-08T09:00:00Z',
    }),
  );
  const signed = (bytes: Uint8Array, key = signer.privateKey) => ({
    'x-opendsr-processor-domain': domain,
    'x-opendsr-signature': sign('sha256', bytes, key).toString('base64'),
  });
  const refused = { ok: false, status: 403, code: 'bad-signature' };

  test('a signed callback is read', () => {
    expect(verifyCallback(signed(body), body, trusted)).toEqual({
      ok: true,
      callback: {
        subjectRequestId: subjectRequestId('key', 'beacon'),
        status: 'completed',
        expectedBy: '2026-03-08T09:00:00Z',
        callbackUrl: 'https://desk.example.com/opendsr',
      },
    });
  });

  test('the former header names and a folded signature are understood', () => {
    const { 'x-opendsr-signature': signature } = signed(body);
    const folded = `${signature.slice(0, 20)}\n ${signature.slice(20)}`;
    const headers = { 'x-opengdpr-processor-domain': domain.toUpperCase(), 'x-opengdpr-signature': folded };
    expect(verifyCallback(headers, body, trusted)).toMatchObject({ ok: true });
  });

  test('A58 any changed byte, another signer, another domain, or no signature is refused', () => {
    for (let index = 0; index < body.length; index += 17) {
      const changed = Buffer.from(body);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(verifyCallback(signed(body), changed, trusted)).toEqual(refused);
    }
    const stranger = issueCertificate({ commonName: domain, domain, ...validity });
    expect(verifyCallback(signed(body, stranger.privateKey), body, trusted)).toEqual(refused);
    const other = { ...signed(body), 'x-opendsr-processor-domain': 'other.example.com' };
    expect(verifyCallback(other, body, trusted)).toEqual(refused);
    expect(verifyCallback({}, body, trusted)).toEqual(refused);
    for (const signature of ['', '%%%', 'AAAA', ' '])
      expect(verifyCallback({ ...signed(body), 'x-opendsr-signature': signature }, body, trusted)).toEqual(
        refused,
      );
  });

  test('a body is not parsed before its signature holds, and a signed body is still checked', () => {
    const bomb = Buffer.from('{"__proto__":{"polluted":true}}');
    expect(verifyCallback({}, bomb, trusted)).toEqual(refused);
    for (const text of ['{"__proto__":{"polluted":true}}', 'not json', '{}', '[]'])
      expect(verifyCallback(signed(Buffer.from(text)), Buffer.from(text), trusted)).toEqual({
        ok: false,
        status: 400,
        code: 'no-callback',
      });
    const notText = Buffer.from([0xff, 0xfe, 0x7b]);
    expect(verifyCallback(signed(notText), notText, trusted)).toMatchObject({ code: 'no-callback' });
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  test('F14 a status never goes back, and an end stays the end', () => {
    expect(laterStatus('pending', 'in_progress')).toBe('in_progress');
    expect(laterStatus('in_progress', 'pending')).toBe('in_progress');
    expect(laterStatus('completed', 'in_progress')).toBe('completed');
    expect(laterStatus('cancelled', 'completed')).toBe('cancelled');
    expect(laterStatus('completed', 'cancelled')).toBe('completed');
    expect(laterStatus('pending', 'completed')).toBe('completed');
  });

  describe('the certificate', () => {
    const code = (pem: string, at = now, host = domain, roots = [root.certificate]) => {
      try {
        trustCertificate(pem, host, at, roots);
        return 'trusted';
      } catch (error) {
        return error instanceof Error ? error.message : 'unknown';
      }
    };
    const middle = issueCertificate({ commonName: 'Middle', issuer: root, ...validity });
    const leaf = issueCertificate({ commonName: domain, domain, issuer: middle, ...validity });

    test('is trusted through its chain', () => {
      expect(code(signer.certificate)).toBe('trusted');
      expect(code(leaf.certificate + middle.certificate)).toBe('trusted');
    });

    test.each([
      ['nothing', '', 'certificate-unreadable'],
      ['rubbish', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', 'certificate-unreadable'],
      ['a chain without its middle', leaf.certificate, 'certificate-untrusted'],
      [
        'a self-signed one',
        issueCertificate({ commonName: domain, domain, ...validity }).certificate,
        'certificate-untrusted',
      ],
      [
        'one signed by another holder of the same kind of certificate',
        issueCertificate({ commonName: domain, domain, issuer: signer, ...validity }).certificate +
          signer.certificate,
        'certificate-untrusted',
      ],
      [
        'one signed by an authority of the same name',
        issueCertificate({
          commonName: domain,
          domain,
          issuer: issueCertificate({ commonName: 'Authority', ...validity }),
          ...validity,
        }).certificate,
        'certificate-untrusted',
      ],
    ])('%s is refused', (_, pem, expected) => {
      expect(code(pem)).toBe(expected);
    });

    test('has its dates and its domain', () => {
      expect(code(signer.certificate, now + 2 * dayMs)).toBe('certificate-dates');
      expect(code(signer.certificate, now - 2 * dayMs)).toBe('certificate-dates');
      expect(code(signer.certificate, now, 'other.example.com')).toBe('certificate-domain');
    });

    test('a self-signed one is refused even when somebody made it a root (OpenDSR §4.1)', () => {
      const own = issueCertificate({ commonName: domain, domain, ...validity });
      expect(code(own.certificate, now, domain, [own.certificate])).toBe('certificate-untrusted');
    });
  });
});
