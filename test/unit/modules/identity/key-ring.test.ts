import { expect } from 'chai';
import { JoseTokenSigner } from '../../../../src/modules/identity/adapters/tokens/jose-token-signer.ts';
import { KeyRing } from '../../../../src/modules/identity/application/key-ring.ts';
import { TestWallClock } from '../../../support/clock.ts';
import { FakeSigningKeys } from '../../../support/fakes/fake-identity.ts';

const DAY_MS = 86_400_000;

const setUp = () => {
  const clock = new TestWallClock();
  const store = new FakeSigningKeys();
  const ring = () => new KeyRing(store, new JoseTokenSigner(), clock);
  return { clock, store, ring };
};

describe('the key ring', () => {
  it('makes the first key once, whoever asks first, in however many processes', async () => {
    const { store, ring } = setUp();

    const keys = await Promise.all([1, 2, 3, 4].map(() => ring().signing()));

    expect(new Set(keys.map(({ kid }) => kid)).size).to.equal(1);
    expect(await store.all()).to.have.length(1);
  });

  it('finds a key that another process made since it looked', async () => {
    const { clock, ring } = setUp();
    const other = ring();
    const ours = ring();
    expect(await ours.find('nobody knows it')).to.equal(undefined);

    const made = await other.signing();
    clock.pass(1_000);

    expect((await ours.find(made.kid))?.generation).to.equal(1);
  });

  it('does not look again for every unknown key that strangers name', async () => {
    const { store, ring } = setUp();
    let looks = 0;
    const all = store.all.bind(store);
    store.all = () => {
      looks += 1;
      return all();
    };
    const ours = ring();

    for (let n = 0; n < 100; n += 1) await ours.find(`unknown ${n}`);

    expect(looks).to.equal(1);
  });

  it('rotates: the next key is published ahead, signs in its time, and old ones go when their tokens have', async () => {
    const { clock, ring } = setUp();
    const ours = ring();
    const kids = async () => (await ours.published()).map(({ kid }) => kid);
    const first = (await ours.signing()).kid;

    clock.pass(28 * DAY_MS);
    await ours.rotate();
    const ahead = await kids();
    const stillFirst = (await ours.signing()).kid;
    clock.pass(2 * DAY_MS);
    const second = (await ours.signing()).kid;
    clock.pass(31 * DAY_MS);
    await ours.rotate();

    expect(ahead).to.have.length(2);
    expect(stillFirst).to.equal(first);
    expect(second).not.to.equal(first);
    expect(await kids()).not.to.include(first);
    expect(await kids()).to.include(second);
  });

  it('rotates twice in a row without making anything twice', async () => {
    const { clock, store, ring } = setUp();
    const [one, two] = [ring(), ring()];
    await one.signing();
    clock.pass(28 * DAY_MS);

    await Promise.all([one.rotate(), two.rotate()]);
    await one.rotate();

    expect(await store.all()).to.have.length(2);
  });
});
