import * as v from 'valibot';

/** The ways in which a vendor may say one thing and do another. */
export const lies = [
  /** Answers as if it had acted, and keeps everything. */
  'keep',
  /** Sets a flag where it should erase; emulators without such a flag keep. */
  'archive',
  /** Takes the job and then cancels it; emulators without jobs keep. */
  'cancel',
  /** Acts, and a week later the old records are back. */
  'restore-later',
  /** Answers with another person's address. */
  'wrong-subject',
  /** Leaves half of every list out while the totals stand. */
  'partial-page',
  /** Breaks the body off in the middle. */
  'cut-body',
  /** Status 200, and an error as the body. */
  'error-in-200',
  /** Says "not found" of what is there. */
  'false-404',
  /** Adds keys that reach an object's prototype. */
  'prototype-keys',
] as const;
export type Lie = (typeof lies)[number];

const times = v.union([v.literal('forever'), v.pipe(v.number(), v.integer(), v.minValue(1))]);
const milliseconds = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(600_000));

const faultSchema = v.pipe(
  v.strictObject({
    status: v.optional(v.pipe(v.number(), v.integer(), v.minValue(200), v.maxValue(599))),
    headers: v.optional(v.record(v.string(), v.union([v.string(), v.number()]))),
    body: v.optional(v.unknown()),
    /** Answers with that many bytes. */
    bodyBytes: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(200_000_000))),
    delayMs: v.optional(milliseconds),
    delay: v.optional(milliseconds),
    times: v.optional(times, 1),
    method: v.optional(v.pipe(v.string(), v.toUpperCase())),
    /** Beginning of the vendor's path, or a regular expression where it begins with `^`. */
    path: v.optional(v.string()),
    lie: v.optional(v.union([v.picklist(lies), v.boolean()])),
    cancel: v.optional(v.union([v.boolean(), v.picklist(['before', 'after'])])),
  }),
  v.check((fault) => isPattern(fault.path), 'path is no regular expression'),
  v.transform((fault): Fault => {
    const delayMs = fault.delayMs ?? fault.delay;
    const lie = fault.lie === true ? 'keep' : fault.lie || undefined;
    const cancel = fault.cancel === true ? 'before' : fault.cancel || undefined;
    return {
      times: fault.times,
      ...(fault.status === undefined ? {} : { status: fault.status }),
      ...(fault.headers === undefined
        ? {}
        : {
            headers: Object.fromEntries(
              Object.entries(fault.headers).map(([name, value]) => [name, String(value)]),
            ),
          }),
      ...(fault.body === undefined ? {} : { body: fault.body }),
      ...(fault.bodyBytes === undefined ? {} : { bodyBytes: fault.bodyBytes }),
      ...(delayMs === undefined ? {} : { delayMs }),
      ...(fault.method === undefined ? {} : { method: fault.method }),
      ...(fault.path === undefined ? {} : { path: fault.path }),
      ...(lie === undefined ? {} : { lie }),
      ...(cancel === undefined ? {} : { cancel }),
    };
  }),
);

function isPattern(path: string | undefined): boolean {
  if (path === undefined || !path.startsWith('^')) return true;
  try {
    new RegExp(path);
    return true;
  } catch {
    return false;
  }
}

export interface Fault {
  /** Calls left that it will touch. */
  times: number | 'forever';
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly bodyBytes?: number;
  readonly delayMs?: number;
  readonly method?: string;
  readonly path?: string;
  readonly lie?: Lie;
  /** Drops the connection before or after the emulator did its work. */
  readonly cancel?: 'before' | 'after';
}

/** One fault or a list of them, played in order; says which fields are wrong. */
export function parseFaults(
  input: unknown,
): { readonly faults: readonly Fault[] } | { readonly fields: readonly string[] } {
  const parsed = v.safeParse(v.union([v.array(faultSchema), faultSchema]), input);
  if (parsed.success) return { faults: Array.isArray(parsed.output) ? parsed.output : [parsed.output] };
  const single = v.safeParse(faultSchema, input);
  return { fields: (single.issues ?? []).map((issue) => v.getDotPath(issue) ?? '(root)') };
}

/** The first scripted fault that applies to this call as it comes in. Lies about acting wait for a call that acts. */
export function findFault(faults: readonly Fault[], method: string, path: string): Fault | undefined {
  return faults.find((fault) => !isLieAboutActing(fault.lie) && matches(fault, method, path));
}

/** The first scripted lie about acting that this call would tell if it turned out to act. */
export function findActingLie(faults: readonly Fault[], method: string, path: string): Fault | undefined {
  return faults.find((fault) => isLieAboutActing(fault.lie) && matches(fault, method, path));
}

/** Counts a fault down and takes it off the list when it is used up. */
export function spend(faults: Fault[], fault: Fault): void {
  if (fault.times === 'forever') return;
  fault.times -= 1;
  if (fault.times <= 0) faults.splice(faults.indexOf(fault), 1);
}

function isLieAboutActing(lie: Lie | undefined): boolean {
  return lie === 'keep' || lie === 'archive' || lie === 'cancel' || lie === 'restore-later';
}

function matches(fault: Fault, method: string, path: string): boolean {
  if (fault.method !== undefined && fault.method !== method) return false;
  if (fault.path === undefined) return true;
  return fault.path.startsWith('^') ? new RegExp(fault.path).test(path) : path.startsWith(fault.path);
}
