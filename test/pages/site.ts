import { type Desk, openDesk } from '../journeys/desk.ts';

export interface Answer {
  readonly status: number;
  readonly location: string | null;
  readonly headers: Headers;
  readonly text: string;
  /** `Cookie` header of what was set, for the next call. */
  readonly cookie: string;
}

export type Fields = Readonly<Record<string, string>>;

/** The pages as a browser without script meets them: addresses, forms and cookies. */
export interface Site {
  readonly desk: Desk;
  get(path: string, cookie?: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, fields: Fields, cookie?: string, headers?: Record<string, string>): Promise<Answer>;
  /** Sends a request by the form; gives the reference and the browser's cookie. */
  ask(
    email: string,
    right: string,
    more?: Record<string, string>,
  ): Promise<{ reference: string; browser: string }>;
  /** The same, confirmed in the browser that sent it; gives the session. */
  confirmed(
    email: string,
    right: string,
    more?: Record<string, string>,
  ): Promise<{ reference: string; session: string }>;
  /** What the newest mail about a request lets its reader do. */
  mailOf(reference: string): { readonly token: string; readonly code: string };
  /** The staff case page's own form values. */
  staffForm(reference: string, cookie: string): Promise<{ csrf: string; version: string }>;
  stop(): Promise<void>;
}

export async function openSite(): Promise<Site> {
  const desk = await openDesk();
  const { edition } = desk;

  async function call(path: string, init: RequestInit): Promise<Answer> {
    const answer = await fetch(edition.url + path, { redirect: 'manual', ...init });
    const text = await answer.text();
    await edition.settle();
    const cookie = answer.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ');
    return {
      status: answer.status,
      location: answer.headers.get('location'),
      headers: answer.headers,
      text,
      cookie,
    };
  }

  const site: Site = {
    desk,
    get: (path, cookie = '', headers = {}) =>
      call(path, { headers: { accept: 'text/html', 'accept-language': 'en', cookie, ...headers } }),
    post: (path, fields, cookie = '', headers = {}) =>
      call(path, {
        method: 'POST',
        headers: {
          accept: 'text/html',
          'accept-language': 'en',
          cookie,
          'content-type': 'application/x-www-form-urlencoded',
          ...headers,
        },
        body: new URLSearchParams({ ...fields }).toString(),
      }),
    async ask(email, right, more = {}) {
      const sent = await site.post('/', { lang: 'en', step: 'send', email, rights: right, ...more });
      const reference = /name="reference" value="([^"]+)"/.exec(sent.text)?.[1];
      if (sent.status !== 202 || !reference) throw new Error(`the form answered ${sent.status}`);
      return { reference, browser: sent.cookie };
    },
    async confirmed(email, right, more = {}) {
      const { reference, browser } = await site.ask(email, right, more);
      const done = await site.post('/verify', { lang: 'en', token: site.mailOf(reference).token }, browser);
      if (done.status !== 303) throw new Error(`confirming answered ${done.status}`);
      return { reference, session: done.cookie };
    },
    mailOf(reference) {
      const mails = edition.outbox().filter((mail) => mail.text.includes(reference));
      const code = mails
        .map((mail) => /\b(\d{6})\b/.exec(mail.text)?.[1])
        .findLast((one) => one !== undefined);
      const token = mails
        .map((mail) => /#token=([\w-]+)/.exec(mail.text)?.[1])
        .findLast((one) => one !== undefined);
      return { token: token ?? '', code: code ?? '' };
    },
    async staffForm(reference, cookie) {
      const { text } = await site.get(`/staff/requests/${reference}`, cookie);
      const value = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1] ?? '';
      return { csrf: value('csrf'), version: value('version') };
    },
    stop: () => desk.stop(),
  };
  return site;
}

/** A page without what is random in it, for comparing two. */
export function withoutNames(text: string): string {
  return text.replace(/[0-9a-hjkmnp-tv-z]{26}/g, 'REFERENCE').replace(/name="key" value="[^"]*"/g, 'KEY');
}
