// Map and Parallel: starting, collecting and abandoning their threads.
import { errorOutputOf, type Failure, StateFailure } from './errors.ts';
import { type Chain, childrenOf, lastOf, type MapPhase, newThread, type Thread } from './execution.ts';
import { QueryFailure, unexpectedType } from './expressions.ts';
import type { Json } from './json.ts';
import type { MapState, ParallelState } from './machine.ts';
import type { Run } from './run.ts';
import { guarded } from './run-failures.ts';

/** "Inline mode ... up to 40 concurrent iterations" (Step Functions guide, Inline Map). */
const INLINE_CONCURRENCY = 40;

export async function startParallel(run: Run, chain: Chain, state: ParallelState): Promise<void> {
  const thread = lastOf(chain);
  const input = state.arguments ? await run.evaluate(state.arguments, chain) : thread.input;
  run.checkSize(input, state.name);
  thread.lastEventId = run.emit('ParallelStateStarted', thread.lastEventId);
  const branches = state.branches.map((key) => spawn(run, key, input, thread.lastEventId));
  thread.phase = { kind: 'parallel', branches };
  for (const branch of branches) run.enqueue([...chain, branch]);
}

export async function startMap(run: Run, chain: Chain, state: MapState): Promise<void> {
  const thread = lastOf(chain);
  const items = await itemsOf(run, chain, state);
  const limit = await run.evaluateInteger(state.maxConcurrency, chain, 0);
  const tolerated = await toleratedOf(run, chain, state, items.length);
  thread.lastEventId = run.emit('MapStateStarted', thread.lastEventId, 'mapStateStarted', () => ({
    length: items.length,
  }));
  const phase: MapPhase = {
    kind: 'map',
    items,
    concurrency: limit === 0 ? INLINE_CONCURRENCY : Math.min(limit, INLINE_CONCURRENCY),
    ...(tolerated !== undefined && { tolerated }),
    next: 0,
    running: [],
    results: [],
    finished: 0,
    failed: 0,
  };
  thread.phase = phase;
  if (items.length === 0) return childrenSucceeded(run, chain, []);
  while (phase.next < items.length && phase.running.length < phase.concurrency) {
    await startIteration(run, chain, state, phase, thread.lastEventId);
  }
}

async function itemsOf(run: Run, chain: Chain, state: MapState): Promise<Json[]> {
  const value = state.items ? await run.evaluate(state.items, chain) : lastOf(chain).input;
  if (Array.isArray(value)) return value;
  if (state.items) throw unexpectedType(state.items, 'array', value);
  throw new QueryFailure(`Map state input must be an array but was: ${JSON.stringify(value)}`);
}

async function toleratedOf(
  run: Run,
  chain: Chain,
  state: MapState,
  items: number,
): Promise<number | undefined> {
  const { toleratedFailureCount, toleratedFailurePercentage } = state;
  const count = toleratedFailureCount && (await run.evaluateInteger(toleratedFailureCount, chain, 0));
  const percentage =
    toleratedFailurePercentage && (await run.evaluateInteger(toleratedFailurePercentage, chain, 0));
  if (percentage !== undefined && percentage > 100 && toleratedFailurePercentage) {
    throw unexpectedType(toleratedFailurePercentage, 'percentage', percentage);
  }
  if (count === undefined && percentage === undefined) return undefined;
  const share = percentage === undefined ? Number.POSITIVE_INFINITY : Math.floor((items * percentage) / 100);
  return Math.min(count ?? Number.POSITIVE_INFINITY, share);
}

/** `previous` is the Map's start, or the last event of the iteration whose place this one takes. */
async function startIteration(
  run: Run,
  chain: Chain,
  state: MapState,
  phase: MapPhase,
  previous: number,
): Promise<void> {
  const index = phase.next;
  const item = { index, value: phase.items[index] ?? null };
  let input = item.value;
  if (state.itemSelector) {
    try {
      input = await run.evaluate(state.itemSelector, chain, { item });
      run.checkSize(input, state.name);
    } catch (error) {
      abandonChildren(run, lastOf(chain));
      throw error;
    }
  }
  phase.next += 1;
  const id = run.emit('MapIterationStarted', previous, 'mapIterationStarted', () => ({
    name: state.name,
    index,
  }));
  const thread = spawn(run, state.processor, input, id, item);
  phase.running.push(thread);
  run.enqueue([...chain, thread]);
}

function spawn(run: Run, graph: string, input: Json, lastEventId: number, item?: Thread['item']): Thread {
  const startAt = run.machine.graphs.get(graph)?.startAt;
  if (startAt === undefined) throw new Error(`the definition has no states "${graph}"`);
  run.execution.serial += 1;
  return newThread(run.execution.serial, graph, startAt, input, lastEventId, item);
}

