import { expect } from 'chai';
import fc from 'fast-check';
import { calculate } from '../../../../src/modules/commission/domain/engine/calculate.ts';
import { explanationText } from '../../../../src/modules/commission/domain/explaining/explanation-text.ts';
import { forPartner, termsForPartner } from '../../../../src/modules/commission/domain/explaining/for-partner.ts';
import type { Condition, Terms } from '../../../../src/modules/commission/domain/terms/terms.ts';
import { arbitraryCase } from '../../../support/arbitrary-terms.ts';
import { anOrder, aTermsVersion, factsOn, olistTerms } from '../../../support/builders.ts';
import { idOf } from '../../../support/clock.ts';

const [LENA, KUPFER, FENIX] = [idOf('par', 1), idOf('par', 2), idOf('par', 3)];

const group = (name: string, rank: number, when: Condition) => ({ name, rank, when, amount: { percent: '4' } });
const terms: Terms = {
  ...olistTerms,
  groups: [
    group('for one', 1, { fact: 'partner.id', equals: KUPFER }),
    group('for a few', 2, { fact: 'partner.id', in: [KUPFER, LENA, FENIX] }),
    group('for the rest', 3, { all: [] }),
  ],
  bonuses: [
    { name: 'launch', when: { fact: 'partner.id', startsWith: KUPFER.slice(0, 29) }, amount: { percent: '1' } },
  ],
  overrides: [
    { name: 'Kupfer deal', partners: [KUPFER], returnWindowDays: 1 },
    { name: 'Lena and co', partners: [FENIX, LENA], returnWindowDays: 2 },
    { name: 'gold deal', partnerGroups: ['gold', 'silver'], returnWindowDays: 3 },
    { name: 'north deal', partnerGroups: ['north'], returnWindowDays: 4 },
  ],
};
const explainedBy = (words: Terms, viewer = LENA) =>
  forPartner(calculate(factsOn(), aTermsVersion({ ...words, overrides: [] }), new Map()).explanation, viewer);

