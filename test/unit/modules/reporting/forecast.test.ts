import { expect } from 'chai';
import fc from 'fast-check';
import { forecastOf, type Open, stageOf } from '../../../../src/modules/reporting/domain/forecast.ts';
import { funnelOf, type Journey, type Stage, STAGES } from '../../../../src/modules/reporting/domain/funnel.ts';
import { instant, type Instant, plusDays } from '../../../../src/shared/instant.ts';
import { Money } from '../../../../src/shared/money.ts';
import { SeededRandom } from '../../../support/clock.ts';

const START = instant('2024-01-01T00:00:00Z');
const day = (days: number): Instant => plusDays(START, days);
const eur = (minor: bigint): Money => Money.of(minor, 'EUR');

const journey = (placed: number, rest: Partial<Record<Stage | 'kept' | 'lost', number>> = {}): Journey => {
  const { kept, lost, ...stages } = rest;
  const reached = Object.fromEntries(Object.entries({ placed, ...stages }).map(([stage, at]) => [stage, day(at)]));
  const end = kept ?? lost;
  return { reached, ...(end !== undefined && { ended: { kept: kept !== undefined, at: day(end) } }) };
};

const open = (minor: bigint, placed: number, rest: Partial<Record<Stage, number>> = {}): Open => ({
  ...journey(placed, rest),
  amount: eur(minor),
});

const sumOf = (months: ReturnType<typeof forecastOf>, which: 'expected' | 'maximum'): bigint =>
  months.reduce((sum, month) => sum + month[which].minor, 0n);

describe('the funnel of a program', () => {
  it('takes a debt for owed while nobody has gone the way', () => {
    const funnel = funnelOf([], day(0));

    for (const stage of STAGES)
      expect(funnel[stage]).to.deep.equal({ chance: { num: 1n, den: 1n }, seen: 0, days: [] });
  });

  it('counts from each stage who went on and who was lost, and adds one that was kept', () => {
    const journeys = [
      journey(0, { confirmed: 10, delivered: 100, vested: 100, kept: 130 }),
      journey(0, { confirmed: 10, delivered: 100, vested: 100, lost: 110 }),
      journey(0, { confirmed: 10, lost: 50 }),
      journey(0, { lost: 5 }),
    ];

    const { vested, delivered, confirmed, placed } = funnelOf(journeys, day(1_000));

    expect(vested).to.deep.include({ chance: { num: 2n, den: 3n }, seen: 2, days: [[30, 1]] });
    // Two that went on to 2/3 each, and the one that is added, of three.
    expect(delivered.chance).to.deep.equal({ num: 7n, den: 9n });
    expect(confirmed.chance).to.deep.equal({ num: 23n, den: 36n });
    expect(placed.chance).to.deep.equal({ num: 7n, den: 12n });
    expect(placed.days).to.deep.equal([[130, 1]]);
  });

  it('leaves out who came in lately, of whom only the quick have left', () => {
    const slow = Array.from({ length: 20 }, (_, n) => journey(n, { confirmed: n + 90 }));
    const quick = Array.from({ length: 5 }, (_, n) => journey(200 + n, { lost: 202 + n }));

    expect(funnelOf([...slow, ...quick], day(210)).placed).to.deep.include({ chance: { num: 1n, den: 1n }, seen: 20 });
    expect(funnelOf([...slow, ...quick], day(400)).placed.seen).to.equal(25);
  });

  it('knows stages that were passed in silence, and times that contradict each other', () => {
    const { placed } = funnelOf([journey(50, { confirmed: 10, vested: 40, kept: 45 })], day(500));

    expect(placed.chance).to.deep.equal({ num: 1n, den: 1n });
    expect(placed.days).to.deep.equal([[0, 1]]);
  });
});

