import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../../src/infrastructure/system/root.ts';
import { calculate } from '../../../../src/modules/commission/domain/engine/calculate.ts';
import { explanationText } from '../../../../src/modules/commission/domain/explaining/explanation-text.ts';
import { recruitExplanation } from '../../../../src/modules/commission/domain/explaining/recruit-explanation.ts';
import { Money } from '../../../../src/shared/money.ts';
import { aCommission, aTermsVersion, factsOn } from '../../../support/builders.ts';
import { idOf } from '../../../support/clock.ts';
import { goldenCase, goldenTerms } from '../../../support/golden-notation.ts';

/** Terms, an order, and what people are told of it: in English, then in Chinese. */
const folder = join(projectRoot(), 'test/unit/modules/commission/told');
const pages = readdirSync(folder).map((file) => {
  const [asked = '', ...texts] = readFileSync(join(folder, file), 'utf8').split('\n\n');
  const [terms = '', order = ''] = asked.split('\n');
  return { title: file.replace('.txt', '').replaceAll('-', ' '), terms, order, texts };
});

describe('what people are told of an order', () => {
  for (const { title, terms: text, order, texts } of pages) {
    it(`is the whole way to the cents, word by word: ${title}`, () => {
      const terms = goldenTerms(text);
      const { facts, figures } = goldenCase(order, terms);
      const version = aTermsVersion(terms, { hash: '0123456789abcdef' });

      const { explanation } = calculate(facts, version, figures);

      const told = [explanationText(explanation, 'en'), explanationText(explanation, 'zh')];
      expect(told.join('\n')).to.equal(texts.join('\n\n'));
      expect(explanationText(explanation)).to.equal(told[0]);
    });
  }

  it('is of a recruiter the percentage of what the other comes to, and nothing of what that is made of', () => {
    const { explanation } = calculate(factsOn(), aTermsVersion({}, { hash: '0123456789abcdef' }), new Map());
    const parent = aCommission({ id: idOf('com', 1), amount: Money.of(1_990n, 'BRL'), adjusted: Money.of(5n, 'BRL') });
    const recruit = { parentId: parent.id, level: 2, percent: '10' } as const;

    const own = recruitExplanation({ recruit }, parent, explanation)!;

    // 10 % of 19.95 are 1.995, and the half goes up.
    expect(own).to.deep.include({ rounding: 'half_up', lines: [], limits: [] });
    expect(explanationText(own, 'en').split('\n')).to.deep.equal([
      'Order A-1, by terms version 1 (0123456789ab…):',
      `  10 % of the commission ${parent.id} of the recruited partner, level 2, which comes to 19.95 BRL`,
      '  exactly 1.995 BRL, rounded half_up to 2.00 BRL',
      '  in all 2.00 BRL',
      '  vests 100 % when delivered',
      '  locks 30 days later',
      '',
    ]);
    expect(explanationText(own, 'zh').split('\n').slice(0, 4)).to.deep.equal([
      '订单 A-1，适用条款第 1 版（0123456789ab…）：',
      `  被招募合作伙伴的佣金 ${parent.id}（现为 19.95 BRL）的 10 %，第 2 级招募`,
      '  精确值为 1.995 BRL，四舍五入为 2.00 BRL',
      '  合计 2.00 BRL',
    ]);
    expect(recruitExplanation({}, parent, explanation)).to.equal(undefined);
  });
});
