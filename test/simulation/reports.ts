import { dayMs } from './people.ts';
import type { Chance } from './random.ts';
import { reportSeal, type World } from './world.ts';

const minuteMs = 60_000;

/**
 * Systems that report by themselves: before their own answer, twice, in any order, of things that have not happened, or never; and strangers
 * who report in their name.
 */
export function createReports(world: World, chance: Chance): void {
  async function report(vendor: string, reportId: string, status: string, seal: object): Promise<boolean> {
    const answer = await world.fetch(`/callbacks/opendsr/${vendor}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...seal },
      body: JSON.stringify({ subjectRequestId: reportId, status }),
    });
    return answer.status < 500;
  }

  /** A vendor whose call fails calls again an hour later, and gives up after a few. */
  async function persistently(attempt: () => Promise<boolean>, tries = 4): Promise<void> {
    const heard = await attempt().catch(() => false);
    if (!heard && tries > 1) world.at(world.clock.at + 60 * minuteMs, () => persistently(attempt, tries - 1));
  }

  world.vendors.onAsked = async ({ vendor, reportId, doneAt }) => {
    const own = chance.fork(`${vendor} ${reportId} ${world.clock.at}`);
    if (own.happens(0.15)) return;
    const say = (status: string, seal: object = reportSeal) =>
      persistently(() => report(vendor, reportId, status, seal));
    const later = (days: number, status: string, seal?: object) =>
      world.at(world.clock.at + days * dayMs + own.below(600) * minuteMs, () => say(status, seal));
    // Sooner than its own answer to the question.
    if (own.happens(0.2)) await say(own.pick(['pending', 'completed']));
    if (own.happens(0.2)) later(0, 'completed', { 'x-report-seal': 'forged' });
    if (own.happens(0.1)) later(1, 'cancelled');
    if (own.happens(0.1)) later(1, 'completed');
    const statuses = own.happens(0.3)
      ? ['completed', 'pending', 'in_progress']
      : ['pending', 'in_progress', 'completed'];
    const days = doneAt === undefined ? 4 : Math.max(0, (doneAt - world.clock.at) / dayMs);
    for (const [place, status] of statuses.entries()) {
      later((days * place) / 2, status);
      if (own.happens(0.3)) later((days * place) / 2, status);
    }
  };
}
