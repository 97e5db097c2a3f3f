/** Dots while it runs, failures in full at the end, and the count in the file that COUNT_TO names. */
const { reporters } = require('mocha');
const { writeFileSync } = require('node:fs');

module.exports = class CountingReporter extends reporters.Dot {
  constructor(runner, options) {
    super(runner, options);
    runner.once('end', () => {
      if (process.env.COUNT_TO) {
        writeFileSync(process.env.COUNT_TO, JSON.stringify({ passed: this.stats.passes, failed: this.stats.failures }));
      }
    });
  }
};
