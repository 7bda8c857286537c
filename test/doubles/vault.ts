import type { Vault } from '../../functions/domain/ports.ts';

/** Sealed words without the seal: what matters to tests is what is there and what is gone. */
export function createVaultDouble(): Vault & { readonly ids: () => readonly string[] } {
  const sealed = new Map<string, Map<string, string>>();
  return {
    ids: () => [...sealed.keys()],
    async put(id, name, value) {
      const values = sealed.get(id) ?? new Map<string, string>();
      sealed.set(id, values.set(name, JSON.stringify(value)));
    },
    async get(id, name) {
      const text = sealed.get(id)?.get(name);
      return text === undefined ? undefined : JSON.parse(text);
    },
    names: async (id) => [...(sealed.get(id)?.keys() ?? [])].sort(),
    async shred(id) {
      sealed.delete(id);
    },
  };
}
