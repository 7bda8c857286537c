// Jest's reporter for people and machines: failures in full, and one last plain line `N passed, N failed, N skipped`.
export default class PlainReporter {
  onTestResult(test, result) {
    const name = test.path.slice(process.cwd().length + 1);
    const seconds = ((result.perfStats.end - result.perfStats.start) / 1000).toFixed(1);
    const state = result.numFailingTests > 0 || result.testExecError ? 'FAIL' : 'ok';
    process.stdout.write(`${state.padEnd(5)}${name} (${result.numPassingTests} tests, ${seconds} s)\n`);
    if (result.failureMessage) process.stdout.write(`${result.failureMessage}\n`);
    for (const line of result.console ?? []) process.stdout.write(`  ${line.type}: ${line.message}\n`);
  }

  onRunComplete(_contexts, results) {
    // A file that does not even load has run no test; it must still count as a failure.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    process.stdout.write(
      `${results.numPassedTests} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}\n`,
    );
  }
}
