import { expect } from 'chai';
import { readyTiers, tierEarning, type TierPart } from '../../../../src/modules/commission/domain/engine/amounts.ts';
import { type Cut, cutAll, type Parts, splitAmong } from '../../../../src/modules/commission/domain/engine/cuts.ts';
import {
  compare,
  decimalOf,
  type Exact,
  fractionOf,
  fractionText,
  plus,
  reduced,
  times,
  whole,
} from '../../../../src/modules/commission/domain/engine/exact.ts';
import { minorRate } from '../../../../src/modules/commission/domain/engine/sight.ts';
import type { TierTable } from '../../../../src/modules/commission/domain/terms/terms.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { rejects } from '../../../support/rejects.ts';

const of = (num: bigint, den: bigint): Exact => ({ num, den });

describe('an exact fraction', () => {
  it('is before, at or after another, whatever they are written over', () => {
    const table: readonly (readonly [Exact, Exact, number])[] = [
      [of(1n, 3n), of(1n, 3n), 0],
      [of(1n, 3n), of(2n, 3n), -1],
      [of(2n, 3n), of(1n, 3n), 1],
      [of(2n, 4n), of(1n, 2n), 0],
      [of(1n, 3n), of(1n, 2n), -1],
      [of(3n, 5n), of(1n, 2n), 1],
      [of(-1n, 2n), of(1n, 3n), -1],
      [of(0n, 7n), whole(0n), 0],
    ];
    for (const [a, b, expected] of table)
      expect(compare(a, b), `${fractionText(a)} ${fractionText(b)}`).to.equal(expected);
  });

  it('is added and multiplied without a loss, and shortened only where asked', () => {
    expect(plus(of(1n, 6n), of(1n, 6n))).to.deep.equal(of(2n, 6n));
    expect(plus(of(1n, 6n), of(1n, 4n))).to.deep.equal(of(10n, 24n));
    expect(times(of(2n, 3n), of(5n, 7n))).to.deep.equal(of(10n, 21n));
    expect(times(whole(2n), of(5n, 7n))).to.deep.equal(of(10n, 7n));
    expect(times(of(5n, 7n), whole(2n))).to.deep.equal(of(10n, 7n));
    expect(reduced(of(10n, 24n))).to.deep.equal(of(5n, 12n));
    expect(reduced(of(-10n, 24n))).to.deep.equal(of(-5n, 12n));
    expect(reduced(of(5n, 12n))).to.deep.equal(of(5n, 12n));
    expect(reduced(of(0n, 12n))).to.deep.equal(of(0n, 1n));
  });

  it('is read as explanations write it', async () => {
    expect(fractionOf('697/1000')).to.deep.equal(of(697n, 1000n));
    expect(fractionText(fractionOf('0/010'))).to.equal('0/10');
    for (const malformed of [
      '',
      '1',
      '1/',
      '/2',
      '1/0',
      '1/000',
      '-1/2',
      '1/-2',
      '1.5/2',
      ' 1/2',
      '1/2 ',
      '1/2/3',
      'a/b',
    ]) {
      const { message } = await rejects(() => fractionOf(malformed), 'commission.malformed_fraction');
      expect(message).to.equal(`"${malformed}" is not a fraction like 1/3`);
    }
  });

  it('is read of a decimal, also as JSON writes the large and the small ones', () => {
    const table: readonly (readonly [string, Exact | undefined])[] = [
      ['0', of(0n, 1n)],
      ['12', of(12n, 1n)],
      ['-12', of(-12n, 1n)],
      ['1.50', of(150n, 100n)],
      ['-0.5', of(-5n, 10n)],
      ['1e+21', of(10n ** 21n, 1n)],
      ['1e-7', of(1n, 10n ** 7n)],
      ['1.25e+1', of(125n, 10n)],
      ['1.25e+2', of(125n, 1n)],
      ['1.25e+4', of(12_500n, 1n)],
      ['1.25e-1', of(125n, 1_000n)],
      ['', undefined],
      ['.5', undefined],
      ['5.', undefined],
      ['+5', undefined],
      ['1e5', undefined],
      ['0x10', undefined],
      ['1 000', undefined],
      ['NaN', undefined],
    ];
    for (const [text, expected] of table) expect(decimalOf(text), text).to.deep.equal(expected);
  });
});

