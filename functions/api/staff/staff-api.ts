import { type Context, Hono } from 'hono';
import type { Runtime } from '../../runtime/lambda.ts';
import { createApp, readJson, restFrom, sameOrigin } from '../http.ts';
import { expectedVersion } from '../if-match.ts';
import { readInput } from '../problem.ts';
import { createStaffDesk, type StaffApiPorts } from './desk.ts';
import {
  authorityInput,
  decisionInput,
  extensionInput,
  holdInput,
  liftInput,
  noteInput,
  questionInput,
  queueQuery,
  recordedInput,
  taskInput,
} from './inputs.ts';
import { mountPackageRoutes } from './package-routes.ts';

/** The staff JSON API of DESIGN.md §6. */
export function createStaffApi(
  ports: StaffApiPorts,
  runtime: Runtime,
  desk = createStaffDesk(ports, runtime),
): Hono {
  const app = createApp(runtime.log);
  const api = new Hono();
  api.use(sameOrigin(new URL(ports.publicUrl).origin));

  app.get('/staff/sign-in', (c) => desk.signIn.begin(c));
  app.get('/staff/callback', (c) => desk.signIn.callback(c));

  async function answerWith(c: Context, id: string, extra: Record<string, unknown> = {}) {
    const document = await desk.read(id);
    c.header('ETag', `"${document.version}"`);
    return c.json({ ...document, ...extra });
  }

  api.get('/openapi.json', async (c) => {
    const { staffOpenApiDocument } = await import('../openapi-staff.ts');
    return c.json(staffOpenApiDocument(ports.identity.staffUrl));
  });

  api.get('/requests', async (c) => {
    await desk.colleague(c, 'read');
    return c.json(await desk.queue(readInput(queueQuery, c.req.query())));
  });

  api.post('/requests', async (c) => {
    const session = await desk.colleague(c, 'work');
    const input = readInput(recordedInput, await readJson(c));
    return c.json(await desk.recordRequest(session, input, c.req.header('idempotency-key')), 201);
  });

  api.get('/requests/:reference', async (c) => {
    await desk.colleague(c, 'read');
    return answerWith(c, c.req.param('reference'));
  });

  api.post('/requests/:reference/decision', async (c) => {
    const session = await desk.colleague(c, 'decide');
    const id = c.req.param('reference');
    const version = expectedVersion(c);
    const taken = await desk.decide(session, id, version, readInput(decisionInput, await readJson(c)));
    return answerWith(c, id, { decision: taken.state });
  });

  api.post('/requests/:reference/extension', async (c) => {
    const session = await desk.colleague(c, 'decide');
    const id = c.req.param('reference');
    await desk.extend(session, id, expectedVersion(c), readInput(extensionInput, await readJson(c)));
    return answerWith(c, id);
  });

  api.post('/requests/:reference/question', async (c) => {
    const session = await desk.colleague(c, 'work');
    const id = c.req.param('reference');
    await desk.ask(session, id, expectedVersion(c), readInput(questionInput, await readJson(c)));
    return answerWith(c, id);
  });

  api.post('/requests/:reference/question/answered', async (c) => {
    const session = await desk.colleague(c, 'work');
    const id = c.req.param('reference');
    await desk.endPause(session, id, expectedVersion(c));
    return answerWith(c, id);
  });

  api.post('/requests/:reference/tasks/:processor', async (c) => {
    const session = await desk.colleague(c, 'work');
    const id = c.req.param('reference');
    const input = readInput(taskInput, await readJson(c));
    await desk.answerTask(session, id, expectedVersion(c), c.req.param('processor'), input);
    return answerWith(c, id);
  });

  api.post('/requests/:reference/notes', async (c) => {
    const session = await desk.colleague(c, 'work');
    const id = c.req.param('reference');
    expectedVersion(c);
    await desk.note(session, id, readInput(noteInput, await readJson(c)).text);
    return answerWith(c, id);
  });

  api.post('/requests/:reference/authority', async (c) => {
    const session = await desk.colleague(c, 'work');
    const id = c.req.param('reference');
    await desk.authority(session, id, expectedVersion(c), readInput(authorityInput, await readJson(c)).how);
    return answerWith(c, id);
  });

  api.post('/requests/:reference/lift-restriction', async (c) => {
    const session = await desk.colleague(c, 'decide');
    const id = c.req.param('reference');
    const { explanation } = readInput(liftInput, await readJson(c));
    await desk.liftRestriction(session, id, expectedVersion(c), explanation);
    return answerWith(c, id);
  });

  api.post('/requests/:reference/hold', async (c) => {
    const session = await desk.colleague(c, 'decide');
    const id = c.req.param('reference');
    await desk.hold(session, id, expectedVersion(c), readInput(holdInput, await readJson(c)).hold);
    return answerWith(c, id);
  });

  mountPackageRoutes(api, desk, answerWith);
  api.get('/processors', async (c) => {
    await desk.colleague(c, 'read');
    return c.json({ items: await desk.processors() });
  });

  app.route('/api/staff', api);
  app.all(
    '*',
    restFrom(app, async () => {
      const { createStaffPages } = await import('../pages/staff/staff-pages.ts');
      return createStaffPages(ports, runtime, desk);
    }),
  );
  return app;
}
