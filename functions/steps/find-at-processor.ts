import { mustLoad } from '../domain/converge.ts';
import { taskOf } from '../domain/dispositions.ts';
import { classOf } from '../domain/findings.ts';
import { exportKey } from '../domain/package-files.ts';
import { policyOf } from '../domain/policy.ts';
import type { CaseStore, Files, Vault } from '../domain/ports.ts';
import type { Finding, Processor } from '../processors/contract.ts';
import type { Handler, Runtime } from '../runtime/lambda.ts';
import type { ConnectedProcessors } from './processor-port.ts';
import { readKeys, saveFinding } from './sealed.ts';
import { step } from './step.ts';

interface Ports {
  readonly store: CaseStore;
  readonly vault: Vault;
  readonly files: Files;
  readonly processors: ConnectedProcessors;
}

/** Looks at one system what it holds, read only; for access and portability it also fetches the copy, straight into the bucket. */
export function createFindAtProcessor(ports: Ports, runtime: Runtime): Handler {
  const { store, files, processors } = ports;
  return step('FindAtProcessor', runtime.log, async ({ requestId, processor: name }) => {
    const current = await mustLoad(store, requestId);
    const known = current.findings.find((finding) => finding.processor === name);
    if (current.row.status === 'closed' || (known && known.state !== 'failed')) return {};
    const at = new Date(runtime.now()).toISOString();
    const definition = processors.definition(name);
    if (definition.capabilities.find !== 'automated') {
      const state = definition.capabilities.find === 'manual' ? 'by-hand' : 'nothing';
      await store.note(requestId, { kind: 'finding', value: { processor: name, at, state, holdings: [] } });
      return {};
    }
    const vault = await ports.vault.open(requestId);
    const keys = await readKeys(vault, requestId);
    const processor = await processors.connect(name);
    const finding = await processor.find(keys.keys);
    await saveFinding(vault, requestId, name, finding);
    // Nothing is copied while nobody knows whose it is (TRUST.md A36).
    const isExport =
      policyOf(current.row.right).operation === 'export' &&
      finding.holdings.length > 0 &&
      finding.ambiguous !== true;
    const exportedBytes =
      isExport && definition.capabilities.export === 'automated'
        ? await exportTo(files, requestId, processor, keys.keys, finding)
        : undefined;
    await store.note(requestId, {
      kind: 'finding',
      value: {
        processor: name,
        at,
        ...classOf(finding, keys.complete),
        ...(exportedBytes === undefined ? {} : { exportedBytes }),
      },
    });
    if (finding.ambiguous) {
      const { plannedBy } = current.row;
      const task = taskOf({ processor: name, at, plannedBy, action: 'find' }, 'find', 'ambiguous-mailbox');
      await store.note(requestId, { kind: 'task', value: task });
    }
    return {};
  });
}

/** One line of JSON per record, so that reading back never needs the whole. */
async function exportTo(
  files: Files,
  requestId: string,
  processor: Processor,
  keys: Parameters<Processor['export']>[0],
  finding: Finding,
): Promise<number> {
  async function* lines(): AsyncIterable<Uint8Array> {
    for await (const exported of processor.export(keys, finding)) {
      yield Buffer.from(`${JSON.stringify(exported)}\n`);
    }
  }
  const { bytes } = await files.put(exportKey(requestId, processor.name), lines(), 'application/x-ndjson');
  return bytes;
}
