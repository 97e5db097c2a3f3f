import { expect } from 'chai';
import { inTurn, type Part } from '../../support/in-turn.ts';

describe('parts of a run that are at work at once', () => {
  it('begin in their order, so many at a time, and are heard in their order with their words unmixed', async () => {
    const heard: string[] = [];
    const begun: string[] = [];
    const ends = new Map<string, () => void>();
    const part =
      (name: string): Part =>
      async (say) => {
        begun.push(name);
        say(`${name} begins`);
        await new Promise<void>((resolve) => ends.set(name, resolve));
        say(`${name} ends`);
      };
    const end = async (name: string): Promise<void> => {
      ends.get(name)?.();
      await new Promise((resolve) => setImmediate(resolve));
    };

    const all = inTurn(['one', 'two', 'three'].map(part), 2, (text) => heard.push(String(text)));
    expect([begun, heard]).to.deep.equal([['one', 'two'], ['one begins']]);
    await end('two');
    expect([begun, heard]).to.deep.equal([['one', 'two', 'three'], ['one begins']]);
    await end('one');
    expect(heard).to.deep.equal(['one begins', 'one ends', 'two begins', 'two ends', 'three begins']);
    await end('three');
    await all;

    expect(heard.at(-1)).to.equal('three ends');
  });
});
