import { sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { subjectRequestId } from '../../functions/processors/opendsr/request-id.ts';
import { type Desk, openDesk, type StatusView } from './desk.ts';

/** A processor that is known by configuration alone: filed, reported by signed callbacks, looked at anew, never believed. */
describe('an erasure at an OpenDSR processor', () => {
  let dataDir: string;
  let desk: Desk;
  let reference: string;
  let session: string;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'rights-desk-opendsr-'));
    desk = await openDesk({ dataDir });
    const { body } = await desk.submit({ email: 'ada@example.com', rights: ['erasure'], language: 'en' });
    reference = body.submitted[0]?.reference ?? '';
    session = await desk.verify(reference);
    await desk.staff().act(reference, 'decision', { decision: 'grant' });
    await desk.staff('second').act(reference, 'decision', { decision: 'grant' });
  });
  afterEach(async () => {
    await desk.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const url = () => `${desk.edition.url}/callbacks/opendsr/beacon`;
  const beacon = async (): Promise<StatusView['dispositions'][number] | undefined> =>
    (await desk.status(reference, session)).dispositions.find((one) => one.processor === 'beacon');
  const calls = () => desk.edition.processors.view().find((one) => one.name === 'beacon')?.calls ?? [];
  const asked = () =>
    calls().filter((call) => call.method === 'GET' && call.path.startsWith('/v2/requests/'));
  const reports = async () =>
    (await desk.staff().get(`/requests/${reference}`)).body.trail.filter(
      (event: { type: string }) => event.type === 'processor-reported',
    );

  /** Moves time until the erasure has been filed. */
  async function filed(): Promise<string> {
    for (let days = 0; days < 20; days += 1) {
      if (calls().some((call) => call.method === 'POST' && call.status === 201))
        return subjectRequestId(`${reference}.beacon.erase`, 'beacon');
      await desk.edition.advance('P1D');
    }
    throw new Error('nothing was filed');
  }

  function signed(body: object): RequestInit {
    const { data } = JSON.parse(readFileSync(join(dataDir, 'processors', 'beacon.json'), 'utf8'));
    const text = JSON.stringify(body);
    return {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-opendsr-processor-domain': 'opendsr.beacon.example.com',
        'x-opendsr-signature': sign('sha256', Buffer.from(text), data.signer.privateKey).toString('base64'),
      },
      body: text,
    };
  }

  function report(id: string, status: string) {
    return {
      controller_id: 'kinescope',
      status_callback_url: url(),
      subject_request_id: id,
      request_status: status,
      expected_completion_time: new Date(desk.edition.now()).toISOString(),
    };
  }

  async function post(init: RequestInit): Promise<number> {
    const answer = await fetch(url(), init);
    await answer.arrayBuffer();
    await desk.edition.settle();
    return answer.status;
  }

  test('is filed once, its own callbacks make the case look again, and its word is told as no more than that', async () => {
    await filed();
    expect(await beacon()).toMatchObject({ disposition: 'accepted' });
    await desk.edition.advance('P4D');
    expect(desk.edition.processors.view().find((one) => one.name === 'beacon')?.holds).toEqual([]);
    expect(await beacon()).toMatchObject({ disposition: 'accepted', reason: 'cannot-be-seen' });
    expect(calls().filter((call) => call.method === 'POST' && call.status === 201)).toHaveLength(1);
    expect((await reports()).length).toBeGreaterThan(0);
  });

  test('F14 F16 F9 a signed callback is heard once, however often and in whatever order it comes', async () => {
    const id = await filed();
    const before = asked().length;
    expect(await post(signed(report(id, 'in_progress')))).toBe(202);
    expect(asked().length).toBeGreaterThan(before);
    const heard = (await reports()).length;
    const looked = asked().length;
    for (const late of ['in_progress', 'pending', 'in_progress'])
      expect(await post(signed(report(id, late)))).toBe(202);
    expect([(await reports()).length, asked().length]).toEqual([heard, looked]);
    // The processor itself is asked what is true: a signed "completed" while it still works ends nothing.
    expect(await post(signed(report(id, 'completed')))).toBe(202);
    expect(await beacon()).toMatchObject({ disposition: 'accepted' });
    expect((await beacon())?.reason).toBeUndefined();
  });

  test('A58 a forged one gets 403, one without sense 400, one for nobody 404, and nothing changes', async () => {
    const id = await filed();
    const { version } = (await desk.staff().get(`/requests/${reference}`)).body;
    const honest = signed(report(id, 'in_progress'));
    const forged = { ...honest, body: String(honest.body).replace('in_progress', 'completed') };
    expect(await post(forged)).toBe(403);
    expect(await post({ ...honest, headers: { 'content-type': 'application/json' } })).toBe(403);
    const elsewhere = {
      ...report(id, 'completed'),
      status_callback_url: 'https://other.example.com/callbacks',
    };
    expect(await post(signed(elsewhere))).toBe(403);
    expect(await post(signed({ hello: 'world' }))).toBe(400);
    expect((await fetch(`${desk.edition.url}/callbacks/opendsr/mailchimp`, honest)).status).toBe(404);
    expect(await post(signed(report(subjectRequestId('nobody', 'beacon'), 'completed')))).toBe(202);
    expect((await desk.staff().get(`/requests/${reference}`)).body.version).toBe(version);
  });

  test('what the processor is, is told in the answer as the register of the configuration has it', async () => {
    await filed();
    await desk.edition.advance('P10D');
    const view = await desk.staff().get(`/requests/${reference}`);
    for (const task of view.body.tasks.filter((one: { state: string }) => one.state === 'open'))
      await desk.staff().act(reference, `tasks/${task.processor}`, {
        outcome: 'done',
        evidence: 'done by hand',
        operation: task.operation,
      });
    await desk.edition.advance('P2D');
    const answer = desk.edition.outbox({ letter: 'answer' }).at(-1);
    expect(answer?.text).toContain('Beacon');
  });
});
