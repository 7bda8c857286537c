import type { Desk } from '../journeys/desk.ts';

/** One request from its start to its end; returns its reference. */
export type Journey = (desk: Desk, seen: (reference: string) => Promise<void>) => Promise<string>;

const mostRounds = 400;

/** What staff do with a case until it is closed: decide, do by hand what is left, release, try again what failed. */
export async function carry(
  desk: Desk,
  reference: string,
  seen: (reference: string) => Promise<void>,
  decision: object = { decision: 'grant' },
): Promise<void> {
  const officer = desk.staff('officer');
  const second = desk.staff('second');
  for (let round = 0; round < mostRounds; round += 1) {
    await seen(reference);
    const { body } = await officer.get(`/requests/${reference}`);
    const open: { processor: string; operation: string }[] = body.tasks.filter(
      (task: { state: string }) => task.state === 'open',
    );
    const task = open[0];
    if (body.status === 'closed') return;
    if (task?.processor === 'request') {
      await officer.act(reference, 'tasks/request', { action: 'retry', operation: task.operation });
    } else if (body.status === 'awaiting-decision' && !body.decisions.length) {
      await officer.act(reference, 'decision', decision);
      await seen(reference);
      const { body: after } = await officer.get(`/requests/${reference}`);
      if (after.decisions.some((one: { state: string }) => one.state === 'proposed'))
        await second.act(reference, 'decision', decision);
    } else if (task) {
      const { processor, operation } = task;
      const done = { outcome: 'done', evidence: 'done in the console', operation };
      const answer = await officer.act(reference, `tasks/${processor}`, done);
      if (answer.status !== 200) throw new Error(`${processor} ${operation} answered ${answer.status}`);
    } else if (body.status === 'awaiting-release') {
      const { body: whole } = await officer.get(`/requests/${reference}/package`);
      const release = { packageHash: whole.package.hash };
      await officer.act(reference, 'release', release);
      await second.act(reference, 'release', release);
    } else {
      await desk.edition.advance(body.status === 'answered' ? 'P5D' : 'P1D');
    }
  }
  throw new Error(`${reference} has not come to an end`);
}

async function submitted(desk: Desk, body: object): Promise<string> {
  const { status, body: answer } = await desk.submit({ email: 'ada@example.com', language: 'en', ...body });
  const reference = answer.submitted?.[0]?.reference;
  if (!reference) throw new Error(`the submission was answered with ${status}`);
  return reference;
}

function rights(body: object, decision?: object): Journey {
  return async (desk, seen) => {
    const reference = await submitted(desk, body);
    await seen(reference);
    await desk.verify(reference);
    await carry(desk, reference, seen, decision);
    return reference;
  };
}

const vendorFault = (desk: Desk, processor: string, init: RequestInit) =>
  fetch(`${desk.edition.url}/local/processors/${processor}/faults`, {
    headers: { 'content-type': 'application/json' },
    ...init,
  });

/** Every right, and every way that is not one: together they enter each state that an open case may rest in. */
export const journeys: Readonly<Record<string, Journey>> = {
  access: rights({ rights: ['access'] }),
  portability: rights({ rights: ['portability'] }),
  rectification: rights({
    rights: ['rectification'],
    corrections: [{ field: 'name', value: 'Ada Byron' }],
  }),
  completion: rights({ rights: ['completion'], corrections: [{ field: 'phone', value: '+31201234567' }] }),
  erasure: rights({ rights: ['erasure'] }),
  restriction: rights({ rights: ['restriction'] }),
  objection: rights(
    { rights: ['objection'], objectionScope: 'other', details: 'No profiling' },
    { decision: 'refuse', reason: 'compelling-grounds-21-1', explanation: 'Fraud is under investigation.' },
  ),
  'objection-to-marketing': rights({ rights: ['objection'], objectionScope: 'direct-marketing' }),
  'consent-withdrawal': rights({ rights: ['consent-withdrawal'] }),
  complaint: rights(
    { rights: ['complaint'], details: 'You were slow' },
    { decision: 'grant', explanation: 'You are right, and we apologise.' },
  ),
  'nothing-found': rights({ email: 'nobody@example.org', rights: ['erasure'] }),
  'retained-by-law': rights({ email: 'grace@example.com', rights: ['erasure'] }),

  'never-confirmed': async (desk, seen) => {
    const reference = await submitted(desk, { rights: ['access'] });
    for (let week = 0; week < 8; week += 1) {
      await seen(reference);
      await desk.edition.advance('P7D');
    }
    return reference;
  },

  'withdrawn-while-cooling-off': async (desk, seen) => {
    const reference = await submitted(desk, { rights: ['erasure'] });
    const cookie = await desk.verify(reference);
    await desk.staff('officer').act(reference, 'decision', { decision: 'grant' });
    await desk.staff('second').act(reference, 'decision', { decision: 'grant' });
    await fetch(`${desk.edition.url}/api/requests/${reference}`, { method: 'DELETE', headers: { cookie } });
    await desk.edition.settle();
    await desk.edition.advance('P10D');
    await seen(reference);
    return reference;
  },

  'nobody-decides-for-long': async (desk, seen) => {
    const reference = await submitted(desk, { rights: ['restriction'] });
    await desk.verify(reference);
    await desk.edition.advance('P20D');
    await carry(desk, reference, seen);
    return reference;
  },

  'vendor-fails': async (desk, seen) => {
    desk.mayFail = true;
    await vendorFault(desk, 'stripe', {
      method: 'POST',
      body: JSON.stringify({ status: 401, times: 'forever' }),
    });
    const reference = await submitted(desk, { rights: ['erasure'] });
    await desk.verify(reference);
    await desk.edition.advance('PT1H');
    await seen(reference);
    await carry(desk, reference, seen);
    return reference;
  },

  'letter-fails': async (desk, seen) => {
    desk.mayFail = true;
    desk.edition.faults.add({ service: 'ses', code: 'MessageRejected', times: 'forever' });
    const reference = await submitted(desk, { rights: ['consent-withdrawal'] });
    await desk.edition.advance('PT1H');
    await seen(reference);
    desk.edition.faults.clear();
    const retried = await desk.staff().act(reference, 'tasks/request', { action: 'retry' });
    if (retried.status !== 200) throw new Error(`the retry was answered with ${retried.status}`);
    await desk.verify(reference);
    await carry(desk, reference, seen);
    return reference;
  },
};
