import { expect } from 'chai';
import fc from 'fast-check';
import { exponentOf } from '../../../src/shared/currency.ts';
import { Money } from '../../../src/shared/money.ts';
import { Rate } from '../../../src/shared/rate.ts';
import { rejects } from '../../support/rejects.ts';

const brl = (minor: bigint): Money => Money.of(minor, 'BRL');
const amounts = fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n });
const weights = fc.array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 1, maxLength: 20 });
const someWeight = weights.filter((each) => each.some((weight) => weight > 0n));

describe('money', () => {
  it('has as many decimals as its currency: none, two, three', () => {
    expect(Money.of(12_500n, 'JPY').toString()).to.equal('12500 JPY');
    expect(Money.of(12_500n, 'BRL').toString()).to.equal('125.00 BRL');
    expect(Money.of(12_500n, 'KWD').toString()).to.equal('12.500 KWD');
    expect(Money.of(-5n, 'BRL').toString()).to.equal('-0.05 BRL');
    expect(Money.of(0n, 'KWD').toString()).to.equal('0.000 KWD');
  });

  it('comes back the same from its text and from its JSON, in every currency kind', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
        fc.constantFrom('JPY', 'BRL', 'KWD'),
        (minor, currency) => {
          const money = Money.of(minor, currency);
          const [text = ''] = money.toString().split(' ');
          expect(Money.parse(text, currency).equals(money)).to.equal(true);
          expect(Money.fromJson(money.toJSON()).equals(money)).to.equal(true);
        },
      ),
    );
  });

  it('takes more decimals only where they are zeros', async () => {
    expect(Money.parse('249.9', 'BRL').minor).to.equal(24_990n);
    expect(Money.parse('249.9000', 'BRL').minor).to.equal(24_990n);
    expect(Money.parse('7.000', 'JPY').minor).to.equal(7n);
    await rejects(() => Money.parse('249.901', 'BRL'), 'money.malformed');
    await rejects(() => Money.parse('7.5', 'JPY'), 'money.malformed');
  });

  for (const text of ['', '.5', '5.', '1,5', '1e3', ' 1', '+1', '--1', '0x10', '１', '1'.repeat(19)]) {
    it(`is not read from "${text}"`, async () => {
      await rejects(() => Money.parse(text, 'BRL'), 'money.malformed');
    });
  }
  for (const minor of ['', ' 1', '1.0', '0x10', '1e3', 'x']) {
    it(`is not read from the minor units "${minor}"`, async () => {
      await rejects(() => Money.fromJson({ minor, currency: 'BRL' }), 'money.malformed');
    });
  }

  it('knows no currency but those of ISO 4217', async () => {
    for (const code of ['XXX', 'XTS', 'XAU', 'brl', 'BR', 'BTC', '', '__proto__']) {
      await rejects(() => Money.of(1n, code), 'money.unknown_currency');
      await rejects(() => exponentOf(code), 'money.unknown_currency');
    }
  });

  it('does not add up across currencies', async () => {
    await rejects(() => brl(1n).plus(Money.of(1n, 'EUR')), 'money.currency_mismatch');
    await rejects(() => brl(1n).compare(Money.of(1n, 'EUR')), 'money.currency_mismatch');
    expect(brl(1n).equals(Money.of(1n, 'EUR'))).to.equal(false);
  });

  it('keeps to the laws of sums', () => {
    fc.assert(
      fc.property(fc.array(amounts), (each) => {
        const monies = each.map(brl);
        const sum = Money.sum('BRL', monies);
        expect(sum.equals(Money.sum('BRL', monies.toReversed()))).to.equal(true);
        expect(sum.plus(sum.negated()).isZero).to.equal(true);
        expect(sum.minus(sum).isZero).to.equal(true);
      }),
    );
  });

  it('is held below a limit and left alone under it', () => {
    expect(brl(26_000n).atMost(brl(25_000n)).minor).to.equal(25_000n);
    expect(brl(24_999n).atMost(brl(25_000n)).minor).to.equal(24_999n);
  });
});

