import { expect } from 'chai';
import fc from 'fast-check';
import { isCountry } from '../../../../src/shared/countries.ts';
import { compactIban, isIban } from '../../../../src/modules/partners/domain/iban.ts';
import { isRoutingNumber, maskedWallet } from '../../../../src/modules/partners/domain/payout-method.ts';
import {
  isSameProfile,
  lastFour,
  profileFaults,
  tidied,
} from '../../../../src/modules/partners/domain/payout-profile.ts';

const details = {
  holder: 'Ada Motors',
  account: { scheme: 'iban' as const, number: 'GB82 WEST 1234 5698 7654 32' },
  bank: { scheme: 'bic' as const, code: 'westgb22' },
  town: 'London',
  country: 'gb',
};
const pointersOf = (changes: object) => profileFaults(tidied({ ...details, ...changes })).map(({ pointer }) => pointer);

describe('an IBAN', () => {
  // Examples of the IBAN registry (SWIFT, release 96).
  const examples = [
    'GB82 WEST 1234 5698 7654 32',
    'DE89 3704 0044 0532 0130 00',
    'BR18 0036 0305 0000 1000 9795 493C 1',
    'NO93 8601 1117 947',
    'MT84 MALT 0110 0001 2345 MTLC AST0 01S',
    'FR14 2004 1010 0505 0001 3M02 606',
  ];
  for (const example of examples) {
    it(`like ${example} is one, with or without spaces`, () => {
      expect(isIban(compactIban(example))).to.equal(true);
      expect(isIban(compactIban(example.toLowerCase()))).to.equal(true);
    });
  }

  it('with any one digit changed is none', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...examples.map(compactIban)),
        fc.nat({ max: 33 }),
        fc.nat({ max: 9 }),
        (iban, position, digit) => {
          const at = 2 + (position % (iban.length - 2));
          const changed = `${iban.slice(0, at)}${digit}${iban.slice(at + 1)}`;
          const isDigit = /\d/.test(iban.charAt(at));
          return !isDigit || changed === iban || !isIban(changed);
        },
      ),
    );
  });

  for (const wrong of [
    '',
    'GB82',
    'GB82WEST12345698765432X'.repeat(2),
    '82GBWEST12345698765432',
    'GB82-WEST-12345698765432',
  ]) {
    it(`like "${wrong}" is none`, () => {
      expect(isIban(wrong)).to.equal(false);
    });
  }
});

describe('a payout profile', () => {
  it('is tidied as banks read it', () => {
    expect(tidied({ ...details, holder: '  Ada Motors ', town: ' London ' })).to.deep.equal({
      holder: 'Ada Motors',
      account: { scheme: 'iban', number: 'GB82WEST12345698765432' },
      bank: { scheme: 'bic', code: 'WESTGB22' },
      town: 'London',
      country: 'GB',
    });
    expect(pointersOf({})).to.be.empty;
  });

  const faulty: readonly [string, object, string][] = [
    [
      'an IBAN whose check digits do not fit',
      { account: { scheme: 'iban', number: 'GB83WEST12345698765432' } },
      '/account/number',
    ],
    [
      'an account number with characters no bank has',
      { account: { scheme: 'domestic', number: '12#4' } },
      '/account/number',
    ],
    ['a BIC of the wrong length', { bank: { scheme: 'bic', code: 'WESTGB2' } }, '/bank/code'],
    ['a BIC of no country', { bank: { scheme: 'bic', code: 'WESTXX22' } }, '/bank/code'],
    ['a clearing number that is too long', { bank: { scheme: 'domestic', code: '1'.repeat(29) } }, '/bank/code'],
    ['a blank town', { town: '   ' }, '/town'],
    ['a blank holder', { holder: ' ' }, '/holder'],
    ['no country of ISO 3166-1', { country: 'UK' }, '/country'],
  ];
  for (const [what, changes, pointer] of faulty) {
    it(`is refused with ${what}`, () => {
      expect(pointersOf(changes)).to.deep.equal([pointer]);
    });
  }

  it('may name an account without an IBAN and a bank without a BIC', () => {
    const domestic = {
      account: { scheme: 'domestic', number: '12345-6' },
      bank: { scheme: 'domestic', code: '001 0001' },
    };

    expect(pointersOf(domestic)).to.be.empty;
  });

  it('shows the end of a number, and of a short one nothing', () => {
    expect([
      lastFour('GB82WEST12345698765432'),
      lastFour('12345678'),
      lastFour('1234567'),
      lastFour('12'),
    ]).to.deep.equal(['5432', '5678', '••••', '••••']);
  });
});

describe('countries', () => {
  it('are those officially assigned', () => {
    expect(['BR', 'DE', 'SS', 'XK', 'UK', 'EU', 'br', ''].map(isCountry)).to.deep.equal([
      true,
      true,
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});

describe('the way a partner wants its money', () => {
  const ach = {
    method: 'ach' as const,
    account: { scheme: 'domestic' as const, number: '0012345678' },
    bank: { scheme: 'domestic' as const, code: '021000021' },
  };

  it('is a bank transfer in the currency of the program, unless told', () => {
    expect(tidied(details)).to.not.have.any.keys('method', 'ach', 'wallet', 'currency');
    expect(isSameProfile(tidied(details), tidied({ ...details, method: 'bank' }))).to.equal(true);
    expect(isSameProfile(tidied(details), tidied({ ...details, currency: 'EUR' }))).to.equal(false);
  });

  it('by ACH needs a routing number whose check digit fits, and pays a person’s checking account unless told', () => {
    expect(tidied({ ...details, ...ach }).ach).to.deep.equal({ accountType: 'checking', payee: 'person' });
    expect(pointersOf(ach)).to.deep.equal([]);
    expect(pointersOf({ ...ach, bank: { scheme: 'domestic', code: '021000022' } })).to.deep.equal(['/bank/code']);
    expect(pointersOf({ method: 'ach', currency: 'EUR' })).to.deep.equal([
      '/account/number',
      '/bank/code',
      '/currency',
    ]);
  });

  it('is found wanting by any one wrong digit of a routing number', () => {
    for (const valid of ['021000021', '011401533', '091000019', '122105155']) {
      expect(isRoutingNumber(valid), valid).to.equal(true);
      for (let place = 0; place < 9; place += 1) {
        for (const digit of '0123456789') {
          const other = valid.slice(0, place) + digit + valid.slice(place + 1);
          expect(isRoutingNumber(other), other).to.equal(other === valid);
        }
      }
    }
  });

  it('to a wallet needs the wallet, which is shown masked', () => {
    expect(pointersOf({ method: 'wallet' })).to.deep.equal(['/wallet/id']);
    expect(pointersOf({ method: 'wallet', wallet: { id: 'two words' } })).to.deep.equal(['/wallet/id']);
    expect(pointersOf({ method: 'wallet', wallet: { id: ' ada@example.com ' } })).to.deep.equal([]);
    expect(['ada@example.com', 'wallet-00017', 'w17'].map(maskedWallet)).to.deep.equal([
      'a…@example.com',
      '…0017',
      '••••',
    ]);
  });

  it('keeps no details of a method that is not used', () => {
    expect(tidied({ ...details, wallet: { id: 'ada@example.com' } })).to.not.have.property('wallet');
  });
});
