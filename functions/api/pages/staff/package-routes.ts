import type { Context, Hono } from 'hono';
import { problemOf } from '../../http.ts';
import { readMessage } from '../../messages.ts';
import { ApiProblem, problemTypes, readInput } from '../../problem.ts';
import { handFileName, readHandFile } from '../../staff/hand-files.ts';
import { packageQuery, redactionsInput, releaseInput } from '../../staff/package.ts';
import { mustBeAllowed, type StaffSession } from '../../staff/sign-in.ts';
import { say } from '../markup.ts';
import { type HandFileForm, handFileMistake } from './hand-files-card.ts';
import { packagePage } from './package-page.ts';
import { type StaffSite, versionFrom, versionOf } from './site.ts';

/** Reading, marking and releasing a package; messages with the subject. */
export function mountPackage(app: Hono, site: StaffSite): void {
  const { desk, show, formOf, viewOf, idOf, attempt, refuse, mustCarryToken } = site;

  app.get('/staff/requests/:reference/package', async (c) => {
    const session = await desk.colleague(c, 'work');
    return showPackage(c, session);
  });

  async function showPackage(
    c: Context,
    session: StaffSession,
    mistake?: HandFileForm['mistake'],
    status: 200 | 400 | 413 | 422 = 200,
  ) {
    const processor = c.req.query('processor');
    const cursor = c.req.query('cursor');
    const view = await viewOf(c, session);
    const query = readInput(packageQuery, {
      limit: '10',
      ...(processor ? { processor } : {}),
      ...(cursor ? { cursor } : {}),
    });
    const review = await desk.package(idOf(c), query);
    const base = `/staff/requests/${idOf(c)}/package`;
    const next = review.cursor
      ? `${base}?${new URLSearchParams({ ...(processor ? { processor } : {}), cursor: review.cursor })}`
      : undefined;
    const body = packagePage({
      view,
      review,
      next,
      file: review.package ? `${base}/file` : undefined,
      handFile: { processor, mistake },
    });
    return show(c, session, { title: say(view.language)('Pakket', 'Package'), body }, status);
  }

  /** The form carries a file, so it is read as multipart; its token is checked before anything is kept. */
  app.post('/staff/requests/:reference/package/files', async (c) => {
    const session = await desk.signIn.session(c);
    mustBeMultipart(c);
    try {
      const file = await readHandFile(c);
      const form = await c.req.formData();
      mustCarryToken(session, form.get('csrf'));
      mustBeAllowed(session, 'work');
      await desk.addFile(session, idOf(c), versionFrom(form.get('version')), file);
    } catch (error) {
      const problem = problemOf(error);
      const kind = (['invalid-input', 'body-too-large', 'refused'] as const).find(
        (one) => one === problem.type,
      );
      if (!kind || problem.detail === 'wrong-status') return refuse(c, session, error);
      mustBeAllowed(session, 'work');
      const mistake = handFileMistake(problem, site.language(c));
      return showPackage(c, session, mistake, problemTypes[kind][0]);
    }
    return c.redirect(`/staff/requests/${idOf(c)}/package?saved=added`, 303);
  });

  app.post('/staff/requests/:reference/package/files/:processor/:name/remove', async (c) => {
    const { session, form } = await formOf(c, 'work');
    const { processor, name } = c.req.param();
    const file = { processor, name: readInput(handFileName, name) };
    try {
      await desk.removeFile(session, idOf(c), versionOf(form), file);
    } catch (error) {
      return refuse(c, session, error, { version: form.text('version') });
    }
    return c.redirect(`/staff/requests/${idOf(c)}/package?saved=removed`, 303);
  });

  app.get('/staff/requests/:reference/package/file', async (c) => {
    await desk.colleague(c, 'work');
    return c.redirect((await desk.packageLink(idOf(c))).url, 303);
  });

  app.post('/staff/requests/:reference/redactions', async (c) => {
    const { session, form } = await formOf(c, 'work');
    const text = form.text('text').trim();
    const path = form.text('path');
    const what = text
      ? { text }
      : { processor: form.text('processor'), record: form.text('record'), ...(path ? { path } : {}) };
    const input = readInput(redactionsInput, { redactions: [{ what, reason: form.text('reason') }] });
    return attempt(c, session, form, [text], async () => {
      await desk.redact(session, idOf(c), versionOf(form), input);
      return 'marked';
    });
  });

  app.post('/staff/requests/:reference/redactions/:mark/remove', async (c) => {
    const { session, form } = await formOf(c, 'work');
    return attempt(c, session, form, [], async () => {
      await desk.unredact(session, idOf(c), versionOf(form), c.req.param('mark'));
      return 'unmarked';
    });
  });

  app.post('/staff/requests/:reference/release', async (c) => {
    const { session, form } = await formOf(c, 'release');
    const { packageHash } = readInput(releaseInput, { packageHash: form.text('packageHash') });
    return attempt(c, session, form, [], () => desk.release(session, idOf(c), versionOf(form), packageHash));
  });

  /** The form carries files, so it is read as multipart; its token is checked before anything is kept. */
  app.post('/staff/requests/:reference/messages', async (c) => {
    const session = await desk.signIn.session(c);
    mustBeMultipart(c);
    const message = await readMessage(c);
    mustCarryToken(session, (await c.req.formData()).get('csrf'));
    mustBeAllowed(session, 'work');
    await desk.sendMessage(session, idOf(c), message);
    return c.redirect(`/staff/requests/${idOf(c)}?saved=sent`, 303);
  });
}

function mustBeMultipart(c: Context): void {
  const type = c.req.header('content-type') ?? '';
  if (!type.startsWith('multipart/form-data')) throw new ApiProblem({ type: 'unsupported-media-type' });
}
