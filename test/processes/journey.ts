import type { EditionProcess } from './edition.ts';

/** One person's request, driven from outside by whoever is needed next: it looks where the case stands and does what is due. */
export interface Journey {
  readonly email: string;
  readonly right: string;
  /** Makes the submission repeatable across a crash, for the 24 hours that a key is kept. */
  readonly key: string;
  /** Known from the first answer on. */
  reference?: string;
}

export interface CaseDocument {
  readonly status: string;
  readonly outcome: string | null;
  readonly version: number;
  readonly dispositions: readonly {
    readonly processor: string;
    readonly disposition: string;
    readonly action?: string;
    readonly evidence: { readonly observation: string };
  }[];
  readonly tasks: readonly {
    readonly processor: string;
    readonly operation: string;
    readonly state: string;
  }[];
}

interface Mail {
  readonly to: string;
  readonly text: string;
  readonly letter: string | null;
}

interface ProcessorView {
  readonly name: string;
  readonly holds: readonly { readonly email: string; readonly records: number }[];
}

/** What a journey came to, without what differs from run to run: names, instants, versions. */
export interface EndState {
  readonly status: string;
  readonly outcome: string | null;
  readonly dispositions: readonly string[];
  readonly tasks: readonly string[];
  /** Kinds of letters, each once, in order of the alphabet. */
  readonly letters: readonly string[];
  /** `vendor: person: records` of what every vendor holds. */
  readonly held: readonly string[];
}

/** One move of one person. Answers false when the case is closed. Throws when the edition does not answer. */
export async function nextStep(edition: EditionProcess, journey: Journey): Promise<boolean> {
  const reference = await submit(edition, journey);
  const current = await read(edition, reference, 'officer');
  const open = current.tasks.find((task) => task.state === 'open');
  switch (current.status) {
    case 'awaiting-identity':
      await verify(edition, reference, journey.email);
      return true;
    case 'awaiting-decision':
      for (const user of ['officer', 'second']) await decide(edition, reference, user);
      return true;
    case 'closed':
      return false;
    case 'finding':
    case 'acting':
      // Little by little: whoever lets days pass here gets the answer without what was still under way, and a supplement later.
      if (open) await answerTask(edition, reference, open);
      else await edition.advance('PT10M');
      return true;
    default:
      if (open) await answerTask(edition, reference, open);
      else await edition.advance('P2D');
      return true;
  }
}

const mostSteps = 500;

/** Takes steps until the case is closed; each through `step`, which may do something to the edition meanwhile. */
export async function walk(
  step: (take: (edition: EditionProcess) => Promise<boolean>) => Promise<boolean>,
  journey: Journey,
): Promise<void> {
  for (let taken = 0; taken < mostSteps; taken++) {
    if (!(await step((edition) => nextStep(edition, journey)))) return;
  }
  throw new Error(`the case was not closed after ${mostSteps} steps`);
}

export async function endStateOf(edition: EditionProcess, journey: Journey): Promise<EndState> {
  const reference = await submit(edition, journey);
  const { status, outcome, dispositions, tasks } = await read(edition, reference, 'officer');
  const mails = await edition.json<Mail[]>('/local/outbox.json');
  const processors = await edition.json<ProcessorView[]>('/local/processors.json');
  const kinds = mails.filter(({ to }) => to === journey.email).map(({ letter }) => letter ?? 'none');
  return {
    status,
    outcome,
    dispositions: dispositions
      .map(({ processor, disposition, action, evidence }) =>
        [processor, action, disposition, evidence.observation].join(' '),
      )
      .sort(),
    tasks: tasks.map(({ processor, operation, state }) => `${processor} ${operation} ${state}`).sort(),
    letters: [...new Set(kinds)].sort(),
    held: processors
      .flatMap(({ name, holds }) => holds.map(({ email, records }) => `${name}: ${email}: ${records}`))
      .sort(),
  };
}

async function submit(edition: EditionProcess, journey: Journey): Promise<string> {
  if (journey.reference) return journey.reference;
  const { email, right, key } = journey;
  const answer = await edition.json<{ submitted: { reference: string }[] }>('/api/requests', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify({ email, rights: [right], language: 'en' }),
  });
  const reference = answer.submitted[0]?.reference;
  if (!reference) throw new Error('the submission named no request');
  journey.reference = reference;
  return reference;
}

async function verify(edition: EditionProcess, reference: string, email: string): Promise<void> {
  const mails = await edition.json<Mail[]>(`/local/outbox.json?to=${encodeURIComponent(email)}`);
  const codes = mails.flatMap(({ text }) => /^\s*(\d{6})\s*$/m.exec(text)?.[1] ?? []);
  const code = codes.at(-1);
  if (code === undefined) {
    // The letter is still on its way.
    await edition.advance('PT1M');
    return;
  }
  const answer = await edition.ask('/api/verifications', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ reference, code }),
  });
  if (answer.ok) return;
  // The code was spent or has run out, for example over a restart: a person asks for another.
  await edition.json(`/api/requests/${reference}/code`, { method: 'POST' });
  await edition.advance('PT1M');
}

async function read(edition: EditionProcess, reference: string, user: string): Promise<CaseDocument> {
  return edition.json<CaseDocument>(`/api/staff/requests/${reference}`, {
    headers: { cookie: await cookieOf(edition, user) },
  });
}

async function decide(edition: EditionProcess, reference: string, user: string): Promise<void> {
  const { status } = await read(edition, reference, user);
  if (status !== 'awaiting-decision') return;
  const answer = await write(edition, reference, user, 'decision', { decision: 'grant' });
  // A kill may have come between the two people: the first one has decided already.
  if (answer.status === 403 && (await answer.text()).includes('second-person-needed')) return;
  mustBeFine(answer);
}

async function answerTask(
  edition: EditionProcess,
  reference: string,
  { processor, operation }: CaseDocument['tasks'][number],
): Promise<void> {
  const body = { outcome: 'done', evidence: 'done as the instructions say', operation };
  mustBeFine(await write(edition, reference, 'officer', `tasks/${processor}`, body));
}

async function write(
  edition: EditionProcess,
  reference: string,
  user: string,
  action: string,
  body: object,
): Promise<Response> {
  return edition.ask(`/api/staff/requests/${reference}/${action}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'if-match': '*',
      cookie: await cookieOf(edition, user),
    },
    body: JSON.stringify(body),
  });
}

/** A write on an old reading is no failure: whoever wrote reads again. */
function mustBeFine(answer: Response): void {
  if (!answer.ok && answer.status !== 409 && answer.status !== 412)
    throw new Error(`${new URL(answer.url).pathname} answered ${answer.status}`);
}

async function cookieOf(edition: EditionProcess, user: string): Promise<string> {
  const answer = await edition.ask('/local/staff-session', {
    method: 'POST',
    body: JSON.stringify({ user }),
  });
  if (!answer.ok) throw new Error(`the staff session answered ${answer.status}`);
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}
