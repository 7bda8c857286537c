import { type Context, Hono } from 'hono';
import { localDayOf } from '../../../domain/calendar.ts';
import { newToken } from '../../../domain/identity.ts';
import type { Language } from '../../../domain/words.ts';
import type { Runtime } from '../../../runtime/lambda.ts';
import { errorFields } from '../../../runtime/log.ts';
import { publicAssets, serveAssets } from '../../assets/assets.ts';
import { problemOf } from '../../http.ts';
import { ApiProblem, problemResponse } from '../../problem.ts';
import type { PublicPorts, SubjectDesk } from '../../public/public-api.ts';
import { fromOwnPages, readForm, wantsPage } from '../forms.ts';
import { languageOf } from '../language.ts';
import { say } from '../markup.ts';
import { helpPage } from './help-page.ts';
import { linkOwner } from './link-owner.ts';
import { mountOwnRequest } from './own-request-routes.ts';
import { check, emptyForm, typedOf, unknownFields } from './request-form.ts';
import { requestForm, reviewPage, sentPage } from './request-pages.ts';
import { linkNeedsCode, verifiedPage, verifyPage } from './sign-in-pages.ts';
import { createPublicSite, sixDigits } from './site.ts';

/** The subject's pages: every one works without script, and none can do what the API may not. */
export function createPublicPages(ports: PublicPorts, runtime: Runtime, desk: SubjectDesk): Hono {
  const app = new Hono();
  const site = createPublicSite(ports, runtime, desk);
  const { show, showProblem, tryCode } = site;
  serveAssets(app, publicAssets);
  app.use(fromOwnPages(new URL(ports.publicUrl).origin));
  app.onError((error, c) => {
    const problem = problemOf(error);
    if (problem.type === 'internal') runtime.log.error('page failed', errorFields(error));
    return showProblem(c, problem);
  });

  app.get('/', (c) => {
    const language = languageOf(c);
    return show(c, form(language, emptyForm, []));
  });

  function form(
    language: Language,
    typed: typeof emptyForm,
    errors: Parameters<typeof requestForm>[0]['errors'],
  ) {
    const t = say(language);
    const title = t('Vraag iets over uw gegevens', 'Ask something about your data');
    return {
      language,
      title: errors.length > 0 ? `${t('Fout', 'Error')}: ${title}` : title,
      body: requestForm({ typed, errors, language }),
    };
  }

  app.post('/', async (c) => {
    const sent = await readForm(c);
    const language = languageOf(c, sent.text('lang'));
    const t = say(language);
    if (unknownFields(sent).length > 0)
      throw new ApiProblem({ type: 'invalid-input', errors: [{ field: 'body', code: 'unknown-field' }] });
    const typed = typedOf(sent);
    if (sent.text('step') === 'edit') return show(c, form(language, typed, []));
    const checked = check(typed, language);
    if (!checked.ok) return show(c, form(language, typed, checked.errors), 400);
    if (sent.text('step') !== 'send')
      return show(c, {
        language,
        title: t('Controleer uw verzoek', 'Check your request'),
        body: reviewPage(typed, language, newToken(runtime.randomBytes)),
      });
    const key = sent.text('key');
    const answer = await desk.submit(c, checked.input, /^[\w-]{16,64}$/.test(key) ? key : undefined);
    const first = answer.submitted[0]?.reference ?? '';
    const proved = await desk.ownCase(c, first).then(
      ({ current }) => current.row.verifiedAt !== undefined,
      () => false,
    );
    const today = localDayOf(new Date(runtime.now()).toISOString());
    const body = sentPage(answer, language, today, proved);
    return show(c, { language, title: t('Uw verzoek is verstuurd', 'Your request was sent'), body }, 202);
  });

  app.get('/help', (c) => {
    const language = languageOf(c);
    const title = say(language)('Uw rechten', 'Your rights');
    return show(c, { language, title, body: helpPage(language), path: '/help' });
  });

  const verifyTitle = (language: Language) =>
    say(language)('Bevestig uw e-mailadres', 'Confirm your e-mail address');

  // A look changes nothing, however often a scanner takes it (TRUST.md A4).
  app.get('/verify', (c) => {
    const language = languageOf(c);
    return show(c, { language, title: verifyTitle(language), body: verifyPage(language), path: '/verify' });
  });

  async function verified(
    c: Context,
    language: Language,
    proof: { session: string; references: readonly string[] },
  ) {
    desk.keepSession(c, proof.session);
    const [only, ...others] = proof.references;
    if (only && others.length === 0)
      return c.redirect(`/requests/${only}?lang=${language}&done=verified`, 303);
    const title = say(language)('Bevestigd', 'Confirmed');
    return show(c, { language, title, body: verifiedPage(language, proof.references), signedIn: true });
  }

  app.post('/verify', async (c) => {
    const sent = await readForm(c);
    const language = languageOf(c, sent.text('lang'));
    const token = sent.text('token');
    const code = sixDigits(sent.text('code'));
    const title = verifyTitle(language);
    if (token === '') {
      const reference = sent.text('reference').trim().toLowerCase();
      const tried = await tryCode(c, reference, code);
      if ('proof' in tried) return verified(c, language, tried.proof);
      const body = verifyPage(language, { reference, mistake: tried.mistake });
      return show(c, { language, title, body, path: '/verify' }, tried.mistake === 'spent' ? 429 : 410);
    }
    const owner = await linkOwner(ports, runtime, token, desk.cookies.read(c, 'browser'));
    if (owner.sameBrowser) return verified(c, language, await desk.verifyByLink(token));
    if (!sent.has('code')) return show(c, { language, title, body: linkNeedsCode(language, token) });
    const tried = await tryCode(c, owner.reference, code);
    if ('proof' in tried) return verified(c, language, tried.proof);
    const body = linkNeedsCode(language, token, { mistake: tried.mistake });
    return show(c, { language, title, body }, tried.mistake === 'spent' ? 429 : 410);
  });

  /** A fresh code for who holds the link in another browser. */
  app.post('/verify/code', async (c) => {
    const sent = await readForm(c);
    const language = languageOf(c, sent.text('lang'));
    const token = sent.text('token');
    const { reference } = await linkOwner(ports, runtime, token, desk.cookies.read(c, 'browser'));
    await desk.sendCode(c, reference);
    const body = linkNeedsCode(language, token, { sent: true });
    return show(c, { language, title: verifyTitle(language), body });
  });

  mountOwnRequest(app, site);

  app.post('/sign-out', async (c) => {
    const sent = await readForm(c);
    await desk.signOut(c);
    return c.redirect(`/?lang=${languageOf(c, sent.text('lang'))}`, 303);
  });

  app.notFound((c) =>
    wantsPage(c) && !c.req.path.startsWith('/api/')
      ? showProblem(c, { type: 'not-found' })
      : problemResponse(c, { type: 'not-found' }),
  );
  return app;
}
