import { expect } from 'chai';
import fc from 'fast-check';
import { calculate, reckoning } from '../../../../src/modules/commission/domain/engine/calculate.ts';
import { recalculate } from '../../../../src/modules/commission/domain/engine/recalculate.ts';
import type { Facts } from '../../../../src/modules/commission/domain/engine/facts.ts';
import type { Terms } from '../../../../src/modules/commission/domain/terms/terms.ts';
import type { LineFacts } from '../../../../src/modules/orders/index.ts';
import { arbitraryCase, arbitraryTerms, type Drawn } from '../../../support/arbitrary-terms.ts';
import { aTermsVersion } from '../../../support/builders.ts';

const RUNS = { numRuns: 150 };
const holds = (property: (drawn: Drawn) => void, cases = arbitraryCase()): void => {
  fc.assert(fc.property(cases, property), RUNS);
};
const versionOf = (terms: Terms) => aTermsVersion(terms);
const calculated = ({ facts, terms, figures }: Drawn) => calculate(facts, versionOf(terms), figures);
const totalOf = (drawn: Drawn): bigint => calculated(drawn).total.minor;
const withLines = (facts: Facts, change: (lines: readonly LineFacts[]) => readonly LineFacts[]): Facts => ({
  ...facts,
  order: { ...facts.order, lines: change(facts.order.lines) },
});

describe('whatever the terms and the order', () => {
  it('an explanation comes to the same cents again, through JSON', () => {
    holds((drawn) => {
      const { total, explanation } = calculated(drawn);

      const travelled = JSON.parse(JSON.stringify(explanation)) as typeof explanation;
      expect(recalculate(travelled).toString()).to.equal(total.toString());
    });
  });

  it('the parts sum to the whole, and nothing is less than nothing', () => {
    holds((drawn) => {
      const { total, explanation } = calculated(drawn);

      const parts = [...explanation.lines, ...(explanation.bonuses ?? [])].map(({ amount }) => BigInt(amount.minor));
      expect(parts.reduce((sum, part) => sum + part, 0n)).to.equal(total.minor);
      expect(parts.every((part) => part >= 0n)).to.equal(true);
    });
  });

  it('without the why it comes to the same', () => {
    holds((drawn) => {
      const { total, revenue } = calculated(drawn);
      const quick = reckoning(drawn.facts, versionOf(drawn.terms), drawn.figures);

      expect([quick.total.toString(), quick.revenue.toString()]).to.deep.equal([total.toString(), revenue.toString()]);
    });
  });

  it('it does not matter in which order lines and groups are written', () => {
    holds((drawn) => {
      const turned = {
        ...drawn,
        facts: withLines(drawn.facts, (lines) => lines.toReversed()),
        terms: { ...drawn.terms, groups: drawn.terms.groups.toReversed() },
      };

      expect(totalOf(turned)).to.equal(totalOf(drawn));
    });
  });

  it('what came back counts as if it had never been ordered', () => {
    holds((drawn) => {
      const never = withLines(drawn.facts, (lines) =>
        lines.map(({ quantity, returnedQuantity, ...line }) => ({
          ...line,
          quantity: quantity - returnedQuantity,
          returnedQuantity: 0,
        })),
      );
      const nothing = withLines(drawn.facts, (lines) =>
        lines.map((line) => ({ ...line, returnedQuantity: line.quantity })),
      );

      expect(totalOf({ ...drawn, facts: never })).to.equal(totalOf(drawn));
      expect(totalOf({ ...drawn, facts: nothing })).to.equal(0n);
    });
  });

  it('the parts of those who share an order sum to what one alone would earn', () => {
    const ofOrdersAlone = arbitraryTerms().map(({ limits, groups, overrides: _, ...terms }) => ({
      ...terms,
      groups: groups.map(({ budget: __, ...group }) => group),
      limits: limits.filter(({ per }) => per === 'order'),
    }));
    holds((drawn) => {
      const { credit } = drawn.facts;
      const whole = totalOf({ ...drawn, facts: { ...drawn.facts, credit: { ...credit, shares: ['1/1'], own: 0 } } });
      const parts = credit.shares.map((_, own) =>
        totalOf({ ...drawn, facts: { ...drawn.facts, credit: { ...credit, own } } }),
      );

      expect(parts.reduce((sum, part) => sum + part, 0n)).to.equal(whole);
    }, arbitraryCase(ofOrdersAlone));
  });

  it('a dearer line never earns less where no condition looks at amounts and no step falls', () => {
    const rising = arbitraryTerms().map(({ groups, bonuses: _, overrides: __, ...terms }) => ({
      ...terms,
      groups: groups
        .filter(({ when }) => !/total|unitPrice/.test(JSON.stringify(when)))
        .filter(({ amount }) => !('tiers' in amount)),
    }));
    holds((drawn) => {
      const dearer = withLines(drawn.facts, ([first, ...others]) =>
        first === undefined
          ? []
          : [{ ...first, unitPrice: { ...first.unitPrice, minor: `${first.unitPrice.minor}7` } }, ...others],
      );

      expect(totalOf({ ...drawn, facts: dearer }) >= totalOf(drawn)).to.equal(true);
    }, arbitraryCase(rising));
  });
});