describe('what a partner may read of terms and explanations', () => {
  it('names itself in conditions, and no other partner', () => {
    const [line] = explainedBy(terms).lines;

    expect(line?.passedOver).to.deep.equal([
      { name: 'for one', rank: 1, failedOn: 'partner.id equals "another partner"' },
    ]);
    expect(line?.clauses[0]?.says).to.equal(`partner.id is one of "${LENA}", "another partner"`);
    expect(line?.clauses[0]?.met).to.equal(LENA);
  });

  for (const [when, says] of [
    [{ fact: 'partner.id', equals: LENA }, `partner.id equals "${LENA}"`],
    [{ fact: 'partner.id', in: [LENA] }, `partner.id is one of "${LENA}"`],
    [{ fact: 'partner.id', in: [KUPFER, LENA] }, `partner.id is one of "${LENA}", "another partner"`],
    [{ fact: 'partner.id', notIn: [KUPFER, FENIX] }, 'partner.id is none of "another partner"'],
    [{ fact: 'partner.id', notEquals: KUPFER }, 'partner.id does not equal "another partner"'],
    [{ fact: 'partner.id', notContains: 'zzz' }, 'partner.id does not contain "another partner"'],
    [{ fact: 'partner.id', exists: true }, 'partner.id is given'],
    [{ fact: 'line.category', equals: 'bebes' }, 'line.category equals "bebes"'],
    [{ fact: 'line.category', notEquals: KUPFER }, 'line.category does not equal "another partner"'],
    [{ fact: 'line.category', notEquals: LENA }, `line.category does not equal "${LENA}"`],
  ] as const satisfies readonly (readonly [Condition, string])[])
    it(`is told of a clause: ${says}`, () => {
      const [line] = explainedBy({ ...terms, groups: [group('all', 1, when)], bonuses: [] }).lines;

      expect(line?.clauses.map((clause) => clause.says)).to.deep.equal([says]);
    });

  it('is told every text of others as it is, but for ids', () => {
    const named = (name: string) => ({ ...terms, groups: [group(name, 1, { all: [] })], bonuses: [] });

    expect(explainedBy(named('partner.id "x" y')).lines[0]?.group?.name).to.equal('partner.id "x" y');
    expect(explainedBy(named(`for ${KUPFER.toUpperCase()}, ${LENA}`)).lines[0]?.group?.name).to.equal(
      `for another partner, ${LENA}`,
    );
  });

  it('gives no piece of an id away', () => {
    const explained = explainedBy(terms);

    expect(explained.bonusesPassedOver ?? explained.bonuses).to.not.equal(undefined);
    expect(JSON.stringify(explained)).to.not.include(KUPFER.slice(0, 29) + '"');
    expect(JSON.stringify(explained)).to.include('partner.id starts with \\"another partner\\"');
  });

  it('has of overrides its own, without whom else they name', () => {
    const { overrides } = termsForPartner(terms, LENA, ['gold']);

    expect(overrides).to.deep.equal([
      { name: 'Lena and co', partners: [LENA], returnWindowDays: 2 },
      { name: 'gold deal', partnerGroups: ['gold'], returnWindowDays: 3 },
    ]);
    expect(termsForPartner(terms, KUPFER, []).overrides).to.deep.equal(terms.overrides?.slice(0, 1));
    expect(termsForPartner(terms, idOf('par', 9), [])).to.not.have.property('overrides');
  });

  it('has the conditions of terms without other partners', () => {
    const others: readonly Condition[] = [
      { fact: 'partner.id', in: [LENA] },
      { fact: 'partner.id', notIn: [KUPFER, FENIX] },
      { fact: 'partner.id', exists: true },
      { fact: 'line.category', in: ['bebes'] },
    ];
    const { groups, bonuses } = termsForPartner(
      { ...terms, groups: [...terms.groups, ...others.map((when, index) => group('more', index + 4, when))] },
      LENA,
      [],
    );

    expect(groups.map(({ when }) => when)).to.deep.equal([
      { fact: 'partner.id', equals: 'another partner' },
      { fact: 'partner.id', in: [LENA, 'another partner'] },
      { all: [] },
      { fact: 'partner.id', in: [LENA] },
      { fact: 'partner.id', notIn: ['another partner'] },
      { fact: 'partner.id', exists: true },
      { fact: 'line.category', in: ['bebes'] },
    ]);
    expect(bonuses?.[0]?.when).to.deep.equal({ fact: 'partner.id', startsWith: 'another partner' });
  });

  it('has its own part of the order, and nobody else’s', () => {
    const facts = factsOn(anOrder(), { credit: { shares: ['1/7', '2/7', '4/7'], own: 1 } });
    const { explanation } = calculate(facts, aTermsVersion(), new Map());
    const told = forPartner(explanation, LENA);

    expect(told.split).to.deep.equal({ ...explanation.split, shares: ['2/7'], own: 0 });
    expect(explanationText(told, 'en')).to.equal(explanationText(explanation, 'en')).and.to.include('2/7 of the order');
  });

  it('is told of other partners in its own language', () => {
    const chinese = explanationText(explainedBy(terms), 'zh');

    expect(chinese).to.include('合作伙伴等于 "另一位合作伙伴"');
    expect(chinese).to.not.include('another partner');
  });

  it('holds no other partner’s id, whatever the terms', () => {
    const naming = fc.constantFrom<Condition>(
      { fact: 'partner.id', in: [LENA, KUPFER] },
      { fact: 'partner.id', notEquals: FENIX },
      { fact: 'partner.id', contains: KUPFER },
      { fact: 'order.metadata.seller', exists: false },
      {
        any: [
          { fact: 'partner.id', equals: KUPFER },
          { fact: 'touch.campaign', exists: true },
        ],
      },
    );
    const cases = fc.tuple(arbitraryCase(), naming, fc.constantFrom(LENA, KUPFER, FENIX));
    fc.assert(
      fc.property(cases, ([{ facts, terms: drawn, figures }, when, viewer]) => {
        const credit = { ...facts.credit, partnerId: viewer };
        const groups = drawn.groups.map((each) => ({
          ...each,
          when: { all: [when, each.when] },
        }));
        const whole = { ...drawn, groups, overrides: terms.overrides };
        const { explanation } = calculate({ ...facts, credit }, aTermsVersion(whole), figures);
        const told = forPartner(explanation, viewer);
        const read = termsForPartner(whole, viewer, facts.credit.groups);

        const all = [JSON.stringify([told, read]), explanationText(told, 'en'), explanationText(told, 'zh')].join();
        for (const other of [LENA, KUPFER, FENIX].filter((each) => each !== viewer)) expect(all).to.not.include(other);
      }),
      { numRuns: 100 },
    );
  });
});
