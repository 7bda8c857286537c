import { type Context, Hono } from 'hono';
import * as v from 'valibot';
import { localDayOf } from '../../../domain/calendar.ts';
import { reference as referenceSchema } from '../../../domain/case.ts';
import { newToken } from '../../../domain/identity.ts';
import { submissionInput } from '../../../domain/intake.ts';
import { packageAvailability } from '../../../domain/package.ts';
import { readSubject } from '../../../domain/sealed-subject.ts';
import type { Language } from '../../../domain/words.ts';
import type { Runtime } from '../../../runtime/lambda.ts';
import { errorFields } from '../../../runtime/log.ts';
import { publicAssets, serveAssets } from '../../assets/assets.ts';
import { problemOf } from '../../http.ts';
import { readMessage } from '../../messages.ts';
import { ApiProblem, type Problem, problemTypes } from '../../problem.ts';
import type { PublicPorts, SubjectDesk } from '../../public/public-api.ts';
import { submit } from '../../public/submit.ts';
import { statusDocument } from '../../view.ts';
import { fromOwnPages, readForm } from '../forms.ts';
import { html, type Markup, nothing, say } from '../markup.ts';
import { languageOf, type PublicPage, publicPage } from './frame.ts';
import { helpPage } from './help-page.ts';
import { linkOwner } from './link-owner.ts';
import { type MessageForm, messageError, messagePart } from './message-part.ts';
import { fetchesLeft, packagePage, packagePart } from './package-pages.ts';
import { problemPage } from './problem-page.ts';
import { check, emptyForm, typedOf, unknownFields } from './request-form.ts';
import { requestForm, reviewPage, sentPage } from './request-pages.ts';
import { linkNeedsCode, signInPage, verifiedPage, verifyPage } from './sign-in-pages.ts';
import { complaintPage, statusPage, withdrawPage } from './status-page.ts';

export interface PublicPages {
  readonly app: Hono;
  /** What a person sees at an address where nothing is. */
  readonly notFound: (c: Context) => Response | Promise<Response>;
}

