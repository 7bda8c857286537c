import type { Hono } from 'hono';
import { readMessage } from '../../messages.ts';
import { ApiProblem, readInput } from '../../problem.ts';
import { packageQuery, redactionsInput, releaseInput } from '../../staff/package.ts';
import { mustBeAllowed } from '../../staff/sign-in.ts';
import { packagePage } from './package-page.ts';
import { type StaffSite, versionOf } from './site.ts';

/** Reading, marking and releasing a package; messages with the subject. */
export function mountPackage(app: Hono, site: StaffSite): void {
  const { desk, show, formOf, viewOf, idOf, attempt, mustCarryToken } = site;

  app.get('/staff/requests/:reference/package', async (c) => {
    const session = await desk.colleague(c, 'work');
    const processor = c.req.query('processor');
    const cursor = c.req.query('cursor');
    const view = await viewOf(c, session);
    const query = readInput(packageQuery, {
      limit: '20',
      ...(processor ? { processor } : {}),
      ...(cursor ? { cursor } : {}),
    });
    const review = await desk.package(idOf(c), query);
    const base = `/staff/requests/${idOf(c)}/package`;
    const next = review.cursor
      ? `${base}?${new URLSearchParams({ ...(processor ? { processor } : {}), cursor: review.cursor })}`
      : undefined;
    const file = review.package ? `${base}/file` : undefined;
    return show(c, session, 'Package', packagePage(view, review, next, file));
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
    const type = c.req.header('content-type') ?? '';
    if (!type.startsWith('multipart/form-data')) throw new ApiProblem({ type: 'unsupported-media-type' });
    const message = await readMessage(c);
    mustCarryToken(session, (await c.req.formData()).get('csrf'));
    mustBeAllowed(session, 'work');
    await desk.sendMessage(session, idOf(c), message);
    return c.redirect(`/staff/requests/${idOf(c)}?saved=sent`, 303);
  });
}
