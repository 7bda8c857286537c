import type { AlarmDefinition } from './alarm.ts';
import { alarmRoutes, engine, platform } from './alarms-of-platform.ts';
import { deadlines, mailAndPeople, processors, progress } from './alarms-of-requests.ts';

/** What the alarms watch, by the names that AWS's own metrics carry. */
export interface Watched {
  readonly functions: readonly { readonly name: string; readonly physicalName: string }[];
  readonly machines: readonly { readonly name: string; readonly arn: string }[];
  readonly sites: readonly { readonly name: string; readonly apiId: string }[];
  readonly tableName: string;
  readonly indexNames: readonly string[];
  readonly queues: readonly { readonly name: string; readonly physicalName: string }[];
  readonly processors: readonly string[];
  readonly topics: { readonly page: string; readonly notice: string };
}

/** Every alarm. The template, the dashboards, the runbook and the tests are held to this list. */
export function alarmCatalogue(watched: Watched): AlarmDefinition[] {
  return [
    ...deadlines,
    ...progress,
    ...engine(watched),
    ...processors(watched),
    ...mailAndPeople,
    ...platform(watched),
    ...alarmRoutes(watched),
  ];
}
