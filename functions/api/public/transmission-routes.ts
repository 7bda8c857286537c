import type { Hono } from 'hono';
import { readJson } from '../http.ts';
import { readInput } from '../problem.ts';
import type { SubjectDesk } from './public-api.ts';
import { transmissionInput, transmissionList } from './transmission.ts';

/** Sending a released package on to another controller, for programs. */
export function mountTransmissions(api: Hono, desk: SubjectDesk): void {
  api.get('/requests/:reference/package/transmissions', async (c) => {
    const { current, events } = await desk.ownCase(c, c.req.param('reference'));
    return c.json(transmissionList(current, events));
  });

  api.post('/requests/:reference/package/transmissions', async (c) => {
    const id = c.req.param('reference');
    await desk.ownCase(c, id);
    const number = await desk.startTransmission(c, id, readInput(transmissionInput, await readJson(c)));
    return c.json({ number }, 202);
  });

  api.get('/requests/:reference/package/transmissions/:number/receipt', async (c) => {
    const { reference, number } = c.req.param();
    return c.body(await desk.transmissionReceipt(c, reference, Number(number)), 200, {
      'Content-Type': 'application/json',
      'Content-Disposition': `attachment; filename="transmission-${reference.slice(0, 8)}-${Number(number)}.json"`,
    });
  });
}
