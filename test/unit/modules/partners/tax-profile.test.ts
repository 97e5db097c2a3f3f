import { expect } from 'chai';
import { ChangeTaxProfile } from '../../../../src/modules/partners/application/change-tax-profile.ts';
import { type TaxDetails, taxFaults, tidiedTax } from '../../../../src/modules/partners/domain/tax-profile.ts';
import { at, idOf } from '../../../support/clock.ts';
import { aPartner, aTaxProfile } from '../../../support/contracts/partners-contract.ts';
import { FakePartnersTransaction } from '../../../support/fakes/fake-partners.ts';
import { rejects } from '../../../support/rejects.ts';

const details = (changes: Partial<TaxDetails> = {}): TaxDetails => {
  const { partnerId: _, ...rest } = aTaxProfile().profile;
  return { ...rest, ...changes };
};

const pointers = (changes: Partial<TaxDetails>): readonly string[] =>
  taxFaults(tidiedTax(details(changes)), '2026-01-01').map(({ pointer }) => pointer);

describe('a tax profile', () => {
  const american = { form: 'w9', country: 'US', entity: 'person' } as const;

  it('is read as a tax office writes it: numbers without dashes, codes in capitals', () => {
    expect(tidiedTax(details({ ...american, country: 'us', taxId: '123-45 6789' }))).to.include({
      country: 'US',
      taxId: '123456789',
    });
  });

  for (const [what, changes, faults] of [
    ['a W-9 of a resident of the United States', { ...american, taxId: '123456789' }, []],
    ['a W-9 without a number, which costs backup withholding', { ...american, taxId: undefined }, []],
    ['a W-9 of anybody else', { form: 'w9', taxId: '123456789' }, ['/country']],
    ['a W-9 with a short number', { ...american, taxId: '1234' }, ['/taxId']],
    ['a W-9 that claims a treaty', { ...american, taxId: '123456789', treatyPercent: '15' }, ['/treatyPercent']],
    ['a W-8BEN of a person abroad', { form: 'w8ben', entity: 'person', treatyPercent: '15' }, []],
    ['a W-8BEN of a company', { form: 'w8ben' }, ['/entity']],
    ['a W-8BEN-E of a company', { form: 'w8bene' }, []],
    ['a W-8BEN-E of an American company', { form: 'w8bene', country: 'US' }, ['/country']],
    ['a treaty that leaves more than everything', { form: 'w8bene', treatyPercent: '101' }, ['/treatyPercent']],
    ['a country that does not exist', { country: 'XX' }, ['/country']],
    ['a form that is signed today where the day begins first', { signedOn: '2026-01-01' }, []],
    ['a form signed in the future', { signedOn: '2026-01-02' }, ['/signedOn']],
    ['a birth in the future', { birthDate: '2026-01-02' }, ['/birthDate']],
    ['no town', { address: { town: ' ', country: 'BR' } }, ['/address/town']],
  ] as const)
    it(`${faults.length === 0 ? 'takes' : 'refuses'} ${what}`, () => {
      expect(pointers(changes)).to.deep.equal(faults);
    });

  it('is changed by whoever has seen the one before, and others hear that it was, not what it says', async () => {
    const transaction = new FakePartnersTransaction();
    await transaction.run(({ partners }) => partners.save([aPartner(1)]));
    const change = new ChangeTaxProfile(transaction, at('2018-01-05T12:00:00Z'));

    await change.run(idOf('par', 1), details(), 0, 'ada');
    await rejects(change.run(idOf('par', 1), details(), 0, 'ada'), 'http.precondition_failed');
    const { version } = await change.run(idOf('par', 1), details({ legalName: 'Ada' }), 1, 'ada');

    expect(version).to.equal(2);
    expect(transaction.published.map(({ type }) => type)).to.deep.equal([
      'partners.tax_profile_changed',
      'partners.tax_profile_changed',
    ]);
    expect(JSON.stringify(transaction.published)).to.not.contain('12345678000195');
  });

  it('is signed by now, and on no later day', async () => {
    const transaction = new FakePartnersTransaction();
    await transaction.run(({ partners }) => partners.save([aPartner(1)]));
    const change = new ChangeTaxProfile(transaction, at('2018-01-05T12:00:00Z'));

    const wanted = details({ signedOn: '2018-01-07' });
    const error = await rejects(change.run(idOf('par', 1), wanted, 0, 'ada'), 'partners.tax_profile_refused');

    expect(error.details.faults?.map(({ pointer }) => pointer)).to.deep.equal(['/signedOn']);
    await change.run(idOf('par', 1), details({ signedOn: '2018-01-06' }), 0, 'ada'); // where it is tomorrow already
  });

  it('is refused with every fault at once, and changes nothing', async () => {
    const transaction = new FakePartnersTransaction();
    await transaction.run(({ partners }) => partners.save([aPartner(1)]));
    const change = new ChangeTaxProfile(transaction, at('2018-01-05T12:00:00Z'));

    const error = await rejects(
      change.run(idOf('par', 1), details({ country: 'XX', legalName: ' ' }), 0, 'ada'),
      'partners.tax_profile_refused',
    );

    expect(error.details.faults?.map(({ pointer }) => pointer)).to.have.members(['/country', '/legalName']);
    expect(await transaction.reader.taxProfile(idOf('par', 1))).to.equal(undefined);
  });
});