describe('a forecast of what is owed', () => {
  it('falls due when those before took as long, and never earlier than now', () => {
    const history = [30, 60, 60, 90].map((days) => journey(0, { kept: days }));
    const funnel = funnelOf(history, day(1_000));

    const months = forecastOf([open(1_000n, 1_000)], funnel, day(1_010));
    expect(months.map(({ month, expected }) => [month, expected.minor])).to.deep.equal([
      ['2026-10', 250n],
      ['2026-11', 500n],
      ['2026-12', 250n],
    ]);
    const overdue = forecastOf([open(1_000n, 0)], funnel, day(1_010));
    expect(overdue.map(({ month }) => month)).to.deep.equal(['2026-10']);
  });

  it('knows the end of a return window, and says of what nobody has gone through that it is not dated', () => {
    const inWindow = { ...open(700n, 0, { vested: 10 }), locksAt: day(40) };

    const months = forecastOf([inWindow, open(300n, 0)], funnelOf([], day(20)), day(20));

    expect(months.map(({ month, expected, maximum }) => [month, expected.minor, maximum.minor])).to.deep.equal([
      ['2024-02', 700n, 700n],
      [undefined, 300n, 300n],
    ]);
  });

  it('comes near the maximum where all were kept, and to little where all were lost', () => {
    const owed = [open(100_000n, 990)];
    const all = (end: 'kept' | 'lost') =>
      Array.from({ length: 99 }, (_, n) => journey(n, { confirmed: n + 5, [end]: n + 50 }));

    expect(sumOf(forecastOf(owed, funnelOf(all('kept'), day(1_000)), day(1_000)), 'expected')).to.equal(100_000n);
    // One in a hundred at the first stage, and as many at the second.
    expect(sumOf(forecastOf(owed, funnelOf(all('lost'), day(1_000)), day(1_000)), 'expected')).to.equal(1_990n);
  });

  const stages = fc.subarray([...STAGES.slice(1)]);
  const arbitraryJourney = fc
    .record({
      placed: fc.integer({ min: 0, max: 700 }),
      stages,
      gaps: fc.array(fc.integer({ min: -20, max: 120 }), { minLength: 8, maxLength: 8 }),
      end: fc.constantFrom('kept', 'lost', undefined),
    })
    .map(({ placed, stages: reached, gaps, end }) => {
      let at = placed;
      const days = reached.map((stage, index) => [stage, (at += gaps[index] ?? 0)] as const);
      return journey(placed, { ...Object.fromEntries(days), ...(end && { [end]: at + 10 }) });
    });

  it('has chances from 0 to 1, expects no more than the maximum in any month, and adds up', () => {
    fc.assert(
      fc.property(
        fc.array(arbitraryJourney, { maxLength: 60 }),
        fc.array(fc.tuple(arbitraryJourney, fc.bigInt({ min: 0n, max: 10n ** 12n })), { maxLength: 30 }),
        fc.integer({ min: 0, max: 1_500 }),
        (history, owed, now) => {
          const funnel = funnelOf(history, day(now));
          const opens = owed.map(([{ reached }, minor]): Open => ({ reached, amount: eur(minor) }));

          const months = forecastOf(opens, funnel, day(now));

          for (const { chance } of Object.values(funnel)) {
            expect(chance.num >= 0n && chance.den > 0n && chance.num <= chance.den).to.equal(true);
          }
          for (const { expected, maximum } of months) {
            expect(expected.isNegative).to.equal(false);
            expect(expected.compare(maximum)).to.be.lessThan(1);
          }
          expect(sumOf(months, 'maximum')).to.equal(owed.reduce((sum, [, minor]) => sum + minor, 0n));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is the same for any order of the history and of what is open', () => {
    const random = new SeededRandom(3);
    const history = simulated(random, 300);
    const opens = history.filter(({ ended }) => !ended?.kept).map(asOpen);

    const forecast = forecastOf(opens, funnelOf(history, day(500)), day(500));
    const shuffled = forecastOf(random.shuffled(opens), funnelOf(random.shuffled(history), day(500)), day(500));

    expect(shuffled).to.deep.equal(forecast);
  });
});

/** Robots: a seventh is called off, most of it early; of what is delivered, some comes back within thirty days. */
const simulated = (random: SeededRandom, count: number): readonly Journey[] =>
  Array.from({ length: count }, () => {
    const placed = random.below(720);
    const stages: Partial<Record<Stage | 'kept' | 'lost', number>> = {};
    let at = placed;
    for (const [stage, least, spread, lost] of WAY) {
      if (random.below(100) < lost) return journey(placed, { ...stages, lost: at + 1 + random.below(least) });
      at += least + random.below(spread);
      stages[stage] = at;
    }
    const isReturned = random.below(100) < 4;
    return journey(placed, { ...stages, ...(isReturned ? { lost: at + random.below(30) } : { kept: at + 30 }) });
  });

const WAY: readonly (readonly [stage: Stage, leastDays: number, spread: number, lostPercent: number])[] = [
  ['confirmed', 3, 12, 9],
  ['in_production', 20, 30, 4],
  ['in_transit', 30, 40, 2],
  ['delivered', 10, 25, 1],
  ['vested', 1, 1, 0],
];

const asOpen = ({ reached }: Journey): Open => ({
  reached,
  amount: eur(BigInt(1_000 + (stageOf({ reached }).atMs % 997))),
});

describe('forecasts of the past', () => {
  /** What could be known at that time. */
  const until = (journeys: readonly Journey[], now: Instant): readonly Journey[] =>
    journeys
      .filter(({ reached }) => (reached.placed ?? now) <= now)
      .map(({ reached, ended }) => ({
        reached: Object.fromEntries(Object.entries(reached).filter(([, at]) => at <= now)),
        ...(ended !== undefined && ended.at <= now && { ended }),
      }));

  for (const seed of [1, 2, 3])
    it(`made half-way, are within 4 % of what came, and each month within 20 % (seed ${seed})`, () => {
      const whole = simulated(new SeededRandom(seed), 6_000);
      const now = day(400);
      const amounts = new Map(
        whole.map((each, index) => [each.reached.placed, eur(BigInt(40_000 + (index % 97) * 1_000))]),
      );
      const amountOf = ({ reached }: Journey): Money => amounts.get(reached.placed) ?? eur(0n);
      const known = until(whole, now);

      const open = known
        .filter(({ ended }) => ended === undefined)
        .map((each) => ({ ...each, amount: amountOf(each) }));
      const months = forecastOf(open, funnelOf(known, now), now);

      const came = whole.filter(
        ({ reached, ended }) => (reached.placed ?? now) <= now && ended !== undefined && ended.at > now && ended.kept,
      );
      const total = Number(Money.sum('EUR', came.map(amountOf)).minor);
      const expected = Number(sumOf(months, 'expected'));
      expect(Math.abs(expected - total) / total).to.be.lessThan(0.04);
      expect(Number(sumOf(months, 'maximum'))).to.be.greaterThan(total);
      const byMonth = new Map<string, number>();
      for (const each of came) {
        const month = each.ended?.at.slice(0, 7) ?? '';
        byMonth.set(month, (byMonth.get(month) ?? 0) + Number(amountOf(each).minor));
      }
      for (const { month = '', expected: part } of months) {
        const is = byMonth.get(month) ?? 0;
        if (is > total / 20) expect(Math.abs(Number(part.minor) - is) / is, month).to.be.lessThan(0.2);
      }
    });
});
