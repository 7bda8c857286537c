import { decideCase } from '../../functions/api/staff/decision.ts';
import { releasePackage } from '../../functions/api/staff/package.ts';
import { answerTask } from '../../functions/api/staff/tasks.ts';
import type { Right } from '../../functions/domain/words.ts';
import { dayMs } from './people.ts';
import { vendorNames, type World } from './world.ts';

const json = { 'content-type': 'application/json' };
const one = { name: 'officer' };
const two = { name: 'second' };
export const subject = 'ada@example.com';

/** The one person of a journey, known to every vendor, with an invoice that the law keeps. */
export function seed(world: World): void {
  for (const vendor of vendorNames) {
    world.vendors.hold(vendor, subject, [
      { handle: `${vendor}-1`, category: vendor === 'stripe' ? 'payment' : 'usage', count: 1 },
    ]);
  }
  world.vendors.hold('stripe', subject, [
    {
      handle: 'invoice-1',
      category: 'payment',
      count: 3,
      retained: { ground: 'tax-records-awr-52-4', until: '2033-12-31' },
    },
  ]);
}

async function again(work: () => Promise<unknown>): Promise<void> {
  for (let attempt = 0; attempt < 4; attempt += 1) {
    try {
      await work();
      return;
    } catch {
      // The page said "try again".
    }
  }
}

/** Sends a request and confirms the mailbox, trying again where the page failed. Returns its reference. */
export async function ask(world: World, right: Right): Promise<string> {
  await again(async () => {
    const answer = await world.fetch('/api/requests', {
      method: 'POST',
      headers: { ...json, 'idempotency-key': 'one' },
      body: JSON.stringify({
        email: subject,
        rights: [right],
        language: 'en',
        ...(right === 'rectification' || right === 'completion'
          ? { corrections: [{ field: 'name', value: 'Ada' }] }
          : {}),
      }),
    });
    if (answer.status !== 202) throw new Error(`answered ${answer.status}`);
  });
  await world.runUntil(world.clock.at + 3 * 3_600_000);
  const [row] = world.store.rows();
  if (!row) throw new Error('nothing was stored');
  await again(async () => {
    const token = world.mail
      .to(subject)
      .map((letter) => /#token=([\w-]+)/.exec(letter.text)?.[1])
      .findLast(Boolean);
    const answer = await world.fetch('/api/verifications', {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ token }),
    });
    if (answer.status !== 200 && answer.status !== 410) throw new Error(`answered ${answer.status}`);
  });
  return row.id;
}

/** One day at the desk: decides, releases, and does by hand what waits for a person. */
export async function workingDay(world: World, id: string): Promise<void> {
  const now = world.clock.at;
  const asked = { decision: 'grant' } as const;
  for (const colleague of [one, two]) {
    if (world.store.peek(id)?.row.status !== 'awaiting-decision' || world.store.peek(id)?.row.decision) break;
    await again(() =>
      world.live('staff-api', (ports) => decideCase(ports, id, 'any', colleague, asked, now)),
    );
  }
  for (const task of world.store.peek(id)?.tasks ?? []) {
    if (task.state === 'done') continue;
    const answer = { outcome: 'done', evidence: 'seen' } as const;
    await again(() =>
      world.live('staff-api', (ports) =>
        answerTask(ports, id, 'any', one, task.processor, answer, now, task.operation),
      ),
    );
  }
  for (const colleague of [one, two]) {
    const row = world.store.peek(id)?.row;
    const hash = row?.package?.hash;
    if (
      row?.status !== 'awaiting-release' ||
      hash === undefined ||
      row.package?.approvals.includes(`staff:${colleague.name}`)
    )
      continue;
    await again(() =>
      world.live('staff-api', (ports) => releasePackage(ports, id, 'any', colleague, hash, now)),
    );
  }
}

/** The whole way of one request, with a desk that works every day. */
export async function live(world: World, right: Right, days = 45): Promise<string> {
  seed(world);
  const id = await ask(world, right);
  for (let day = 0; day < days && world.store.peek(id)?.row.status !== 'closed'; day += 1) {
    await world.runUntil(world.clock.at + dayMs);
    await workingDay(world, id);
  }
  return id;
}

/** What must come out the same however often it was interrupted: no times, no ids, no counts of tries. */
export function endOf(world: World, id: string) {
  const current = world.store.peek(id);
  if (!current) throw new Error('the case is gone');
  const { row } = current;
  return {
    status: row.status,
    outcome: row.outcome,
    decision: row.decision?.kind,
    dispositions: current.dispositions.map((record) => [
      record.processor,
      record.disposition,
      record.action,
      record.code,
      record.evidence.class,
    ]),
    findings: current.findings.map((finding) => [finding.processor, finding.state, finding.holdings]),
    openTasks: current.tasks.filter((task) => task.state === 'open'),
    letters: [...new Set(world.mail.sent.map((letter) => letter.letterId))].sort(),
    told: current.letters.map((letter) => [letter.id, letter.state]),
    effects: world.vendors.effects
      .map(({ vendor, action, handle }) => `${vendor} ${action} ${handle}`)
      .sort(),
  };
}
