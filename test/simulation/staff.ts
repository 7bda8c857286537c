import { decideCase } from '../../functions/api/staff/decision.ts';
import { askQuestion, endPause, extendCase } from '../../functions/api/staff/letters.ts';
import { recordAuthority } from '../../functions/api/staff/notes.ts';
import { releasePackage } from '../../functions/api/staff/package.ts';
import { answerTask } from '../../functions/api/staff/tasks.ts';
import type { RequestRow, StaffTask } from '../../functions/domain/case.ts';
import { actionFor } from '../../functions/domain/policy.ts';
import { actions } from '../../functions/domain/words.ts';
import { dayMs, type Person } from './people.ts';
import type { Chance } from './random.ts';
import type { Ports, World } from './world.ts';

/** `prompt` looks every day, `slow` every nine days, `absent` not for seven weeks, `contradictory` decides in pairs that disagree. */
export const staffManners = ['prompt', 'slow', 'absent', 'contradictory'] as const;
export type StaffManner = (typeof staffManners)[number];

const one = { name: 'officer' };
const two = { name: 'second' };

/** The privacy desk: goes through the queue now and then, as its manner is. */
export function createStaff(
  world: World,
  chance: Chance,
  manner: StaffManner,
  byReference: ReadonlyMap<string, Person>,
) {
  let day = 0;

  /** What the domain or the API refuses is how staff learn; a dead process is tried again another day. */
  async function attempt(work: (ports: Ports) => Promise<unknown>): Promise<boolean> {
    try {
      await world.live('staff-api', work);
      return true;
    } catch (error) {
      // A slip of this file or of the product, and no refusal that staff could meet.
      if (error instanceof TypeError || error instanceof ReferenceError) throw error;
      return false;
    }
  }

  async function decide(row: RequestRow): Promise<void> {
    const { id } = row;
    const now = world.clock.at;
    if (row.onBehalfOf && !row.authorityCheckedBy)
      await attempt((ports) => recordAuthority(ports, id, 'any', one, 'seen', now));
    const refuses = chance.happens(0.12);
    const partly = !refuses && chance.happens(0.08);
    const asked = refuses
      ? ({ decision: 'refuse', reason: 'not-our-data' } as const)
      : partly
        ? ({
            decision: 'grant-in-part',
            reason: row.right === 'erasure' ? 'legal-obligation-17-3-b' : 'not-our-data',
            except: { processors: ['hotjar'] },
          } as const)
        : ({ decision: 'grant' } as const);
    const grant = { decision: 'grant' } as const;
    if (manner === 'contradictory') {
      await Promise.all([
        attempt((ports) => decideCase(ports, id, row.version, one, asked, now)),
        attempt((ports) =>
          decideCase(ports, id, row.version, two, { decision: 'refuse', reason: 'not-our-data' }, now),
        ),
      ]);
      // Then they talk.
    }
    for (const colleague of [one, two]) {
      const latest = await world.store.row(id);
      if (latest?.status !== 'awaiting-decision' || latest.decision) return;
      const same = latest.proposal
        ? {
            decision: latest.proposal.kind,
            ...(latest.proposal.reason ? { reason: latest.proposal.reason } : {}),
            ...(latest.proposal.except ? { except: latest.proposal.except } : {}),
          }
        : asked;
      if (await attempt((ports) => decideCase(ports, id, 'any', colleague, same, now))) continue;
      await attempt((ports) => decideCase(ports, id, 'any', colleague, grant, now));
    }
  }

  async function release(row: RequestRow): Promise<void> {
    const hash = row.package?.hash;
    if (hash === undefined) return;
    for (const colleague of [one, two])
      await attempt((ports) => releasePackage(ports, row.id, 'any', colleague, hash, world.clock.at));
  }

  async function doTask(row: RequestRow, task: StaffTask): Promise<void> {
    const person = byReference.get(row.id);
    const now = world.clock.at;
    const isSystem = task.processor !== 'request' && task.processor !== 'staff';
    if (isSystem && chance.happens(0.3)) {
      await attempt((ports) =>
        answerTask(ports, row.id, 'any', one, task.processor, { action: 'retry' }, now, task.operation),
      );
      return;
    }
    const action = actions.find((known) => known === task.operation) ?? actionFor(row);
    if (isSystem && person && action !== undefined && action !== 'export')
      world.vendors.byHand(task.processor, person.mailbox, action);
    const answer = { outcome: 'done', evidence: 'seen on the screen' } as const;
    await attempt((ports) =>
      answerTask(ports, row.id, 'any', one, task.processor, answer, now, task.operation),
    );
  }

  async function ask(row: RequestRow): Promise<void> {
    const now = world.clock.at;
    if (chance.happens(0.03))
      await attempt((ports) =>
        extendCase(ports, row.id, 'any', one, { reason: 'complexity', explanation: 'many systems' }, now),
      );
    if (chance.happens(0.03) && row.pauses.length === 0)
      await attempt((ports) =>
        askQuestion(
          ports,
          row.id,
          'any',
          one,
          { question: 'which account?', ground: 'identity-doubt-12-6', recordedReason: 'two accounts' },
          now,
        ),
      );
    if (row.pauses.some((pause) => pause.until === undefined) && chance.happens(0.2))
      await attempt((ports) => endPause(ports, row.id, 'any', one, now));
  }

  /** One working day. */
  async function work(): Promise<void> {
    day += 1;
    if (manner === 'slow' && day % 9 !== 0) return;
    if (manner === 'absent' && day < 50) return;
    const rows = world.store.rows().filter((row) => row.status !== 'closed');
    for (const { id } of rows.sort((a, b) => (a.id < b.id ? -1 : 1))) {
      const current = await world.store.load(id);
      if (!current) continue;
      if (!current.row.answeredAt) await ask(current.row);
      if (current.row.status === 'awaiting-decision') await decide(current.row);
      const latest = await world.store.load(id);
      for (const task of latest?.tasks ?? []) {
        if (latest && task.state === 'open') await doTask(latest.row, task);
      }
      const ready = await world.store.row(id);
      if (ready?.status === 'awaiting-release') await release(ready);
    }
  }

  return {
    /** Every day from an instant until another. */
    employ(from: number, until: number): void {
      for (let when = from; when < until; when += dayMs) world.at(when, work);
    },
  };
}
