import { fn as actAtProcessor } from '../functions/entrypoints/act-at-processor.ts';
import { fn as answer } from '../functions/entrypoints/answer.ts';
import { fn as awaitCoolingOff } from '../functions/entrypoints/await-cooling-off.ts';
import { fn as awaitDecision } from '../functions/entrypoints/await-decision.ts';
import { fn as awaitIdentity } from '../functions/entrypoints/await-identity.ts';
import { fn as awaitPurges } from '../functions/entrypoints/await-purges.ts';
import { fn as awaitRelease } from '../functions/entrypoints/await-release.ts';
import { fn as awaitWork } from '../functions/entrypoints/await-work.ts';
import { fn as beginActing } from '../functions/entrypoints/begin-acting.ts';
import { fn as buildPackage } from '../functions/entrypoints/build-package.ts';
import { fn as close } from '../functions/entrypoints/close.ts';
import { fn as confirmReceipt } from '../functions/entrypoints/confirm-receipt.ts';
import { fn as escalate } from '../functions/entrypoints/escalate.ts';
import { fn as executionEnded } from '../functions/entrypoints/execution-ended.ts';
import { fn as findAtProcessor } from '../functions/entrypoints/find-at-processor.ts';
import { fn as lookAgain } from '../functions/entrypoints/look-again.ts';
import { fn as mailEvents } from '../functions/entrypoints/mail-events.ts';
import { fn as planSearch } from '../functions/entrypoints/plan-search.ts';
import { fn as publicApi } from '../functions/entrypoints/public-api.ts';
import { fn as raiseTask } from '../functions/entrypoints/raise-task.ts';
import { fn as remindIdentity } from '../functions/entrypoints/remind-identity.ts';
import { fn as slaTick } from '../functions/entrypoints/sla-tick.ts';
import { fn as staffApi } from '../functions/entrypoints/staff-api.ts';
import { fn as sweep } from '../functions/entrypoints/sweep.ts';
import { fn as transmitPackage } from '../functions/entrypoints/transmit-package.ts';
import type { LambdaFunction } from '../functions/runtime/lambda.ts';

/** Every function of the product, as this edition runs them. A test holds the list to the files in functions/entrypoints. */
export const productFunctions: readonly LambdaFunction[] = [
  actAtProcessor,
  answer,
  awaitCoolingOff,
  awaitDecision,
  awaitIdentity,
  awaitPurges,
  awaitRelease,
  awaitWork,
  beginActing,
  buildPackage,
  close,
  confirmReceipt,
  escalate,
  executionEnded,
  findAtProcessor,
  lookAgain,
  mailEvents,
  planSearch,
  publicApi,
  raiseTask,
  remindIdentity,
  slaTick,
  staffApi,
  sweep,
  transmitPackage,
];

/** The functions that something other than a state machine calls. */
export const entryFunctions = {
  publicApi: 'public-api',
  staffApi: 'staff-api',
  sweep: 'sweep',
  mailEvents: 'mail-events',
  executionEnded: 'execution-ended',
} as const;
