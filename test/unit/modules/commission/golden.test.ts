import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../../src/infrastructure/system/root.ts';
import { calculate, reckoning } from '../../../../src/modules/commission/domain/engine/calculate.ts';
import { recalculate } from '../../../../src/modules/commission/domain/engine/recalculate.ts';
import { readTerms } from '../../../../src/modules/commission/domain/terms/read-terms.ts';
import { aTermsVersion } from '../../../support/builders.ts';
import { goldenCase, goldenRows, goldenTerms, worthOf } from '../../../support/golden-notation.ts';

const folder = join(projectRoot(), 'test/unit/modules/commission/golden');
const tables = readdirSync(folder).map((file) => ({
  title: file.replace('.txt', '').replaceAll('-', ' '),
  rows: goldenRows(readFileSync(join(folder, file), 'utf8')),
}));

describe('the golden tables', () => {
  it('hold hundreds of cases', () => {
    expect(tables.flatMap(({ rows }) => rows).length).to.be.at.least(300);
  });

  for (const { title, rows } of tables) {
    it(`come out to the cent: ${title}`, () => {
      for (const { terms: text, order, arithmetic, expected } of rows) {
        const where = `${text} | ${order}`;
        const terms = goldenTerms(text);
        expect(readTerms(terms), where).to.have.property('terms');
        const sum = `${expected} ${terms.currency}`;
        expect(worthOf(arithmetic, terms.currency, terms.rounding), `the arithmetic of ${where}`).to.equal(sum);
        const { facts, figures } = goldenCase(order, terms);
        const version = aTermsVersion(terms);
        const { total, explanation } = calculate(facts, version, figures);

        expect(total.toString(), where).to.equal(sum);
        expect(recalculate(explanation).toString(), where).to.equal(sum);
        expect(reckoning(facts, version, figures).total.toString(), where).to.equal(sum);
      }
    });
  }
});
