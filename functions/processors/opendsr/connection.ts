import type {
  ActInput,
  ActResult,
  Confirmation,
  ConfirmInput,
  Finding,
  Processor,
  ProcessorDependencies,
} from '../contract.ts';
import { dayAfter, evidenceOf, noEvidence, vendorAcknowledged, vendorStatus } from '../evidence.ts';
import { capabilities, type OpenDsrConfig } from '../opendsr.ts';
import { standingOf } from '../standing.ts';
import { mayBeUploaded } from '../uploaded.ts';
import { createProtocol, identitiesOf } from './protocol.ts';
import { subjectRequestId } from './request-id.ts';

/** However far ahead a processor promises, we look again after this many days. */
const longestWaitDays = 30;

/** @param name the processor's configured name, of which its request ids are made */
export function connect(name: string, config: OpenDsrConfig, deps: ProcessorDependencies): Processor {
  const protocol = createProtocol(config, deps);

  async function erase(input: ActInput): Promise<ActResult> {
    const id = subjectRequestId(input.idempotencyKey, name);
    // Asked first, so that a run after a crash never files the same request twice.
    const known = await protocol.status(id);
    const expected = known ?? (await protocol.submit(id, input));
    const observation = `request-${expected.status}`;
    const evidence = vendorAcknowledged({ observation, looked: 1, requestIds: [id] });
    if (expected.status === 'cancelled') return { result: 'failed', code: 'request-cancelled', evidence };
    return { result: 'accepted', evidence, expectedBy: lookAgainBy(expected.expectedBy), job: id };
  }

  function lookAgainBy(expected: string): string {
    const tomorrow = dayAfter(deps.now(), 1);
    const latest = dayAfter(deps.now(), longestWaitDays);
    const day = new Date(expected).toISOString().slice(0, 10);
    if (day >= latest) return latest;
    if (day <= tomorrow) return tomorrow;
    return day;
  }

  return {
    name,
    async find(keys): Promise<Finding> {
      const isKnown = mayBeUploaded(keys, config.fedFrom) && identitiesOf(keys, config).length > 0;
      const holdings = isKnown ? [{ handle: 'subject', category: 'usage', count: 1 } as const] : [];
      return { holdings, complete: true };
    },
    // Copies come back in a form that the protocol leaves open, so a person reads and adds them.
    async *export() {},
    async act(action, input) {
      const nothing = noEvidence('not-in-upload-source');
      return standingOf(capabilities, action, input, nothing) ?? (await erase(input));
    },
    async confirm(input: ConfirmInput): Promise<Confirmation> {
      const id = input.job ?? subjectRequestId(input.idempotencyKey, name);
      const state = await protocol.status(id);
      const evidence = (observation: string) => vendorStatus({ observation, looked: 1, requestIds: [id] });
      if (state === undefined)
        return {
          seen: 'still-there',
          code: 'request-unknown',
          evidence: evidenceOf('none', { observation: 'request-404', requestIds: [id] }),
        };
      if (state.status === 'cancelled')
        return { seen: 'still-there', code: 'request-cancelled', evidence: evidence('request-cancelled') };
      if (state.status === 'completed')
        // The processor's signed word, and still only its word: the protocol has no look at the data.
        return { seen: 'cannot-look', evidence: evidence('request-completed') };
      return {
        seen: 'pending',
        evidence: evidence(`request-${state.status}`),
        expectedBy: lookAgainBy(state.expectedBy),
      };
    },
    reportsAs: (idempotencyKey) => subjectRequestId(idempotencyKey, name),
    check: () => protocol.check(),
  };
}
