// Peak memory and time of building a very large package: by default 2 GB of media metadata and 200,000 messages, as one call after another.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BuildJob, buildPackage } from '../../functions/packages/builder.ts';
import { overviewFiles } from '../../functions/packages/overview.ts';
import { diskFiles } from '../doubles/disk-files.ts';

const id = '0123456789abcdefghjkmnpqrs';
const gigabytes = Number(process.argv[2] ?? '2');
const messages = Number(process.argv[3] ?? '200000');
/** Bytes of one line with its end: fixed, so that any place in the file can be made without the rest. */
const lineBytes = 1024;
const videos = Math.floor((gigabytes * 1e9) / lineBytes);
const peakAllowed = 256 * 1024 * 1024;
/** What one call of the function may do before the next goes on. */
const partsPerCall = 100;

function line(record: object): Buffer {
  const text = JSON.stringify(record);
  const padded = text.replace('"pad":""', `"pad":"${'x'.repeat(lineBytes - 1 - Buffer.byteLength(text))}"`);
  return Buffer.from(`${padded}\n`);
}

const video = (number: number) =>
  line({
    category: 'media',
    type: 'video',
    handle: `video-${number}`,
    data: {
      id: `video-${number}`,
      title: `Recording ${number} of ${(number * 7919) % 1000}`,
      created_at: new Date(1.6e12 + number * 1000).toISOString(),
      duration: (number * 31) % 7200,
      chapters: [
        { at: 0, title: 'Start' },
        { at: (number * 13) % 600, title: `Part ${number % 9}` },
      ],
      pad: '',
    },
    providedBySubject: true,
  });
const message = (number: number) =>
  line({
    category: 'messages',
    type: 'conversation',
    handle: `message-${number}`,
    data: { from: 'subject', text: `Question ${number}: why is this <b>${number % 97}</b>?`, pad: '' },
    providedBySubject: true,
  });

function source(make: (number: number) => Buffer, count: number) {
  return async function* (from: number): AsyncIterable<Uint8Array> {
    const perChunk = 64;
    for (let number = from / lineBytes; number < count; number += perChunk)
      yield Buffer.concat(
        Array.from({ length: Math.min(perChunk, count - number) }, (_, at) => make(number + at)),
      );
  };
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'package-bench-'));
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 20);
  try {
    const files = diskFiles(folder, {
      [`requests/${id}/export/account.ndjson`]: source(video, videos),
      [`requests/${id}/export/intercom.ndjson`]: source(message, messages),
    });
    const row = { id, right: 'access', language: 'en' } as const;
    const job: BuildJob = {
      row,
      inputs: 'b'.repeat(64),
      sources: [
        { processor: 'account', bytes: videos * lineBytes },
        { processor: 'intercom', bytes: messages * lineBytes },
      ],
      handFiles: [],
      redactions: [],
      titleOf: (name) => name,
      overview: () => overviewFiles({ row, contents: [], handFiles: [] }),
    };
    const before = process.memoryUsage().rss;
    const start = performance.now();
    let calls = 0;
    let longest = 0;
    for (;;) {
      const began = performance.now();
      calls += 1;
      const step = await buildPackage(files, job, (made) => made < partsPerCall);
      longest = Math.max(longest, performance.now() - began);
      if (step.state === 'more') continue;
      const seconds = (performance.now() - start) / 1000;
      const megabytes = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MB`;
      console.log(
        `${videos} videos and ${messages} messages, ${megabytes((videos + messages) * lineBytes)} of records`,
      );
      console.log(`package ${megabytes(step.bytes)} in ${step.manifest.files} files`);
      console.log(`${seconds.toFixed(1)} s in ${calls} calls, the longest ${(longest / 1000).toFixed(1)} s`);
      console.log(`peak memory of the process ${megabytes(peak)}, before the build ${megabytes(before)}`);
      if (peak > peakAllowed) throw new Error('peak memory is above 256 MB');
      return;
    }
  } finally {
    clearInterval(watch);
    rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
