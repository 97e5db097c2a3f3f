import { expect } from 'chai';
import { Histogram } from '../../../bench/support/histogram.ts';
import { Schedule } from '../../../bench/support/schedule.ts';

/** A server with one connection that answers within a millisecond, and once takes half a second. */
const latenciesOf = (schedule: Schedule): Histogram => {
  const latencies = new Histogram();
  let nowMs = 0;
  for (let sent = 0; sent < schedule.total;) {
    const intendedMs = schedule.take(nowMs);
    if (intendedMs === undefined) {
      nowMs += 0.1;
      continue;
    }
    nowMs += sent === 100 ? 500 : 0.5;
    sent += 1;
    latencies.add((nowMs - intendedMs) * 1_000);
  }
  return latencies;
};

describe('the schedule of an open loop', () => {
  it('means requests for evenly spaced moments, and hands none out early', () => {
    const schedule = new Schedule(1_000, 500, 20);

    expect(schedule.total).to.equal(10);
    expect(schedule.take(999)).to.equal(undefined);
    expect([schedule.take(1_003), schedule.take(1_003), schedule.take(1_003)]).to.deep.equal([1_000, 1_002, undefined]);
  });

  it('lets a request keep the moment it was meant for, however late it is sent', () => {
    const schedule = new Schedule(0, 1_000, 5);

    const taken = Array.from({ length: 6 }, () => schedule.take(60_000));

    expect(taken).to.deep.equal([0, 1, 2, 3, 4, undefined]);
    expect(schedule.left).to.equal(0);
  });

  it('counts a stall against every request it kept waiting, not against one alone', () => {
    const latencies = latenciesOf(new Schedule(0, 1_000, 1_000));

    // A loop that waits for answers would have seen a single slow one of a thousand.
    expect(latencies.percentile(10) / 1_000).to.be.below(2);
    expect(latencies.percentile(50) / 1_000).to.be.above(150);
    expect(latencies.percentile(90) / 1_000).to.be.above(400);
    expect(latencies.summary().maxMs).to.be.within(499, 502);
  });
});
