import * as v from 'valibot';
import { reference } from '../functions/domain/case.ts';
import type { waits } from '../functions/domain/ports.ts';
import { versionPattern } from './definition-version.ts';

/**
 * What the state machines and the functions agree on: the payload of every Task state, what comes back, and the error names that Retry
 * matches. Only ids, codes and numbers travel; tests hold the ASL files to this page.
 */

/** Errors that time mends; the name strings in every Retry block. Everything else is caught and becomes work for a person. */
export const retriedErrors = [
  'TransientError',
  'ConflictError',
  'Lambda.TooManyRequestsException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.ClientExecutionTimeoutException',
  /** A process that died: out of memory, killed. */
  'Lambda.Unknown',
  'Sandbox.Timedout',
] as const;

const seconds = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(31_536_000));
const processorName = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{1,40}$/));
/** An opaque task token of the engine. */
const token = v.pipe(v.string(), v.minLength(1), v.maxLength(2048));

export const requestInput = v.strictObject({ requestId: reference });
export const waitInput = v.strictObject({ requestId: reference, token });
/** `machineVersion` names the definition that runs; definitions from before versions were recorded say nothing. */
export const confirmReceiptInput = v.strictObject({
  requestId: reference,
  machineVersion: v.exactOptional(v.pipe(v.string(), v.regex(versionPattern))),
});
/** `attempt` counts the retries of this state so far. */
export const planSearchInput = v.strictObject({
  requestId: reference,
  attempt: v.pipe(v.number(), v.integer()),
});
export const findInput = v.strictObject({ requestId: reference, processor: processorName });
export const actInput = v.strictObject({
  requestId: reference,
  processor: processorName,
  phase: v.picklist(['meanwhile', 'act']),
});
export const escalateInput = v.strictObject({
  requestId: reference,
  wait: v.picklist(['decision', 'release']),
});
/** `error`: every try has failed with it, and only that is left to be recorded. */
export const transmitInput = v.strictObject({
  requestId: reference,
  number: v.pipe(v.number(), v.integer(), v.minValue(1)),
  error: v.exactOptional(v.string()),
});
export const raiseTaskInput = v.strictObject({
  requestId: reference,
  step: v.pipe(v.string(), v.regex(/^[a-z-]{1,40}$/)),
  processor: v.exactOptional(processorName),
  /** The error's name, and the code in its message where the message is one. */
  error: v.exactOptional(v.string()),
  code: v.exactOptional(v.string()),
});

/** Where the state machine goes after a wait or a step that decides. */
export const next = v.picklist([
  'find',
  'search',
  'await',
  'act',
  'cool',
  'package',
  'build',
  'answer',
  'look',
  'park',
  'end',
]);
export type Next = v.InferOutput<typeof next>;

export const waitSecondsOutput = v.strictObject({ waitSeconds: seconds });
export const nextOutput = v.strictObject({ next, waitSeconds: seconds });
export const planSearchOutput = v.strictObject({
  processors: v.array(processorName),
  meanwhile: v.array(processorName),
  waitSeconds: seconds,
});
export const beginActingOutput = v.strictObject({
  processors: v.array(processorName),
  ownSystem: v.array(processorName),
  workSeconds: seconds,
});
export const slaTickOutput = v.strictObject({ next: v.picklist(['wait', 'end']), nextAt: v.string() });
export const nothing = v.strictObject({});

/** Every function that a Task state invokes, by the name in the ASL's placeholder; `state` lists who invokes it. */
export const steps = {
  ConfirmReceipt: { input: confirmReceiptInput, output: waitSecondsOutput, waitsFor: undefined },
  AwaitIdentity: { input: waitInput, output: nothing, waitsFor: 'identity' },
  RemindIdentity: { input: requestInput, output: nextOutput, waitsFor: undefined },
  PlanSearch: { input: planSearchInput, output: planSearchOutput, waitsFor: undefined },
  FindAtProcessor: { input: findInput, output: nothing, waitsFor: undefined },
  AwaitDecision: { input: waitInput, output: nothing, waitsFor: 'decision' },
  Escalate: { input: escalateInput, output: nextOutput, waitsFor: undefined },
  AwaitCoolingOff: { input: waitInput, output: nothing, waitsFor: 'cooling-off' },
  BeginActing: { input: requestInput, output: beginActingOutput, waitsFor: undefined },
  ActAtProcessor: { input: actInput, output: nothing, waitsFor: undefined },
  AwaitWork: { input: waitInput, output: nothing, waitsFor: 'work' },
  BuildPackage: { input: requestInput, output: nextOutput, waitsFor: undefined },
  AwaitRelease: { input: waitInput, output: nothing, waitsFor: 'release' },
  Answer: { input: requestInput, output: nextOutput, waitsFor: undefined },
  AwaitPurges: { input: waitInput, output: nothing, waitsFor: 'purges' },
  LookAgain: { input: requestInput, output: waitSecondsOutput, waitsFor: undefined },
  Close: { input: requestInput, output: nothing, waitsFor: undefined },
  RaiseTask: { input: raiseTaskInput, output: nothing, waitsFor: undefined },
  TransmitPackage: { input: transmitInput, output: nothing, waitsFor: undefined },
  SlaTick: { input: requestInput, output: slaTickOutput, waitsFor: undefined },
} as const satisfies Record<
  string,
  { input: v.GenericSchema; output: v.GenericSchema; waitsFor: (typeof waits)[number] | undefined }
>;
export type StepName = keyof typeof steps;
export type StepInput<Name extends StepName> = v.InferOutput<(typeof steps)[Name]['input']>;
export type StepOutput<Name extends StepName> = v.InferOutput<(typeof steps)[Name]['output']>;
