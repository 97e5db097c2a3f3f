import { expect } from 'chai';
import { Iso20022Files } from '../../../../../src/modules/settlement/adapters/iso20022/iso-20022-files.ts';
import { Pain001Rail } from '../../../../../src/modules/settlement/adapters/iso20022/pain-001-rail.ts';
import { plainLatin } from '../../../../../src/modules/settlement/adapters/iso20022/sepa.ts';
import { uetrOf } from '../../../../../src/modules/settlement/domain/rails/uetr.ts';
import type { PaymentOrder } from '../../../../../src/modules/settlement/ports/payment-files.ts';
import { Money } from '../../../../../src/shared/money.ts';
import { idOf } from '../../../../support/clock.ts';
import { rejects } from '../../../../support/rejects.ts';
import { noonOf } from '../../../../support/settlement-story.ts';
import { aProfile } from '../../../../support/settling-partners.ts';

const rail = new Pain001Rail();
const files = new Iso20022Files();

const orderOf = (currency: string, creditor: object = {}, minor = 5_000n): PaymentOrder => ({
  messageId: idOf('bat', 1),
  createdAt: noonOf('02-05'),
  executeOn: '2018-02-05',
  debtor: aProfile(idOf('par', 2)),
  payments: [
    {
      endToEndId: idOf('pay', 1),
      uetr: uetrOf(idOf('pay', 1)),
      amount: Money.of(minor, currency),
      creditor: { ...aProfile(idOf('par', 2)), ...creditor },
      remittance: 'Commission 2018-01',
    },
  ],
});

const fileOf = async (order: PaymentOrder): Promise<string> => {
  const submission = await rail.submit(order);
  return submission.verdict === 'accepted' ? (submission.file?.text ?? '') : '';
};

/** The creditor's address, as its bank might have written it. */
const addressed = async (address: string): Promise<string> => {
  const text = await fileOf(orderOf('BRL'));
  const at = text.lastIndexOf('<PstlAdr>');
  const end = text.indexOf('</PstlAdr>', at);
  return `${text.slice(0, at)}<PstlAdr>${address}${text.slice(end)}`;
};

describe('the rail of bank transfers', () => {
  it('writes a file that people carry', async () => {
    expect(rail.can.byHand).to.equal(true);
    expect(files.readOrder(await fileOf(orderOf('BRL'))).payments).to.have.length(1);
    expect(await rail.ask()).to.equal(undefined);
  });

  it('does not take a payee without a town or a country, for banks would send the money back', () => {
    const reasons = [{ town: ' ' }, { country: '' }, {}].map((creditor) => rail.refusals(orderOf('BRL', creditor)));

    expect(reasons).to.deep.equal([
      [{ reference: idOf('pay', 1), reason: 'address_incomplete' }],
      [{ reference: idOf('pay', 1), reason: 'address_incomplete' }],
      [],
    ]);
  });

  it('does not take more euros than the rules of SEPA allow in a payment, and any amount of reais', () => {
    expect(rail.refusals(orderOf('EUR', {}, 99_999_999_999n))).to.be.empty;
    expect(rail.refusals(orderOf('EUR', {}, 100_000_000_000n))[0]?.reason).to.equal('above_limit');
    expect(rail.refusals(orderOf('BRL', {}, 100_000_000_000n))).to.be.empty;
  });

  it('writes names in euros in letters that every bank can read, cut to seventy', async () => {
    const text = await fileOf(orderOf('EUR', { holder: `Łukasz & Söhne 中 ${'x'.repeat(99)}`, town: 'Zürich' }));

    expect(text).to.contain('<Nm>Lukasz + Sohne . ').and.to.contain('<TwnNm>Zurich</TwnNm>');
    expect(/<Cdtr><Nm>([^<]*)</.exec(text)?.[1]).to.have.length(70);
    expect(plainLatin('Æon ßig (1/2) a-b')).to.equal('AEon ssig (1/2) a-b');
  });
});

describe('an address in a payment order', () => {
  for (const [what, address] of [
    ['in lines alone', '<AdrLine>Rua A 1</AdrLine><AdrLine>Olinda BR</AdrLine>'],
    ['in lines and a country', '<Ctry>BR</Ctry><AdrLine>Rua A 1, Olinda</AdrLine>'],
    ['with a town and no country', '<TwnNm>Olinda</TwnNm>'],
    [
      'with more than two lines',
      '<TwnNm>O</TwnNm><Ctry>BR</Ctry><AdrLine>a</AdrLine><AdrLine>b</AdrLine><AdrLine>c</AdrLine>',
    ],
  ] as const) {
    it(`${what} is refused, though the schema lets it pass`, async () => {
      const text = await addressed(address);

      await rejects(() => files.readOrder(text), 'settlement.malformed_payment_file');
    });
  }

  it('of a town, a country and two lines passes', async () => {
    const text = await addressed('<TwnNm>Olinda</TwnNm><Ctry>BR</Ctry><AdrLine>Rua A 1</AdrLine><AdrLine>2</AdrLine>');

    expect(files.readOrder(text).payments).to.have.length(1);
  });
});
