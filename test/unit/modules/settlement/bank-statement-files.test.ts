import { expect } from 'chai';
import { Iso20022Files } from '../../../../src/modules/settlement/adapters/iso20022/iso-20022-files.ts';
import type { SimulatedStatement } from '../../../../src/modules/settlement/domain/rails/simulated-bank.ts';
import { uetrOf } from '../../../../src/modules/settlement/domain/rails/uetr.ts';
import type { PaymentOrder } from '../../../../src/modules/settlement/ports/payment-files.ts';
import { Money } from '../../../../src/shared/money.ts';
import { idOf } from '../../../support/clock.ts';
import { rejects } from '../../../support/rejects.ts';
import { aProfile } from '../../../support/settling-partners.ts';
import { noonOf } from '../../../support/settlement-story.ts';

const files = new Iso20022Files();

const readOne = (xml: string) => {
  const [only] = files.readStatements(xml);
  if (only === undefined) throw new Error('no statement');
  return only;
};

const statement: SimulatedStatement = {
  account: { scheme: 'domestic', number: 'SIM1', balance: Money.of(-5_000n, 'BRL'), sequence: 3 },
  opening: Money.of(0n, 'BRL'),
  bookedAt: noonOf('02-06'),
  lines: [
    {
      ref: 'R1',
      endToEndId: idOf('pay', 1),
      uetr: uetrOf(idOf('pay', 1)),
      amount: Money.of(5_000n, 'BRL'),
      direction: 'debit',
      status: 'booked',
      bookedAt: noonOf('02-06'),
    },
  ],
};
const camt = files.writeStatement(statement);

const order = (currency = 'BRL', minor = 5_000n): PaymentOrder => ({
  messageId: idOf('bat', 1),
  createdAt: noonOf('02-05'),
  executeOn: '2018-02-05',
  debtor: aProfile(idOf('par', 1)),
  payments: [1, 2].map((n) => ({
    endToEndId: idOf('pay', n),
    uetr: uetrOf(idOf('pay', n)),
    amount: Money.of(minor, currency),
    creditor: aProfile(idOf('par', n)),
    remittance: 'Commission 2018-01',
  })),
});

const faultsOf = async (xml: string): Promise<readonly string[]> => {
  const refusal = await rejects(() => readOne(xml), 'settlement.malformed_bank_statement');
  return (refusal.details.faults ?? []).map(({ pointer, detail }) => `${pointer} ${detail}`);
};