/** A branch or iteration came to its end. */
export async function branchFinished(run: Run, chain: Chain, output: Json): Promise<void> {
  const thread = lastOf(chain);
  const parents = chain.slice(0, -1);
  const parent = lastOf(parents);
  const { phase } = parent;
  thread.phase = { kind: 'done', output };
  if (phase.kind === 'parallel') {
    const outputs = phase.branches.map((branch) =>
      branch.phase.kind === 'done' ? branch.phase.output : undefined,
    );
    const results = outputs.filter((one) => one !== undefined);
    if (results.length < phase.branches.length) return;
    parent.lastEventId = thread.lastEventId;
    await guarded(run, parents, () => childrenSucceeded(run, parents, results));
  } else if (phase.kind === 'map' && thread.item) {
    const { index } = thread.item;
    const { name } = run.stateOf(parent);
    parent.lastEventId = run.emit(
      'MapIterationSucceeded',
      thread.lastEventId,
      'mapIterationSucceeded',
      () => ({
        name,
        index,
      }),
    );
    phase.results[index] = output;
    await iterationOver(run, parents, phase, thread);
  }
}

async function iterationOver(run: Run, parents: Chain, phase: MapPhase, thread: Thread): Promise<void> {
  phase.finished += 1;
  phase.running = phase.running.filter((one) => one !== thread);
  const state = run.stateOf(lastOf(parents));
  if (phase.next < phase.items.length && state.type === 'Map') {
    await guarded(run, parents, () => startIteration(run, parents, state, phase, thread.lastEventId));
  } else if (phase.finished === phase.items.length) {
    await guarded(run, parents, () => childrenSucceeded(run, parents, phase.results));
  }
}

/** AWS hangs both StateSucceeded and StateExited on the last event inside, so the former does not move the thread on. */
async function childrenSucceeded(run: Run, chain: Chain, results: Json[]): Promise<void> {
  const thread = lastOf(chain);
  const { name, type } = run.stateOf(thread);
  run.emit(`${type}StateSucceeded`, thread.lastEventId);
  // From here a failure is the state's own: a redrive then runs all of it again.
  thread.phase = { kind: 'attempt' };
  run.checkSize(results, name);
  await run.finish(chain, results, { result: results });
}

/** A branch or iteration failed and nothing in it caught that: the others are abandoned, and the parent fails. */
export async function branchFailed(run: Run, chain: Chain, failure: Failure): Promise<void> {
  const thread = lastOf(chain);
  const parents = chain.slice(0, -1);
  const parent = lastOf(parents);
  const { phase } = parent;
  const { name } = run.stateOf(parent);
  if (phase.kind === 'parallel') {
    for (const branch of phase.branches) if (branch !== thread) abandon(run, branch);
    parent.lastEventId = abandonState(run, thread);
    parent.lastEventId = run.emit('ParallelStateFailed', parent.lastEventId);
    await guarded(run, parents, () => fail(failure));
  } else if (phase.kind === 'map' && thread.item) {
    const { index } = thread.item;
    parent.lastEventId = run.emit('MapIterationFailed', thread.lastEventId, 'mapIterationFailed', () => ({
      name,
      index,
    }));
    const failed = phase.failed + 1;
    if (phase.tolerated !== undefined && failed <= phase.tolerated) {
      phase.failed = failed;
      phase.results[index] = errorOutputOf(failure);
      return iterationOver(run, parents, phase, thread);
    }
    for (const other of phase.running) if (other !== thread) abandonIteration(run, name, other);
    parent.lastEventId = run.emit('MapStateFailed', parent.lastEventId);
    const reported =
      phase.tolerated === undefined
        ? failure
        : {
            error: 'States.ExceedToleratedFailureThreshold',
            cause: `The specified tolerated failure threshold was exceeded: ${failed} of ${phase.items.length} iterations failed.`,
          };
    await guarded(run, parents, () => fail(reported));
  }
}

function fail(failure: Failure): never {
  throw new StateFailure(failure);
}

const ABORTABLE = new Set(['Task', 'Wait', 'Parallel', 'Map']);

/** Records that a thread's state was abandoned, innermost first; returns the last event of its line. */
function abandon(run: Run, thread: Thread): number {
  if (thread.phase.kind === 'done') return thread.lastEventId;
  const { name } = run.stateOf(thread);
  for (const child of childrenOf(thread)) {
    if (thread.phase.kind === 'map') abandonIteration(run, name, child);
    else abandon(run, child);
  }
  return abandonState(run, thread);
}

function abandonState(run: Run, thread: Thread): number {
  const { type } = run.stateOf(thread);
  if (thread.phase.kind !== 'enter' && ABORTABLE.has(type)) {
    thread.lastEventId = run.emit(`${type}StateAborted`, thread.lastEventId);
  }
  return thread.lastEventId;
}

function abandonIteration(run: Run, name: string, thread: Thread): void {
  const last = abandon(run, thread);
  const index = thread.item?.index ?? 0;
  thread.lastEventId = run.emit('MapIterationAborted', last, 'mapIterationAborted', () => ({ name, index }));
}

/** The state fails by itself while iterations run: they end, and a redrive runs all of it again. */
function abandonChildren(run: Run, thread: Thread): void {
  const { name } = run.stateOf(thread);
  for (const child of childrenOf(thread)) abandonIteration(run, name, child);
  thread.phase = { kind: 'attempt' };
}
