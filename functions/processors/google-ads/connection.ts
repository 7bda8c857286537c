import * as v from 'valibot';
import { QuarantineError } from '../../domain/errors.ts';
import type {
  ActInput,
  ActResult,
  Confirmation,
  ConfirmInput,
  Finding,
  Holding,
  Processor,
  ProcessorDependencies,
} from '../contract.ts';
import { dayAfter, evidenceOf, noEvidence, vendorAcknowledged, vendorStatus } from '../evidence.ts';
import { createGoogleBearer } from '../google/access-token.ts';
import { googleRefusalOf } from '../google/refusal.ts';
import { type GoogleAdsConfig, googleAds } from '../google-ads.ts';
import { jsonRequest } from '../json-request.ts';
import { readJson } from '../response.ts';
import { handlesBefore, standingOf } from '../standing.ts';
import { mayBeUploaded, uploadedHashes } from '../uploaded.ts';

type Account = GoogleAdsConfig['accounts'][number];

/** Google asks to wait half an hour before the first look; a day covers its slow days. */
const processingDays = 1;
const pageLimit = 50;

/** Destinations in one removal, kept small so that one bad list spoils few others. */
const destinationsPerRequest = 10;

const userLists = v.object({
  userLists: v.optional(
    v.array(
      v.object({
        id: v.pipe(v.string(), v.regex(/^\d+$/)),
        readOnly: v.optional(v.boolean()),
        ingestedUserListInfo: v.optional(v.object({ uploadKeyTypes: v.optional(v.array(v.string())) })),
      }),
    ),
    [],
  ),
  nextPageToken: v.optional(v.string()),
});

const requestId = v.pipe(v.string(), v.regex(/^[\w-]{1,128}$/));
const removal = v.object({ requestId });

const status = v.object({
  requestStatusPerDestination: v.pipe(
    v.array(
      v.object({
        requestStatus: v.picklist([
          'REQUEST_STATUS_UNKNOWN',
          'SUCCESS',
          'PROCESSING',
          'FAILED',
          // Google's prose spells it this way, its discovery document the other.
          'FAILURE',
          'PARTIAL_SUCCESS',
        ]),
      }),
    ),
    v.minLength(1),
  ),
});