describe('reading a bank’s statement', () => {
  it('gives back what was written', () => {
    expect(readOne(camt)).to.deep.include({
      account: 'SIM1',
      sequence: 3,
      opening: statement.opening,
      closing: statement.account.balance,
    });
    expect(readOne(camt).lines).to.have.length(1);
  });

  it('refuses what is no XML, with the line', async () => {
    expect(await faultsOf(`${camt}<oops>`)).to.have.length(1);
    expect((await faultsOf(camt.replace('</Stmt>', '')))[0]).to.match(/line 2/);
    await faultsOf('camt');
    await faultsOf('');
  });

  for (const [name, payload] of [
    ['a document type', '<!DOCTYPE foo>'],
    ['an external entity', '<!DOCTYPE foo [<!ENTITY xxe SYSTEM "file:///etc/passwd">]>'],
    ['an entity bomb', '<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]>'],
  ] as const) {
    it(`refuses ${name}`, async () => {
      expect(await faultsOf(camt.replace('?>', `?>${payload}`))).to.deep.equal([
        ' a document type or entities are not accepted',
      ]);
    });
  }

  it('refuses a message of another kind', async () => {
    expect((await faultsOf(files.writeOrder(order())))[0]).to.contain('camt.053.001.08');
  });

  it('refuses what is nested too deep to be a statement', async () => {
    const deep = `${'<a>'.repeat(500)}${'</a>'.repeat(500)}`;

    await faultsOf(camt.replace('<GrpHdr>', `${deep}<GrpHdr>`));
  });

  it('names every place that is wrong at once', async () => {
    const wrong = camt
      .replace('<CdtDbtInd>DBIT</CdtDbtInd><RvslInd>', '<CdtDbtInd>UP</CdtDbtInd><RvslInd>')
      .replace('<BookgDt><DtTm>2018-02-06T12:00:00.000Z', '<BookgDt><DtTm>yesterday')
      .replace('OPBD', 'PRCD');

    expect(await faultsOf(wrong)).to.deep.equal([
      '/Document/BkToCstmrStmt/Stmt/0/Bal of type OPBD is missing',
      '/Document/BkToCstmrStmt/Stmt/0/Ntry/0/CdtDbtInd line 2: must be CRDT or DBIT',
      '/Document/BkToCstmrStmt/Stmt/0/Ntry/0/BookgDt/DtTm line 2: "yesterday" is not a moment like 2018-12-31T00:00:00Z',
    ]);
  });

  it('says where a document is cut off, and of no fault more than can be read', async () => {
    const half = camt.slice(0, camt.indexOf('<BookgDt>'));
    const lastLine = half.split('\n').at(-1) ?? '';
    const place = `line ${half.split('\n').length}, column ${lastLine.length + 1}`;
    const long = 'x'.repeat(100_000);

    const [cut] = await faultsOf(half);
    const [unclosed] = await faultsOf(`<${long}`);
    const [wrong] = await faultsOf(camt.replace('<BookgDt><DtTm>2018-02-06T12:00:00.000Z', `<BookgDt><DtTm>${long}`));

    expect(cut?.trim()).to.match(/^line 2, column \d+: <Ntry> is not closed; /);
    expect(cut).to.contain(`; the document is cut off at ${place}: send all of it`);
    expect((await faultsOf(camt.replace('</Ntry>', '</Entry>')))[0]).to.match(
      /line \d+, column \d+: <Ntry> is closed as <\/Entry>/,
    );
    for (const fault of [unclosed, wrong]) expect(fault?.length).to.be.lessThan(500);
  });

  it('reads prefixed names, days without a time, and times without a zone', () => {
    const dated = camt.replace(/<BookgDt>.*?<\/BookgDt>/, '<BookgDt><Dt>2018-02-07</Dt></BookgDt>');
    const local = camt.replace(/<BookgDt>.*?<\/BookgDt>/, '<BookgDt><DtTm>2018-02-07T10:00:00</DtTm></BookgDt>');
    const prefixed = camt.replace(/<(\/?)(?=[A-Z])/g, '<$1ns:').replace('xmlns=', 'xmlns:ns=');

    expect(readOne(dated).lines[0]?.bookedAt).to.equal('2018-02-07T00:00:00.000Z');
    expect(readOne(local).lines[0]?.bookedAt).to.equal('2018-02-07T10:00:00.000Z');
    expect(readOne(prefixed)).to.deep.equal(readOne(camt));
  });

  it('takes an entry that covers several payments apart, and refuses it when they do not make it', async () => {
    const details = /<TxDtls>.*<\/TxDtls>/.exec(camt)?.[0] ?? '';
    const part = (id: string, amount: string): string =>
      details.replace(idOf('pay', 1), id).replace('>50.00<', `>${amount}<`);
    const split = (second: string): string =>
      camt.replace(details, part(idOf('pay', 1), '30.00') + part(idOf('pay', 2), second));

    const { lines } = readOne(split('20.00'));

    expect(lines.map(({ ref, endToEndId, amount }) => [ref, endToEndId, amount.minor])).to.deep.equal([
      ['R1/1', idOf('pay', 1), 3_000n],
      ['R1/2', idOf('pay', 2), 2_000n],
    ]);
    expect((await faultsOf(split('20.01')))[0]).to.contain('its payments make 50.01 BRL');
  });

  it('reads an entry without details, for not everything on an account is ours', () => {
    const bare = camt.replace(/<NtryDtls>.*<\/NtryDtls>/, '');

    expect(readOne(bare).lines).to.have.length(1).and.to.not.have.nested.property('[0].endToEndId');
  });
});

describe('a payment order', () => {
  it('is read by a bank as it was written', () => {
    const read = files.readOrder(files.writeOrder(order()));

    expect(read).to.deep.equal({
      messageId: idOf('bat', 1),
      account: aProfile(idOf('par', 1)).account,
      currency: 'BRL',
      payments: order().payments.map(({ endToEndId, uetr, amount }) => ({ endToEndId, uetr, amount })),
    });
  });

  it('writes amounts with as many decimals as the currency has', () => {
    expect(files.writeOrder(order('JPY'))).to.contain('<InstdAmt Ccy="JPY">5000<');
    expect(files.writeOrder(order('BRL'))).to.contain('<InstdAmt Ccy="BRL">50.00<');
    expect(files.writeOrder(order('KWD'))).to.contain('<InstdAmt Ccy="KWD">5.000<');
    expect(files.writeOrder(order('KWD'))).to.contain('<CtrlSum>10.000<');
  });

  it('cannot be broken by a name', () => {
    const evil = { ...order().debtor, holder: '</Nm><Evil/>&\u0000\u0008 "A" \ud800' };
    const written = files.writeOrder({ ...order(), debtor: evil });

    expect(written).to.contain('&lt;/Nm&gt;&lt;Evil/&gt;&amp; &quot;A&quot; </Nm>');
    expect(files.readOrder(written).payments).to.have.length(2);
  });

  it('is refused by the bank when its sum or its count is wrong', async () => {
    const xml = files.writeOrder(order());
    const code = 'settlement.malformed_payment_file';

    await rejects(() => files.readOrder(xml.replaceAll('<CtrlSum>100.00<', '<CtrlSum>99.00<')), code);
    await rejects(() => files.readOrder(xml.replaceAll('<NbOfTxs>2<', '<NbOfTxs>3<')), code);
  });

  it('names the same payment by the same UETR, which looks random', () => {
    expect(uetrOf(idOf('pay', 1)))
      .to.equal(uetrOf(idOf('pay', 1)))
      .and.not.equal(uetrOf(idOf('pay', 2)));
    expect(uetrOf(idOf('pay', 1))).to.match(/^[a-f0-9]{8}-[a-f0-9]{4}-4[a-f0-9]{3}-[89ab][a-f0-9]{3}-[a-f0-9]{12}$/);
  });
});
