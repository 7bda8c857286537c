import type { Edition } from '../../local/edition.ts';
import type { MeasuredRight } from './usage.ts';

interface Counting {
  /** What comes before does not belong to the request. */
  begin(): void;
  uncounted<Answer>(work: () => Promise<Answer>): Promise<Answer>;
}

interface Asked {
  readonly etag: string;
  readonly body: {
    readonly status: string;
    readonly submitted: readonly { readonly reference: string }[];
    readonly tasks: readonly { readonly processor: string; readonly state: string }[];
    readonly package: { readonly hash: string };
  };
}

/** Longer than the slowest purge of the emulated vendors, in steps of ten days. */
const roundsUntilClosed = 10;

/**
 * One request from the form to the close, as its people do it: the subject confirms with the code, two members of staff agree, what is left to
 * people is done, and the subject fetches the copy where there is one.
 */
export async function walkRequest(
  edition: Edition,
  right: MeasuredRight,
  counting: Counting,
): Promise<{ reference: string; httpRequests: number }> {
  let httpRequests = 0;
  const cookies = {
    officer: await edition.staffCookie('officer'),
    second: await edition.staffCookie('second'),
  };

  async function ask(path: string, init: RequestInit = {}): Promise<Asked> {
    httpRequests += 1;
    const answer = await fetch(edition.url + path, init);
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
    await edition.settle();
    const isJson = answer.headers.get('content-type')?.includes('json');
    return { etag: answer.headers.get('etag') ?? '', body: isJson ? JSON.parse(bytes.toString()) : {} };
  }
  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    ask(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const newestCode = () => /\b(\d{6})\b/.exec(edition.outbox().at(-1)?.text ?? '')?.[1];

  counting.begin();
  const email = 'ada@example.com';
  const { body: accepted } = await post('/api/requests', { email, rights: [right], language: 'en' });
  const reference = accepted.submitted[0]?.reference ?? '';
  await post('/api/verifications', { reference, code: newestCode() });

  const path = `/api/staff/requests/${reference}`;
  const read = (user: keyof typeof cookies) => ask(path, { headers: { cookie: cookies[user] } });
  /** One reading of the case, then one write with the version that was read. */
  async function act(user: keyof typeof cookies, action: string, body: (read: Asked['body']) => object) {
    const { etag, body: seen } = await read(user);
    await post(`${path}/${action}`, body(seen), { cookie: cookies[user], 'if-match': etag });
  }
  async function doByHand() {
    const { body } = await read('officer');
    for (const { processor, state } of body.tasks)
      if (state === 'open')
        await act('officer', `tasks/${processor}`, () => ({
          outcome: 'done',
          evidence: 'done in the console',
        }));
  }
  const close = async () => {
    for (let round = 0; round < roundsUntilClosed; round += 1) await edition.advance('P10D');
  };

  await act('officer', 'decision', () => ({ decision: 'grant' }));
  if (right === 'erasure') {
    await act('second', 'decision', () => ({ decision: 'grant' }));
    await edition.advance('P4D');
    await doByHand();
    await close();
  } else {
    await doByHand();
    const { body: whole } = await ask(`${path}/package`, { headers: { cookie: cookies.officer } });
    const release = () => ({ packageHash: whole.package.hash });
    await act('officer', 'release', release);
    await act('second', 'release', release);
    await post(`/api/requests/${reference}/package`, {});
    await post(`/api/requests/${reference}/package`, { code: newestCode() });
    await close();
  }
  const asked = httpRequests;
  const { body: last } = await counting.uncounted(() => read('officer'));
  if (last.status !== 'closed') throw new Error(`the measured ${right} is ${last.status}`);
  return { reference, httpRequests: asked };
}
