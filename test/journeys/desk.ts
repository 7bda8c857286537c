import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEdition, type Edition, type EditionOptions } from '../../local/edition.ts';

/** A running edition and the people who use it, for tests that walk whole journeys. */
export interface Desk {
  /** Set by a test that causes errors on purpose. */
  mayFail?: boolean;
  readonly edition: Edition;
  submit(
    body: object,
    headers?: Record<string, string>,
  ): Promise<{ status: number; body: Submitted; cookies: string[] }>;
  /** Confirms the mailbox with the code of the newest letter that carries one; returns the session's cookie header. */
  verify(reference: string): Promise<string>;
  status(reference: string, cookie: string): Promise<StatusView>;
  staff(user?: string): Staff;
  stop(): Promise<void>;
}

export interface Submitted {
  readonly submitted: { readonly right: string; readonly reference: string; readonly plannedBy: string }[];
}

export interface StatusView {
  readonly status: string;
  readonly outcome: string | null;
  readonly clock: {
    readonly plannedBy: string;
    readonly legalBy: string;
    readonly breached: boolean;
    readonly extended: boolean;
  };
  readonly dispositions: {
    readonly processor: string;
    readonly disposition: string;
    readonly reason?: string;
  }[];
  readonly timeline: { readonly event: string }[];
  readonly [more: string]: unknown;
}

export interface Staff {
  get(path: string): Promise<{ status: number; body: StaffView; etag: string }>;
  post(path: string, body: object, version?: string): Promise<{ status: number; body: StaffView }>;
  /** Reads the case, then writes with the version it read. */
  act(reference: string, action: string, body: object): Promise<{ status: number; body: StaffView }>;
}

// The staff document is read loosely here; its own tests hold its shape.
// biome-ignore lint/suspicious/noExplicitAny: journeys assert on many parts of one large document
export type StaffView = any;

export async function openDesk(options: Partial<EditionOptions> = {}): Promise<Desk> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'rights-desk-'));
  const edition = await createEdition({ startAt: '2026-03-05T09:00:00.000Z', ...options, dataDir });
  const { url } = edition;

  async function json(path: string, init: RequestInit = {}) {
    const answer = await fetch(url + path, { redirect: 'manual', ...init });
    const text = await answer.text();
    return { answer, body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text };
  }

  const desk: Desk = {
    edition,
    async submit(body, headers = {}) {
      const { answer, body: read } = await json('/api/requests', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });
      await edition.settle();
      return { status: answer.status, body: read, cookies: answer.headers.getSetCookie() };
    },
    async verify(reference) {
      const letter = edition
        .outbox()
        .filter(
          (mail) =>
            /\b\d{6}\b/.test(mail.text) && (mail.reference === reference || mail.text.includes(reference)),
        )
        .at(-1);
      const code = /\b(\d{6})\b/.exec(letter?.text ?? '')?.[1];
      const { answer, body } = await json('/api/verifications', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ reference, code }),
      });
      if (answer.status !== 200)
        throw new Error(`verification answered ${answer.status} ${JSON.stringify(body)}`);
      await edition.settle();
      return answer.headers
        .getSetCookie()
        .map((cookie) => cookie.split(';')[0])
        .join('; ');
    },
    async status(reference, cookie) {
      const { answer, body } = await json(`/api/requests/${reference}`, { headers: { cookie } });
      if (answer.status !== 200) throw new Error(`status answered ${answer.status}`);
      return body;
    },
    staff(user = 'officer') {
      const cookie = edition.staffCookie(user);
      const staff: Staff = {
        async get(path) {
          const { answer, body } = await json(`/api/staff${path}`, { headers: { cookie: await cookie } });
          return { status: answer.status, body, etag: answer.headers.get('etag') ?? '' };
        },
        async post(path, body, version = '*') {
          const { answer, body: read } = await json(`/api/staff${path}`, {
            method: 'POST',
            headers: { 'content-type': 'application/json', 'if-match': version, cookie: await cookie },
            body: JSON.stringify(body),
          });
          await edition.settle();
          return { status: answer.status, body: read };
        },
        async act(reference, action, body) {
          const read = await staff.get(`/requests/${reference}`);
          return staff.post(`/requests/${reference}/${action}`, body, read.etag);
        },
      };
      return staff;
    },
    async stop() {
      // What the product itself calls an error is one, also where the journey went on.
      const errors = edition.logLines().filter((line) => line.includes('"level":"ERROR"'));
      await edition.stop();
      if (errors.length > 0 && !desk.mayFail)
        throw new Error(`logged errors:\n${errors.slice(0, 5).join('\n')}`);
      if (!options.dataDir) rmSync(dataDir, { recursive: true, force: true });
    },
  };
  return desk;
}
