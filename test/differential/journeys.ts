import { openDesk } from '../journeys/desk.ts';
import { type DynamoDbLocal, startDynamoDbLocal } from './dynamodb-local.ts';

// Run by `npm run differential` only, which needs Java: whole journeys on the engine of this machine and on Amazon's own DynamoDB Local.
// What people see and what is recorded is the same.

/** What must not depend on the engine: no ids, no instants. */
async function lived(right: string, dynamodbEndpoint: string | undefined) {
  const desk = await openDesk(dynamodbEndpoint === undefined ? {} : { dynamodbEndpoint });
  try {
    const { body } = await desk.submit({ email: 'grace@example.com', language: 'en', rights: [right] });
    const [{ reference } = { reference: '' }] = body.submitted;
    const cookie = await desk.verify(reference);
    const staff = [desk.staff(), desk.staff('second')];
    for (const colleague of staff) {
      const { body: read } = await colleague.get(`/requests/${reference}`);
      if (read.status === 'awaiting-decision')
        await colleague.act(reference, 'decision', { decision: 'grant' });
    }
    await desk.edition.advance('P4D');
    const view = async () => (await staff[0]?.get(`/requests/${reference}`))?.body;
    for (const colleague of staff) {
      const { status, package: built } = await view();
      if (status === 'awaiting-release')
        await colleague.act(reference, 'release', { packageHash: built.hash });
    }
    await desk.edition.advance('P45D');
    const queue = await staff[0]?.get('/requests');
    const document = await desk
      .status(reference, await desk.verify(reference).catch(() => cookie))
      .catch(() => null);
    const { status, outcome, dispositions, timeline, tasks } = await view();
    return {
      status,
      outcome,
      tasks: tasks.map((task: { processor: string; operation: string; state: string }) => [
        task.processor,
        task.operation,
        task.state,
      ]),
      dispositions: dispositions.map((one: { processor: string; disposition: string }) => [
        one.processor,
        one.disposition,
      ]),
      timeline: timeline.map((one: { event: string }) => one.event),
      queue: queue?.body.items.length,
      subjectSees: document?.status,
      letters: desk.edition.outbox().map((mail) => mail.letter),
    };
  } finally {
    await desk.stop();
  }
}

describe('journeys on Amazon’s DynamoDB Local', () => {
  let local: DynamoDbLocal;
  // Each journey begins with empty tables.
  beforeEach(async () => {
    local = await startDynamoDbLocal();
  }, 60_000);
  afterEach(() => local.stop());

  test.each(['erasure', 'access', 'restriction', 'consent-withdrawal'])(
    '%s ends as on the engine of this machine',
    async (right) => {
      const there = await lived(right, local.endpoint);
      expect(there.timeline.length).toBeGreaterThan(5);
      expect(there).toEqual(await lived(right, undefined));
    },
    240_000,
  );
});
