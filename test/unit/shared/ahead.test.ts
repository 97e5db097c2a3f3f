import { expect } from 'chai';
import { ahead } from '../../../src/shared/ahead.ts';

/** Pieces that end when told. */
const pieces = () => {
  const ends: { end: () => void; fail: (error: Error) => void }[] = [];
  const begin = (): Promise<void> =>
    new Promise((resolve, reject) => {
      ends.push({ end: resolve, fail: reject });
    });
  return { ends, begin };
};

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

describe('work that is begun ahead', () => {
  it('is under way so many pieces at a time, and over when the last has ended', async () => {
    const { ends, begin } = pieces();
    let isOver = false;
    const whole = ahead(async (lane) => {
      const two = lane(2);
      for (let nth = 0; nth < 3; nth += 1) await two(begin);
      return 'done';
    }).finally(() => (isOver = true));

    await turns();
    expect(ends).to.have.length(2);
    ends[0]?.end();
    await turns();
    expect(ends).to.have.length(3);
    ends[2]?.end();
    await turns();
    expect(isOver).to.equal(false);

    ends[1]?.end();
    expect(await whole).to.equal('done');
  });

  it('of another lane does not wait for it', async () => {
    const { ends, begin } = pieces();
    const whole = ahead(async (lane) => {
      await lane(1)(begin);
      await lane(1)(begin);
    });

    await turns();
    expect(ends).to.have.length(2);
    for (const { end } of ends) end();
    await whole;
  });

  it('throws what failed first, when nothing is under way any more', async () => {
    const { ends, begin } = pieces();
    let failed: unknown;
    const whole = ahead(async (lane) => {
      await lane(1)(begin);
      await lane(1)(begin);
      throw new Error('third');
    }).catch((error: unknown) => (failed = error));

    await turns();
    ends[1]?.fail(new Error('second'));
    await turns();
    expect(failed).to.equal(undefined);
    ends[0]?.end();

    await whole;
    expect(failed).to.have.property('message', 'third');
  });

  it('fails with the piece, though nobody waited for it', async () => {
    const { ends, begin } = pieces();
    let failed: unknown;
    const whole = ahead(async (lane) => {
      await lane(2)(begin);
    }).catch((error: unknown) => (failed = error));

    await turns();
    ends[0]?.fail(new Error('first'));

    await whole;
    expect(failed).to.have.property('message', 'first');
  });
});
