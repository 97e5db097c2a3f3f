import { expect } from 'chai';
import { Rehearsal, type RehearsedOrder } from '../../../../src/modules/commission/domain/backtest/rehearsal.ts';
import { creditFacts } from '../../../../src/modules/commission/domain/life-cycle/credit.ts';
import type { Figures } from '../../../../src/modules/commission/domain/periods/figures.ts';
import type { Terms } from '../../../../src/modules/commission/domain/terms/terms.ts';
import { aCredit, aPart } from '../../../support/builders.ts';
import { idOf } from '../../../support/clock.ts';
import { amount, countingTerms, monthly, orderOf } from '../../../support/counted-orders.ts';

/** Orders of 100.00 that two partners share by half, by 5 %; `counts`: which of their parts were not reversed. */
const rehearsing = (terms: Partial<Terms>) => {
  const version = countingTerms(terms);
  const rehearsal = new Rehearsal([version], 'UTC');
  const judge = (n: number, ...counts: readonly boolean[]): readonly bigint[] => {
    const order = orderOf({ n, minor: 10_000n });
    const credit = aCredit({ credits: [aPart(1, { share: '1/2' }), aPart(2, { share: '1/2' })] });
    const parts: RehearsedOrder['parts'] = creditFacts(credit, order.placedAt).map((facts, own) => ({
      ...{ credit: facts, version, counts: counts[own] ?? true },
    }));
    return rehearsal.judge({ order, parts }).map(({ total }) => total.minor);
  };
  const figuresOf = (partner: string, scope: string): Figures | undefined =>
    [...rehearsal.figures].find(([name]) => name.includes(`/${partner}/${scope}/`))?.[1];
  return { judge, figuresOf };
};

describe('an order that is rehearsed', () => {
  it('is one order of the program with its revenue, whoever shares it, and one of each partner', () => {
    const { judge, figuresOf } = rehearsing({ limits: [monthly(9_000), monthly(9_000, 'partner')] });

    expect([judge(1), judge(2)]).to.deep.equal([
      [250n, 250n],
      [250n, 250n],
    ]);

    const ofProgram = figuresOf('all', 'BRL/program/month');
    const ofPartner = figuresOf(idOf('par', 2), 'BRL/partner/month');
    expect(ofProgram).to.deep.equal({ orders: 2, revenueMinor: 20_000n, earnedMinor: 1_000n });
    expect(ofPartner).to.deep.equal({ orders: 2, revenueMinor: 20_000n, earnedMinor: 500n });
  });

  it('leaves the next partner of the order what the one before has left of a limit of the program', () => {
    const { judge } = rehearsing({ limits: [monthly(700)] });

    expect([judge(1), judge(2), judge(3)]).to.deep.equal([
      [250n, 250n],
      [200n, 0n],
      [0n, 0n],
    ]);
  });

  it('counts by the part of the other partner where one was reversed, and not at all where both were', () => {
    const { judge, figuresOf } = rehearsing({ limits: [monthly(9_000)] });

    judge(1, false, true);
    judge(2, false, false);

    expect(figuresOf('all', 'BRL/program/month')).to.deep.equal({
      ...{ orders: 1, revenueMinor: 10_000n, earnedMinor: 250n },
    });
  });

  it('adds to a budget what its group pays, and neither an order nor revenue', () => {
    const group = { name: 'spring', rank: 1, when: { all: [] }, amount: { percent: '9' }, budget: amount(1_000) };
    const { judge, figuresOf } = rehearsing({ groups: [group] });

    expect([judge(1), judge(2)]).to.deep.equal([
      [450n, 450n],
      [100n, 0n],
    ]);
    expect(figuresOf('all', 'BRL/program/life/spring')).to.deep.equal({
      ...{ orders: 0, revenueMinor: 0n, earnedMinor: 1_000n },
    });
  });
});