describe('a rate between currencies', () => {
  const AT = instant('2026-01-01T00:00:00Z');
  const minor = (from: string, to: string, rate: string) => {
    const { num, den } = minorRate({ from, to, rate, source: 'ecb', at: AT });
    return fractionText(reduced({ num, den }));
  };

  it('is one between minor units, whatever number of decimals each has', () => {
    expect(minor('USD', 'EUR', '0.5')).to.equal('1/2');
    expect(minor('USD', 'EUR', '1.5/4.5')).to.equal('1/3');
    expect(minor('USD', 'EUR', '1/0.25')).to.equal('4/1');
    expect(minor('JPY', 'EUR', '0.01')).to.equal('1/1');
    expect(minor('EUR', 'JPY', '150')).to.equal('3/2');
    expect(minor('KWD', 'EUR', '3')).to.equal('3/10');
    expect(minor('EUR', 'KWD', '0.3')).to.equal('3/1');
    expect(minor('JPY', 'KWD', '0.002')).to.equal('2/1');
  });
});

describe('the steps that an order falls in', () => {
  const table = (by: TierTable['by'], mode: TierTable['mode'], ...from: readonly string[]): TierTable => ({
    ...{ by, of: 'partner', per: 'month', mode },
    steps: from.map((each, index) => ({ from: each, amount: { flat: { minor: `${10 ** index}`, currency: 'EUR' } } })),
  });
  const told = (parts: readonly TierPart[]) => parts.map(({ from, part }) => `${fractionText(part)} from ${from}`);
  const revenue = readyTiers(table('revenue', 'marginal', '0', '100', '300'));

  for (const [figure, adds, ...expected] of [
    [0n, whole(100n), '1/1 from 0'],
    [0n, whole(101n), '100/101 from 0', '1/101 from 100'],
    [50n, whole(50n), '1/1 from 0'],
    [50n, whole(100n), '1/2 from 0', '1/2 from 100'],
    [100n, whole(200n), '1/1 from 100'],
    [99n, whole(202n), '1/202 from 0', '100/101 from 100', '1/202 from 300'],
    [300n, whole(1n), '1/1 from 300'],
    [99n, of(3n, 2n), '2/3 from 0', '1/3 from 100'],
    [99n, whole(0n), '1/1 from 0'],
    [100n, whole(0n), '1/1 from 100'],
  ] as const)
    it(`are by revenue those it crosses, each by its part: ${figure} and ${fractionText(adds)} more`, () => {
      expect(told(revenue({ figure, adds }))).to.deep.equal(expected);
    });

  it('are by orders, or retroactively, a single one', () => {
    const one = whole(1n);
    const [orders, all] = [table('count', 'marginal', '0', '10'), table('revenue', 'retroactive', '0', '10')];

    expect([9n, 10n].map((figure) => told(readyTiers(orders)({ figure, adds: one })))).to.deep.equal([
      ['1/1 from 0'],
      ['1/1 from 10'],
    ]);
    expect([8n, 9n].map((figure) => told(readyTiers(all)({ figure, adds: one })))).to.deep.equal([
      ['1/1 from 0'],
      ['1/1 from 10'],
    ]);
    expect(told(readyTiers(all)({ figure: 9n, adds: of(9n, 10n) }))).to.deep.equal(['1/1 from 0']);
  });

  it('are none that a table without a beginning could be guessed to have', () => {
    const steps = readyTiers(table('count', 'retroactive', '5'));

    expect(() => steps({ figure: 0n, adds: whole(1n) })).to.throw('the first step of a table begins at 0');
  });

  it('earn by their parts, and alone as they are written', () => {
    const earner = { kept: 1, worth: whole(100n) };

    expect(tierEarning(revenue({ figure: 0n, adds: whole(100n) }), earner)).to.deep.equal(whole(1n));
    // Of 202, one at 1, two hundred at 10, one at 100.
    expect(tierEarning(revenue({ figure: 99n, adds: whole(202n) }), earner)).to.deep.equal(of(2101n, 202n));
    expect(tierEarning([], earner)).to.deep.equal(whole(0n));
  });
});

