import type { Context, Hono } from 'hono';
import * as v from 'valibot';
import { submissionInput } from '../../../domain/intake.ts';
import { packageAvailability } from '../../../domain/package.ts';
import { readExplanation, readSubject } from '../../../domain/sealed-subject.ts';
import type { Language } from '../../../domain/words.ts';
import { problemOf } from '../../http.ts';
import { readMessage } from '../../messages.ts';
import { ApiProblem } from '../../problem.ts';
import { submit } from '../../public/submit.ts';
import { statusDocument } from '../../view.ts';
import { readForm } from '../forms.ts';
import { languageOf } from '../language.ts';
import { html, type Markup, nothing, say } from '../markup.ts';
import { type MessageForm, messageError, messagePart } from './message-part.ts';
import { fetchesLeft, packagePage, packagePart } from './package-pages.ts';
import { signInPage } from './sign-in-pages.ts';
import { type PublicSite, referenceOf, sixDigits } from './site.ts';
import { complaintPage, statusPage, withdrawPage } from './status-page.ts';
import { transmissionPart } from './transmission-pages.ts';
import { mountTransmission } from './transmission-routes.ts';

/** A request of one's own: signing in to it, following, cancelling, adding to it, complaining, fetching the copy. */
export function mountOwnRequest(app: Hono, site: PublicSite): void {
  const { ports, runtime, desk, show, ownCase, mustOwn, tryCode } = site;

  const signInTitle = (language: Language) => say(language)('Open uw verzoek', 'Open your request');

  app.post('/requests/:reference/code', async (c) => {
    const sent = await readForm(c);
    const reference = referenceOf(c);
    await desk.sendCode(c, reference);
    return c.redirect(`/requests/${reference}?lang=${languageOf(c, sent.text('lang'))}&code=sent`, 303);
  });

  app.post('/requests/:reference/sign-in', async (c) => {
    const sent = await readForm(c);
    const language = languageOf(c, sent.text('lang'));
    const reference = referenceOf(c);
    const tried = await tryCode(c, reference, sixDigits(sent.text('code')));
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
    const explanation = current.row.decision?.reason
      ? await readExplanation(ports.vault, current.row)
      : undefined;
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
      ...(explanation === undefined ? {} : { explanation }),
      first: packagePart(current, events, new Date(now).toISOString(), language),
      parts: [transmissionPart(current, events, new Date(now).toISOString(), language), messages],
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
  mountTransmission(app, site);

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
      await desk.sendCode(c, current.row.id);
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
        const fetched = await desk.fetchPackage(c, current.row.id, code);
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
}

/** A text field of a multipart form. */
function textOf(form: Awaited<ReturnType<Context['req']['formData']>> | undefined, name: string): string {
  const value = form?.get(name);
  return typeof value === 'string' ? value : '';
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
    transmitting: t(
      'Wij sturen het bestand. U krijgt een mail als het klaar is.',
      'We are sending the file. You get a mail when it is done.',
    ),
    complained: t('Uw klacht is bij ons binnen.', 'We have received your complaint.'),
  };
  const text = done !== undefined && Object.hasOwn(texts, done) ? texts[done] : undefined;
  return text ? html`<div class="notice good" role="status"><p>${text}</p></div>` : undefined;
}
