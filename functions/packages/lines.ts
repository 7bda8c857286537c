import { QuarantineError } from '../domain/errors.ts';

export interface Line {
  readonly bytes: Uint8Array;
  /** Where the next line begins, in bytes from the start of the file. */
  readonly next: number;
}

/** No record is longer; a connector caps its answers below it. */
const longestLine = 32 * 1024 * 1024;
const newline = 10;

/** Lines of a stream as bytes, without holding more than one; `from` is where the stream begins in its file. */
export async function* linesOf(stream: AsyncIterable<Uint8Array>, from: number): AsyncIterable<Line> {
  let rest: Uint8Array[] = [];
  let restBytes = 0;
  let at = from;
  for await (const chunk of stream) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      const bytes = Buffer.concat([...rest, chunk.subarray(start, end)]);
      rest = [];
      restBytes = 0;
      start = end + 1;
      at += bytes.byteLength + 1;
      yield { bytes, next: at };
    }
    if (start < chunk.byteLength) {
      rest.push(chunk.subarray(start));
      restBytes += chunk.byteLength - start;
      if (restBytes > longestLine) throw new QuarantineError('record-too-large');
    }
  }
  // Every line is written with its end: what has none was cut off.
  if (restBytes > 0) throw new QuarantineError('export-cut-off');
}
