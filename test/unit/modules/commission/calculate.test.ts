import { expect } from 'chai';
import fc from 'fast-check';
import { calculate } from '../../../../src/modules/commission/domain/engine/calculate.ts';
import { recalculate } from '../../../../src/modules/commission/domain/engine/recalculate.ts';
import { explanationText } from '../../../../src/modules/commission/domain/explaining/explanation-text.ts';
import { termsInForce } from '../../../../src/modules/commission/domain/terms/terms.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { aLine, anOrder, aTermsVersion, factsOn } from '../../../support/builders.ts';
import { rejects } from '../../../support/rejects.ts';

const priced = (minor: string, category = '', overrides = {}) =>
  aLine({ unitPrice: { minor, currency: 'BRL' }, category, lineRef: `${minor}/${category}`, ...overrides });

const calculated = (order = anOrder(), version = aTermsVersion()) => calculate(factsOn(order), version, new Map());

const BRL_20 = { minor: '2000', currency: 'BRL' };

describe('calculating a commission', () => {
  const table: readonly (readonly [string, string | undefined, string, string])[] = [
    // price, category, commission, arithmetic
    ['8990', 'informatica_acessorios', '270', '89.90 × 3 % = 2.697'],
    ['13999', 'beleza_saude', '1120', '139.99 × 8 % = 11.1992'],
    ['10000', 'relogios_presentes', '650', '100.00 × 6.5 % = 6.50'],
    ['7', 'relogios_presentes', '0', '0.07 × 6.5 % = 0.00455'],
    ['10', 'bebes', '1', '0.10 × 5 % = 0.005, the half goes up'],
    ['9', 'bebes', '0', '0.09 × 5 % = 0.0045'],
    ['10000', '', '500', 'an empty category: all else'],
  ];
  for (const [minor, category, expected, arithmetic] of table) {
    it(`gives ${expected} for ${arithmetic}`, () => {
      const { total } = calculated(anOrder({ lines: [priced(minor, category)] }));

      expect(total.minor).to.equal(BigInt(expected));
    });
  }

  it('rounds each line by itself', () => {
    const { total } = calculated(anOrder({ lines: [priced('10'), priced('10', 'x'), priced('10', 'y')] }));

    expect(total.minor).to.equal(3n);
  });

  it('cuts what is over the limit proportionally, and loses no cent', () => {
    const { total, explanation } = calculated(
      anOrder({ lines: [priced('300000'), priced('300001', 'x'), priced('300002', 'y')] }),
    );

    expect(total.minor).to.equal(25_000n);
    expect(explanation.lines.map(({ amount }) => amount.minor)).to.deep.equal(['8334', '8333', '8333']);
    expect(explanation.limits).to.deep.equal([
      {
        per: 'order',
        limit: { minor: '25000', currency: 'BRL' },
        before: { minor: '45000', currency: 'BRL' },
        after: { minor: '25000', currency: 'BRL' },
      },
    ]);
  });

  it('earns nothing on what came back', () => {
    const line = priced('10000', 'bebes', { quantity: 3, returnedQuantity: 1 });

    expect(calculated(anOrder({ lines: [line] })).total.minor).to.equal(1_000n);
  });

  it('earns nothing where no group applies, and says so', () => {
    const [computers] = aTermsVersion().terms.groups;
    const { total, explanation } = calculated(anOrder(), aTermsVersion({ groups: [computers!] }));

    expect(total.isZero).to.equal(true);
    expect(explanation.lines[0]).to.deep.include({ group: null });
    expect(explanationText(explanation)).to.include('no group applies');
  });

  it('says which groups it passed over, and on what', () => {
    const { explanation } = calculated(anOrder({ lines: [priced('10000', 'relogios_presentes')] }));

    expect(explanation.lines[0]?.passedOver).to.deep.equal([
      { name: 'informatica_acessorios', rank: 1, failedOn: 'line.category equals "informatica_acessorios"' },
      { name: 'beleza_saude', rank: 2, failedOn: 'line.category equals "beleza_saude"' },
    ]);
  });

  it('says what each group pays in the end, and what others of the period count the order with', () => {
    const group = (name: string, rank: number) => ({
      ...{ name, rank, when: { fact: 'line.category' as const, equals: name }, amount: { percent: '10' } },
    });
    const lines = [
      priced('10000', 'car'),
      priced('30000', 'boat', { quantity: 2, returnedQuantity: 1 }),
      priced('5', 'car'),
    ];
    const { revenue, paidBy, cuts } = calculated(
      anOrder({ lines }),
      aTermsVersion({ groups: [group('car', 1), group('boat', 2)], limits: [{ per: 'order', amount: BRL_20 }] }),
    );

    expect(revenue.toString()).to.equal('400.05 BRL');
    // 10.00, 30.00 and a cent for 0.05, of which 20.00 are left: 4.998…, 14.996… and 0.004….
    expect(['car', 'boat', 'plane'].map(paidBy)).to.deep.equal([500n, 1_500n, 0n]);
    expect(cuts).to.deep.equal([{ per: 'order', most: 2_000n, before: 4_001n, after: 2_000n }]);
  });

  it('stops at a fact that the order lacks', async () => {
    const { message } = await rejects(
      () => calculated(anOrder({ lines: [aLine({ category: undefined })] })),
      'commission.fact_missing',
    );

    expect(message).to.include('informatica_acessorios').and.include('line.category').and.include('order A-1');
  });

  it('refuses an order in a currency the terms do not cover', async () => {
    await rejects(() => calculated(anOrder({ currency: 'EUR' })), 'commission.currency_not_covered');
  });

  it('can be computed again from its explanation alone, through JSON', () => {
    const line = fc.record({
      minor: fc.bigInt({ min: 0n, max: 100_000_000n }),
      category: fc.constantFrom('informatica_acessorios', 'beleza_saude', 'relogios_presentes', 'bebes', ''),
      quantity: fc.integer({ min: 1, max: 5 }),
    });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), (drawn) => {
        const lines = drawn.map(({ minor, category, quantity }, index) =>
          priced(minor.toString(), category, { lineRef: String(index), quantity }),
        );
        const { total, explanation } = calculated(anOrder({ lines }));

        const travelled = JSON.parse(JSON.stringify(explanation)) as typeof explanation;
        expect(recalculate(travelled).equals(total)).to.equal(true);
        expect(explanation.lines.reduce((sum, { amount }) => sum + BigInt(amount.minor), 0n)).to.equal(total.minor);
      }),
    );
  });
});

describe('the terms in force', () => {
  const from = (version: number, day: string) =>
    aTermsVersion({}, { version, effectiveFrom: instant(`2018-01-${day}T00:00:00Z`) });
  const versions = [from(1, '01'), from(2, '10'), from(3, '10'), from(4, '20')];

  it('are the latest that are effective at the moment', () => {
    expect(termsInForce(versions, instant('2018-01-15T00:00:00Z'))?.version).to.equal(3);
    expect(termsInForce(versions, instant('2018-01-20T00:00:00Z'))?.version).to.equal(4);
    expect(termsInForce(versions, instant('2018-01-19T23:59:59.999Z'))?.version).to.equal(3);
  });

  it('are none before the first', () => {
    expect(termsInForce(versions, instant('2017-12-31T23:59:59Z'))).to.equal(undefined);
  });
});
