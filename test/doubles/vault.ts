import type { Vault } from '../../functions/domain/ports.ts';

/** Sealed words without the seal: what matters to tests is what is there and what is gone. */
export interface VaultDouble extends Vault {
  readonly ids: () => readonly string[];
  /** What `get` gives, at once. */
  peek(id: string, name: string): unknown;
}

export function createVaultDouble(): VaultDouble {
  const sealed = new Map<string, Map<string, string>>();
  const vault: VaultDouble = {
    ids: () => [...sealed.keys()],
    async put(id, name, value) {
      const values = sealed.get(id) ?? new Map<string, string>();
      sealed.set(id, values.set(name, JSON.stringify(value)));
    },
    get: async (id, name) => vault.peek(id, name),
    peek(id, name) {
      const text = sealed.get(id)?.get(name);
      return text === undefined ? undefined : JSON.parse(text);
    },
    // The double stores at once what the table stores together with the row.
    async sealFor(id, name, value) {
      await vault.put(id, name, value);
      return [];
    },
    names: async (id) => [...(sealed.get(id)?.keys() ?? [])].sort(),
    async shred(id) {
      sealed.delete(id);
    },
    async open(id) {
      const then = new Map(sealed.get(id) ?? []);
      return {
        ...vault,
        async put(other, name, value) {
          if (other === id) then.delete(name);
          await vault.put(other, name, value);
          if (other === id) then.set(name, JSON.stringify(value));
        },
        async get(other, name) {
          if (other !== id) return vault.get(other, name);
          const text = then.get(name);
          return text === undefined ? undefined : JSON.parse(text);
        },
      };
    },
  };
  return vault;
}
