import { expect } from 'chai';
import { isPhone, normalisedPhone } from '../../../src/shared/phone.ts';

describe('a telephone number', () => {
  it('is one number, however it is spelt', () => {
    const spellings = ['+49 (0)151 234-567.89', '+4915123456789', ' +49/151/23456789 ', '+49 151 23456789'];

    expect(new Set(spellings.map(normalisedPhone))).to.deep.equal(new Set(['+4915123456789']));
    expect(spellings.every(isPhone)).to.equal(true);
  });

  it('is nobody in particular without its country', () => {
    for (const phone of ['0151 23456789', '004915123456789', '+0151234567', '+49 15x', '+49123', '+1234567890123456'])
      expect(isPhone(phone), phone).to.equal(false);
  });
});
