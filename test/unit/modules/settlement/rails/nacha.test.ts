import { expect } from 'chai';
import fc from 'fast-check';
import { NachaRail } from '../../../../../src/modules/settlement/adapters/nacha/nacha-rail.ts';
import { noticesOf, readNacha } from '../../../../../src/modules/settlement/adapters/nacha/read-nacha.ts';
import { achReferenceOf } from '../../../../../src/modules/settlement/domain/rails/ach.ts';
import { uetrOf } from '../../../../../src/modules/settlement/domain/rails/uetr.ts';
import type { PaymentOrder } from '../../../../../src/modules/settlement/ports/payment-files.ts';
import { Money } from '../../../../../src/shared/money.ts';
import { idOf } from '../../../../support/clock.ts';
import { rejects } from '../../../../support/rejects.ts';
import { noonOf } from '../../../../support/settlement-story.ts';

const rail = new NachaRail({ companyId: '1234567890' });
const ROUTINGS = ['021000021', '011401533', '091000019', '122105155'];

interface Payee {
  readonly minor: bigint;
  readonly payee?: 'person' | 'company';
  readonly accountType?: 'checking' | 'savings';
  readonly routing?: string;
  readonly holder?: string;
}

const orderOf = (payees: readonly Payee[]): PaymentOrder => ({
  messageId: idOf('bat', 1),
  createdAt: noonOf('02-05'),
  executeOn: '2018-02-06',
  debtor: {
    holder: 'Aurora Motors Incorporated',
    account: { scheme: 'domestic', number: '5550001' },
    bank: { scheme: 'domestic', code: '021000021' },
    town: 'Reno',
    country: 'US',
  },
  payments: payees.map(
    ({ minor, payee = 'person', accountType = 'checking', routing = '011401533', holder }, index) => ({
      endToEndId: idOf('pay', index + 1),
      uetr: uetrOf(idOf('pay', index + 1)),
      amount: Money.of(minor, 'USD'),
      creditor: {
        holder: holder ?? 'José Ünal',
        account: { scheme: 'domestic', number: `000${index}` },
        bank: { scheme: 'domestic', code: routing },
        town: 'Reno',
        country: 'US',
        method: 'ach',
        ach: { payee, accountType },
      },
      remittance: 'Commission 2018-01',
    }),
  ),
});

const fileOf = async (payees: readonly Payee[]): Promise<string> => {
  const submission = await rail.submit(orderOf(payees));
  return submission.verdict === 'accepted' ? (submission.file?.text ?? '') : '';
};

describe('a NACHA file', () => {
  it('has each field at its place', async () => {
    const lines = (await fileOf([{ minor: 12_345n, accountType: 'savings', payee: 'company' }])).split('\n');

    expect(lines.slice(0, 6).map((line) => line.trimEnd())).to.deep.equal([
      '101 02100002112345678901802051200A094101BANK                   Aurora Motors Incorpora' +
        idOf('bat', 1).slice(-8).toUpperCase(),
      '5220Aurora Motors In                    1234567890CCDCOMMISSION180205180206   1021000020000001',
      `6320114015330000             0000012345${achReferenceOf(idOf('pay', 1))}Jose Unal               0021000020000001`,
      '822000000100011401530000000000000000000123451234567890                         021000020000001',
      '9000001000001000000010001140153000000000000000000012345',
      '9'.repeat(94),
    ]);
  });

  it('puts people and companies into batches of their own class, numbered from one', async () => {
    const text = await fileOf([{ minor: 1n, payee: 'company' }, { minor: 2n }, { minor: 3n, payee: 'company' }]);

    const headers = text.split('\n').filter((line) => line.startsWith('5'));
    expect(headers.map((line) => [line.slice(50, 53), line.slice(87)])).to.deep.equal([
      ['PPD', '0000001'],
      ['CCD', '0000002'],
    ]);
  });

  it('counts, hashes and sums what is in it, whatever that is', async () => {
    const payee = fc.record({
      minor: fc.bigInt({ min: 1n, max: 9_999_999_999n }),
      payee: fc.constantFrom('person' as const, 'company' as const),
      routing: fc.constantFrom(...ROUTINGS),
      holder: fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(payee, { minLength: 1, maxLength: 40 }), async (payees) => {
        const text = await fileOf(payees);
        const lines = text.slice(0, -1).split('\n');

        // Reckoned anew, from the lines alone.
        const entries = lines.filter((line) => line.startsWith('6'));
        const hash = entries.map((line) => line.slice(3, 11)).reduce((sum, routing) => sum + Number(routing), 0);
        const total = entries.map((line) => BigInt(line.slice(29, 39))).reduce((sum, minor) => sum + minor, 0n);
        const control = lines.find((line) => line.startsWith('9')) ?? '';
        expect(lines.length % 10).to.equal(0);
        expect(lines.every((line) => line.length === 94)).to.equal(true);
        expect(Number(control.slice(1, 7))).to.equal(lines.filter((line) => line.startsWith('5')).length);
        expect(Number(control.slice(7, 13))).to.equal(lines.length / 10);
        expect(Number(control.slice(13, 21))).to.equal(entries.length);
        expect(control.slice(21, 31)).to.equal(String(hash).slice(-10).padStart(10, '0'));
        expect(BigInt(control.slice(43, 55))).to.equal(total);
        expect(total).to.equal(payees.reduce((sum, { minor }) => sum + minor, 0n));
        expect(new Set(entries.map((line) => line.slice(79))).size).to.equal(entries.length);
        expect(readNacha(text).entries.map(({ minor }) => minor)).to.have.members(payees.map(({ minor }) => minor));
      }),
      { numRuns: 60 },
    );
  });

  it('takes dollars alone, to a routing number, from one', () => {
    const wrong = orderOf([{ minor: 1n, routing: 'COBADEFFXXX' }]);
    const payer = {
      ...orderOf([{ minor: 1n }]),
      debtor: { ...wrong.debtor, bank: { scheme: 'bic', code: 'X' } as const },
    };

    expect(rail.can).to.deep.include({ currencies: ['USD'], byHand: true, mostPerPayment: 9_999_999_999n });
    expect(rail.refusals(wrong).map(({ reason }) => reason)).to.deep.equal(['no_routing_number']);
    expect(rail.refusals(payer).map(({ reason }) => reason)).to.deep.equal(['payer_has_no_routing_number']);
    expect(rail.refusals(orderOf([{ minor: 1n }]))).to.be.empty;
  });
});

describe('reading a NACHA file', () => {
  const broken: readonly (readonly [string, (text: string) => string])[] = [
    ['a line too short', (text) => text.replace('COMMISSION', 'COMMISSIO')],
    ['another amount than the totals', (text) => text.replace('0000000700', '0000000701')],
    ['an entry too many', (text) => text.replace(/(6.{93}\n)/, '$1$1').replace(`${'9'.repeat(94)}\n`, '')],
    ['another hash', (text) => text.replace('622011401533', '622021000021')],
    ['no end', (text) => text.replace(/^9.*$/gm, (line) => line.replace(/^9/, '5'))],
    ['lines that are no blocks', (text) => text.replace(`${'9'.repeat(94)}\n`, '')],
    ['nothing of the kind', () => '<Document/>'],
  ];
  for (const [what, harm] of broken) {
    it(`refuses one with ${what}`, async () => {
      const text = harm(await fileOf([{ minor: 700n }]));

      await rejects(() => readNacha(text), 'settlement.malformed_ach_file');
    });
  }

  it('finds nothing to notice in what we sent', async () => {
    expect(noticesOf(readNacha(await fileOf([{ minor: 700n }])))).to.be.empty;
  });
});
