import type { Context, Hono } from 'hono';
import * as v from 'valibot';
import { packageAvailability } from '../../../domain/package.ts';
import { receiverName, transmissionsLeft } from '../../../domain/transmission.ts';
import { targetOf } from '../../../domain/transmission-target.ts';
import type { Language } from '../../../domain/words.ts';
import { problemOf } from '../../http.ts';
import { ApiProblem } from '../../problem.ts';
import { type FormData, readForm } from '../forms.ts';
import { languageOf } from '../language.ts';
import { type Markup, say } from '../markup.ts';
import { type PublicSite, sixDigits } from './site.ts';
import { confirmPage, type TransmissionForm, transmissionPage } from './transmission-pages.ts';

/** Sending the copy on to another controller: name and address, then the host in plain words and a fresh code. */
export function mountTransmission(app: Hono, site: PublicSite): void {
  const { ports, runtime, desk, show, mustOwn } = site;

  async function released(c: Context) {
    const { current, events } = await mustOwn(c);
    const at = new Date(runtime.now()).toISOString();
    const left = transmissionsLeft(current, events);
    const may =
      current.row.right === 'portability' &&
      packageAvailability(current, at) === 'available' &&
      current.row.transmission?.state !== 'under-way' &&
      left > 0;
    if (!may) throw new ApiProblem({ type: 'not-found' });
    return { current, left };
  }

  const page = (c: Context, language: Language, body: Markup, status: 200 | 400 | 410 | 429 = 200) =>
    show(
      c,
      {
        language,
        title: say(language)('Naar een ander bedrijf', 'To another company'),
        body,
        signedIn: true,
      },
      status,
    );

  app.get('/requests/:reference/transmission', async (c) => {
    const { current, left } = await released(c);
    const language = languageOf(c, c.req.query('lang') ?? current.row.language);
    return page(c, language, transmissionPage(current, left, language));
  });

  app.post('/requests/:reference/transmission', async (c) => {
    const sent = await readForm(c);
    const language = languageOf(c, sent.text('lang'));
    const { current, left } = await released(c);
    const asked = read(sent);
    if ('error' in asked) return page(c, language, transmissionPage(current, left, language, asked), 400);
    if (sent.text('step') !== 'send') {
      await desk.sendCode(c, current.row.id);
      return page(c, language, confirmPage(current, asked, language));
    }
    const again = (mistake: 'wrong' | 'spent', status: 410 | 429) =>
      page(c, language, confirmPage(current, asked, language, mistake), status);
    const code = sixDigits(sent.text('code'));
    if (code === undefined) return again('wrong', 410);
    try {
      await desk.startTransmission(c, current.row.id, { ...asked, host: sent.text('host'), code });
    } catch (error) {
      const { type } = problemOf(error);
      if (type === 'gone') return again('wrong', 410);
      if (type === 'too-many-requests') return again('spent', 429);
      throw error;
    }
    return c.redirect(`/requests/${current.row.id}?lang=${language}&done=transmitting#transmissions`, 303);
  });

  function read(sent: FormData) {
    const typed = { receiver: sent.text('receiver'), url: sent.text('url').trim() };
    const wrong = (field: 'receiver' | 'url', code: string) =>
      ({ ...typed, error: { field, code } }) satisfies TransmissionForm;
    const receiver = v.safeParse(receiverName, typed.receiver);
    if (!receiver.success) return wrong('receiver', receiver.issues[0].message);
    try {
      const { host } = targetOf(typed.url, ports.transmissionReach);
      return { receiver: receiver.output, url: typed.url, host };
    } catch (error) {
      return wrong('url', problemOf(error).errors?.[0]?.code ?? 'not-an-address');
    }
  }
}
