import { converge } from '../domain/converge.ts';
import { TransientError } from '../domain/errors.ts';
import { interimActionFor } from '../domain/policy.ts';
import type { CaseStore, Vault } from '../domain/ports.ts';
import { escalateAfterSeconds } from '../domain/progress.ts';
import { fanOutOf } from '../domain/register.ts';
import { readSubject } from '../domain/sealed-subject.ts';
import type { Status } from '../domain/words.ts';
import type { SubjectKeys } from '../processors/contract.ts';
import type { Handler, Runtime } from '../runtime/lambda.ts';
import type { ConnectedProcessors } from './processor-port.ts';
import { type Keys, sealedName } from './sealed.ts';
import { step } from './step.ts';

interface Ports {
  readonly store: CaseStore;
  readonly vault: Vault;
  readonly processors: ConnectedProcessors;
}

/** After this many failed tries the search goes on without the account's ids; what then finds nothing counts as incomplete. */
const triesForKeys = 5;

const searchable: ReadonlySet<Status> = new Set(['finding', 'awaiting-decision', 'awaiting-release']);

/** Decides with the register which systems are searched, and learns from the account system under which ids they know the subject. */
export function createPlanSearch({ store, vault, processors }: Ports, runtime: Runtime): Handler {
  return step('PlanSearch', runtime.log, async ({ requestId, attempt }) => {
    const at = new Date(runtime.now()).toISOString();
    const current = await converge(store, requestId, async (before) => {
      if (before.row.status !== 'finding' || before.row.processors) return [];
      const fanOut = fanOutOf(before.row.right, processors.names, processors.further);
      if (fanOut.applies.length > 0) {
        const { email } = await readSubject(vault, requestId);
        await vault.put(requestId, sealedName.keys, await keysFor(email, attempt));
      }
      return [
        {
          type: 'search-planned',
          by: 'system',
          at,
          data: { processors: fanOut.applies },
          set: { processors: [...fanOut.applies, ...fanOut.notApplicable.map((one) => one.processor)] },
          children: fanOut.notApplicable.flatMap(({ processor, why }) => [
            { kind: 'finding', value: { processor, at, state: 'nothing', holdings: [], code: why } },
            {
              kind: 'disposition',
              value: {
                processor,
                disposition: 'not-applicable',
                at,
                code: why,
                looks: 0,
                evidence: { class: 'none', looked: 0, requestIds: [], handles: [], observation: why },
              },
            },
          ]),
        },
      ];
    });
    const { row } = current;
    const applies = searchable.has(row.status)
      ? fanOutOf(row.right, processors.names, processors.further).applies
      : [];
    const meanwhile = interimActionFor(row) && row.status === 'finding' ? applies : [];
    return {
      // After a restart only what is still missing, or failed, is searched.
      processors: applies.filter(
        (name) =>
          !current.findings.some((finding) => finding.processor === name && finding.state !== 'failed'),
      ),
      meanwhile: meanwhile.filter(
        (name) => processors.definition(name).capabilities.restrict === 'automated',
      ),
      waitSeconds: escalateAfterSeconds,
    };
  });

  async function keysFor(email: string, attempt: number): Promise<Keys> {
    const own: SubjectKeys = { email };
    if (!processors.names.includes('account')) return { keys: own, complete: true };
    try {
      const account = await processors.connect('account');
      const finding = await account.find(own);
      return { keys: { ...own, ...finding.keys }, complete: finding.complete };
    } catch (error) {
      if (error instanceof TransientError && attempt < triesForKeys) throw error;
      runtime.log.warn('search goes on without account ids', {
        error: error instanceof Error ? error.name : '',
      });
      return { keys: own, complete: false };
    }
  }
}
