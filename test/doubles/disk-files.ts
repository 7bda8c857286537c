import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Files } from '../../functions/domain/ports.ts';

/** The bucket as a folder; `virtual` are files that are made as they are read and never stored. */
export function diskFiles(
  folder: string,
  virtual: Readonly<Record<string, (from: number) => AsyncIterable<Uint8Array>>> = {},
): Files {
  const place = (key: string) => join(folder, ...key.split('/'));
  return {
    async put(key, body) {
      mkdirSync(dirname(place(key)), { recursive: true });
      await pipeline(body instanceof Uint8Array ? [body] : body, createWriteStream(place(key)));
      return { bytes: statSync(place(key)).size };
    },
    async get(key, from = 0) {
      const made = virtual[key];
      if (made) return made(from);
      return existsSync(place(key)) ? createReadStream(place(key), { start: from }) : undefined;
    },
    async list(prefix) {
      const root = place(prefix);
      if (!existsSync(root)) return [];
      return readdirSync(root, { recursive: true, encoding: 'utf8' })
        .filter((name) => statSync(join(root, name)).isFile())
        .sort()
        .map((name) => ({ key: `${prefix}${name}`, bytes: statSync(join(root, name)).size }));
    },
    async remove(keys) {
      for (const key of keys) rmSync(place(key), { force: true });
    },
    link: async (key, seconds) => `https://files.example/${key}?seconds=${seconds}`,
  };
}
