import type { Action, Right } from '../../functions/domain/words.ts';
import type {
  ActInput,
  ActResult,
  Confirmation,
  Correction,
  Processor,
  SubjectKeys,
} from '../../functions/processors/contract.ts';
import { actInput, type Vendors } from './vendors.ts';

/** One mailbox at one vendor, found and ready to be acted on. */
export async function prepare(
  vendors: Vendors,
  name: string,
  email: string,
  more: {
    readonly right?: Right;
    readonly corrections?: readonly Correction[];
    readonly keys?: Partial<SubjectKeys>;
  } = {},
) {
  const processor: Processor = vendors.processor(name);
  const keys = { ...(await vendors.keysOf(email)), ...more.keys };
  const finding = await processor.find(keys);
  const input: ActInput = {
    ...actInput(keys, finding, vendors, more.corrections),
    ...(more.right === undefined ? {} : { right: more.right }),
  };
  return {
    processor,
    keys,
    finding,
    input,
    act: (action: Action): Promise<ActResult> => processor.act(action, input),
    confirm: (action: Action, job?: string): Promise<Confirmation> =>
      processor.confirm({ ...input, action, ...(job === undefined ? {} : { job }) }),
  };
}

/** Paths and methods that went to one vendor, without its base address. */
export function callsTo(vendors: Vendors, name: string): readonly string[] {
  const base = `http://127.0.0.1:4010/local/processors/${name}`;
  return vendors.requests
    .filter(({ url }) => url.startsWith(`${base}/`))
    .map(({ method, url }) => `${method} ${url.slice(base.length)}`);
}

/** Fails the test unless the promise is refused with this family and code; nothing else of the error may carry words. */
export async function expectRefusal(promise: Promise<unknown>, name: string, code: string): Promise<void> {
  await expect(promise).rejects.toMatchObject({ name, code, message: code });
}
