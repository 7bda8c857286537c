import { addDays, localDayOf } from '../../domain/calendar.ts';
import type { Case } from '../../domain/case.ts';
import { clockOf, extensionMayBeAnnounced, pauseMayBegin } from '../../domain/clock.ts';
import { RefusedByDomain } from '../../domain/errors.ts';
import type { Fact } from '../../domain/lifecycle.ts';
import { liftNoticeDays } from '../../domain/policy.ts';
import { readSubject } from '../../domain/sealed-subject.ts';
import { letterId, letterSent } from '../../domain/tell.ts';
import type { ExtensionReason } from '../../domain/words.ts';
import type { Letter } from '../../letters/letter.ts';
import { post } from '../../letters/post.ts';
import { act, actorOf, type Colleague, type StaffPorts, sealWords } from './cases.ts';

/** What a letter to the subject brings about: more time, a pause, the end of a restriction. The letter always goes first. */

async function write(ports: StaffPorts, current: Case, id: string, letter: Letter, now: number) {
  const { email } = await readSubject(ports.vault, current.row.id);
  return post(ports, current, { id, to: email, now }, letter);
}

/** Staff's own words in a letter, where there are any. */
const sealExplanation = async (ports: StaffPorts, row: Case['row'], text: string | undefined) =>
  text ? sealWords(ports, row, 'explanation', { text }) : {};

/** Art. 12(3): the letter with the reasons first, then the new dates. */
export function extendCase(
  ports: StaffPorts,
  id: string,
  expected: number | 'any',
  colleague: Colleague,
  asked: { readonly reason: ExtensionReason; readonly explanation?: string },
  now: number,
): Promise<Case> {
  const at = new Date(now).toISOString();
  return act(ports, id, expected, now, async (current) => {
    const { row } = current;
    const verdict = extensionMayBeAnnounced(row, asked.reason, at);
    if (!verdict.allowed) throw new RefusedByDomain(verdict.code);
    if (row.answeredAt || row.status === 'closed') throw new RefusedByDomain('wrong-status');
    const extension = { reason: asked.reason, sentAt: at, letterId: 'extension' };
    const { plannedBy } = clockOf({ ...row, extension });
    const words = await sealExplanation(ports, row, asked.explanation);
    const letter = await write(
      ports,
      current,
      'extension',
      {
        kind: 'extension',
        reference: id,
        right: row.right,
        reason: asked.reason,
        explanation: asked.explanation,
        newDate: plannedBy,
        statusUrl: `${ports.publicUrl}/requests/${id}`,
      },
      now,
    );
    return [
      letterSent(letter, actorOf(colleague)),
      {
        type: 'extended',
        by: actorOf(colleague),
        at,
        data: { reason: asked.reason, plannedBy, ...words },
        // The warnings ring anew before the new date.
        set: { extension: { ...extension, sentAt: letter.at }, rung: [] },
      },
    ];
  });
}

export interface QuestionAsked {
  readonly question: string;
  /** Absent: a question that suspends nothing. */
  readonly ground?: string;
  /** The specific doubt, or why the quantity is large; recorded, not sent. */
  readonly recordedReason?: string;
}

/** A question to the subject. It pauses the legal period only on the two grounds that the law knows, and only once its letter was sent. */
export function askQuestion(
  ports: StaffPorts,
  id: string,
  expected: number | 'any',
  colleague: Colleague,
  asked: QuestionAsked,
  now: number,
): Promise<Case> {
  const at = new Date(now).toISOString();
  const by = actorOf(colleague);
  return act(ports, id, expected, now, async (current) => {
    const { row } = current;
    if (row.answeredAt || row.status === 'closed') throw new RefusedByDomain('wrong-status');
    const ground =
      asked.ground === 'identity-doubt-12-6' || asked.ground === 'clarification-recital-63'
        ? asked.ground
        : undefined;
    if (asked.ground !== undefined) {
      const verdict = pauseMayBegin(
        row,
        { ground: asked.ground, right: row.right, recordedReason: asked.recordedReason ?? '' },
        at,
      );
      if (!verdict.allowed) throw new RefusedByDomain(verdict.code);
    }
    const number = current.letters.filter((letter) => letter.kind === 'question').length + 1;
    const name = letterId('question', number);
    const words = await sealWords(ports, row, 'question', {
      text: asked.question,
      ...(asked.recordedReason ? { recordedReason: asked.recordedReason } : {}),
    });
    const letter = await write(
      ports,
      current,
      name,
      {
        kind: 'question',
        reference: id,
        right: row.right,
        ground,
        questionText: asked.question,
        statusUrl: `${ports.publicUrl}/requests/${id}`,
      },
      now,
    );
    const facts: Fact[] = [
      letterSent(letter, by),
      { type: 'question-asked', by, at, data: { letter: name, pauses: ground !== undefined, ...words } },
    ];
    if (ground)
      facts.push({
        type: 'paused',
        by,
        at,
        data: { ground, letter: name },
        set: { pauses: [...row.pauses, { ground, from: letter.at, letterId: name }] },
      });
    return facts;
  });
}

/** The sufficient answer came: the pause ends that day. */
export function endPause(
  ports: StaffPorts,
  id: string,
  expected: number | 'any',
  colleague: Colleague,
  now: number,
): Promise<Case> {
  const at = new Date(now).toISOString();
  return act(ports, id, expected, now, ({ row }) => [
    {
      type: 'pause-ended',
      by: actorOf(colleague),
      at,
      set: {
        pauses: row.pauses.map((pause) => (pause.until === undefined ? { ...pause, until: at } : pause)),
      },
    },
  ]);
}

/**
 * Ends a granted restriction. Art. 18(3): the subject is told first, with the day; the systems lift it when that day has come and are
 * looked at again, which is why a closed case opens once more.
 */
export function liftRestriction(
  ports: StaffPorts,
  id: string,
  expected: number | 'any',
  colleague: Colleague,
  explanation: string | undefined,
  now: number,
): Promise<Case> {
  const at = new Date(now).toISOString();
  return act(ports, id, expected, now, async (current) => {
    const { row } = current;
    const restricted = current.dispositions.filter(
      (one) =>
        one.action === 'restrict' &&
        (one.disposition === 'done-confirmed' || one.disposition === 'done-by-hand'),
    );
    if (row.right !== 'restriction' || restricted.length === 0)
      throw new RefusedByDomain('nothing-restricted');
    const liftsOn = addDays(localDayOf(at), liftNoticeDays);
    const words = await sealExplanation(ports, row, explanation);
    const letter = await write(
      ports,
      current,
      'restriction-lifted',
      { kind: 'restriction-lifted', reference: id, liftsOn, explanation },
      now,
    );
    return [
      letterSent(letter, actorOf(colleague)),
      {
        type: 'restriction-lifted',
        by: actorOf(colleague),
        at,
        data: { liftsOn, ...words },
        children: restricted.map((one) => ({
          kind: 'disposition',
          value: { ...one, action: 'lift', disposition: 'accepted', expectedBy: liftsOn, at, looks: 0 },
        })),
      },
    ];
  });
}
