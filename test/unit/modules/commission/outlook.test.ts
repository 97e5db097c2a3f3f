import { expect } from 'chai';
import type { Commission } from '../../../../src/modules/commission/domain/life-cycle/commission.ts';
import type { Hold } from '../../../../src/modules/commission/domain/life-cycle/holds.ts';
import { type Around, outlookOf } from '../../../../src/modules/commission/domain/explaining/outlook.ts';
import { outlookText } from '../../../../src/modules/commission/domain/explaining/outlook-text.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { aCommission } from '../../../support/builders.ts';

const NOW = instant('2018-02-10T12:00:00Z');
const around: Around = { now: NOW, timeZone: 'Europe/Berlin', returnWindowDays: 30, accepted: true };

/** Delivered, judged and free to lock on the 20th of February. */
const delivered: Partial<Commission> = {
  state: 'vested',
  allowed: true,
  holds: [],
  vestedAt: instant('2018-01-21T00:00:00Z'),
  locksAt: instant('2018-02-20T00:00:00Z'),
};
const window = {
  code: 'return_window',
  who: 'time',
  since: '2018-01-21T00:00:00.000Z',
  until: '2018-02-20T00:00:00.000Z',
};
const hold = (by: Hold['by'], from: string, until?: string): Hold => ({
  ...{ by, reasons: [`${by} says so`], from: instant(from) },
  ...(until !== undefined && { until: instant(until) }),
});
const locked = (at: string): Partial<Commission> => ({ ...delivered, state: 'locked', lockedAt: instant(at) });

const [END_OF_JANUARY, END_OF_FEBRUARY, END_OF_MARCH] = [
  '2018-01-31T23:00:00.000Z',
  '2018-02-28T23:00:00.000Z',
  '2018-03-31T22:00:00.000Z',
];

interface Row {
  readonly of: string;
  readonly commission: Partial<Commission>;
  readonly around?: Partial<Around>;
  readonly blockers: readonly object[];
  readonly earliest?: string;
}