describe('a cut', () => {
  /** Two lines that stand the other way round, and two bonuses. */
  const parts = (): Parts => ({ currency: 'EUR', lineRefs: ['b', 'a'], groups: ['car', 'boat'] });
  const amounts = (cuts: readonly Cut[], ...of: readonly bigint[]) => cutAll(of, cuts, parts).amounts.map(Number);
  const most = (minor: bigint | undefined): Cut => ({ per: 'order', most: minor });
  const budget = (group: string, minor: bigint): Cut => ({
    ...{ per: 'program', most: minor },
    counted: {
      ...{ scope: `budget:${group}`, period: 'life', from: instant('2026-01-01T00:00:00Z'), group },
      ...{ of: 'amount', limit: String(minor), used: '0' },
    },
  });

  it('leaves the unit that cannot be divided to the line that is first by name, and to bonuses last', () => {
    expect(amounts([most(1n)], 5n, 5n)).to.deep.equal([0, 1]);
    expect(amounts([most(3n)], 5n, 5n)).to.deep.equal([1, 2]);
    expect(amounts([most(1n)], 5n, 5n, 5n, 5n)).to.deep.equal([0, 1, 0, 0]);
    expect(amounts([most(2n)], 5n, 5n, 5n, 5n)).to.deep.equal([1, 1, 0, 0]);
    expect(amounts([most(3n)], 5n, 5n, 5n, 5n)).to.deep.equal([1, 1, 1, 0]);
    expect(amounts([most(1n)], 0n, 0n, 5n, 5n)).to.deep.equal([0, 0, 1, 0]);
  });

  it('leaves what lies within it as it is, to the last unit', () => {
    expect(amounts([most(10n), most(undefined)], 5n, 5n)).to.deep.equal([5, 5]);
    expect(amounts([most(9n)], 5n, 5n)).to.deep.equal([4, 5]);
    expect(amounts([most(0n)], 5n, 5n)).to.deep.equal([0, 0]);
  });

  it('is of a budget a cut of what its group pays, and of nothing else', () => {
    expect(amounts([budget('car', 2n)], 5n, 5n, 5n)).to.deep.equal([2, 5, 5]);
    expect(amounts([budget('boat', 2n)], 5n, 5n, 5n)).to.deep.equal([5, 2, 5]);
    expect(amounts([budget('plane', 0n)], 5n, 5n, 5n)).to.deep.equal([5, 5, 5]);
    expect(amounts([budget('car', 6n)], 5n, 5n, 5n)).to.deep.equal([5, 5, 5]);
  });

  it('comes one after the other, each told with what it found and left', () => {
    const { made } = cutAll([5n, 5n, 5n], [most(12n), budget('car', 1n), most(20n)], parts);

    expect(made.map(({ before, after }) => [Number(before), Number(after)])).to.deep.equal([
      [15, 12],
      [4, 1],
      [9, 9],
    ]);
  });

  it('of shares divides the whole by all of them, whatever they are written over', () => {
    const own = (minor: bigint, ...shares: readonly string[]) =>
      shares.map((_, index) => splitAmong([minor, 0n], { shares, own: index }, parts).map(Number));

    expect(own(12n, '1/2', '1/3', '1/6').map(([line]) => line)).to.deep.equal([6, 4, 2]);
    expect(own(7n, '1/4', '3/8', '3/8').map(([line]) => line)).to.deep.equal([2, 3, 2]);
    expect(own(0n, '1/2', '1/2')).to.deep.equal([
      [0, 0],
      [0, 0],
    ]);
    expect(own(7n, '1/1')).to.deep.equal([[7, 0]]);
    expect(() => splitAmong([7n], { shares: ['1/2', '1/2'], own: 2 }, parts)).to.throw('there is no share 2 among 2');
  });
});
