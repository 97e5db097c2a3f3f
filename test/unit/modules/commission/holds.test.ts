import { expect } from 'chai';
import {
  daysUnheld,
  fraudHolds,
  type Hold,
  openHolds,
  released,
} from '../../../../src/modules/commission/domain/life-cycle/holds.ts';
import { reviewDue } from '../../../../src/modules/commission/domain/life-cycle/waiting.ts';
import type { CommissionState } from '../../../../src/modules/commission/domain/life-cycle/life-cycle.ts';
import { instant, plusDays, plusMs } from '../../../../src/shared/instant.ts';
import { aCommission, allowing } from '../../../support/builders.ts';
import { idOf } from '../../../support/clock.ts';

const day = (n: number) => plusDays(instant('2026-01-01T00:00:00Z'), n);
const hold = (from: number, until?: number, by: Hold['by'] = 'fraud'): Hold => ({
  by,
  reasons: ['odd'],
  from: day(from),
  ...(until !== undefined && { until: day(until) }),
});

describe('what fraud holds up', () => {
  type Word = readonly [verdict: 'allow' | 'review' | 'reject', on: number, reason?: string];
  const after = (...words: readonly Word[]) =>
    fraudHolds(
      words.map(([verdict, on, reason = 'odd'], n) => ({
        ...allowing(),
        ...{ verdict, reasons: [reason], assessedAt: day(on), assessment: n + 1 },
      })),
    );

  it('lasts from each word that asks for a review to the next that does not', () => {
    expect(after()).to.deep.equal([]);
    expect(after(['allow', 1], ['reject', 2])).to.deep.equal([]);
    expect(after(['review', 1])).to.deep.equal([hold(1)]);
    expect(after(['review', 1], ['allow', 3])).to.deep.equal([hold(1, 3)]);
    expect(after(['review', 1], ['reject', 3], ['allow', 4])).to.deep.equal([hold(1, 3)]);
    expect(after(['review', 1], ['allow', 3], ['review', 5])).to.deep.equal([hold(1, 3), hold(5)]);
    expect(after(['review', 1], ['allow', 3], ['review', 5], ['allow', 6])).to.deep.equal([hold(1, 3), hold(5, 6)]);
  });

  it('goes on where it is asked for again, for the reason that was given last', () => {
    expect(after(['review', 1], ['review', 2, 'odder'])).to.deep.equal([{ ...hold(1), reasons: ['odder'] }]);
    expect(after(['review', 1], ['allow', 2], ['review', 3], ['review', 4, 'odder'])).to.deep.equal([
      hold(1, 2),
      { ...hold(3), reasons: ['odder'] },
    ]);
  });
});

describe('the holds of a commission', () => {
  it('are released by those who hold it alone, and what is over stays as it was', () => {
    const holds = [hold(1, 2, 'staff'), hold(3, undefined, 'staff'), hold(4, undefined, 'review')];

    expect(released(holds, 'staff', day(9))).to.deep.equal([hold(1, 2, 'staff'), hold(3, 9, 'staff'), holds[2]]);
    expect(openHolds(released(holds, 'staff', day(9)))).to.deep.equal([holds[2]]);
  });

  const clocks: readonly (readonly [string, readonly Hold[], ends: number])[] = [
    ['nothing holds it', [], 40],
    ['it was held meanwhile', [hold(15, 17)], 42],
    ['it was held before', [hold(5, 9)], 40],
    ['it was held until it began', [hold(5, 10)], 40],
    ['it was held when it began', [hold(8, 12)], 42],
    ['it is held still', [hold(15)], 40],
    ['it was held when it would have ended', [hold(39, 45)], 46],
    ['it was held from its end on', [hold(40, 45)], 40],
    ['it was held at the end that an earlier hold had moved', [hold(41, 45), hold(15, 17)], 46],
    ['two held it at once', [hold(15, 20), hold(18, 22, 'staff')], 47],
    ['two held it, one within the other', [hold(15, 22), hold(18, 20, 'staff')], 47],
    ['two held it, one after the other', [hold(15, 17), hold(17, 20, 'staff')], 45],
    ['two held it, with a day between', [hold(18, 20), hold(15, 17)], 44],
    ['it was released the moment it was held', [hold(15, 15)], 40],
    ['a hold ends before it begins', [hold(15, 12)], 40],
  ];
  for (const [what, holds, ends] of clocks) {
    it(`make its clock stand still, where ${what}`, () => {
      expect(daysUnheld(day(10), 30, holds)).to.equal(day(ends));
    });
  }
});

describe('a commission that somebody must look at', () => {
  const state: Readonly<Record<CommissionState, boolean>> = {
    estimated: true,
    pending: true,
    vesting: true,
    vested: false,
    held: false,
    locked: false,
    settled: false,
    paid: false,
    reversed: false,
  };
  const commission = aCommission({ reviewAt: day(9) });

  for (const [each, isDue] of Object.entries(state) as [CommissionState, boolean][]) {
    it(`${isDue ? 'is' : 'is not'} one that is ${each}`, () => {
      expect(reviewDue({ ...commission, state: each }, day(9))).to.have.length(isDue ? 2 : 0);
    });
  }

  it('is held from that moment, not before, and goes on later from where it is', () => {
    expect(reviewDue(commission, plusMs(day(9), -1))).to.deep.equal([]);

    const steps = reviewDue({ ...commission, state: 'pending' }, day(20));
    expect(steps.map(({ kind, at }) => [kind, at])).to.deep.equal([
      ['review_due', day(9)],
      ['held', day(9)],
    ]);
    expect(steps.at(-1)?.commission).to.deep.include({
      state: 'held',
      heldFrom: 'pending',
      holdReasons: ['review_due'],
      holds: [{ by: 'review', reasons: ['review_due'], from: day(9) }],
    });
  });

  it('is not one that follows another, which is looked at with it', () => {
    const recruit = { parentId: idOf('com', 9), level: 1, percent: '5' } as const;

    expect(reviewDue({ ...commission, recruit }, day(20))).to.deep.equal([]);
  });
});
