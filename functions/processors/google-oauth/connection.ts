import { QuarantineError } from '../../domain/errors.ts';
import type {
  ActInput,
  ActResult,
  Confirmation,
  ConfirmInput,
  ExportedRecord,
  Finding,
  Holding,
  Processor,
  ProcessorDependencies,
  SubjectKeys,
} from '../contract.ts';
import { lookedAgain } from '../evidence.ts';
import { type GoogleOauthConfig, googleOauth } from '../google-oauth.ts';
import { handlesBefore, standingOf } from '../standing.ts';
import { createGrants, type Grant } from './grants.ts';

export function connect(config: GoogleOauthConfig, deps: ProcessorDependencies): Processor {
  const grants = createGrants(config, deps);

  async function revokeAll(
    input: ActInput,
    andThen: (grant: Grant) => Promise<void>,
  ): Promise<readonly string[]> {
    const handles = handlesBefore(input);
    for (const handle of handles) {
      const grant = await grants.read(handle);
      // Gone since it was found: an earlier run got this far.
      if (grant === undefined) continue;
      expectAccount(input.keys, grant);
      await grants.revoke(grant);
      await andThen(grant);
    }
    return handles;
  }

  return {
    name: googleOauth.name,
    async find(keys): Promise<Finding> {
      const holdings: Holding[] = [];
      for (const id of new Set(keys.googleOauthTokenIds ?? [])) {
        const grant = await grants.read(id);
        if (grant === undefined) continue;
        expectAccount(keys, grant);
        const count = 1 + grant.records.length;
        holdings.push({ handle: id, category: 'account', count, createdAt: grant.grantedAt });
      }
      return { holdings, complete: true };
    },
    async *export(keys, finding): AsyncIterable<ExportedRecord> {
      for (const { handle } of finding.holdings) {
        const grant = await grants.read(handle);
        if (grant === undefined) continue;
        expectAccount(keys, grant);
        const { scopes, grantedAt } = grant;
        yield {
          category: 'account',
          type: 'google-grant',
          handle,
          // The token itself is a key to the account and no information about the person: it stays out.
          data: { scopes, grantedAt },
          providedBySubject: true,
        };
        for (const { id, type, fetchedAt, data } of grant.records)
          yield {
            category: 'account',
            type,
            handle: id,
            data: { fetchedAt, expiresOn: yearAfter(fetchedAt), data },
            providedBySubject: true,
          };
      }
    },
    async act(action, input): Promise<ActResult> {
      const nothing = lookedAgain({ observation: 'no-grant', handles: [] });
      const standing = standingOf(googleOauth.capabilities, action, input, nothing);
      if (standing !== undefined) return standing;
      const erasing = action === 'erase';
      const handles = await revokeAll(input, async (grant) => {
        if (erasing) await grants.erase(grant.id);
      });
      const observation = erasing ? 'grant-dead-copy-erased' : 'grant-dead';
      return { result: 'done', evidence: lookedAgain({ observation, handles }) };
    },
    async confirm(input: ConfirmInput): Promise<Confirmation> {
      const handles = handlesBefore(input);
      for (const handle of handles) {
        const grant = await grants.read(handle);
        if (grant === undefined) continue;
        if (input.action === 'erase')
          return stillThere('own-copy-kept', lookedAgain({ observation: 'own-copy-present', handles }));
        if (await grants.isAlive(grant))
          return stillThere('grant-alive', lookedAgain({ observation: 'grant-alive', handles }));
      }
      const observation = input.action === 'erase' ? 'own-copy-404' : 'grant-dead';
      return { seen: 'confirmed', evidence: lookedAgain({ observation, handles }) };
    },
    async check() {
      await grants.fetchedBefore(new Date(0).toISOString());
    },
  };
}

function stillThere(code: string, evidence: ReturnType<typeof lookedAgain>): Confirmation {
  return { seen: 'still-there', code, evidence };
}

/** A grant of another account under an id of this one would hand out or destroy somebody else's data. */
function expectAccount(keys: SubjectKeys, grant: Grant): void {
  if (grant.accountId !== keys.accountId) throw new QuarantineError('another-person');
}

/** Day (YYYY-MM-DD) on which data fetched at the instant has been kept for one calendar year. */
function yearAfter(fetchedAt: string): string {
  const day = new Date(fetchedAt);
  day.setUTCFullYear(day.getUTCFullYear() + 1);
  return day.toISOString().slice(0, 10);
}
