import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEdition } from '../../local/edition.ts';
import { productFunctions } from '../../local/product-functions.ts';
import { type Operator, operatorOf } from './operator.ts';

/*
 * A simulated operator: the cause of each alarm is brought about in the local edition, the alarm of the catalogue rings on the metrics
 * that the functions really emit, the line of the runbook is followed, and the alarm ends.
 */

// Whole months and hundreds of sweeps on a machine that may be busy with other tests.
jest.setTimeout(120_000);

describe('an operator who is rung', () => {
  let operator: Operator;
  let dataDir: string;

  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'rights-desk-operator-'));
    operator = operatorOf(
      await createEdition({ dataDir, startAt: '2026-03-05T09:00:00.000Z', functions: productFunctions }),
      dataDir,
    );
  });
  afterEach(async () => {
    await operator.edition.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const faults = (processor: string, list: object) =>
    fetch(`${operator.edition.url}/local/processors/${processor}/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(list),
    });
  const mended = (processor: string) =>
    fetch(`${operator.edition.url}/local/processors/${processor}/faults`, { method: 'DELETE' });

  it('two days left, planned breach, overdue, legal breach: an undecided case rings four times and falls silent once it is answered', async () => {
    const { edition } = operator;
    const reference = await operator.submit('ada@example.com', 'restriction');
    await operator.verify(reference);
    await operator.wait(30);
    for (const alarm of ['two-days-left', 'planned-breach', 'overdue-requests', 'legal-breach'])
      expect({ alarm, state: operator.state(alarm) }).toEqual({ alarm, state: 'OK' });

    // Promised for Easter Sunday 5 April, legally due on Tuesday 7 April.
    let since = edition.now();
    await edition.advanceTo('2026-04-03T06:00:00.000Z');
    expect(operator.rangSince('two-days-left', since)).toBe(true);
    expect(operator.rangSince('planned-breach', since)).toBe(false);
    since = edition.now();
    await edition.advanceTo('2026-04-06T06:00:00.000Z');
    await operator.wait(30);
    expect(operator.rangSince('planned-breach', since)).toBe(true);
    expect(operator.rangSince('legal-breach', since)).toBe(false);
    expect(operator.state('overdue-requests')).toBe('ALARM');
    since = edition.now();
    await edition.advanceTo('2026-04-08T06:00:00.000Z');
    expect(operator.rangSince('legal-breach', since)).toBe(true);

    // Runbook: what is it waiting for? Then do its next action now.
    const { code, out } = await operator.ops('inspect', reference);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      status: 'awaiting-decision',
      execution: { waitsFor: ['decision'] },
    });
    expect(out).not.toContain('ada@');
    await operator.staff('officer', reference, 'decision', { decision: 'grant' });
    await finishTasks(reference);
    await operator.wait(45);
    expect(['answered', 'closed']).toContain((await operator.read(reference)).status);
    expect(operator.state('overdue-requests')).toBe('OK');
    expect(operator.state('legal-breach')).toBe('OK');
  });

  async function finishTasks(reference: string): Promise<void> {
    for (let round = 0; round < 10; round += 1) {
      const { status, tasks } = await operator.read(reference);
      const open = tasks.filter((task) => task.state === 'open');
      if (status === 'answered' || status === 'closed' || open.length === 0) return;
      for (const { processor } of open)
        await operator.staff('officer', reference, `tasks/${processor}`, {
          outcome: 'done',
          evidence: 'done in the console of the vendor',
        });
    }
  }

  it('processor down: a vendor that fails for a day rings under its own name; mended and tried again, the alarm ends', async () => {
    const since = operator.edition.now();
    await faults('mailchimp', { status: 500, times: 'forever' });
    const reference = await operator.submit('ada@example.com', 'erasure');
    await operator.verify(reference);
    await operator.edition.advance('P1D');
    expect(operator.rangSince('processor-down-mailchimp', since)).toBe(true);
    expect(operator.rangSince('processor-down-intercom', since)).toBe(false);

    // Runbook: one read-only call says what is wrong.
    const down = await operator.processors('check', 'mailchimp');
    expect(down).toMatchObject({ code: 1, out: expect.stringMatching(/FAIL mailchimp/) });
    await mended('mailchimp');
    expect((await operator.processors('check', 'mailchimp')).code).toBe(0);
    await operator.staff('officer', reference, 'tasks/mailchimp', { action: 'retry' });
    await operator.wait(120);
    const { tasks } = await operator.read(reference);
    expect(tasks.filter((task) => task.processor === 'mailchimp' && task.state === 'open')).toEqual([]);
    expect(operator.state('processor-down-mailchimp')).toBe('OK');
  });

  it("quarantined answer: another person's record pages at once, stays out of the case, and ends when the vendor answers rightly", async () => {
    const since = operator.edition.now();
    await faults('mailchimp', { lie: 'wrong-subject', times: 'forever' });
    const reference = await operator.submit('ada@example.com', 'access');
    await operator.verify(reference);
    await operator.wait(10);
    expect(operator.rangSince('quarantined-answer', since)).toBe(true);

    await mended('mailchimp');
    await operator.staff('officer', reference, 'tasks/mailchimp', { action: 'retry' });
    await operator.wait(30);
    expect(operator.state('quarantined-answer')).toBe('OK');
  });

  it('letter bounced: rings once for a letter that came back, and ends', async () => {
    const since = operator.edition.now();
    operator.edition.mailWorld.script({ event: 'bounce' });
    await operator.submit('ada@example.com', 'access');
    await operator.wait(10);
    expect(operator.rangSince('letter-bounced', since)).toBe(true);
    await operator.wait(15);
    expect(operator.state('letter-bounced')).toBe('OK');
  });

  it('letter failed and step failed: a refusing mail service pages; mended and retried, the letter goes out once', async () => {
    const since = operator.edition.now();
    operator.edition.faults.add({ service: 'ses', code: 'MessageRejected', times: 'forever' });
    const reference = await operator.submit('ada@example.com', 'access');
    await operator.wait(10);
    expect(operator.rangSince('letter-failed', since)).toBe(true);
    expect(operator.rangSince('step-failed', since)).toBe(true);
    expect(operator.edition.outbox()).toEqual([]);

    operator.edition.faults.clear();
    await operator.staff('officer', reference, 'tasks/request', { action: 'retry' });
    await operator.wait(30);
    expect(operator.edition.outbox().map(({ letter }) => letter)).toEqual(['receipt']);
    expect(operator.state('letter-failed')).toBe('OK');
    expect(operator.state('step-failed')).toBe('OK');
  });

  it('verification failures: a storm of wrong codes rings, and the right code still works for those who were not guessed at', async () => {
    const since = operator.edition.now();
    const victims: string[] = [];
    for (let one = 0; one < 12; one += 1)
      victims.push(await operator.submit(`guest${one}@example.com`, 'access'));
    for (let round = 0; round < 2; round += 1) {
      if (round === 1) expect(await operator.verify(victims[0] ?? '')).toBe(200);
      for (const reference of victims.slice(1)) {
        await operator.verify(reference, '000000');
        await operator.verify(reference, '000001');
      }
      await operator.wait(5);
    }
    expect(operator.rangSince('verification-failures', since)).toBe(true);
    await operator.wait(30);
    expect(operator.state('verification-failures')).toBe('OK');
  });

  it('intake throttled: a flooded mailbox gets three letters, the rest rings, and it ends with the flood', async () => {
    const since = operator.edition.now();
    for (let round = 0; round < 2; round += 1) {
      for (let one = 0; one < 15; one += 1)
        await operator.submit(
          'stranger@example.com',
          ['access', 'erasure', 'objection'][one % 3] ?? 'access',
        );
      await operator.wait(5);
    }
    expect(operator.rangSince('intake-throttled', since)).toBe(true);
    expect(operator.edition.outbox({ to: 'stranger@example.com' }).length).toBeLessThanOrEqual(3);
    await operator.wait(30);
    expect(operator.state('intake-throttled')).toBe('OK');
  });

  it('alarm route test: rings once in the morning and at no other time', async () => {
    const since = operator.edition.now();
    await operator.edition.advanceTo('2026-03-06T06:55:00.000Z');
    expect(operator.rangSince('alarm-route-test', since)).toBe(false);
    await operator.wait(30);
    expect(operator.rangSince('alarm-route-test', since)).toBe(true);
    expect(operator.state('alarm-route-test')).toBe('OK');
  });

  it('sweep silent: without a sweep it rings within half an hour; started again, it ends', async () => {
    await operator.wait(30);
    expect(operator.state('sweep-silent')).toBe('OK');
    await operator.edition.stop();
    operator = operatorOf(
      await createEdition({ dataDir, functions: productFunctions.filter(({ name }) => name !== 'sweep') }),
      dataDir,
    );
    await operator.wait(30);
    expect(operator.state('sweep-silent')).toBe('ALARM');
    await operator.edition.stop();
    operator = operatorOf(await createEdition({ dataDir, functions: productFunctions }), dataDir);
    await operator.wait(30);
    expect(operator.state('sweep-silent')).toBe('OK');
  });
});
