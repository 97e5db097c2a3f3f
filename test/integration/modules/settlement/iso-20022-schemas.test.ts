import { expect } from 'chai';
import { Iso20022Files } from '../../../../src/modules/settlement/adapters/iso20022/iso-20022-files.ts';
import type { PaymentState } from '../../../../src/modules/settlement/domain/rails/simulated-bank.ts';
import { answerOrder } from '../../../../src/modules/settlement/domain/rails/simulated-bank.ts';
import { uetrOf } from '../../../../src/modules/settlement/domain/rails/uetr.ts';
import type { PaymentOrder } from '../../../../src/modules/settlement/ports/payment-files.ts';
import { Money } from '../../../../src/shared/money.ts';
import { idOf } from '../../../support/clock.ts';
import { aProfile } from '../../../support/settling-partners.ts';
import { noonOf } from '../../../support/settlement-story.ts';
import { objections, schemaAt } from '../../../support/xmllint.ts';

const files = new Iso20022Files();

const orderIn = (currency: string): PaymentOrder => ({
  messageId: idOf('bat', 1),
  createdAt: noonOf('02-05'),
  executeOn: '2018-02-05',
  debtor: { ...aProfile(idOf('par', 1)), holder: 'A'.repeat(200) },
  payments: [1, 2, 3].map((n) => ({
    endToEndId: idOf('pay', n),
    uetr: uetrOf(idOf('pay', n)),
    amount: Money.of(123_456n, currency),
    creditor: aProfile(idOf('par', n)),
    remittance: 'Commission 2018-01',
  })),
});

/** The schema, or undefined with a word why the test is skipped. */
const schemaOrSkip = (test: Mocha.Context, name: string): string => {
  const schema = schemaAt(name);
  if (schema !== undefined) return schema;
  console.log(`      ../shared/data/iso20022/${name} is not there: skipped`);
  return test.skip();
};

describe('the files we exchange with a bank, by the standard’s own schemas', function () {
  this.timeout(120_000); // the first time, xmllint may have to be installed

  for (const currency of ['BRL', 'JPY', 'KWD']) {
    it(`a payment order in ${currency} is a valid pain.001.001.09`, function () {
      const schema = schemaOrSkip(this, 'pain.001.001.09.xsd');

      expect(objections(files.writeOrder(orderIn(currency)), schema)).to.equal('');
    });
  }

  it('a payment order in euros is valid to the European Payments Council too', function () {
    const schema = schemaOrSkip(this, 'pain.001.001.09-epc132-08-2023-sct.xsd');
    const order = orderIn('EUR');
    const sepa = { ...order, debtor: aProfile(idOf('par', 2)), payments: order.payments.slice(1, 2) };

    expect(objections(files.writeOrder(sepa), schema)).to.equal('');
  });

  it('a payment order in euros keeps to the stricter lengths and letters, whatever the partners are called', function () {
    const schema = schemaOrSkip(this, 'pain.001.001.09-epc132-08-2023-sct.xsd');
    const plain = schemaOrSkip(this, 'pain.001.001.09.xsd');
    const order = orderIn('EUR');
    const creditor = {
      ...aProfile(idOf('par', 2)),
      holder: `Łukasz & Söhne ${'中'.repeat(120)}`,
      town: 'Saint-Étienne',
    };
    const payments = order.payments.map((payment) => ({ ...payment, creditor }));
    const sepa = files.writeOrder({
      ...order,
      debtor: { ...aProfile(idOf('par', 2)), holder: 'B'.repeat(140) },
      payments,
    });

    expect(objections(sepa, schema)).to.equal('');
    expect(objections(sepa, plain)).to.equal('');
  });

  it('an address in lines alone passes the schema, which is why we look at it ourselves', function () {
    const schema = schemaOrSkip(this, 'pain.001.001.09.xsd');
    const written = files.writeOrder(orderIn('BRL'));

    const inLines = written.replace(
      /<Cdtr>(.*?)<PstlAdr>.*?<\/PstlAdr>/,
      '<Cdtr>$1<PstlAdr><AdrLine>Rua A 1</AdrLine></PstlAdr>',
    );

    expect(objections(inLines, schema)).to.equal('');
    expect(() => files.readOrder(inLines)).to.throw(/lines alone are no address/);
  });

  it('a statement of the simulated bank is a valid camt.053.001.08, whatever it tells of', function () {
    const schema = schemaOrSkip(this, 'camt.053.001.08.xsd');
    const account = { scheme: 'domestic', number: 'SIM1', balance: Money.of(100n, 'BRL'), sequence: 3 } as const;
    const order = orderIn('BRL');

    const { statement } = answerOrder(account, new Map<string, PaymentState>(), {
      payments: order.payments,
      reject: new Set([idOf('pay', 1)]),
      return: new Set([idOf('pay', 2)]),
      bookedAt: noonOf('02-06'),
    });

    expect(statement.lines).to.have.length(4);
    expect(objections(files.writeStatement(statement), schema)).to.equal('');
  });

  it('an amount with a letter in it would be noticed', function () {
    const schema = schemaOrSkip(this, 'pain.001.001.09.xsd');

    const broken = files.writeOrder(orderIn('BRL')).replace('>1234.56<', '>1234.5x<');

    expect(objections(broken, schema)).to.contain('InstdAmt');
  });
});
