import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import { CsvTables } from '../../../../src/modules/settlement/adapters/documents/csv-tables.ts';
import { PdfPapers } from '../../../../src/modules/settlement/adapters/documents/pdf-papers.ts';
import { PrintStatement } from '../../../../src/modules/settlement/application/statements/print-statement.ts';
import {
  type Statement,
  type StatementLine,
  statementOf,
} from '../../../../src/modules/settlement/domain/statements/statement.ts';
import { Money } from '../../../../src/shared/money.ts';
import { idOf } from '../../../support/clock.ts';
import { bytesOf, textOfPdf } from '../../../support/pdf-text.ts';
import { noonOf, programId } from '../../../support/settlement-story.ts';
import { StandingPartners } from '../../../support/standing-partners.ts';

const brl = (minor: bigint): Money => Money.of(minor, 'BRL');

const lineOf = (n: number): StatementLine => ({
  transactionId: idOf('txn', n),
  purpose: n % 3 === 0 ? 'claw_back' : 'lock',
  amount: brl(n % 3 === 0 ? -100n : 1_250n),
  effectiveAt: noonOf('01-10'),
  occurredAt: noonOf(n % 4 === 0 ? '01-02' : '01-10'),
  commissionId: idOf('com', n),
});

const linesOf = (count: number): readonly StatementLine[] => Array.from({ length: count }, (_, n) => lineOf(n + 1));

const aStatement = (lines: readonly StatementLine[], partnerId = idOf('par', 1)): Statement =>
  statementOf({
    programId,
    partnerId,
    period: '2018-01',
    opening: brl(500n),
    closing: brl(lines.reduce((sum, { amount }) => sum + amount.minor, 500n)),
    number: 42,
    closedAt: noonOf('02-01'),
    sealed: { number: 7, head: 'ab'.repeat(32) },
    lines,
  });

class Named extends StandingPartners {
  constructor(private readonly name: string) {
    super();
  }

  override partners = (ids: readonly ReturnType<typeof idOf<'par'>>[]) =>
    Promise.resolve(ids.map((partnerId) => ({ partnerId, name: this.name, emailFingerprint: '' })));
}

const printing = (lines: readonly StatementLine[], name = '北京汽车推广有限公司 & Söhne') => {
  const pages = async function* () {
    for (let from = 0; from < lines.length; from += 50) yield await Promise.resolve(lines.slice(from, from + 50));
  };
  return new PrintStatement({ lines: pages }, new Named(name), new PdfPapers(), new CsvTables());
};

describe('a statement on paper', () => {
  it('shows balances, entries, number and digest in English, with the partner’s Chinese name', async () => {
    const lines = linesOf(5);
    const statement = aStatement(lines);

    const [page = ''] = await textOfPdf(await bytesOf(await printing(lines).pdf(statement, 'en')));

    for (const words of ['2018-01/000042', '北京汽车推广有限公司 & Söhne', '5.00 BRL', '49.00 BRL', '54.00 BRL'])
      expect(page).to.contain(words);
    for (const words of ['Commission taken back', '-1.00', '12.50', idOf('com', 5), statement.digest, 'Page 1 of 1'])
      expect(page).to.contain(words);
    expect(page).to.contain('Commission, of 2018-01-02').and.to.contain('seal 7').and.to.contain('ab'.repeat(32));
  });

  it('says the same in Chinese', async () => {
    const lines = linesOf(5);

    const [page = ''] = await textOfPdf(await bytesOf(await printing(lines).pdf(aStatement(lines), 'zh')));

    for (const words of [
      '佣金结算单',
      '期初余额',
      '佣金收回',
      '佣金（发生于 2018-01-02）',
      '第 1 页，共 1 页',
      '54.00 BRL',
    ])
      expect(page).to.contain(words);
  });

  it('numbers as many pages as there are, wherever its end falls', async () => {
    for (const count of [0, 40, 44, 47, 60, 101]) {
      const lines = linesOf(count);
      const pages = await textOfPdf(await bytesOf(await printing(lines).pdf(aStatement(lines), 'en')));

      expect(pages.at(-1), `${count} lines`).to.contain(`Page ${pages.length} of ${pages.length}`);
      expect(pages.at(-1)).to.contain('Closing balance');
      expect(pages.join('').split('12.50').length - 1).to.equal(
        lines.filter(({ purpose }) => purpose === 'lock').length,
      );
    }
  });

  it('is the same to the byte, whenever it is printed', async () => {
    const lines = linesOf(60);
    const [once, again] = [
      await bytesOf(await printing(lines).pdf(aStatement(lines), 'zh')),
      await bytesOf(await printing(lines).pdf(aStatement(lines), 'zh')),
    ];

    expect(once.equals(again)).to.equal(true);
  });

  it('goes out page by page while it is printed', async () => {
    const lines = linesOf(2_000);
    let read = 0;
    const pages = async function* () {
      for (let from = 0; from < lines.length; from += 100) {
        read += 1;
        yield await Promise.resolve(lines.slice(from, from + 100));
      }
    };
    const print = new PrintStatement({ lines: pages }, new Named('A'), new PdfPapers(), new CsvTables());

    const pieces = (await print.pdf(aStatement(lines), 'en'))[Symbol.asyncIterator]();
    let taken = 0;
    while (taken < 10_000) taken += ((await pieces.next()).value as Uint8Array).length;

    expect(read).to.be.lessThan(15);
    await pieces.return?.();
  });
});

const rowsOf = (text: string) => parse<Record<string, string>>(text, { bom: true, columns: true });

describe('a statement as a table', () => {
  const tableOf = async (lines: readonly StatementLine[], name?: string) => {
    let text = '';
    for await (const piece of await printing(lines, name).csv(aStatement(lines), 'zh')) text += piece;
    return text;
  };

  it('sums from the opening to the closing', async () => {
    const rows = rowsOf(await tableOf(linesOf(120)));
    const minors = rows.map((row) => Money.parse(row['amount'] ?? '', 'BRL').minor);

    const [opening = 0n, closing = 0n] = [minors[0], minors.at(-1)];
    expect(minors.slice(1, -1).reduce((sum, minor) => sum + minor, opening)).to.equal(closing);
    expect(rows).to.have.length(122);
    expect(rows[1]).to.include({ kind: 'line', what: '佣金', commission_id: idOf('com', 1), currency: 'BRL' });
  });

  it('lets no name become a formula, and leaves negative amounts numbers', async () => {
    for (const name of ['=1+1', '+1', '-1', '@x', '\t=1', ' =cmd|x', '"=1']) {
      const rows = rowsOf(await tableOf(linesOf(3), name));

      expect(rows[3]).to.include({ partner: `'${name}`, amount: '-1.00' });
    }
  });
});
