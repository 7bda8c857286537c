import { step } from '../../functions/steps/step.ts';
import { machineNames, stateMachineArn } from '../../local/machines.ts';
import { type Desk, openDesk } from '../journeys/desk.ts';

const reference = '0'.repeat(26);

describe('what a failed step says of itself', () => {
  const throwing = (error: unknown) =>
    step('Close', { info: () => {}, warn: () => {}, error: () => {} }, async () => {
      throw error;
    })({ requestId: reference });

  it('A53 never holds the words of a library: they quote what they were given', async () => {
    const quoting = await throwing(
      (() => {
        try {
          return JSON.parse('ada@example.com');
        } catch (error) {
          return error;
        }
      })(),
    ).catch((error: Error) => error);
    expect(quoting).toBeInstanceOf(Error);
    const { name, message, stack } = quoting as Error;
    expect([name, message]).toEqual(['SyntaxError', 'withheld']);
    expect(stack).toContain('failed-step.test');
    expect(stack).not.toContain('ada@');
  });
});

describe('the task that a failure becomes', () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = await openDesk();
    desk.mayFail = true;
  });
  afterEach(() => desk.stop());

  async function confirmedAccess() {
    const { body } = await desk.submit({ email: 'ada@example.com', rights: ['access'], language: 'en' });
    return body.submitted[0]?.reference ?? '';
  }
  const tasks = async (of: string): Promise<{ processor: string; code: string; instructions: string }[]> =>
    (await desk.staff().get(`/requests/${of}`)).body.tasks;

  it('names the code that its own text explains, not the family of the error', async () => {
    await fetch(`${desk.edition.url}/local/processors/stripe/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ status: 401, times: 'forever' }),
    });
    const of = await confirmedAccess();
    await desk.verify(of);
    await desk.edition.settle();
    const task = (await tasks(of)).find(({ processor }) => processor === 'stripe');
    expect(task?.code).toBe('credentials-refused');
    expect(task?.instructions).toContain('credentials-refused');
  });

  it('on the request itself says which code stopped the step, and the histories hold no more than that', async () => {
    desk.edition.faults.add({ service: 'ses', code: 'MessageRejected', times: 'forever' });
    const of = await confirmedAccess();
    await desk.edition.advance('PT10M');
    const [task] = await tasks(of);
    expect(task).toMatchObject({ processor: 'request', operation: 'confirm-receipt' });
    expect(task?.code).toMatch(/^[a-z]+(-[a-z]+)+$/);
    const arn = stateMachineArn(machineNames.rightsRequest).replace(':stateMachine:', ':execution:');
    const { items } = await desk.edition.engine.history(`${arn}:${of}`, 1000, false, undefined);
    const raised = items.find((event) => JSON.stringify(event).includes('"step\\":\\"confirm-receipt'));
    expect(JSON.stringify(raised)).toContain(task?.code ?? 'no task');
  });

  it('of a function that ran out of time carries the name of the error, because there is no code', async () => {
    const requestId = await confirmedAccess();
    await desk.edition.invoke('raise-task', { requestId, step: 'answer', error: 'States.Timeout', code: '' });
    expect(await tasks(requestId)).toContainEqual(
      expect.objectContaining({ operation: 'answer', code: 'States.Timeout' }),
    );
  });

  it('of an error that is not ours carries its name, whatever stood in its message', async () => {
    const requestId = await confirmedAccess();
    const error = { error: 'TypeError', code: 'ada' };
    await desk.edition.invoke('raise-task', { requestId, step: 'answer', ...error });
    expect(await tasks(requestId)).toContainEqual(
      expect.objectContaining({ operation: 'answer', code: 'TypeError' }),
    );
  });
});
