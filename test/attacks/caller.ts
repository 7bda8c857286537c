import type { Desk } from '../journeys/desk.ts';

/** What came back, down to the headers. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: attacks look at single fields of many documents
  readonly body: any;
}

/** A program that says whatever it likes to the desk. Objects go as JSON, strings and bytes as they are. */
export async function call(
  desk: Desk,
  method: string,
  path: string,
  body?: object | string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const isRaw = typeof body === 'string' || body instanceof Uint8Array;
  const answer = await fetch(desk.edition.url + path, {
    method,
    redirect: 'manual',
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: isRaw ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    read = text;
  }
  return { status: answer.status, headers: answer.headers, text, body: read };
}

export const valid = (more: object = {}) => ({
  email: 'ada@example.com',
  language: 'en',
  rights: ['access'],
  ...more,
});

/** Sends a submission and returns the references, in the order of the rights. */
export async function send(desk: Desk, more: object = {}): Promise<string[]> {
  const { status, body } = await desk.submit(valid(more));
  if (status !== 202) throw new Error(`submitting answered ${status} ${JSON.stringify(body)}`);
  return body.submitted.map((one) => one.reference);
}

/** The newest letter of a kind in the outbox for a request, or for anybody. */
export function letter(desk: Desk, kind: string, reference?: string) {
  const found = desk.edition
    .outbox()
    .filter((mail) => mail.letter === kind && (reference === undefined || mail.text.includes(reference)))
    .at(-1);
  if (!found) throw new Error(`no letter ${kind}`);
  return found;
}

export function codeIn(text: string): string {
  const code = /\b(\d{6})\b/.exec(text)?.[1];
  if (!code) throw new Error('no code in the letter');
  return code;
}

export function tokenIn(text: string): string {
  const token = /#token=([\w-]+)/.exec(text)?.[1];
  if (!token) throw new Error('no link in the letter');
  return token;
}

/** Six digits that are not these. */
export const otherThan = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

export const guess = (desk: Desk, reference: string, code: string) =>
  call(desk, 'POST', '/api/verifications', { reference, code });

export const spend = (desk: Desk, token: string) => call(desk, 'POST', '/api/verifications', { token });

export const metric = (desk: Desk, name: string): number =>
  desk.edition.metrics().find((one) => one.name === name)?.sum ?? 0;
