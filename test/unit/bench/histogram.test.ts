import { expect } from 'chai';
import { Histogram } from '../../../bench/support/histogram.ts';
import { SeededRandom } from '../../../src/cli/seeded-random.ts';

const histogramOf = (values: readonly number[]): Histogram => {
  const histogram = new Histogram();
  for (const value of values) histogram.add(value);
  return histogram;
};

describe('a histogram of latencies', () => {
  it('reads each value back within 0.4 %, from a microsecond to half an hour', () => {
    for (let us = 1; us < 1_800_000_000; us = Math.ceil(us * 1.003)) {
      const read = histogramOf([us, 2_000_000_000]).percentile(50);
      expect(Math.abs(read - us) / us, `${us} µs`).to.be.at.most(0.004);
    }
  });

  it('answers the percentiles a sorted list would, within 1 %', () => {
    const random = new SeededRandom(7);
    const values = Array.from({ length: 20_000 }, () => Math.ceil(100 / (0.001 + random.fraction())));
    const sorted = values.toSorted((a, b) => a - b);
    const histogram = histogramOf(values);

    for (const percent of [50, 90, 99, 99.9]) {
      const exact = sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? 0;
      expect(Math.abs(histogram.percentile(percent) - exact) / exact, `p${percent}`).to.be.at.most(0.01);
    }
    expect(histogram.summary().maxMs).to.equal((sorted.at(-1) ?? 0) / 1_000);
    expect(histogram.count).to.equal(20_000);
  });

  it('never shows a percentile above the slowest, and zeros when there was nothing', () => {
    expect(histogramOf([1_001]).percentile(99)).to.be.at.most(1_001);
    expect(new Histogram().summary()).to.deep.equal({ p50Ms: 0, p90Ms: 0, p99Ms: 0, p999Ms: 0, maxMs: 0 });
  });
});
