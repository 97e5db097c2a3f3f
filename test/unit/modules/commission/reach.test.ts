import { expect } from 'chai';
import { beginningOf, lookingAheadUntil } from '../../../../src/modules/commission/domain/backtest/reach.ts';
import type { Period } from '../../../../src/modules/commission/domain/periods/figures.ts';
import type { TierTable } from '../../../../src/modules/commission/domain/terms/terms.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { amount, countingTerms, tiered } from '../../../support/counted-orders.ts';

const limitedBy = (...periods: readonly Period[]) =>
  countingTerms({ limits: periods.map((period) => ({ per: 'program', period, amount: amount(900) })) });
const paying = (mode: TierTable['mode']) =>
  countingTerms(tiered({ by: 'count', mode, steps: [{ from: '0', amount: { percent: '5' } }] }));

describe('the orders that have to be known to rehearse others', () => {
  const from = instant('2018-02-08T12:00:00Z');
  const beginning = (...periods: readonly Period[]) => beginningOf([limitedBy(...periods)], from, 'UTC');

  it('begin where the first of the periods does that those asked for stand in', () => {
    expect(beginning()).to.equal(from);
    expect(beginning('day')).to.equal('2018-02-08T00:00:00.000Z');
    expect(beginning('day', 'month')).to.equal('2018-02-01T00:00:00.000Z');
  });

  it('begin before that where a period of the earlier orders does, week before month before week', () => {
    expect(beginning('week', 'month')).to.equal('2018-01-01T00:00:00.000Z');
    expect(beginningOf([limitedBy('week'), limitedBy('month')], from, 'UTC')).to.equal('2018-01-01T00:00:00.000Z');
  });

  it('begin with the program where something counts for its life, and no week before', () => {
    expect(beginning('week', 'month', 'life')).to.equal('1583-01-01T00:00:00.000Z');
  });

  it('go on to the end of the last period where a step pays for all of it, and else end with those asked for', () => {
    const [until, now] = [instant('2018-02-08T00:00:00Z'), instant('2018-03-01T00:00:00Z')];
    const ahead = (mode: TierTable['mode']) => lookingAheadUntil([paying(mode), limitedBy('year')], until, now, 'UTC');

    expect(ahead('retroactive')).to.equal('2018-03-01T00:00:00.000Z');
    expect(ahead('marginal')).to.equal(undefined);
    const yearly = countingTerms({
      groups: tiered({ by: 'count', mode: 'retroactive', steps: [] }).groups!.map((group) => ({
        ...group,
        amount: { tiers: { of: 'partner', per: 'year', by: 'count', mode: 'retroactive', steps: [] } },
      })),
    });
    for (const versions of [
      [paying('retroactive'), yearly],
      [yearly, paying('retroactive')],
    ])
      expect(lookingAheadUntil(versions, until, now, 'UTC')).to.equal('2019-01-01T00:00:00.000Z');
    const first = instant('2018-03-01T00:00:00Z');
    expect(lookingAheadUntil([paying('retroactive')], first, now, 'UTC')).to.equal(first);
  });
});
