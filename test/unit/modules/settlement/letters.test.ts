import { expect } from 'chai';
import { EMBEDDED, LATIN, runsOf, STRONG } from '../../../../src/modules/settlement/adapters/documents/letters.ts';

const facesOf = (text: string, latin?: string): readonly string[] => [
  ...new Set(runsOf(text, latin).map(({ font }) => font)),
];

describe('the letters of a paper', () => {
  it('are those that every reader of PDF has, where these suffice', () => {
    expect(runsOf('Åse Müller')).to.deep.equal([{ font: LATIN, text: 'Åse Müller' }]);
    expect(facesOf('Total', STRONG)).to.deep.equal([STRONG]);
  });

  it('keep the accents of names from all over Europe and Vietnam, in one face a text', () => {
    for (const name of ['Łukasz Żółć', 'Šimon Žižek', 'Őrült', 'Ğüneş İyi', 'Țurcanu', 'Nguyễn Văn Đức']) {
      expect(
        runsOf(name)
          .map(({ text }) => text)
          .join(''),
        name,
      ).to.equal(name);
      expect(facesOf(name, STRONG), name).not.to.include(LATIN).and.not.to.include(STRONG);
    }
  });

  it('are composed first, however they were typed', () => {
    expect(runsOf('Z\u030c')).to.deep.equal([{ font: 'LatinExtended', text: 'Ž' }]);
  });

  it('come from a font for Greek, for Cyrillic and for Chinese', () => {
    expect([facesOf('Ελλάδα'), facesOf('Київ'), facesOf('张伟')]).to.deep.equal([['Greek'], ['Cyrillic'], ['Han']]);
    for (const file of Object.values(EMBEDDED)) expect(file().subarray(0, 4).toString('hex')).to.equal('00010000');
  });
});
