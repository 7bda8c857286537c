import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export interface JsonFile<Data> {
  read(): Data | undefined;
  write(data: Data): void;
}

/** A JSON document on disk. A write replaces the file by renaming, so that a process killed at any moment leaves the old or the new one. */
export function jsonFile<Data>(path: string): JsonFile<Data> {
  return {
    read() {
      if (!existsSync(path)) return undefined;
      // The file holds only what write() put there.
      return JSON.parse(readFileSync(path, 'utf8')) as Data;
    },
    write(data) {
      mkdirSync(dirname(path), { recursive: true });
      const fresh = `${path}.${process.pid}.new`;
      writeFileSync(fresh, JSON.stringify(data));
      renameSync(fresh, path);
    },
  };
}