describe('splitting money', () => {
  it('gives parts that sum to the whole, whatever the weights', () => {
    fc.assert(
      fc.property(amounts, someWeight, (minor, each) => {
        const parts = brl(minor).allocate(each);
        expect(parts.length).to.equal(each.length);
        expect(Money.sum('BRL', parts).minor).to.equal(minor);
      }),
    );
  });

  it('gives each its exact share rounded down, or one unit more', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 18n }), someWeight, (minor, each) => {
        const total = each.reduce((sum, weight) => sum + weight, 0n);
        for (const [index, part] of brl(minor).allocate(each).entries()) {
          const floor = (minor * (each[index] ?? 0n)) / total;
          expect([floor, floor + 1n]).to.include(part.minor);
        }
      }),
    );
  });

  it('gives nothing to a weight of zero', () => {
    fc.assert(
      fc.property(amounts, someWeight, (minor, each) => {
        for (const [index, part] of brl(minor).allocate(each).entries()) {
          if (each[index] === 0n) expect(part.minor).to.equal(0n);
        }
      }),
    );
  });

  it('splits a negative amount as the mirror image of the positive one', () => {
    fc.assert(
      fc.property(amounts, someWeight, (minor, each) => {
        const mirrored = brl(-minor).allocate(each);
        const parts = brl(minor).allocate(each);
        expect(mirrored.map((part) => -part.minor)).to.deep.equal(parts.map((part) => part.minor));
      }),
    );
  });

  it('gives the units left over to the largest remainders, the earlier part first', () => {
    const minors = (total: bigint, each: bigint[]) =>
      brl(total)
        .allocate(each)
        .map((part) => part.minor);

    expect(minors(100n, [1n, 1n, 1n])).to.deep.equal([34n, 33n, 33n]);
    expect(minors(101n, [1n, 1n, 1n])).to.deep.equal([34n, 34n, 33n]);
    expect(minors(10n, [1n, 2n, 4n])).to.deep.equal([1n, 3n, 6n]);
    expect(minors(1n, [1n, 9n])).to.deep.equal([0n, 1n]);
  });

  it('is refused without a weight, or with a negative one', async () => {
    for (const each of [[], [0n], [0n, 0n], [2n, -1n]]) await rejects(() => brl(1n).allocate(each), 'money.no_weight');
  });
});

describe('a rate', () => {
  it('is an exact decimal', () => {
    expect(brl(24_990n).times(Rate.parse('0.065')).minor).to.equal(1_624n);
    expect(brl(24_990n).times(Rate.percent('6.5')).minor).to.equal(1_624n);
    expect(brl(24_990n).percent(650n).minor).to.equal(1_624n);
    expect(brl(10n ** 17n).times(Rate.parse('0.000000000000000001'), 'up').minor).to.equal(1n);
    expect(brl(3n).times(7n).minor).to.equal(21n);
  });

  for (const text of ['', '.5', '5.', 'NaN', 'Infinity', '1e-3', '6,5', ' 1', '0x1', '1/2']) {
    it(`is not read from "${text}"`, async () => {
      await rejects(() => Rate.parse(text), 'rate.malformed');
    });
  }

  const rounded = (thousandths: bigint, rounding: Parameters<Money['times']>[1]): bigint =>
    brl(thousandths).times(Rate.parse('0.001'), rounding).minor;
  const table: readonly (readonly [thousandths: bigint, halfUp: bigint, halfEven: bigint, down: bigint, up: bigint])[] =
    [
      [0n, 0n, 0n, 0n, 0n],
      [1n, 0n, 0n, 0n, 1n],
      [499n, 0n, 0n, 0n, 1n],
      [500n, 1n, 0n, 0n, 1n],
      [501n, 1n, 1n, 0n, 1n],
      [1_000n, 1n, 1n, 1n, 1n],
      [1_500n, 2n, 2n, 1n, 2n],
      [2_500n, 3n, 2n, 2n, 3n],
      [3_500n, 4n, 4n, 3n, 4n],
    ];
  for (const [thousandths, halfUp, halfEven, down, up] of table) {
    it(`rounds ${thousandths} thousandths by each name, and its mirror image alike`, () => {
      for (const [name, expected] of Object.entries({ half_up: halfUp, half_even: halfEven, down, up })) {
        const rounding = name as Parameters<Money['times']>[1];
        expect(rounded(thousandths, rounding), name).to.equal(expected);
        expect(rounded(-thousandths, rounding), `-${name}`).to.equal(-expected);
      }
    });
  }

  it('is never further from the exact product than its rounding allows', () => {
    const rates = fc.tuple(fc.bigInt({ min: -(10n ** 9n), max: 10n ** 9n }), fc.integer({ min: 0, max: 9 }));
    fc.assert(
      fc.property(amounts, rates, (minor, [digits, decimals]) => {
        const scale = 10n ** BigInt(decimals);
        const text = `${digits < 0n ? '-' : ''}${(digits < 0n ? -digits : digits).toString().padStart(decimals + 1, '0')}`;
        const decimal = decimals === 0 ? text : `${text.slice(0, -decimals)}.${text.slice(-decimals)}`;
        const exact = minor * digits;
        const product = brl(minor).times(Rate.parse(decimal), 'half_even').minor * scale;
        const error = product > exact ? product - exact : exact - product;
        expect(error * 2n <= scale).to.equal(true);
      }),
    );
  });
});
