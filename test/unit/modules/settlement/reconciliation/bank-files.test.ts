import { expect } from 'chai';
import { CsvParseBankCsv } from '../../../../../src/modules/settlement/adapters/csv/read-csv.ts';
import { Iso20022Files } from '../../../../../src/modules/settlement/adapters/iso20022/iso-20022-files.ts';
import {
  type CsvLayout,
  mustBeReadable,
  OUR_CSV,
} from '../../../../../src/modules/settlement/domain/reconciliation/csv-layout.ts';
import { Money } from '../../../../../src/shared/money.ts';
import { idOf } from '../../../../support/clock.ts';
import { rejects } from '../../../../support/rejects.ts';

const eur = (minor: bigint): Money => Money.of(minor, 'EUR');
const german: CsvLayout = {
  delimiter: ';',
  dateFormat: 'DD.MM.YYYY',
  decimalMark: ',',
  sign: 'two_columns',
  columns: { bookedOn: 'Buchung', debit: 'Soll', credit: 'Haben', remittance: 'Verwendungszweck', ref: 'Nr' },
};

const readCsv = (csv: string, layout: CsvLayout) =>
  new CsvParseBankCsv().read({ csv, account: 'A', statementId: 'S', opening: eur(0n), closing: eur(0n) }, layout);

describe('a CSV file of a bank', () => {
  it('is read by the layout of its account', () => {
    const { lines } = readCsv(
      'Nr;Buchung;Soll;Haben;Verwendungszweck\n1;03.02.2018;1.234,50;;"a ""b"""\n2;4.2.2018;;0,05;',
      german,
    );

    expect(lines).to.deep.equal([
      {
        ...{ ref: '1', amount: eur(123_450n), direction: 'debit', status: 'booked' },
        ...{ bookedAt: '2018-02-03T00:00:00.000Z', remittance: 'a "b"' },
      },
      { ref: '2', amount: eur(5n), direction: 'credit', status: 'booked', bookedAt: '2018-02-04T00:00:00.000Z' },
    ]);
  });

  it('takes each way of saying which way money went', () => {
    const wayOf = (sign: CsvLayout['sign'], row: string) =>
      readCsv(`bookedOn,amount,direction\n2018-02-03,${row}`, {
        ...{ ...OUR_CSV, sign, columns: { ...OUR_CSV.columns, direction: 'direction' } },
      }).lines.map(({ direction, amount }) => [direction, amount.minor])[0];

    expect(wayOf('negative_is_debit', '-1.00,')).to.deep.equal(['debit', 100n]);
    expect(wayOf('positive_is_debit', '1.00,')).to.deep.equal(['debit', 100n]);
    expect(wayOf('direction_column', '1.00,DBIT')).to.deep.equal(['debit', 100n]);
    expect(wayOf('direction_column', '1.00,H')).to.deep.equal(['credit', 100n]);
  });

  it('is refused with every line that is wrong', async () => {
    const wrong = 'bookedOn,amount\n2018-02-30,-1.00\n2018-02-03,\n2018-02-03,1.001\n03.02.2018,1.00';

    const { details } = await rejects(() => readCsv(wrong, OUR_CSV), 'settlement.malformed_bank_statement');

    expect(details.faults?.map(({ detail }) => detail.slice(0, 7))).to.deep.equal([
      'line 2:',
      'line 3:',
      'line 4:',
      'line 5:',
    ]);
    await rejects(() => readCsv('a,b\n1,2,3', OUR_CSV), 'settlement.malformed_bank_statement');
  });

  it('says of a day how it should be written, or that there is none, and of a currency which one is meant', async () => {
    const wrong = 'bookedOn,amount,currency\n2018-02-30,-1.00,\n03.02.2018,1.00,\n2018-02-03,1.00,USD';

    const { details } = await rejects(() => readCsv(wrong, OUR_CSV), 'settlement.malformed_bank_statement');

    expect(details.faults?.map(({ detail }) => detail)).to.deep.equal([
      'line 2: "2018-02-30", read as YYYY-MM-DD, is no day of the calendar',
      'line 3: "03.02.2018" is no day written as YYYY-MM-DD, the date format of the CSV layout',
      'line 4: its currency is USD, opening and closing are in EUR',
    ]);
  });

  it('needs a layout by which a line can be read', () =>
    rejects(
      () => mustBeReadable({ ...german, columns: { bookedOn: 'Buchung', debit: 'Soll' } }),
      'settlement.malformed_csv_layout',
    ));
});

