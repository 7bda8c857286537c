import type { Case, RequestRow } from '../domain/case.ts';
import { converge } from '../domain/converge.ts';
import { packageEndsAt, packageLastDay, packageReminderAt } from '../domain/package.ts';
import { exportsPrefix, handFilesPrefix, packagePrefix, partsPrefix } from '../domain/package-files.ts';
import { policyOf } from '../domain/policy.ts';
import type { CaseStore, Files, Vault } from '../domain/ports.ts';
import { readSubject } from '../domain/sealed-subject.ts';
import { letterSent, toldAlready } from '../domain/tell.ts';
import { transmissionLookAt } from '../domain/transmission.ts';
import { type PostPorts, post } from '../letters/post.ts';

export interface PackageLifePorts extends PostPorts {
  readonly store: CaseStore;
  readonly vault: Vault;
  readonly files: Pick<Files, 'list' | 'remove'>;
  readonly publicUrl: string;
}

const reminder = 'release-reminder';

/** What a released package still needs: one reminder to whoever has not fetched it, and its end. Safe to call at any time, as often as wanted. */
export async function carePackage(ports: PackageLifePorts, current: Case, now: number): Promise<Case> {
  const at = new Date(now).toISOString();
  const due = dueOf(current.row);
  if (!due) return isOverUnreleased(current.row) ? expire(ports, current, at) : current;
  if (due.endsAt < at) return expire(ports, current, at);
  if (due.remindAt > at || toldAlready(current, reminder)) return current;
  const events = await ports.store.events(current.row.id);
  if (events.some((event) => event.type === 'package-fetched')) return current;
  return remind(ports, current, due.lastDay, now);
}

/** When a package, or its sending to another controller, has something to be done about next (RFC 3339). */
export function nextPackageLook(row: RequestRow, now: string): string | undefined {
  const due = dueOf(row);
  if (!due) return undefined;
  const own = due.remindAt > now ? due.remindAt : due.endsAt;
  const lost = transmissionLookAt({ row });
  return lost !== undefined && lost < own ? lost : own;
}

function dueOf(row: RequestRow) {
  const endsAt = packageEndsAt(row);
  const remindAt = packageReminderAt(row);
  const released = row.package !== undefined && row.package.hash === row.releasedHash;
  const told = row.status === 'answered' || row.status === 'closed';
  return released && told && endsAt && remindAt && row.answeredAt
    ? { endsAt, remindAt, lastDay: packageLastDay(row.answeredAt) }
    : undefined;
}

/** Withdrawn, refused or merged: what was fetched for a copy is of no use any more. */
function isOverUnreleased(row: RequestRow): boolean {
  const fetched = policyOf(row.right).operation === 'export' && row.anonymisedAt === undefined;
  return fetched && row.status === 'closed' && row.releasedHash === undefined;
}

/** The copy goes first and is recorded as gone afterwards, so that no record says it while it is still there. */
async function expire({ store, files }: PackageLifePorts, { row: { id } }: Case, at: string): Promise<Case> {
  const prefixes = [packagePrefix(id), exportsPrefix(id), partsPrefix(id), handFilesPrefix(id)];
  const found = (await Promise.all(prefixes.map((prefix) => files.list(prefix)))).flat();
  if (found.length > 0) await files.remove(found.map(({ key }) => key));
  return converge(store, id, ({ row }) =>
    row.package === undefined
      ? []
      : [
          {
            type: 'package-expired',
            by: 'system',
            at,
            data: { hash: row.package.hash },
            set: { package: undefined, releasedHash: row.releasedHash, lookAt: row.lookAt },
          },
        ],
  );
}

async function remind(ports: PackageLifePorts, current: Case, lastDay: string, now: number): Promise<Case> {
  const { row } = current;
  const { email, name } = await readSubject(ports.vault, row.id);
  const letter = await post(
    ports,
    current,
    { id: reminder, to: email, now },
    {
      kind: 'release',
      reference: row.id,
      right: row.right === 'portability' ? 'portability' : 'access',
      statusUrl: `${ports.publicUrl}/requests/${row.id}`,
      fetchUrl: `${ports.publicUrl}/requests/${row.id}`,
      expiresOn: lastDay,
      name,
    },
  );
  return converge(ports.store, row.id, (latest) =>
    toldAlready(latest, reminder) ? [] : [{ ...letterSent(letter), set: { lookAt: latest.row.lookAt } }],
  );
}
