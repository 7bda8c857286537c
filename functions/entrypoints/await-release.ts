import { store } from '../adapters/dynamodb/store.ts';
import { wakingEngine } from '../adapters/sfn/engine.ts';
import { lambda } from '../runtime/lambda.ts';
import { createAwaitRelease } from '../steps/await-release.ts';

export const fn = lambda('await-release', createAwaitRelease, { store, engine: wakingEngine });
export const handler = fn.handler;
