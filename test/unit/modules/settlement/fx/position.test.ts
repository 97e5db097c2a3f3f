import { expect } from 'chai';
import fc from 'fast-check';
import { converted, exchanged, usedRate } from '../../../../../src/modules/settlement/domain/fx/exchange.ts';
import {
  afterFlow,
  flowOf,
  type Holding,
  NOTHING_HELD,
} from '../../../../../src/modules/settlement/domain/fx/position.ts';
import { transactionOf } from '../../../../../src/modules/settlement/domain/books/chart-of-accounts.ts';
import { booked } from '../../../../../src/modules/settlement/domain/books/booking.ts';
import { instant } from '../../../../../src/shared/instant.ts';
import { Money } from '../../../../../src/shared/money.ts';
import { idOf } from '../../../../support/clock.ts';
import { aFact, programId } from '../../../../support/settlement-story.ts';

const now = instant('2018-02-05T00:00:00Z');
const rateOf = (rate: string, from = 'BRL', to = 'EUR') => usedRate({ source: 'ecb', from, to, rate, at: now });
const brl = (minor: bigint) => Money.of(minor, 'BRL');

describe('exchanging an amount', () => {
  it('is exact until half a minor unit becomes a whole one, whatever decimals the currencies have', () => {
    expect(converted(brl(100_000n), rateOf('1/5')).toString()).to.equal('200.00 EUR');
    expect(converted(brl(100_000n), rateOf('1.1973/3.8757', 'BRL', 'USD')).toString()).to.equal('308.92 USD');
    expect(converted(brl(100n), rateOf('35.125', 'BRL', 'JPY')).toString()).to.equal('35 JPY');
    expect(converted(brl(100n), rateOf('35.5', 'BRL', 'JPY')).toString()).to.equal('36 JPY');
    expect(converted(brl(1_000n), rateOf('0.1234', 'BRL', 'KWD')).toString()).to.equal('1.234 KWD');
    expect(converted(Money.of(1_000n, 'JPY'), rateOf('0.03', 'JPY', 'BRL')).toString()).to.equal('30.00 BRL');
  });

  it('leaves the house its spread, in the currency of the books', () => {
    const { spread, counter } = exchanged(brl(100_000n), { rate: rateOf('0.2'), spreadBasisPoints: 50 }, now);

    expect([spread.toString(), counter.toString()]).to.deep.equal(['5.00 BRL', '199.00 EUR']);
  });

  it('names the same rate by the same id, and any other by another', () => {
    expect(rateOf('0.2').id).to.equal(rateOf('0.2').id).and.to.not.equal(rateOf('0.21').id);
  });
});

const flows = fc.array(
  fc.record({
    quantity: fc.bigInt({ min: -1_000_000n, max: 1_000_000n }).filter((n) => n !== 0n),
    price: fc.bigInt({ min: 1n, max: 900n }),
  }),
  { minLength: 1, maxLength: 40 },
);
/** What is got costs, what is given brings. */
const at = (quantity: bigint, price: bigint): Holding => ({ quantity, cost: (quantity * price) / 100n });

const lived = (steps: readonly Holding[]) => {
  let [holding, realised] = [NOTHING_HELD, 0n];
  for (const by of steps) {
    const after = afterFlow(holding, by);
    [holding, realised] = [after.holding, realised + after.realised];
  }
  return { holding, realised };
};

describe('what is held of a currency', () => {
  it('costs its average: what leaves takes its share, and the rest is the result', () => {
    const held = lived([at(100n, 500n), at(100n, 700n)]);

    const sold = afterFlow(held.holding, at(-50n, 800n));

    expect(held).to.deep.equal({ holding: { quantity: 200n, cost: 1_200n }, realised: 0n });
    expect(sold).to.deep.equal({ holding: { quantity: 150n, cost: 900n }, realised: 100n });
  });

  it('is less than nothing while more was sent than bought, and buying it then gains or loses', () => {
    const short = lived([at(-100n, 500n)]);

    expect(afterFlow(short.holding, at(60n, 450n))).to.deep.equal({
      holding: { quantity: -40n, cost: -200n },
      realised: 30n,
    });
    expect(afterFlow(short.holding, at(60n, 550n)).realised).to.equal(-30n);
  });

  it('turns round by closing what there was and opening the other side at its own price', () => {
    expect(lived([at(100n, 500n), at(-150n, 600n)])).to.deep.equal({
      holding: { quantity: -50n, cost: -300n },
      realised: 100n,
    });
  });

  it('explains the cash: what was paid is what is held at cost, less what was gained', () => {
    fc.assert(
      fc.property(flows, (steps) => {
        const moves = steps.map(({ quantity, price }) => at(quantity, price));
        const paid = moves.reduce((sum, { cost }) => sum + cost, 0n);

        const { holding, realised } = lived(moves);

        expect(holding.cost).to.equal(paid + realised);
        expect(holding.quantity).to.equal(moves.reduce((sum, { quantity }) => sum + quantity, 0n));
        if (holding.quantity === 0n) expect(holding.cost).to.equal(0n);
        if (holding.quantity !== 0n) expect(holding.cost * holding.quantity >= 0n).to.equal(true);
      }),
    );
  });

  it('leaves nothing after a round trip at one rate, in either order', () => {
    fc.assert(
      fc.property(flows, fc.bigInt({ min: 1n, max: 900n }), (steps, price) => {
        const there = steps.map(({ quantity }) => ({ quantity: quantity * 100n, cost: quantity * price }));
        const back = there.map(({ quantity, cost }) => ({ quantity: -quantity, cost: -cost }));

        const { holding, realised } = lived([...there, ...back]);

        expect(holding).to.deep.equal(NOTHING_HELD);
        expect(realised).to.equal(0n);
      }),
    );
  });
});

describe('the legs of an exchange', () => {
  const sent = {
    ...aFact('submit', { minor: 100_000n }),
    commissionId: undefined,
    payoutId: idOf('pay', 1),
    counter: Money.of(19_900n, 'EUR'),
    spread: brl(500n),
    pots: { clearing: idOf('bat', 1), bank: 'EUR' },
  };
  const books = { programId, currency: 'BRL', timeZone: 'America/Sao_Paulo', lastNumber: 0 };
  const legs = (fact: typeof sent) =>
    transactionOf(booked(fact, books)).postings.map(({ account, minor }) => [account.split(':').at(-1), minor]);

  it('meet in the positions, with two more for what the house keeps', () => {
    expect(legs(sent)).to.deep.equal([
      ['available', '100000'],
      ['BRL', '-100000'],
      ['EUR', '19900'],
      ['BRL', '500'],
      ['result', '-500'],
      [idOf('bat', 1), '-19900'],
    ]);
    expect(flowOf(sent)).to.deep.equal({ currency: 'EUR', by: { quantity: -19_900n, cost: -99_500n } });
  });

  it('are the same the other way round when it comes back', () => {
    const back = { ...sent, purpose: 'restore' as const };

    expect(legs(back).map(([, minor]) => minor)).to.have.members([
      '19900',
      '100000',
      '-19900',
      '-500',
      '500',
      '-100000',
    ]);
    expect(flowOf(back)).to.deep.equal({ currency: 'EUR', by: { quantity: 19_900n, cost: 99_500n } });
  });

  it('are none where money stays outside, or in one currency', () => {
    expect(flowOf({ ...sent, purpose: 'settle', spread: undefined })).to.equal(undefined);
    expect(flowOf({ ...sent, counter: undefined, spread: undefined })).to.equal(undefined);
  });
});
