import { callsTo, expectRefusal, prepare } from './rights.ts';
import { ada, dayMs, gather, grace, openVendors, type Vendors } from './vendors.ts';

const name = 'telegram';
const chat = '710000101';

describe('telegram', () => {
  let vendors: Vendors;
  beforeEach(async () => {
    vendors = await openVendors();
  });
  afterEach(() => vendors.close());
  /** Ids of the messages that went into deletion calls. */
  const deleted = () =>
    vendors.requests
      .filter(({ url }) => url.endsWith('/deleteMessages'))
      .map(({ body }) => JSON.parse(body ?? '{}').message_ids);

  test('finds the linked chat with its messages', async () => {
    const { finding } = await prepare(vendors, name, ada);
    expect(finding.holdings).toMatchObject([{ handle: chat, category: 'messages', count: 5 }]);
    expect((await prepare(vendors, name, grace)).finding).toEqual({ holdings: [], complete: true });
  });

  test('exports the chat; what staff wrote is marked for the redaction', async () => {
    const { processor, keys, finding } = await prepare(vendors, name, ada);
    const records = await gather(processor.export(keys, finding));
    expect(records.map(({ type }) => type)).toEqual(['chat', 'message', 'message', 'message', 'message']);
    expect(records.filter(({ othersAt }) => othersAt).map(({ handle }) => handle)).toEqual([`${chat}/13`]);
    expect(records.filter(({ providedBySubject }) => providedBySubject).map(({ handle }) => handle)).toEqual([
      chat,
      `${chat}/12`,
    ]);
  });

  test('deletes young messages for both sides, erases the own copy, and hands the old ones to a person', async () => {
    const { act, confirm } = await prepare(vendors, name, ada);
    expect(await confirm('erase')).toMatchObject({ seen: 'still-there', code: 'own-copy-kept' });
    expect(await act('erase')).toMatchObject({
      result: 'manual',
      instructions: 'erase',
      evidence: { observation: 'own-copy-erased' },
    });
    expect(deleted()).toEqual([[14]]);
    expect(vendors.held(name, ada)).toBe(0);
    expect(await confirm('erase')).toMatchObject({
      seen: 'confirmed',
      evidence: { observation: 'chat-404' },
    });
    expect(vendors.enabled.get(name)?.definition.manualTasks.erase?.subjectText?.nl).toContain('Telegram');
  });

  test('a message of almost 48 hours is left to a person instead of failing on the way', async () => {
    const { act } = await prepare(vendors, name, ada);
    vendors.clock.ms += 1.5 * dayMs - 60_000;
    expect(await act('erase')).toMatchObject({ result: 'manual' });
    expect(deleted()).toEqual([]);
  });

  test('a chat without old messages is done by call alone', async () => {
    const now = new Date(vendors.clock.ms).toISOString();
    const messages = [{ messageId: 14, sentAt: now, from: 'bot', text: 'x' }];
    const body = { chatId: chat, email: ada, linkedAt: now, stopped: false, messages };
    await vendors.fault(name, { status: 200, body, path: '/store', method: 'GET', times: 2 });
    const { act, confirm } = await prepare(vendors, name, ada);
    expect(await act('erase')).toMatchObject({ result: 'done' });
    expect(await confirm('erase')).toMatchObject({ seen: 'confirmed' });
  });

  test('F1 repeated after the copy is gone, it still asks a person to look', async () => {
    const { act } = await prepare(vendors, name, ada);
    await vendors.fault(name, { cancel: 'after', method: 'DELETE', times: 1 });
    await act('erase');
    expect(await act('erase')).toMatchObject({ result: 'manual', instructions: 'erase' });
    expect(deleted()).toEqual([[14]]);
  });

  test('stops sending on restriction, objection and withdrawal, and resumes on lifting', async () => {
    const { act, confirm } = await prepare(vendors, name, ada);
    for (const action of ['restrict', 'opt-out'] as const) {
      await act('lift');
      expect(await confirm(action)).toMatchObject({ seen: 'still-there', code: 'sending-unchanged' });
      expect(await act(action)).toMatchObject({ result: 'done' });
      expect(await confirm(action)).toMatchObject({ seen: 'confirmed' });
    }
    expect(await confirm('lift')).toMatchObject({ seen: 'still-there' });
    expect(await act('rectify')).toEqual({ result: 'manual', instructions: 'rectify' });
  });

  test.each(['keep', 'archive', 'cancel'])(
    'a store that says erased and keeps (%s) is found out',
    async (lie) => {
      const { act, confirm } = await prepare(vendors, name, ada);
      await vendors.fault(name, { lie, method: 'DELETE' });
      await act('erase');
      expect(await confirm('erase')).toMatchObject({ seen: 'still-there', code: 'own-copy-kept' });
    },
  );

  test('a copy that comes back is found out', async () => {
    const { act, confirm } = await prepare(vendors, name, ada);
    await vendors.fault(name, { lie: 'restore-later', method: 'DELETE' });
    await act('erase');
    vendors.clock.ms += 8 * dayMs;
    expect(await confirm('erase')).toMatchObject({ seen: 'still-there' });
  });

  test.each([
    [{ error_code: 400 }, 'PermanentError', 'messages-not-deleted'],
    [{ error_code: 403 }, 'PermanentError', 'messages-not-deleted'],
    [{ error_code: 401 }, 'PermanentError', 'credentials-refused'],
  ])(
    'the bot answering %j is %s %s, and the own copy stays for the next try',
    async (error, family, code) => {
      const { act } = await prepare(vendors, name, ada);
      await vendors.fault(name, {
        status: error.error_code,
        body: { ok: false, description: 'x', ...error },
        path: '^/bot',
      });
      await expectRefusal(act('erase'), family, code);
      expect(vendors.held(name, ada)).toBe(5);
      expect(await act('erase')).toMatchObject({ result: 'manual' });
    },
  );

  test('F17 a limit told in the body alone is honoured', async () => {
    const { act } = await prepare(vendors, name, ada);
    const body = { ok: false, error_code: 429, parameters: { retry_after: 35 } };
    await vendors.fault(name, { status: 200, body, path: '^/bot' });
    await expect(act('erase')).rejects.toMatchObject({ name: 'TransientError', retryAfterMs: 35_000 });
  });

  test.each([
    [{ lie: 'wrong-subject' }, 'QuarantineError', 'another-person'],
    [{ lie: 'error-in-200' }, 'QuarantineError', 'unexpected-shape'],
    [{ lie: 'cut-body' }, 'QuarantineError', 'not-json'],
    [{ status: 401 }, 'PermanentError', 'credentials-refused'],
  ])('the store answering %j is %s %s', async (fault, family, code) => {
    await vendors.fault(name, { path: '/store', ...fault });
    await expectRefusal(prepare(vendors, name, ada), family, code);
  });

  test('a chat under another id is not used', async () => {
    const body = { chatId: '1', email: ada, linkedAt: '2024-01-01T00:00:00Z', stopped: false, messages: [] };
    await vendors.fault(name, { status: 200, body, path: '/store' });
    await expectRefusal(prepare(vendors, name, ada), 'QuarantineError', 'another-record');
  });

  test('check asks the bot who it is and the store for nobody', async () => {
    await vendors.processor(name).check();
    expect(callsTo(vendors, name).map((call) => call.replace(/bot[^/]+/, 'bot'))).toEqual([
      'POST /bot/getMe',
      'GET /store/chats/rights-desk-connection-check',
    ]);
    await vendors.fault(name, { status: 401, path: '^/bot' });
    await expectRefusal(vendors.processor(name).check(), 'PermanentError', 'credentials-refused');
    await vendors.fault(name, { status: 401, path: '/store' });
    await expectRefusal(vendors.processor(name).check(), 'PermanentError', 'credentials-refused');
  });
});
