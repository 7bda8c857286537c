import * as v from 'valibot';
import type { AuditEvent } from './audit.ts';
import type { Case, Child } from './case.ts';
import { taskOf } from './dispositions.ts';
import { RefusedByDomain } from './errors.ts';
import { unseen } from './intake.ts';
import type { Fact } from './lifecycle.ts';
import { packageAvailability } from './package.ts';
import { type CommittedWords, secretName } from './sealed-words.ts';

/**
 * Art. 20(2): the copy goes straight to another controller, whose upload address the subject names and confirms. The trail knows the host and
 * nothing more of the address, because the rest of a signed address is a secret.
 */

/** How often one package may be sent on; each asking counts, whatever became of it. */
export const transmissionsInAll = 5;
/** The largest single upload that stores on the other side commonly take (S3: 5 GiB). */
export const transmissionBytes = 5 * 1024 ** 3;
/** What an execution may take with all its tries (ms); one that is silent for longer is lost, and the subject may ask again. */
export const transmissionWithinMs = 2 * 60 * 60 * 1000;
/** Failures one after the other, after which staff look: the subject alone does not get on. */
const failuresBeforeStaff = 2;

/** Who gets the copy, in the subject's words. */
export const receiverName = v.pipe(
  v.string(),
  v.trim(),
  v.minLength(2, 'too-short'),
  v.maxLength(100, 'too-long'),
  v.regex(new RegExp(`^[^${unseen}<>]+$`), 'not-a-name'),
);

/** Why a transmission failed. Closed: each is told to the subject in these words' texts. */
export const transmissionFailures = [
  'not-reached',
  'refused',
  'redirected',
  'host-not-public',
  'too-slow',
  'address-gone',
  'package-gone',
  'lost',
] as const;
export type TransmissionFailure = (typeof transmissionFailures)[number];

/** Where the whole address is sealed until the transmission is over. */
export const transmissionAddressName = (number: number): string => secretName(`transmission-${number}`);

/** How one transmission stands, as the trail tells it. */
export interface Transmission {
  readonly number: number;
  readonly host: string;
  /** SHA-256 (hex) of the package. */
  readonly hash: string;
  readonly state: 'under-way' | 'sent' | 'failed';
  readonly askedAt: string;
  readonly endedAt?: string;
  readonly failure?: TransmissionFailure;
}

export function transmissionsOf(events: readonly AuditEvent[]): readonly Transmission[] {
  const found = new Map<number, Transmission>();
  for (const { type, at, data } of events) {
    const number = typeof data.number === 'number' ? data.number : 0;
    const known = found.get(number);
    if (type === 'transmission-asked' && typeof data.host === 'string' && typeof data.hash === 'string')
      found.set(number, { number, host: data.host, hash: data.hash, state: 'under-way', askedAt: at });
    if (type === 'transmitted' && known) found.set(number, { ...known, state: 'sent', endedAt: at });
    if (type === 'transmission-failed' && known) {
      const failure = transmissionFailures.find((code) => code === data.code) ?? 'lost';
      found.set(number, { ...known, state: 'failed', endedAt: at, failure });
    }
  }
  return [...found.values()];
}

/** How many more a released package allows. */
export function transmissionsLeft(current: Pick<Case, 'row'>, events: readonly AuditEvent[]): number {
  const asked = transmissionsOf(events).filter((one) => one.hash === current.row.releasedHash).length;
  return Math.max(0, transmissionsInAll - asked);
}

/**
 * The subject asks for a transmission. Throws `RefusedByDomain`: `not-portability` (art. 20 alone gives this right), `package-not-available`,
 * `transmission-under-way`, `transmission-limit`, `package-too-large-to-transmit`.
 */
export function askTransmission(
  current: Case,
  events: readonly AuditEvent[],
  asked: { readonly number: number; readonly host: string; readonly receiver: CommittedWords['data'] },
  at: string,
): Fact {
  const { row } = current;
  if (row.right !== 'portability') throw new RefusedByDomain('not-portability');
  if (packageAvailability(current, at) !== 'available' || row.package === undefined)
    throw new RefusedByDomain('package-not-available');
  if (row.transmission?.state === 'under-way' || asked.number !== nextNumber(current))
    throw new RefusedByDomain('transmission-under-way');
  if (transmissionsLeft(current, events) === 0) throw new RefusedByDomain('transmission-limit');
  const { hash, bytes } = row.package;
  if (bytes > transmissionBytes) throw new RefusedByDomain('package-too-large-to-transmit');
  const { number, host, receiver } = asked;
  return {
    type: 'transmission-asked',
    by: 'subject',
    at,
    data: { number, host, hash, ...receiver },
    set: {
      transmission: {
        number,
        hash,
        state: 'under-way',
        askedAt: at,
        failures: row.transmission?.failures ?? 0,
      },
    },
  };
}

export const nextNumber = ({ row }: Pick<Case, 'row'>): number => (row.transmission?.number ?? 0) + 1;

/** The transmission with this number, while it is under way. */
export function underWay({ row }: Pick<Case, 'row'>, number: number): boolean {
  return row.transmission?.number === number && row.transmission.state === 'under-way';
}

/** The other side took all bytes. */
export function transmitted(
  current: Case,
  sent: { readonly number: number; readonly host: string; readonly bytes: number },
  at: string,
): readonly Fact[] {
  const { transmission } = current.row;
  if (transmission === undefined || !underWay(current, sent.number)) return [];
  const open = openTask(current);
  return [
    {
      type: 'transmitted',
      by: 'system',
      at,
      data: { ...sent, hash: transmission.hash },
      set: { transmission: { ...transmission, state: 'sent', failures: 0 } },
      children: open
        ? [{ kind: 'task', value: { ...open, state: 'done', doneAt: at, doneBy: 'system' } }]
        : [],
    },
  ];
}

/** It did not work. Asking again is allowed; staff are told when it goes on failing. `status`: what the other side answered, if it did. */
export function transmissionFailed(
  current: Case,
  failed: { readonly number: number; readonly code: TransmissionFailure; readonly status?: number },
  at: string,
): readonly Fact[] {
  const { row } = current;
  if (row.transmission === undefined || !underWay(current, failed.number)) return [];
  const failures = row.transmission.failures + 1;
  const task: readonly Child[] =
    failures >= failuresBeforeStaff && !openTask(current)
      ? [
          {
            kind: 'task',
            value: taskOf(
              { processor: 'staff', at, plannedBy: row.plannedBy, action: 'transmission' },
              'transmission-failed',
              failed.code,
            ),
          },
        ]
      : [];
  return [
    {
      type: 'transmission-failed',
      by: 'system',
      at,
      data: { ...failed },
      set: { transmission: { ...row.transmission, state: 'failed', failures } },
      children: task,
    },
  ];
}

function openTask({ tasks }: Case) {
  return tasks.find(
    (task) => task.processor === 'staff' && task.operation === 'transmission' && task.state === 'open',
  );
}

/** When somebody must look whether a transmission under way has been lost (RFC 3339). */
export function transmissionLookAt({ row }: Pick<Case, 'row'>): string | undefined {
  return row.transmission?.state === 'under-way'
    ? new Date(Date.parse(row.transmission.askedAt) + transmissionWithinMs).toISOString()
    : undefined;
}
