import type { Context, Hono } from 'hono';
import * as v from 'valibot';
import { readJson } from '../http.ts';
import { expectedVersion } from '../if-match.ts';
import { fileAnswer, readMessage } from '../messages.ts';
import { readInput } from '../problem.ts';
import type { StaffDesk } from './desk.ts';
import { handFileName, readHandFile } from './hand-files.ts';
import { packageQuery, redactionsInput, releaseInput } from './package.ts';

const caseFileQuery = v.strictObject({
  words: v.exactOptional(v.picklist(['include'], 'not-a-choice')),
});

/** The routes about what leaves the house or proves what did: package, release, messages, case file. */
export function mountPackageRoutes(
  api: Hono,
  desk: StaffDesk,
  answerWith: (c: Context, id: string, extra?: Record<string, unknown>) => Promise<Response>,
): void {
  api.get('/requests/:reference/package', async (c) => {
    await desk.colleague(c, 'work');
    const read = await desk.package(c.req.param('reference'), readInput(packageQuery, c.req.query()));
    c.header('ETag', `"${read.version}"`);
    return c.json(read);
  });

  api.get('/requests/:reference/package/file', async (c) => {
    await desk.colleague(c, 'work');
    return c.json(await desk.packageLink(c.req.param('reference')));
  });

  api.post('/requests/:reference/package/files', async (c) => {
    const session = await desk.colleague(c, 'work');
    const id = c.req.param('reference');
    const version = expectedVersion(c);
    const file = await desk.addFile(session, id, version, await readHandFile(c));
    return answerWith(c, id, { file });
  });

  api.delete('/requests/:reference/package/files/:processor/:name', async (c) => {
    const session = await desk.colleague(c, 'work');
    const { reference: id, processor, name } = c.req.param();
    const file = { processor, name: readInput(handFileName, name) };
    await desk.removeFile(session, id, expectedVersion(c), file);
    return answerWith(c, id);
  });

  api.post('/requests/:reference/redactions', async (c) => {
    const session = await desk.colleague(c, 'work');
    const id = c.req.param('reference');
    const input = readInput(redactionsInput, await readJson(c));
    const redactions = await desk.redact(session, id, expectedVersion(c), input);
    return answerWith(c, id, { redactions });
  });

  api.delete('/requests/:reference/redactions/:mark', async (c) => {
    const session = await desk.colleague(c, 'work');
    const id = c.req.param('reference');
    await desk.unredact(session, id, expectedVersion(c), c.req.param('mark'));
    return answerWith(c, id);
  });

  api.post('/requests/:reference/release', async (c) => {
    const session = await desk.colleague(c, 'release');
    const id = c.req.param('reference');
    const version = expectedVersion(c);
    const { packageHash } = readInput(releaseInput, await readJson(c));
    return answerWith(c, id, { release: await desk.release(session, id, version, packageHash) });
  });

  api.get('/requests/:reference/messages', async (c) => {
    await desk.colleague(c, 'read');
    return c.json({ messages: await desk.messages(c.req.param('reference')) });
  });

  api.post('/requests/:reference/messages', async (c) => {
    const session = await desk.colleague(c, 'work');
    expectedVersion(c);
    return c.json(await desk.sendMessage(session, c.req.param('reference'), await readMessage(c)), 201);
  });

  api.get('/requests/:reference/messages/:message/files/:number', async (c) => {
    await desk.colleague(c, 'work');
    const { reference, message, number } = c.req.param();
    return fileAnswer(c, await desk.messageFile(reference, message, Number(number)));
  });

  /** The file as a whole is the proof, so it is sent byte for byte as it was signed. */
  api.get('/requests/:reference/case-file', async (c) => {
    const { words: included } = readInput(caseFileQuery, c.req.query());
    await desk.colleague(c, included ? 'work' : 'read');
    const id = c.req.param('reference');
    const file = await desk.caseFile(id, included === 'include');
    return c.body(file, 200, {
      'Content-Type': 'application/json',
      'Content-Disposition': `attachment; filename="case-file-${id.slice(0, 8)}.json"`,
    });
  });
}
