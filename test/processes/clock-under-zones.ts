// Prints, per zone of the host, a digest of all dates for every day of receipt: run as a program because only a real process takes on a new TZ.
import { createHash } from 'node:crypto';
import { addDays, startOfLocalDay } from '../../functions/domain/calendar.ts';
import { clockOf } from '../../functions/domain/clock.ts';

const zones = ['Pacific/Kiritimati', 'America/Los_Angeles', 'Asia/Kathmandu'];
const results = zones.map((zone) => {
  process.env.TZ = zone;
  const hash = createHash('sha256');
  for (let day = '2018-01-01'; day <= '2040-12-31'; day = addDays(day, 1))
    hash.update(JSON.stringify(clockOf({ receivedAt: startOfLocalDay(day) })));
  return { zone, hostOffset: new Date(0).getTimezoneOffset(), digest: hash.digest('hex') };
});
process.stdout.write(JSON.stringify(results));
