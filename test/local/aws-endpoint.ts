import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAwsEndpoint } from '../../local/aws/endpoint.ts';
import { createFaultScripts } from '../../local/aws/faults.ts';
import type { AwsService } from '../../local/aws/service.ts';

export interface TestEndpoint {
  /** What every SDK client of the test takes; one attempt, so that a scripted failure is seen. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly maxAttempts: number;
  };
  readonly faults: ReturnType<typeof createFaultScripts>;
  stop(): Promise<void>;
}

export const testCredentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** The loopback endpoint with these services only. */
export async function startTestEndpoint(services: Record<string, AwsService>): Promise<TestEndpoint> {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const faults = createFaultScripts();
  const listening = await startAwsEndpoint({ services, faults });
  return {
    client: { endpoint: listening.url, region: 'eu-central-1', credentials: testCredentials, maxAttempts: 1 },
    faults,
    stop: () => listening.stop(),
  };
}

/** A folder that is gone after the test. */
export function temporaryFolder(): { readonly path: string; in(...parts: string[]): string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'rights-desk-'));
  return {
    path,
    in: (...parts) => join(path, ...parts),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** A clock that the test moves. */
export function handClock(start = '2026-03-05T09:00:00Z') {
  let now = Date.parse(start);
  return {
    now: () => now,
    pass(ms: number) {
      now += ms;
    },
  };
}
