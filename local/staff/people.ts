import * as v from 'valibot';
import { openStateFile } from '../state-file.ts';

/** A member of staff, as the user pool knows them. */
export interface StaffMember {
  /** User name and the key in `POST /local/staff-session`. */
  readonly username: string;
  /** Cognito's `sub`: never changes. */
  readonly sub: string;
  readonly email: string;
  readonly label: string;
  readonly groups: readonly string[];
  readonly enabled: boolean;
  /** Epoch seconds; tokens issued before it are dead (sign-out everywhere). */
  readonly signedOutAt: number;
}

const storedPeople = v.array(
  v.object({
    username: v.string(),
    sub: v.string(),
    email: v.string(),
    label: v.string(),
    groups: v.array(v.string()),
    enabled: v.boolean(),
    signedOutAt: v.number(),
  }),
);

export interface StaffDirectory {
  all(): readonly StaffMember[];
  find(username: string): StaffMember | undefined;
  /** Replaces the person of this user name. */
  save(member: StaffMember): void;
}

const seeds: readonly StaffMember[] = [
  seed(1, 'officer', 'Privacy officer', ['officer', 'approver']),
  seed(2, 'second', 'Second officer', ['officer', 'approver']),
  seed(3, 'viewer', 'Viewer', ['viewer']),
  seed(4, 'admin', 'Administrator', ['administrator']),
];

function seed(number: number, username: string, label: string, groups: readonly string[]): StaffMember {
  const sub = `00000000-0000-4000-8000-00000000000${number}`;
  return { username, sub, email: `${username}@example.com`, label, groups, enabled: true, signedOutAt: 0 };
}

/** The seeded people, in a file so that what a test or a curious person changes about them outlives a restart. */
export function openStaffDirectory(file: string): StaffDirectory {
  const state = openStateFile(file, storedPeople, () =>
    seeds.map((one) => ({ ...one, groups: [...one.groups] })),
  );
  return {
    all: () => state.value,
    find: (username) => state.value.find((one) => one.username === username),
    save: (member) =>
      state.save(
        state.value.map((one) =>
          one.username === member.username ? { ...member, groups: [...member.groups] } : one,
        ),
      ),
  };
}
