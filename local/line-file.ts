import {
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  writeSync,
} from 'node:fs';

export interface LineFile {
  /** Appends a line and answers where it begins and how long it is, in bytes without its line end. */
  append(line: string): LineSpan;
  /** The text of a line that `append` or `lineSpans` told of. */
  read(span: LineSpan): string;
  close(): void;
}

export interface LineSpan {
  readonly start: number;
  readonly length: number;
}

export interface LineFileOptions {
  /** At this size in bytes the file is set aside as `<path>.1` (the one before is dropped); default: it grows. */
  readonly setAsideAt?: number;
}

/** Appends lines to a file at once, so that a killed process has lost none; half a line left by a crash is cut off on opening. */
export function openLineFile(path: string, options: LineFileOptions = {}): LineFile {
  const limit = options.setAsideAt ?? Number.POSITIVE_INFINITY;
  let file = openSync(path, 'a+');
  let size = cutTornLine(file);
  return {
    append(line) {
      if (size > limit) {
        closeSync(file);
        renameSync(path, `${path}.1`);
        file = openSync(path, 'a+');
        size = 0;
      }
      const start = size;
      const bytes = Buffer.from(`${line}\n`);
      writeSync(file, bytes);
      size += bytes.length;
      return { start, length: bytes.length - 1 };
    },
    read({ start, length }) {
      const bytes = Buffer.alloc(length);
      readSync(file, bytes, 0, length, start);
      return bytes.toString('utf8');
    },
    close: () => closeSync(file),
  };
}

/** The lines of a file, oldest first; none when there is no file. */
export function readLines(path: string): string[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .filter((line) => line !== '');
}

const newline = 0x0a;

/** Returns the size in bytes after the cut. */
function cutTornLine(file: number): number {
  const { size } = fstatSync(file);
  const byte = Buffer.alloc(1);
  for (let end = size; end > 0; end--) {
    readSync(file, byte, 0, 1, end - 1);
    if (byte[0] === newline) {
      if (end < size) ftruncateSync(file, end);
      return end;
    }
  }
  ftruncateSync(file, 0);
  return 0;
}
