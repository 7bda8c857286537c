import type { Processor } from '../contract.ts';
import { noEvidence } from '../evidence.ts';
import { type LinkedinConfig, linkedin } from '../linkedin.ts';
import { standingOf } from '../standing.ts';
import { mayBeUploaded } from '../uploaded.ts';

export function connect({ fedFrom, contactLists }: LinkedinConfig): Processor {
  return {
    name: linkedin.name,
    async find(keys) {
      // The tag's events carry no name that we could search for; the lists and the tag concern whoever has an account.
      const held = mayBeUploaded(keys, fedFrom) ? ['insight-tag', ...contactLists] : [];
      const holdings = held.map((handle) => ({ handle, category: 'marketing', count: 1 }) as const);
      return { holdings, complete: true };
    },
    // Nothing can be read there per person.
    async *export() {},
    async act(action, input) {
      const standing = standingOf(linkedin.capabilities, action, input, noEvidence('not-in-upload-source'));
      return standing ?? { result: 'manual', instructions: action };
    },
    async confirm() {
      return { seen: 'cannot-look', evidence: noEvidence('no-interface') };
    },
    async check() {
      // There is no address that could be wrong.
    },
  };
}