/** The subject's pages: every one works without script, and none can do what the API may not. */
export function createPublicPages(ports: PublicPorts, runtime: Runtime, desk: SubjectDesk): PublicPages {
  const app = new Hono();
  serveAssets(app, publicAssets);
  app.use(fromOwnPages(new URL(ports.publicUrl).origin));
  app.onError((error, c) => {
    const problem = problemOf(error);
    if (problem.type === 'internal') runtime.log.error('page failed', errorFields(error));
    return showProblem(c, problem);
  });

  function show(c: Context, page: PublicPage, status: 200 | 202 | 400 | 404 | 410 | 429 = 200) {
    c.header('Content-Language', page.language);
    return c.html(publicPage(page), status);
  }

  function showProblem(c: Context, problem: Problem) {
    const language = languageOf(c);
    const { title, body } = problemPage(problem, language);
    if (problem.retryAfterSeconds !== undefined) c.header('Retry-After', String(problem.retryAfterSeconds));
    return c.html(publicPage({ language, title, body, path: '/' }), problemTypes[problem.type][0]);
  }

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
      const tried = await tryCode(reference, code);
      if ('proof' in tried) return verified(c, language, tried.proof);
      const body = verifyPage(language, { reference, mistake: tried.mistake });
      return show(c, { language, title, body, path: '/verify' }, tried.mistake === 'spent' ? 429 : 410);
    }
    const owner = await linkOwner(ports, runtime, token, desk.cookies.read(c, 'browser'));
    if (owner.sameBrowser) return verified(c, language, await desk.verifyByLink(token));
    if (!sent.has('code')) return show(c, { language, title, body: linkNeedsCode(language, token) });
    const tried = await tryCode(owner.reference, code);
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
    await desk.sendCode(reference);
    const body = linkNeedsCode(language, token, { sent: true });
    return show(c, { language, title: verifyTitle(language), body });
  });

  async function tryCode(reference: string, code: string | undefined) {
    if (code === undefined) return { mistake: 'wrong' } as const;
    try {
      return { proof: await desk.verifyByCode(reference, code) };
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      if (error.problem.type === 'gone') return { mistake: 'wrong' } as const;
      if (error.problem.type === 'too-many-requests') return { mistake: 'spent' } as const;
      throw error;
    }
  }

  const signInTitle = (language: Language) => say(language)('Open uw verzoek', 'Open your request');

  app.post('/requests/:reference/code', async (c) => {
    const sent = await readForm(c);
    const reference = referenceOf(c);
    await desk.sendCode(reference);
    return c.redirect(`/requests/${reference}?lang=${languageOf(c, sent.text('lang'))}&code=sent`, 303);
  });

  app.post('/requests/:reference/sign-in', async (c) => {
    const sent = await readForm(c);
    const language = languageOf(c, sent.text('lang'));
    const reference = referenceOf(c);
    const tried = await tryCode(reference, sixDigits(sent.text('code')));
    if ('proof' in tried) {
      desk.keepSession(c, tried.proof.session);
      return c.redirect(`/requests/${reference}?lang=${language}`, 303);
    }
    const body = signInPage(language, reference, { mistake: tried.mistake });
    const path = `/requests/${reference}`;
    return show(
      c,
      { language, title: signInTitle(language), body, path },
      tried.mistake === 'spent' ? 429 : 410,
    );
  });

  app.get('/requests/:reference', async (c) => {
    const reference = referenceOf(c);
    const path = `/requests/${reference}`;
    const own = await ownCase(c, reference);
    if (!own) {
      const language = languageOf(c);
      const body = signInPage(language, reference, { sent: c.req.query('code') === 'sent' });
      // A session of another mailbox is told the same of absent and of others' requests (TRUST.md A42).
      const status = (await desk.session(c)) ? 404 : 200;
      return show(c, { language, title: signInTitle(language), body, path }, status);
    }
    return showStatus(c, languageOf(c, c.req.query('lang') ?? own.current.row.language));
  });

  async function showStatus(c: Context, language: Language, message?: MessageForm) {
    const { current, events } = await mustOwn(c);
    const { id } = current.row;
    const now = runtime.now();
    const explanation = current.row.decision?.reason ? await ports.vault.get(id, 'explanation') : undefined;
    const messages =
      current.row.verifiedAt && !current.row.anonymisedAt
        ? messagePart(id, await desk.messages(c, id), language, message)
        : nothing;
    const body = statusPage({
      current,
      document: statusDocument(current, events, now),
      language,
      now,
      done: message ? undefined : doneNotice(c.req.query('done'), language),
      ...(typeof explanation === 'string' ? { explanation } : {}),
      first: packagePart(current, events, new Date(now).toISOString(), language),
      parts: [messages],
    });
    const title = say(language)('Uw verzoek', 'Your request');
    return show(c, { language, title, body, path: `/requests/${id}`, signedIn: true }, message ? 400 : 200);
  }

  app.get('/requests/:reference/withdraw', async (c) => {
    const { current } = await mustOwn(c);
    const language = languageOf(c, c.req.query('lang') ?? current.row.language);
    const title = say(language)('Verzoek intrekken', 'Cancel request');
    const path = `/requests/${current.row.id}/withdraw`;
    return show(c, { language, title, body: withdrawPage(current, language), path, signedIn: true });
  });

  app.post('/requests/:reference/withdraw', async (c) => {
    const sent = await readForm(c);
    const { current } = await mustOwn(c);
    await desk.withdraw(c, current.row.id);
    const language = languageOf(c, sent.text('lang'));
    return c.redirect(`/requests/${current.row.id}?lang=${language}&done=withdrawn`, 303);
  });

  app.get('/requests/:reference/complaint', async (c) => {
    const { current } = await mustOwn(c);
    const language = languageOf(c, c.req.query('lang') ?? current.row.language);
    const title = say(language)('Uw klacht', 'Your complaint');
    const path = `/requests/${current.row.id}/complaint`;
    return show(c, { language, title, body: complaintPage(current, language), path, signedIn: true });
  });

  /** A complaint about the handling is a request of its own, from the mailbox that is proved already (A22). */
  app.post('/requests/:reference/complaint', async (c) => {
    const sent = await readForm(c);
    const { current } = await mustOwn(c);
    const language = languageOf(c, sent.text('lang'));
    const t = say(language);
    const { email, name } = await readSubject(ports.vault, current.row.id);
    const parsed = v.safeParse(submissionInput, {
      email,
      rights: ['complaint'],
      language,
      details: sent.text('details'),
      ...(name === undefined ? {} : { name }),
    });
    if (!parsed.success || sent.text('details').trim() === '') {
      const error = parsed.success
        ? t('Schrijf op wat er niet goed ging', 'Write what went wrong')
        : t(
            'Deze tekst is te lang, of bevat vreemde tekens',
            'This text is too long, or holds strange characters',
          );
      const body = complaintPage(current, language, { text: sent.text('details'), error });
      return show(c, { language, title: t('Uw klacht', 'Your complaint'), body, signedIn: true }, 400);
    }
    const { answer } = await submit(ports, runtime, parsed.output, {
      channel: 'form',
      by: 'subject',
      receivedAt: new Date(runtime.now()).toISOString(),
      provedMailbox: current.row.mailbox,
      about: current.row.id,
    });
    return c.redirect(`/requests/${answer.submitted[0]?.reference}?lang=${language}&done=complained`, 303);
  });

  mountMessages();
  mountPackage();

  function mountMessages(): void {
    app.post('/requests/:reference/messages', async (c) => {
      const { current } = await mustOwn(c);
      const id = current.row.id;
      const type = c.req.header('content-type') ?? '';
      if (!type.startsWith('multipart/form-data')) throw new ApiProblem({ type: 'unsupported-media-type' });
      const form = await c.req.formData().catch(() => undefined);
      const language = languageOf(c, textOf(form, 'lang'));
      try {
        await desk.sendMessage(c, id, await readMessage(c));
      } catch (error) {
        const problem = problemOf(error);
        if (!['invalid-input', 'refused'].includes(problem.type)) throw error;
        const code = problem.detail ?? problem.errors?.find((one) => one.field === 'files')?.code;
        const warned = code === 'looks-like-identity-document';
        const message = { text: textOf(form, 'text'), error: messageError(code, language), warned };
        return showStatus(c, language, message);
      }
      return c.redirect(`/requests/${id}?lang=${language}&done=sent#messages`, 303);
    });
  }

  function mountPackage(): void {
    const title = (language: Language) => say(language)('Haal uw gegevens op', 'Fetch your data');

    async function released(c: Context) {
      const { current, events } = await mustOwn(c);
      const at = new Date(runtime.now()).toISOString();
      if (packageAvailability(current, at) !== 'available') throw new ApiProblem({ type: 'not-found' });
      return { current, left: fetchesLeft(current, events) };
    }

    app.get('/requests/:reference/package', async (c) => {
      const { current, left } = await released(c);
      const language = languageOf(c, c.req.query('lang') ?? current.row.language);
      const body = packagePage(current, left, language, { sent: c.req.query('code') === 'sent' });
      const path = `/requests/${current.row.id}/package`;
      return show(c, { language, title: title(language), body, path, signedIn: true });
    });

    app.post('/requests/:reference/package/code', async (c) => {
      const sent = await readForm(c);
      const { current } = await released(c);
      await desk.sendPackageCode(c, current.row.id);
      const language = languageOf(c, sent.text('lang'));
      return c.redirect(`/requests/${current.row.id}/package?lang=${language}&code=sent`, 303);
    });

    app.post('/requests/:reference/package', async (c) => {
      const sent = await readForm(c);
      const language = languageOf(c, sent.text('lang'));
      const { current, left } = await released(c);
      const again = (state: Parameters<typeof packagePage>[3], status: 200 | 410 | 429) =>
        show(
          c,
          {
            language,
            title: title(language),
            body: packagePage(current, left, language, state),
            signedIn: true,
          },
          status,
        );
      const code = sixDigits(sent.text('code'));
      if (code === undefined) return again({ mistake: 'wrong' }, 410);
      try {
        const fetched = await desk.fetchPackage(current.row.id, code);
        // A form may not lead to another host under this site's policy, so a large file is a link to press.
        if (fetched.kind === 'link') return again({ link: fetched.url }, 200);
        return c.body(new Uint8Array(fetched.bytes), 200, {
          'Content-Type': 'application/zip',
          'Content-Disposition': `attachment; filename="${fetched.name}"`,
        });
      } catch (error) {
        const { type } = problemOf(error);
        if (type === 'gone') return again({ mistake: 'wrong' }, 410);
        if (type === 'too-many-requests') return again({ mistake: 'spent' }, 429);
        throw error;
      }
    });
  }

  app.post('/sign-out', async (c) => {
    const sent = await readForm(c);
    await desk.signOut(c);
    return c.redirect(`/?lang=${languageOf(c, sent.text('lang'))}`, 303);
  });

  /** The own request and a session that has been used just now, or nothing. */
  async function ownCase(c: Context, reference: string) {
    try {
      const own = await desk.ownCase(c, reference);
      const token = desk.cookies.read(c, 'session');
      if (token) desk.keepSession(c, token);
      return own;
    } catch (error) {
      if (error instanceof ApiProblem && error.problem.type === 'not-found') return undefined;
      throw error;
    }
  }

  async function mustOwn(c: Context) {
    const own = await ownCase(c, referenceOf(c));
    if (!own) throw new ApiProblem({ type: 'not-found' });
    return own;
  }

  return { app, notFound: (c) => showProblem(c, { type: 'not-found' }) };
}