const TABLE: readonly Row[] = [
  {
    of: 'nobody has judged, accepted or delivered: all of them, and were it delivered now, a window from now on',
    commission: { state: 'estimated', allowed: false, holds: [], vestedAt: undefined, locksAt: undefined },
    around: { accepted: false },
    blockers: [
      { code: 'not_assessed', who: 'risk' },
      { code: 'acceptance', who: 'partner' },
      { code: 'not_delivered', who: 'customer' },
    ],
    earliest: END_OF_MARCH,
  },
  {
    of: 'has vested in part: the rest, and a whole window from now on',
    commission: { ...delivered, state: 'vesting', vestedAt: instant('2018-01-01T00:00:00Z'), locksAt: undefined },
    blockers: [{ code: 'not_delivered', who: 'customer' }],
    earliest: END_OF_MARCH,
  },
  {
    of: 'can still come back: the end of the window, and the end of its month',
    commission: delivered,
    blockers: [window],
    earliest: END_OF_FEBRUARY,
  },
  {
    of: 'has come to the end of its window: nothing',
    commission: delivered,
    around: { now: instant('2018-02-20T00:00:00Z') },
    blockers: [],
    earliest: END_OF_FEBRUARY,
  },
  {
    of: 'had the end of its window months ago: nothing, and the month that it is now',
    commission: delivered,
    around: { now: instant('2018-03-05T00:00:00Z') },
    blockers: [],
    earliest: END_OF_MARCH,
  },
  {
    of: 'is held for fraud: the hold and not another word of fraud, and it loses the time it was held',
    commission: { ...delivered, allowed: false, holds: [hold('fraud', '2018-02-01T00:00:00Z')] },
    blockers: [
      { code: 'fraud_hold', who: 'risk', reasons: ['fraud says so'], since: '2018-02-01T00:00:00.000Z' },
      window,
    ],
    earliest: END_OF_MARCH,
  },
  {
    of: 'is held by several: each of them, whoever comes first',
    commission: {
      ...delivered,
      allowed: false,
      holds: [hold('staff', '2018-02-10T00:00:00Z'), hold('fraud', '2018-02-10T06:00:00Z')],
    },
    blockers: [
      { code: 'staff_hold', who: 'staff', reasons: ['staff says so'], since: '2018-02-10T00:00:00.000Z' },
      { code: 'fraud_hold', who: 'risk', reasons: ['fraud says so'], since: '2018-02-10T06:00:00.000Z' },
      window,
    ],
    earliest: END_OF_FEBRUARY,
  },
  {
    of: 'is under review, while fraud has let go of it without a word of allowance: both',
    commission: {
      ...delivered,
      allowed: false,
      holds: [hold('fraud', '2018-02-01T00:00:00Z', '2018-02-02T00:00:00Z'), hold('review', '2018-02-10T00:00:00Z')],
    },
    blockers: [
      { code: 'review', who: 'staff', reasons: ['review says so'], since: '2018-02-10T00:00:00.000Z' },
      { code: 'not_assessed', who: 'risk' },
      window,
    ],
    earliest: END_OF_FEBRUARY,
  },
  {
    of: 'was held for a while: as long beyond its month as it takes',
    commission: { ...delivered, holds: [hold('staff', '2018-01-22T00:00:00Z', '2018-01-31T23:00:00Z')] },
    blockers: [window],
    earliest: END_OF_MARCH,
  },
  {
    of: 'is locked: the end of the month',
    commission: locked('2018-02-09T00:00:00Z'),
    blockers: [{ code: 'statement', who: 'time', since: '2018-02-09T00:00:00.000Z', until: END_OF_FEBRUARY }],
    earliest: END_OF_FEBRUARY,
  },
  {
    of: 'is locked, at the very end of the month: finance',
    commission: locked('2018-01-09T00:00:00Z'),
    around: { now: instant(END_OF_JANUARY) },
    blockers: [{ code: 'statement', who: 'finance', since: '2018-01-09T00:00:00.000Z', until: END_OF_JANUARY }],
    earliest: END_OF_JANUARY,
  },
  {
    of: 'is locked since a month that is over: finance, and it can be paid now',
    commission: locked('2018-01-09T00:00:00Z'),
    blockers: [{ code: 'statement', who: 'finance', since: '2018-01-09T00:00:00.000Z', until: END_OF_JANUARY }],
    earliest: NOW,
  },
  {
    of: 'is on a statement: its payout',
    commission: { ...locked('2018-01-09T00:00:00Z'), state: 'settled', settledAt: instant('2018-02-01T08:00:00Z') },
    blockers: [{ code: 'payout', who: 'finance', since: '2018-02-01T08:00:00.000Z' }],
    earliest: NOW,
  },
  { of: 'is paid: nothing', commission: { ...locked('2018-01-09T00:00:00Z'), state: 'paid' }, blockers: [] },
  { of: 'is reversed: nothing', commission: { ...delivered, state: 'reversed' }, blockers: [] },
  { of: 'has ended: nothing', commission: { ...delivered, endReason: 'order_returned' }, blockers: [] },
];

describe('what a commission waits for', () => {
  for (const { of, commission, around: also, blockers, earliest } of TABLE)
    it(`is, where it ${of}`, () => {
      const outlook = outlookOf(aCommission(commission), { ...around, ...also });

      expect(outlook.blockers).to.deep.equal(blockers.map((each) => ({ reasons: [], ...each })));
      expect(outlook.earliestPayableAt).to.equal(earliest);
    });

  it('is said with every reason, from when until when, in both languages', () => {
    const { blockers } = outlookOf(aCommission(delivered), around);
    const held = { code: 'fraud_hold', who: 'risk', reasons: ['velocity', 'a "reused"\ncard'], since: NOW } as const;
    const unjudged = { code: 'not_assessed', who: 'risk', reasons: [] } as const;
    const outlook = { blockers: [held, ...blockers, unjudged] };

    expect(outlookText(outlook, 'en').split('\n')).to.deep.equal([
      String.raw`  it is held for fraud (velocity, a \"reused\"\ncard), since 2018-02-10T12:00:00.000Z, risk acts next`,
      '  the order can still come back, since 2018-01-21T00:00:00.000Z, until 2018-02-20T00:00:00.000Z, nobody has to act',
      '  fraud has not judged it yet, risk acts next',
      '',
    ]);
    expect(outlookText(outlook, 'zh').split('\n')).to.deep.equal([
      String.raw`  因欺诈审查被暂停（velocity，a \"reused\"\ncard），自 2018-02-10T12:00:00.000Z，由风控处理`,
      '  订单仍在退货期内，自 2018-01-21T00:00:00.000Z，至 2018-02-20T00:00:00.000Z，无需任何人处理',
      '  尚未完成欺诈评估，由风控处理',
      '',
    ]);
  });
});
