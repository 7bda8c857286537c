import type { Context } from 'hono';
import * as v from 'valibot';
import { sha256 } from '../../domain/audit.ts';
import { RefusedByDomain } from '../../domain/errors.ts';
import { type FileType, fileTypeOf, messageFileBytes } from '../../domain/message.ts';
import { packageChanged } from '../../domain/package.ts';
import { handFileKey } from '../../domain/package-files.ts';
import { readHandFiles } from '../../packages/marks.ts';
import { ApiProblem, readInput } from '../problem.ts';
import { act, actorOf, type Colleague, mustNotBeOwn } from './cases.ts';
import { mustAwaitRelease, type PackagePorts } from './package.ts';

/** What staff fetched by hand where no interface gives it: it goes into the package as it is, under our own name. */

const handFileInput = v.object({
  processor: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,60}$/, 'not-a-processor')),
});
export const handFileName = v.pipe(v.string(), v.regex(/^[0-9a-f]{16}\.[a-z]{3,4}$/, 'not-a-file'));
/** Files of one system. */
export const filesPerProcessor = 20;

export interface HandFileInput {
  readonly processor: string;
  readonly bytes: Uint8Array;
  readonly ending: string;
}

/** A form with `processor` and `file` of at most 4 MB. */
export async function readHandFile(c: Context): Promise<HandFileInput> {
  if (Number(c.req.header('content-length') ?? 0) > messageFileBytes + 64 * 1024)
    throw new ApiProblem({ type: 'body-too-large' });
  let form: FormData;
  try {
    form = await c.req.formData();
  } catch {
    throw new ApiProblem({ type: 'invalid-input', errors: [{ field: 'body', code: 'not-a-form' }] });
  }
  const { processor } = readInput(handFileInput, { processor: form.get('processor') ?? undefined });
  const file = form.get('file');
  if (file === null || typeof file === 'string')
    throw new ApiProblem({ type: 'invalid-input', errors: [{ field: 'file', code: 'missing' }] });
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (bytes.byteLength > messageFileBytes) throw new ApiProblem({ type: 'body-too-large' });
  return { processor, bytes, ending: endingOf(bytes, file.name) };
}

const endings = {
  'application/pdf': 'pdf',
  'image/png': 'png',
  'image/jpeg': 'jpg',
} as const satisfies Partial<Record<FileType, string>>;

/** The ending follows from the bytes; among texts the sender's name decides what kind of text it is. */
function endingOf(bytes: Uint8Array, name: string): string {
  // Vendors hand out archives; we pass them on unopened.
  if (bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 0x03 && bytes[3] === 0x04) return 'zip';
  const type = fileTypeOf(bytes);
  if (type !== 'text/plain') return endings[type];
  return /\.(json|csv)$/i.exec(name)?.[1]?.toLowerCase() ?? 'txt';
}

export async function addHandFile(
  ports: PackagePorts,
  id: string,
  expected: number | 'any',
  colleague: Colleague,
  { processor, bytes, ending }: HandFileInput,
  now: number,
): Promise<{ readonly processor: string; readonly name: string; readonly bytes: number }> {
  const by = actorOf(colleague);
  const hash = sha256(bytes);
  const name = `${hash.slice(0, 16)}.${ending}`;
  await act(ports, id, expected, now, async (current) => {
    await mustNotBeOwn(ports, current, colleague);
    mustAwaitRelease(current);
    if (!current.row.processors?.includes(processor))
      throw new RefusedByDomain('not-a-processor-of-this-case');
    const known = await readHandFiles(ports.files, id);
    if (known.filter((file) => file.processor === processor).length >= filesPerProcessor)
      throw new RefusedByDomain('too-many-files');
    await ports.files.put(handFileKey(id, processor, name), bytes, 'application/octet-stream');
    return [packageChanged(by, new Date(now).toISOString(), { fileAdded: hash, processor })];
  });
  return { processor, name, bytes: bytes.byteLength };
}

export async function removeHandFile(
  ports: PackagePorts,
  id: string,
  expected: number | 'any',
  colleague: Colleague,
  file: { readonly processor: string; readonly name: string },
  now: number,
): Promise<void> {
  const by = actorOf(colleague);
  await act(ports, id, expected, now, async (current) => {
    await mustNotBeOwn(ports, current, colleague);
    mustAwaitRelease(current);
    const known = await readHandFiles(ports.files, id);
    if (!known.some((one) => one.processor === file.processor && one.name === file.name))
      throw new ApiProblem({ type: 'not-found' });
    await ports.files.remove([handFileKey(id, file.processor, file.name)]);
    return [
      packageChanged(by, new Date(now).toISOString(), { fileRemoved: file.name, processor: file.processor }),
    ];
  });
}
