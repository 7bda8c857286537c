import { sendMessage } from '../../functions/api/messages.ts';
import { decideCase } from '../../functions/api/staff/decision.ts';
import { askQuestion, endPause, extendCase, liftRestriction } from '../../functions/api/staff/letters.ts';
import { addNote, recordAuthority, setHold } from '../../functions/api/staff/notes.ts';
import { addRedactions, releasePackage, reviewPackage } from '../../functions/api/staff/package.ts';
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
  /** Filled with the handles of records that staff have left out of a copy, by reference. */
  leftOut: Map<string, Set<string>>,
) {
  let day = 0;
  const lifted = new Set<string>();
  const read = new Set<string>();

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

  /** Reads the copy, and marks a record that is about somebody else; the marked one comes back for reading. */
  async function redact({ id }: RequestRow): Promise<boolean> {
    if (read.has(id)) return false;
    read.add(id);
    if (!chance.happens(0.3)) return false;
    const { records } = await reviewPackage(world.ports, id, {});
    const shown = records[0];
    if (shown === undefined) return false;
    const { processor, record, data } = shown;
    const { randomBytes } = world.runtime;
    const asked = [{ what: { processor, record }, reason: 'others-rights-15-4' as const }];
    const marked = await attempt((ports) =>
      addRedactions(ports, id, 'any', one, asked, { now: world.clock.at, randomBytes }),
    );
    const { handle } = data as { handle: string };
    if (marked) leftOut.set(id, new Set([...(leftOut.get(id) ?? []), handle]));
    return true;
  }

  async function release(row: RequestRow): Promise<void> {
    const hash = row.package?.hash;
    if (hash === undefined || (await redact(row))) return;
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

  /** What nobody waits for: notes, messages, a hold for a court case, and weeks later the end of a restriction. */
  async function further(row: RequestRow): Promise<void> {
    const { id } = row;
    const now = world.clock.at;
    const words = byReference.get(id)?.canaries[1] ?? '';
    if (chance.happens(0.01)) await attempt((ports) => addNote(ports, id, one, `spoke with ${words}`, now));
    if (chance.happens(0.01)) {
      const input = { text: `dear ${words}`, files: [], keepAnyway: false };
      await attempt((ports) => sendMessage(ports, world.runtime, id, 'staff:officer', input));
    }
    if (chance.happens(0.002)) {
      await attempt((ports) => setHold(ports, id, 'any', one, true, now));
      const until = now + (20 + chance.below(200)) * dayMs;
      world.at(until, () =>
        attempt((ports) => setHold(ports, id, 'any', one, false, world.clock.at)).then(() => undefined),
      );
    }
  }

  async function liftSome(): Promise<void> {
    for (const row of world.store.rows()) {
      const isOver = row.status === 'answered' || row.status === 'closed';
      if (row.right !== 'restriction' || !isOver || row.anonymisedAt || lifted.has(row.id)) continue;
      if (!chance.happens(0.01)) continue;
      lifted.add(row.id);
      await attempt((ports) => liftRestriction(ports, row.id, 'any', one, 'settled', world.clock.at));
    }
  }

  /** One working day. */
  async function work(): Promise<void> {
    day += 1;
    if (manner === 'slow' && day % 9 !== 0) return;
    if (manner === 'absent' && day < 50) return;
    await liftSome();
    const rows = world.store.rows().filter((row) => row.status !== 'closed');
    for (const { id } of rows.sort((a, b) => (a.id < b.id ? -1 : 1))) {
      const current = await world.store.load(id);
      if (!current) continue;
      if (!current.row.answeredAt) await ask(current.row);
      await further(current.row);
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