const statement = (id: string, entries: string): string =>
  `<Stmt><Id>${id}</Id><Acct><Id><Othr><Id>A</Id></Othr></Id></Acct>` +
  ['OPBD', 'CLBD']
    .map(
      (code) =>
        `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">0</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>`,
    )
    .join('') +
  `${entries}</Stmt>`;
const entry = (more: string, status = 'BOOK', amount = '30.00'): string =>
  `<Ntry><Amt Ccy="EUR">${amount}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>${status}</Cd></Sts>` +
  `<BookgDt><Dt>2018-02-03</Dt></BookgDt><AcctSvcrRef>R</AcctSvcrRef>${more}</Ntry>`;
const camt = (...statements: readonly string[]) =>
  new Iso20022Files().readStatements(
    `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><!-- <Ntry> --><BkToCstmrStmt>${statements.join('\n')}</BkToCstmrStmt></Document>`,
  );

describe('a camt.053 file of a bank', () => {
  it('may hold several statements, each with its own entries', () => {
    const read = camt(
      statement('S1', entry('')),
      statement('S2', ''),
      statement('S3', entry('') + entry('').replace('>R<', '>Q<')),
    );

    expect(read.map(({ id, lines }) => [id, lines.length])).to.deep.equal([
      ['S1', 1],
      ['S2', 0],
      ['S3', 2],
    ]);
  });

  it('names the batch of what was booked as one, batch by batch', () => {
    const batch = (n: number, amount: string): string =>
      `<NtryDtls><Btch><PmtInfId>${idOf('bat', n)}</PmtInfId><TtlAmt Ccy="EUR">${amount}</TtlAmt></Btch></NtryDtls>`;
    const linesOf = (details: string) => camt(statement('S', entry(details)))[0]?.lines;

    expect(linesOf(batch(1, '30.00')))
      .to.have.length(1)
      .and.have.nested.property('[0].batchRef', idOf('bat', 1));
    expect(linesOf(batch(1, '10.00') + batch(2, '20.00'))?.map(({ ref, amount }) => [ref, amount.minor])).to.deep.equal(
      [
        ['R/1', 1_000n],
        ['R/2', 2_000n],
      ],
    );
  });

  it('says of an entry what the bank said: charges, what was ordered, whom it went to, why it came back', () => {
    const details =
      '<ValDt><Dt>2018-02-04</Dt></ValDt><Chrgs><Rcrd><Amt Ccy="EUR">1.00</Amt></Rcrd><Rcrd><Amt Ccy="EUR">0.50</Amt></Rcrd></Chrgs>' +
      '<NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId><UETR>AB</UETR></Refs>' +
      '<AmtDtls><InstdAmt><Amt Ccy="USD">35.00</Amt></InstdAmt></AmtDtls>' +
      '<RltdPties><CdtrAcct><Id><IBAN>DE1</IBAN></Id></CdtrAcct></RltdPties><RmtInf><Ustrd>one</Ustrd><Ustrd>two</Ustrd></RmtInf>' +
      '<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls></NtryDtls>';

    const line = camt(statement('S', entry(details, 'PDNG')))[0]?.lines[0];

    expect(line).to.deep.include({
      ...{ status: 'pending', valueOn: '2018-02-04', uetr: 'ab', remittance: 'one two', counterparty: 'DE1' },
      ...{ returnReason: 'AC04', charges: eur(150n), instructed: Money.of(3_500n, 'USD') },
    });
    expect(line).to.not.have.property('endToEndId');
  });

  it('of very many entries is read one by one', () => {
    const many = Array.from({ length: 20_000 }, (_, n) => entry('', 'BOOK', '0.01').replace('>R<', `>R${n}<`)).join(
      '\n',
    );

    expect(camt(statement('S', many))[0]?.lines).to.have.length(20_000);
  });
});
