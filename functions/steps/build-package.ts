import { localDayOf } from '../domain/calendar.ts';
import type { Case } from '../domain/case.ts';
import { converge, mustLoad } from '../domain/converge.ts';
import { exportResults, type HandFile, inputsOf, packageBuilt, sourcesOf } from '../domain/package.ts';
import { packagePrefix, partsPrefix } from '../domain/package-files.ts';
import { policyOf } from '../domain/policy.ts';
import type { CaseStore, Files, Vault } from '../domain/ports.ts';
import { escalateAfterSeconds, progressOf } from '../domain/progress.ts';
import { recipientOf } from '../domain/register.ts';
import { statementOf } from '../domain/register-statement.ts';
import { buildPackage, type PackageManifest, type Progress, readManifest } from '../packages/builder.ts';
import { readHandFiles, readRedactions } from '../packages/marks.ts';
import { type Contents, overviewFiles } from '../packages/overview.ts';
import type { Handler, Runtime } from '../runtime/lambda.ts';
import type { KnownProcessors } from './processor-port.ts';
import { step } from './step.ts';

interface Ports {
  readonly store: CaseStore;
  readonly vault: Vault;
  readonly files: Files;
  readonly processors: KnownProcessors;
}

/** One call goes on for this long at most; the function itself may take 15 minutes (its Task state says so). */
const callMs = 8 * 60 * 1000;
/** And makes this many parts at most, so that a clock that stands still ends it too. */
const partsPerCall = 400;

/** Findings become the copy of the data (art. 15(3), 20), in parts, so that size does not matter; then staff read and release it. */
export function createBuildPackage(ports: Ports, runtime: Runtime): Handler {
  const { store, vault, files, processors } = ports;
  return step('BuildPackage', runtime.log, async ({ requestId }) => {
    const startedAt = runtime.now();
    const at = new Date(startedAt).toISOString();
    const current = await mustLoad(store, requestId);
    const elsewhere = goesElsewhere(current);
    if (elsewhere) return { next: elsewhere, waitSeconds: escalateAfterSeconds };

    const redactions = await readRedactions(vault, requestId);
    const handFiles = await readHandFiles(files, requestId);
    const inputs = inputsOf(current, redactions, handFiles);
    const standing = current.row.package
      ? await readManifest(files, requestId, current.row.package.hash)
      : undefined;
    // What colleagues have read stays as long as it would come out the same.
    if (standing?.inputs !== inputs) {
      const built = await buildPackage(
        files,
        {
          row: current.row,
          inputs,
          sources: sourcesOf(current),
          handFiles,
          redactions,
          titleOf,
          overview: (systems) => overview(current, systems, handFiles),
        },
        (made) => made < partsPerCall && runtime.now() - startedAt < callMs,
      );
      if (built.state === 'more') return { next: 'build', waitSeconds: escalateAfterSeconds };
      const after = await converge(store, requestId, async (latest) => {
        if (goesElsewhere(latest)) return [];
        // Marked anew while this was written: the next call builds what stands then.
        if (inputsOf(latest, await readRedactions(vault, requestId), handFiles) !== inputs) return [];
        if (latest.row.package?.hash === built.hash && latest.row.status === 'awaiting-release') return [];
        return [packageBuilt(built, at, results(latest, built.manifest, handFiles, at))];
      });
      if (after.row.package?.hash !== built.hash) return answerOf(after, at);
      await removeOthers(requestId, built.hash);
      return answerOf(after, at);
    }
    return answerOf(current, at);
  });

  function answerOf(current: Case, at: string) {
    const elsewhere = goesElsewhere(current);
    if (elsewhere) return { next: elsewhere, waitSeconds: escalateAfterSeconds };
    // Something changed while the first copy was written, so that none stands yet: without one there is nothing to answer with.
    const next =
      current.row.status === 'awaiting-release'
        ? (progressOf(current, 'release', at)?.next ?? 'await')
        : 'build';
    return { next, waitSeconds: escalateAfterSeconds };
  }

  function titleOf(processor: string): string {
    return processors.names.includes(processor)
      ? processors.definition(processor).title
      : recipientOf(processor, processors.further).title;
  }

  function results(current: Case, manifest: PackageManifest, handFiles: readonly HandFile[], at: string) {
    return exportResults(current, at, {
      tallies: new Map(Object.entries(manifest.systems).map(([name, { tally }]) => [name, tally])),
      handFiles,
      capability: (name) =>
        processors.names.includes(name) ? processors.definition(name).capabilities.export : 'manual',
    });
  }

  function overview(
    { row, findings }: Case,
    systems: ReadonlyMap<string, Progress>,
    handFiles: readonly HandFile[],
  ) {
    const contents = (row.processors ?? []).map((processor): Contents => {
      const finding = findings.find((one) => one.processor === processor);
      const system = systems.get(processor) ?? { tally: {}, pages: {}, leftOut: {} };
      const byHand = handFiles.some((file) => file.processor === processor);
      const exported = finding?.state === 'found' && finding.exportedBytes !== undefined;
      const cannot =
        finding?.state === 'found' &&
        processors.names.includes(processor) &&
        processors.definition(processor).capabilities.export === 'none';
      return {
        processor,
        title: titleOf(processor),
        day: localDayOf(finding?.at ?? row.receivedAt),
        tally: system.tally,
        pages: system.pages,
        leftOut: system.leftOut,
        complete: exported || byHand || cannot || finding?.state === 'nothing',
        keptBack: row.decision?.except?.processors?.includes(processor) ?? false,
      };
    });
    const { names: enabled, further } = processors;
    return overviewFiles({
      row,
      contents,
      handFiles,
      ...(row.right === 'access' ? { statement: statementOf(row.language, { enabled, further }) } : {}),
    });
  }

  /** Earlier packages and the parts under way hold the same data again. */
  async function removeOthers(id: string, hash: string): Promise<void> {
    const others = [...(await files.list(packagePrefix(id))), ...(await files.list(partsPrefix(id)))]
      .map(({ key }) => key)
      .filter((key) => !key.includes(`/package/${hash}.`));
    if (others.length > 0) await files.remove(others);
  }
}

/** Where a request goes that needs no package, or not any more. */
function goesElsewhere({ row }: Case): 'answer' | 'end' | undefined {
  if (row.status === 'closed') return 'end';
  const refused = row.decision?.kind === 'refuse' || row.outcome === 'nothing-found';
  if (row.status === 'answered' || refused || policyOf(row.right).operation !== 'export') return 'answer';
  return undefined;
}
