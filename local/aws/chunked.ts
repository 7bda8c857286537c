import { Transform, type TransformCallback } from 'node:stream';

/** What a body in the `aws-chunked` encoding says after its bytes, for example `x-amz-checksum-crc32`. Filled once the body has ended. */
export interface Unchunked {
  readonly bytes: Transform;
  readonly trailers: ReadonlyMap<string, string>;
}

/**
 * Takes the framing off a body in S3's `aws-chunked` content encoding: `size[;chunk-signature=…]CRLF bytes CRLF … 0CRLF trailers CRLF`.
 * Source: "Signature calculations: transferring payload in multiple chunks" of the S3 API reference.
 */
export function unchunk(): Unchunked {
  const trailers = new Map<string, string>();
  let buffered = Buffer.alloc(0);
  let left = 0;
  let state: 'size' | 'bytes' | 'bytes-end' | 'trailers' = 'size';

  function takeLine(): string | undefined {
    const end = buffered.indexOf('\r\n');
    if (end < 0) return undefined;
    const line = buffered.toString('latin1', 0, end);
    buffered = buffered.subarray(end + 2);
    return line;
  }

  /** One step; false when more input is needed. */
  function step(push: (bytes: Buffer) => void): boolean {
    if (state === 'bytes') {
      const part = buffered.subarray(0, left);
      if (part.length === 0) return false;
      push(part);
      buffered = buffered.subarray(part.length);
      left -= part.length;
      if (left === 0) state = 'bytes-end';
      return true;
    }
    const line = takeLine();
    if (line === undefined) return false;
    if (state === 'bytes-end') state = 'size';
    else if (state === 'trailers') {
      const colon = line.indexOf(':');
      if (colon > 0) trailers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
    } else {
      if (!/^[0-9a-f]+(;|$)/i.test(line)) throw new Error('the body is not aws-chunked');
      left = Number.parseInt(line, 16);
      state = left === 0 ? 'trailers' : 'bytes';
    }
    return true;
  }

  const bytes = new Transform({
    transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback) {
      buffered = Buffer.concat([buffered, chunk]);
      try {
        while (step((part) => this.push(part)));
        done();
      } catch (error) {
        done(error instanceof Error ? error : new Error('the body is not aws-chunked'));
      }
    },
    flush(done) {
      done(state === 'trailers' ? null : new Error('the body ended early'));
    },
  });
  return { bytes, trailers };
}
