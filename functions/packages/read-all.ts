import type { Files } from '../domain/ports.ts';

/** The whole of a stored file, for those that fit the memory; `undefined` where there is none. */
export async function readAll(files: Pick<Files, 'get'>, key: string): Promise<Uint8Array | undefined> {
  const stream = await files.get(key);
  if (stream === undefined) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