export function connect(config: GoogleAdsConfig, deps: ProcessorDependencies): Processor {
  const bearer = createGoogleBearer(config.auth, 'https://www.googleapis.com/auth/datamanager', deps);

  async function send(method: 'GET' | 'POST', path: string, account?: Account, body?: unknown) {
    return deps.http.send(
      jsonRequest({
        method,
        url: `${config.baseUrl}/v1/${path}`,
        headers: {
          authorization: await bearer(),
          ...(account?.loginAccountId === undefined
            ? {}
            : { 'login-account': `accountTypes/GOOGLE_ADS/accounts/${account.loginAccountId}` }),
        },
        body,
        // Removing who is not there any more is the same end.
        repeatable: true,
      }),
    );
  }

  /** Lists of one account that take uploaded contacts; `complete` is false when the pages did not end. */
  async function listsOf(account: Account): Promise<{ ids: string[]; complete: boolean }> {
    const ids: string[] = [];
    let token = '';
    for (let page = 0; page < pageLimit; page += 1) {
      const query = token === '' ? '' : `?pageToken=${encodeURIComponent(token)}`;
      const parent = `accountTypes/GOOGLE_ADS/accounts/${account.accountId}`;
      const response = await send('GET', `${parent}/userLists${query}`, account);
      if (response.status !== 200) throw googleRefusalOf(response);
      const answer = readJson(response, userLists);
      for (const list of answer.userLists) {
        const keys = list.ingestedUserListInfo?.uploadKeyTypes ?? [];
        if (list.readOnly !== true && keys.includes('CONTACT_ID')) ids.push(list.id);
      }
      token = answer.nextPageToken ?? '';
      if (token === '') return { ids, complete: true };
    }
    return { ids, complete: false };
  }

  async function remove(input: ActInput): Promise<ActResult> {
    const handles = handlesBefore(input);
    const members = uploadedHashes(input.keys).map((emailAddress) => ({
      userData: { userIdentifiers: [{ emailAddress }] },
    }));
    const requestIds: string[] = [];
    for (const group of grouped(handles, destinationsPerRequest)) {
      const response = await send('POST', 'audienceMembers:remove', undefined, {
        destinations: group.map((handle) => destinationOf(handle, config)),
        audienceMembers: members,
        encoding: 'HEX',
        validateOnly: false,
      });
      if (response.status !== 200) throw googleRefusalOf(response);
      requestIds.push(readJson(response, removal).requestId);
    }
    return {
      result: 'accepted',
      evidence: vendorAcknowledged({ observation: 'removal-submitted', handles, requestIds }),
      expectedBy: dayAfter(deps.now(), processingDays),
      job: requestIds.join(','),
    };
  }

  return {
    name: googleAds.name,
    async find(keys): Promise<Finding> {
      if (!mayBeUploaded(keys, config.fedFrom)) return { holdings: [], complete: true };
      const holdings: Holding[] = [];
      let complete = true;
      for (const account of config.accounts) {
        const lists = await listsOf(account);
        complete &&= lists.complete;
        for (const id of lists.ids)
          holdings.push({ handle: `${account.accountId}/${id}`, category: 'marketing', count: 1 });
      }
      return { holdings, complete };
    },
    // Members of a list cannot be read back, only removed.
    async *export() {},
    async act(action, input) {
      return (
        standingOf(googleAds.capabilities, action, input, noEvidence('not-in-upload-source')) ??
        (await remove(input))
      );
    },
    async confirm(input: ConfirmInput): Promise<Confirmation> {
      const handles = handlesBefore(input);
      const requestIds = (input.job ?? '').split(',').filter((id) => v.is(requestId, id));
      if (requestIds.length === 0)
        return {
          seen: 'cannot-look',
          evidence: evidenceOf('none', { observation: 'no-request-id', handles }),
        };
      const seen = new Set<string>();
      for (const id of requestIds) {
        const response = await send('GET', `requestStatus:retrieve?requestId=${encodeURIComponent(id)}`);
        if (response.status !== 200) throw googleRefusalOf(response);
        for (const each of readJson(response, status).requestStatusPerDestination)
          seen.add(each.requestStatus);
      }
      const evidence = (observation: string) => vendorStatus({ observation, handles, requestIds });
      if (seen.has('FAILED') || seen.has('FAILURE'))
        return { seen: 'still-there', code: 'removal-failed', evidence: evidence('request-failed') };
      if (seen.has('PARTIAL_SUCCESS'))
        return { seen: 'still-there', code: 'removal-partial', evidence: evidence('request-partial') };
      if (seen.has('PROCESSING') || seen.has('REQUEST_STATUS_UNKNOWN'))
        return {
          seen: 'pending',
          evidence: evidence('request-processing'),
          expectedBy: dayAfter(deps.now(), processingDays),
        };
      // SUCCESS is still Google's word: who is on a list can never be read back.
      return { seen: 'cannot-look', evidence: evidence('request-succeeded') };
    },
    async check() {
      for (const account of config.accounts) await listsOf(account);
    },
  };
}

function destinationOf(handle: string, config: GoogleAdsConfig) {
  const [accountId, productDestinationId] = handle.split('/');
  const account = config.accounts.find((each) => each.accountId === accountId);
  // The account was taken out of the configuration after the search: acting elsewhere would be a guess.
  if (account === undefined) throw new QuarantineError('unknown-account');
  return {
    operatingAccount: { accountType: 'GOOGLE_ADS', accountId },
    ...(account.loginAccountId === undefined
      ? {}
      : { loginAccount: { accountType: 'GOOGLE_ADS', accountId: account.loginAccountId } }),
    productDestinationId,
  };
}

function* grouped<Item>(items: readonly Item[], size: number): Iterable<readonly Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
