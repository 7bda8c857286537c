import { clockArn, requestArn } from '../doubles/engine.ts';
import { manners } from '../doubles/vendors.ts';
import type { Effect, FaultKind } from './faults.ts';
import { type Broken, watch } from './invariants.ts';
import { createMailboxes } from './mailboxes.ts';
import { createPeople, dayMs } from './people.ts';
import { type Chance, createChance } from './random.ts';
import { createReports } from './reports.ts';
import { createStaff, staffManners } from './staff.ts';
import { createWorld, type World } from './world.ts';

export interface Simulated {
  readonly seed: number;
  /** Requests that were accepted. */
  readonly cases: number;
  readonly closed: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly faults: number;
  readonly letters: number;
  /** Letters that came back, and calls that our mail is unwanted. */
  readonly bounces: number;
  readonly complaints: number;
  /** Copies that people fetched. */
  readonly copies: number;
  readonly invocations: number;
  readonly broken: readonly Broken[];
}

export interface SimulationOptions {
  readonly seed: number;
  /** Requests in this world. */
  readonly cases: number;
  /** Chance of a fault at each effect. */
  readonly faultRate?: number;
  /** Days that are lived through; by default more than the year after which words are destroyed. */
  readonly days?: number;
  readonly history?: boolean;
  /** Sees the world before it begins: for looking into one seed. */
  readonly look?: (world: World) => void;
}

/** Requests arrive over this many days. */
const arrivalDays = 40;
const defaultDays = 500;
/** After this day no more faults happen, so that what was hurt can heal before the end is judged. */
const calmAfterDays = 200;

const writeFaults: readonly FaultKind[] = [
  'crash-before',
  'crash-after',
  'refused',
  'lost-answer',
  'conflict',
  'delay',
];
const readFaults: readonly FaultKind[] = ['crash-before', 'refused', 'delay'];
const deaths = ['Sandbox.Timedout', 'Lambda.Unknown', 'Lambda.ServiceException'];

/** One world: some requests, their people, one desk and one set of vendors, from the first day to more than a year later. */
export async function simulate(options: SimulationOptions): Promise<Simulated> {
  const { seed, cases, faultRate = 0.02, days = defaultDays } = options;
  const chance = createChance(seed);
  const weather = chance.fork('faults');
  const temper = chance.fork('vendors');
  const manner = chance.fork('staff').pick(staffManners);
  let faults = 0;
  let invocations = 0;

  const downFrom = temper.below(60);
  const downVendor = temper.pick(['mailchimp', 'intercom', 'account', 'stripe'] as const);
  const startAt = new Date(Date.parse('2026-01-02T08:00:00.000Z') + chance.below(700) * dayMs).toISOString();
  const start = Date.parse(startAt);

  function inject(effect: Effect): FaultKind | undefined {
    if (!weather.happens(effect.writes ? faultRate : faultRate / 3)) return undefined;
    faults += 1;
    return weather.pick(effect.writes ? writeFaults : readFaults);
  }

  const world = createWorld({
    seed,
    startAt,
    history: options.history ?? false,
    inject,
    deathAs: () => weather.pick(deaths),
    twice: () => weather.happens(faultRate),
    vendors: {
      manner: (vendor, mailbox) => {
        const drawn = createChance(`${seed} ${vendor} ${mailbox}`);
        return drawn.happens(0.6) ? 'prompt' : drawn.pick(manners);
      },
      reporting: ['intercom', 'hotjar'],
      isDown: (vendor, now) =>
        vendor === downVendor && now >= start + downFrom * dayMs && now < start + (downFrom + 20) * dayMs,
    },
  });
  options.look?.(world);
  const broken: Broken[] = [];
  const mailboxes = createMailboxes(world, chance.fork('mail'));
  const people = createPeople(world, chance.fork('people'), mailboxes);
  const leftOut = new Map<string, Set<string>>();
  const guard = watch(world, { ...people, leftOut }, broken);
  createReports(world, chance.fork('reports'));
  const watched = world.onLetter;
  world.onLetter = (letter) => {
    watched?.(letter);
    mailboxes.received(letter);
    people.told(letter);
  };
  const counted = world.onInvocation;
  world.onInvocation = (invocation) => {
    invocations += 1;
    counted?.(invocation);
  };

  const arrivals = chance.fork('arrivals');
  for (let claimed = 0, index = 0; claimed < cases; index += 1) {
    claimed += people.arrive(index, start + arrivals.below(arrivalDays * 24 * 60) * 60_000, cases - claimed);
  }
  createStaff(world, chance.fork('desk'), manner, people.byReference, leftOut).employ(
    start + 3_600_000,
    start + days * dayMs,
  );

  loseExecutions(world, weather.fork('engine'), faultRate, () => {
    faults += 1;
  });

  await world.runUntil(start + Math.min(calmAfterDays, days) * dayMs);
  world.calm();
  await world.runUntil(start + days * dayMs);
  await guard.atTheEnd();

  const rows = world.store.rows();
  const outcomes: Record<string, number> = {};
  for (const row of rows) {
    const name = row.outcome ?? row.status;
    outcomes[name] = (outcomes[name] ?? 0) + 1;
  }
  return {
    seed,
    cases: rows.length,
    closed: rows.filter((row) => row.status === 'closed').length,
    outcomes,
    faults,
    letters: world.mail.sent.length,
    ...mailboxes.counts(),
    copies: guard.copiesSeen(),
    invocations,
    broken,
  };
}

/** Now and then the engine loses an execution: the work of a request, or its clock. */
function loseExecutions(world: World, chance: Chance, faultRate: number, lost: () => void): void {
  const start = world.clock.at;
  for (let day = 1; day < calmAfterDays; day += 1) {
    world.at(start + day * dayMs + chance.below(24 * 60) * 60_000, async () => {
      const open = world.store.rows().filter((row) => row.status !== 'closed');
      if (open.length === 0 || !chance.happens(faultRate * 4)) return;
      const { id, executions } = chance.pick(open.sort((a, b) => (a.id < b.id ? -1 : 1)));
      const arn = chance.happens(0.5) ? requestArn(id, executions) : clockArn(id);
      // What has ended already cannot be lost.
      await world.engine.stopExecution(arn, { error: 'Lost' }).then(lost, () => undefined);
    });
  }
}
