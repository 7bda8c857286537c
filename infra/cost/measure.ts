import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { executionArn, executionName } from '../../functions/adapters/sfn/execution-names.ts';
import { metricDefinitions } from '../../functions/runtime/metric-names.ts';
import { startDynamoDb } from '../../local/dynamodb.ts';
import { createEdition, type Edition } from '../../local/edition.ts';
import { machineNames, stateMachineArn } from '../../local/machines.ts';
import { emulators } from '../../local/processors/all.ts';
import { resources } from '../../local/world.ts';
import { watchAwsCalls } from './aws-calls.ts';
import { meterDynamoDb } from './dynamodb-meter.ts';
import type { MeasuredRight, RequestUsage, UsageByRight } from './usage.ts';
import { walkRequest } from './walk.ts';

/** The systems of the measured journeys: the first twelve of the register, which hold most people's data. */
export const measuredProcessors = 12;

/**
 * Walks one request of a person whom all twelve systems know through the local edition, from the form to the close, and counts what AWS
 * would bill. Signing in of staff is no part of a request. The vendors' own times are not in it.
 */
export async function measureRequest(dataDir: string, right: MeasuredRight): Promise<RequestUsage> {
  mkdirSync(dataDir, { recursive: true });
  const database = await startDynamoDb({ dataDir, endpoint: undefined });
  const meter = await meterDynamoDb(database.endpoint, resources.table);
  const invocations: Record<string, number> = {};
  let counting = false;
  const edition = await createEdition({
    dataDir,
    startAt: '2026-03-05T09:00:00.000Z',
    dynamodbEndpoint: meter.endpoint,
    emulators: emulators.slice(0, measuredProcessors),
    async around(invocation, proceed) {
      // The sweep runs whether there are requests or not: it is a standing cost, and a request that goes its way does not need it.
      if (invocation.function === 'sweep') return {};
      if (!counting) return meter.pausedDuring(proceed);
      invocations[invocation.function] = (invocations[invocation.function] ?? 0) + 1;
      return proceed();
    },
  });
  const calls = watchAwsCalls(edition.endpoints.aws);
  try {
    const { reference, httpRequests } = await walkRequest(edition, right, {
      begin() {
        counting = true;
        meter.reset();
        calls.reset();
      },
      async uncounted(work) {
        counting = false;
        try {
          return await work();
        } finally {
          counting = true;
        }
      },
    });
    const history = await historyOf(edition, reference);
    const { readUnits, writeUnits } = meter.units();
    const aws = calls.counts();
    return {
      ...history,
      invocations,
      readUnits,
      writeUnits,
      httpRequests,
      mails: edition.outbox().length,
      logBytes: edition
        .logLines()
        .filter((line) => !isSweeps(line))
        .reduce((sum, line) => sum + line.length + 1, 0),
      s3Writes: aws.s3Writes,
      s3Reads: aws.s3Reads,
      kmsRequests: aws.kms,
    };
  } finally {
    calls.stop();
    await edition.stop();
    meter.stop();
    await database.stop();
  }
}

/** Every measured right, each in a world of its own. */
export async function measureAll(): Promise<UsageByRight> {
  const one = async (right: MeasuredRight) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'rights-desk-cost-'));
    try {
      return await measureRequest(dataDir, right);
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  };
  return { access: await one('access'), erasure: await one('erasure') };
}

/** Gauges and counts of the sweep come whether there are requests or not. */
function isSweeps(line: string): boolean {
  if (line.includes('"function":"sweep"')) return true;
  return Object.entries(metricDefinitions).some(
    ([name, { kind }]) => (kind === 'gauge' || name.startsWith('Sweep')) && line.includes(`"Name":"${name}"`),
  );
}

/** Transitions as AWS counts them: every state entered, every retry, and the start. */
async function historyOf(
  edition: Edition,
  reference: string,
): Promise<Pick<RequestUsage, 'transitions' | 'historyEvents'>> {
  let transitions = 0;
  let historyEvents = 0;
  for (const [machine, name] of [
    [machineNames.rightsRequest, executionName(reference, 1)],
    [machineNames.slaClock, reference],
  ] as const) {
    let cursor: string | undefined;
    transitions += 1;
    do {
      const page = await edition.engine.history(
        executionArn(stateMachineArn(machine), name),
        1000,
        false,
        cursor,
      );
      historyEvents += page.items.length;
      transitions += page.items.filter(({ type }) => type.endsWith('StateEntered')).length;
      cursor = page.cursor;
    } while (cursor);
  }
  return { transitions, historyEvents };
}