/** The reference in the address. What cannot be one is simply not there. */
function referenceOf(c: Context): string {
  const text = (c.req.param('reference') ?? '').toLowerCase();
  if (!v.is(referenceSchema, text)) throw new ApiProblem({ type: 'not-found' });
  return text;
}

/** A text field of a multipart form. */
function textOf(form: Awaited<ReturnType<Context['req']['formData']>> | undefined, name: string): string {
  const value = form?.get(name);
  return typeof value === 'string' ? value : '';
}

/** People type codes with a space in the middle. */
function sixDigits(text: string): string | undefined {
  const digits = text.replace(/\s/g, '');
  return /^\d{6}$/.test(digits) ? digits : undefined;
}

function doneNotice(done: string | undefined, language: Language): Markup | undefined {
  const t = say(language);
  const texts: Readonly<Record<string, string>> = {
    verified: t(
      'Dank u. Uw adres is bevestigd; wij zijn begonnen.',
      'Thank you. Your address is confirmed; we have started.',
    ),
    withdrawn: t('Uw verzoek is ingetrokken.', 'Your request has been cancelled.'),
    sent: t('Uw bericht is verstuurd.', 'Your message was sent.'),
    complained: t('Uw klacht is bij ons binnen.', 'We have received your complaint.'),
  };
  const text = done !== undefined && Object.hasOwn(texts, done) ? texts[done] : undefined;
  return text ? html`<div class="notice good" role="status"><p>${text}</p></div>` : undefined;
}
