import { expect } from 'chai';
import { bareClickId } from '../../../src/shared/click-id.ts';

const ID = 'clk_01h455vb4pex5vsknk084sn02q';

describe('a click id', () => {
  it('names its click, signed or not', () => {
    expect(bareClickId(ID)).to.equal(ID);
    expect(bareClickId(`${ID}.16e0tjrhk0abc-_9`)).to.equal(ID);
  });

  it('is nothing else', () => {
    for (const text of [
      '',
      'clk_',
      ID.slice(0, -1),
      `${ID}.`,
      `${ID}x`,
      `${ID}.a b`,
      `${ID}.${'a'.repeat(171)}`,
      ID.toUpperCase(),
    ])
      expect(bareClickId(text), text).to.equal(undefined);
  });
});
