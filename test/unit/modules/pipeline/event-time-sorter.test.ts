import { expect } from 'chai';
import fc from 'fast-check';
import { EventTimeSorter, isBefore, type Timed } from '../../../../src/modules/pipeline/domain/event-time-sorter.ts';

const LATENESS = 1_000;
const SOURCES = ['a', 'b', 'c'];
const LONG_AFTER = 10_000_000;

const event = (at: number, source = 'a', id = `${source}${at}`): Timed => ({ at, source, id });
const sorterOf = (most = 1_000_000) => new EventTimeSorter<Timed>({ latenessMs: LATENESS, most });
const times = (events: readonly Timed[]): readonly number[] => events.map(({ at }) => at);

interface Outcome {
  readonly out: readonly Timed[];
  readonly late: readonly Timed[];
}

/** Pushes them one after the other at one moment, looking at what comes out after each; and then a long silence. */
const sorted = (sorter: EventTimeSorter<Timed>, arrivals: readonly Timed[]): Outcome => {
  const [out, late]: [Timed[], Timed[]] = [[], []];
  for (const source of SOURCES) sorter.look(source, true);
  for (const each of arrivals) {
    if (!sorter.push(each, 0)) late.push(each);
    out.push(...sorter.release(0));
  }
  for (const source of SOURCES) sorter.look(source, false);
  out.push(...sorter.release(LONG_AFTER));
  return { out, late };
};

const anEvent = fc.record({
  at: fc.integer({ min: 0, max: 20_000 }),
  source: fc.constantFrom(...SOURCES),
  id: fc.uuid(),
});
/** How long after its time it arrives: never more than the lateness after a younger one of its source. */
const inTime = fc
  .array(fc.tuple(anEvent, fc.integer({ min: 0, max: LATENESS })))
  .map((pairs) => pairs.toSorted(([a, delayA], [b, delayB]) => a.at + delayA - (b.at + delayB)).map(([each]) => each));
const anyOrder = fc.array(anEvent);

const expectOrder = (events: readonly Timed[]): void => {
  for (const [place, each] of events.entries()) {
    const next = events[place + 1];
    if (next !== undefined) expect(isBefore(next, each)).to.equal(false);
  }
};

describe('events put in the order of their time', () => {
  it('come out in the total order, none late, whatever the order of arrival within the lateness', () => {
    fc.assert(
      fc.property(inTime, (arrivals) => {
        const { out, late } = sorted(sorterOf(), arrivals);

        expect(late).to.deep.equal([]);
        expect(out).to.deep.equal(arrivals.toSorted((a, b) => (isBefore(a, b) ? -1 : 1)));
      }),
    );
  });

  it('come out exactly once each, the late ones marked and the others in order, in any order and at any size', () => {
    fc.assert(
      fc.property(anyOrder, fc.integer({ min: 1, max: 50 }), (arrivals, most) => {
        const { out, late } = sorted(sorterOf(most), arrivals);

        expectOrder(out);
        expect([...out, ...late].map(({ id }) => id).toSorted()).to.deep.equal(arrivals.map(({ id }) => id).toSorted());
      }),
    );
  });

  it('have come out at every moment if and only if they lie before the watermark', () => {
    fc.assert(
      fc.property(anyOrder, fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 9 }), (arrivals, most, some) => {
        const sorter = sorterOf(most);
        for (const source of SOURCES) sorter.look(source, true);
        const seen: Timed[] = [];
        for (const each of arrivals) {
          const before = sorter.watermark;
          seen.push(each);
          expect(sorter.push(each, 0)).to.equal(each.at >= before);
          while (sorter.release(0, some).length >= some);
          expect(sorter.watermark).to.be.at.least(before);
          const held = new Set(sorter.holding());
          for (const past of seen) expect(held.has(past)).to.equal(past.at >= sorter.watermark);
          expect(sorter.size).to.be.at.most(most);
        }
      }),
    );
  });

  it('wait for the slowest source that still speaks', () => {
    const sorter = sorterOf();
    sorter.push(event(5_000, 'a'), 0);
    sorter.push(event(50_000, 'b'), 0);

    expect(sorter.release(0)).to.deep.equal([]);
    sorter.push(event(20_000, 'a'), 1);

    expect(times(sorter.release(1))).to.deep.equal([5_000]);
  });

  it('do not wait for a source that is silent, and come out when all are', () => {
    const sorter = sorterOf();
    sorter.push(event(5_000, 'a'), 0);
    sorter.push(event(50_000, 'b'), 0);

    sorter.push(event(60_000, 'b'), LATENESS + 1);
    expect(times(sorter.release(LATENESS + 1)), 'a is silent').to.deep.equal([5_000, 50_000]);
    expect(times(sorter.release(2 * LATENESS)), 'b may go on').to.deep.equal([]);
    expect(times(sorter.release(2 * LATENESS + 2)), 'b is silent too').to.deep.equal([60_000]);
  });

  it('wait for a source that we are slow to read, however long that takes', () => {
    const sorter = sorterOf();
    sorter.look('a', true);
    sorter.push(event(50_000, 'b'), 0);

    expect(sorter.release(LONG_AFTER)).to.deep.equal([]);
    sorter.look('a', false);

    expect(times(sorter.release(LONG_AFTER))).to.deep.equal([50_000]);
  });

  it('are let out early, the oldest first and counted, when there are too many', () => {
    const sorter = sorterOf(4);
    for (const at of [50, 10, 40, 20, 30]) sorter.push(event(at), 0);

    expect(times(sorter.release(0))).to.deep.equal([10, 20]);
    expect([sorter.letOutEarly, sorter.size, sorter.watermark]).to.deep.equal([2, 3, 21]);
    expect(sorter.push(event(20, 'b'), 0), 'what is older than that is late').to.equal(false);
  });
});
