import type { Files } from '../../functions/domain/ports.ts';

/** A bucket in memory. */
export function createFilesDouble(): Files & { readonly keys: () => readonly string[] } {
  const kept = new Map<string, Uint8Array>();
  return {
    keys: () => [...kept.keys()],
    async put(key, body) {
      const bytes = body instanceof Uint8Array ? Uint8Array.from(body) : await gathered(body);
      kept.set(key, bytes);
      return { bytes: bytes.byteLength };
    },
    async get(key, from = 0) {
      const bytes = kept.get(key);
      return bytes && inPieces(bytes.subarray(from));
    },
    list: async (prefix) =>
      [...kept]
        .filter(([key]) => key.startsWith(prefix))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, bytes]) => ({ key, bytes: bytes.byteLength })),
    async remove(keys) {
      for (const key of keys) kept.delete(key);
    },
    link: async (key, seconds, name) => `https://files.example/${key}?seconds=${seconds}&name=${name}`,
  };
}

async function gathered(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Uint8Array.from(Buffer.concat(pieces));
}

/** In pieces that cut through lines and letters, as a network does. */
async function* inPieces(bytes: Uint8Array, size = 1021): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size);
}
