import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as v from 'valibot';

export interface StateFile<State> {
  readonly value: State;
  /** Replaces the state, on the disk first: a killed process leaves the old file or the new one, never half of one. */
  save(state: State): void;
}

/** A small JSON file that only its owner can read; `initial` makes its first content. */
export function openStateFile<Shape extends v.GenericSchema>(
  path: string,
  shape: Shape,
  initial: () => v.InferOutput<Shape>,
): StateFile<v.InferOutput<Shape>> {
  function write(state: v.InferOutput<Shape>): void {
    writeFileSync(`${path}.new`, JSON.stringify(state, null, 2), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }
  const exists = existsSync(path);
  let value = exists ? v.parse(shape, JSON.parse(readFileSync(path, 'utf8'))) : initial();
  if (!exists) write(value);
  return {
    get value() {
      return value;
    },
    save(state) {
      write(state);
      value = state;
    },
  };
}
