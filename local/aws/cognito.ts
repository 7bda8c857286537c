import * as v from 'valibot';
import type { StaffDirectory, StaffMember } from '../staff/people.ts';
import { AwsError, type AwsService, jsonService, operation } from './service.ts';

export interface CognitoOptions {
  readonly userPoolId: string;
  readonly directory: StaffDirectory;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

const user = { UserPoolId: v.string(), Username: v.string() };

/** Plays the calls of a Cognito user pool that a live check of groups and a sign-out need. */
export function createCognito({ userPoolId, directory, now }: CognitoOptions): AwsService {
  function find(input: { UserPoolId: string; Username: string }): StaffMember {
    if (input.UserPoolId !== userPoolId) {
      throw new AwsError('ResourceNotFoundException', 'User pool does not exist.');
    }
    const member =
      directory.find(input.Username) ?? directory.all().find(({ sub }) => sub === input.Username);
    if (!member) throw new AwsError('UserNotFoundException', 'User does not exist.');
    return member;
  }

  const change = (run: (member: StaffMember) => Partial<StaffMember>) =>
    operation(v.strictObject(user), (input) => {
      const member = find(input);
      directory.save({ ...member, ...run(member) });
      return {};
    });

  const changeGroup = (run: (groups: readonly string[], group: string) => readonly string[]) =>
    operation(v.strictObject({ ...user, GroupName: v.string() }), (input) => {
      const member = find(input);
      directory.save({ ...member, groups: run(member.groups, input.GroupName) });
      return {};
    });

  return jsonService('AWSCognitoIdentityProviderService.', '1.1', {
    AdminGetUser: operation(v.strictObject(user), (input) => {
      const member = find(input);
      return {
        Username: member.username,
        UserAttributes: [
          { Name: 'sub', Value: member.sub },
          { Name: 'email', Value: member.email },
          { Name: 'email_verified', Value: 'true' },
        ],
        Enabled: member.enabled,
        UserStatus: 'CONFIRMED',
      };
    }),
    AdminListGroupsForUser: operation(
      v.strictObject({ ...user, Limit: v.optional(v.number()), NextToken: v.optional(v.string()) }),
      (input) => ({
        Groups: find(input).groups.map((GroupName) => ({ GroupName, UserPoolId: userPoolId })),
      }),
    ),
    AdminUserGlobalSignOut: change(() => ({ signedOutAt: Math.floor(now() / 1000) })),
    AdminDisableUser: change(() => ({ enabled: false })),
    AdminEnableUser: change(() => ({ enabled: true })),
    AdminAddUserToGroup: changeGroup((groups, group) => [...new Set([...groups, group])]),
    AdminRemoveUserFromGroup: changeGroup((groups, group) => groups.filter((one) => one !== group)),
  });
}
