/** Dots while it runs, failures in full and what took longest at the end; the count and what failed in the file that COUNT_TO names. */
const { reporters } = require('mocha');
const { writeFileSync } = require('node:fs');
const { relative } = require('node:path');

/** What is said of the time: files that took the longest. */
const LONGEST = 8;

const firstLine = (message = 'no message') => message.trim().split('\n', 1)[0].slice(0, 300);

module.exports = class CountingReporter extends reporters.Dot {
  constructor(runner, options) {
    super(runner, options);
    const took = new Map();
    const failures = [];
    runner.on('fail', (test, error) =>
      failures.push(`${relative('', test.file ?? '')}: ${test.fullTitle()}\n    ${firstLine(error?.message)}`),
    );
    runner.on('test end', ({ file, duration = 0 }) => took.set(file, (took.get(file) ?? 0) + duration));
    runner.once('end', () => {
      const longest = [...took].sort(([, a], [, b]) => b - a).slice(0, LONGEST);
      for (const [file, ms] of longest)
        process.stdout.write(`  ${(ms / 1_000).toFixed(1).padStart(6)} s  ${relative('', file)}\n`);
      const { passes: passed, failures: failed } = this.stats;
      if (process.env.COUNT_TO) writeFileSync(process.env.COUNT_TO, JSON.stringify({ passed, failed, failures }));
    });
  }
};
