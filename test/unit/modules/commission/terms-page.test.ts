import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../../src/infrastructure/system/root.ts';
import { calculate } from '../../../../src/modules/commission/domain/engine/calculate.ts';
import { FACTS } from '../../../../src/modules/commission/domain/engine/facts.ts';
import { lintTerms } from '../../../../src/modules/commission/domain/terms/lint-terms.ts';
import { readTerms } from '../../../../src/modules/commission/domain/terms/read-terms.ts';
import type { Terms } from '../../../../src/modules/commission/domain/terms/terms.ts';
import { aTermsVersion } from '../../../support/builders.ts';
import { goldenCase, worthOf } from '../../../support/golden-notation.ts';

const page = readFileSync(join(projectRoot(), 'docs/terms.md'), 'utf8');
const [, examples = ''] = page.split('## Twelve examples');

const BASE = {
  currency: 'EUR',
  rounding: 'half_up',
  limits: [],
  vesting: [{ milestone: 'delivered', percent: '100' }],
  returnWindowDays: 30,
};

const sections = [...examples.matchAll(/^### (\d+\. .+)\n\n```json\n([\s\S]+?)```\n\n((?:\|.+\n)+)/gm)].map(
  ([, title = '', json = '', table = '']) => ({
    title,
    terms: { ...BASE, ...(JSON.parse(json) as object) } as unknown as Terms,
    rows: table
      .trim()
      .split('\n')
      .slice(2)
      .map((row) => row.split('|').map((cell) => cell.trim()))
      .map(([, order = '', arithmetic = '', earns = '']) => ({ order, arithmetic, earns: `${earns} EUR` })),
  }),
);

describe('the page about terms', () => {
  it('has twelve examples', () => {
    expect(sections).to.have.length(12);
  });

  for (const { title, terms, rows } of sections) {
    it(`is right about: ${title}`, () => {
      expect(readTerms(terms)).to.have.property('terms');
      expect(lintTerms(terms)).to.deep.equal([]);
      expect(rows.length).to.be.at.least(2);
      for (const { order, arithmetic, earns } of rows) {
        const { facts, figures } = goldenCase(order, terms);

        expect(worthOf(arithmetic, 'EUR', 'half_up'), order).to.equal(earns);
        expect(calculate(facts, aTermsVersion(terms), figures).total.toString(), order).to.equal(earns);
      }
    });
  }

  it('takes what it shows at the top', () => {
    const [, json = ''] = /```json\n([\s\S]+?)```/.exec(page) ?? [];

    expect(readTerms((JSON.parse(json) as { readonly terms: unknown }).terms)).to.have.property('terms');
  });

  it('names every fact', () => {
    const shown = page.replace(
      '`touch.sub1` … `touch.sub5`',
      Array.from({ length: 5 }, (_, n) => `\`touch.sub${n + 1}\``).join(' '),
    );

    expect(Object.keys(FACTS).filter((fact) => !shown.includes(`\`${fact}\``))).to.deep.equal([]);
  });
});
