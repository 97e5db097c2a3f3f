/** What every cache promises (`cache/cache.ts`), whichever it is. */
import { expect } from 'chai';
import type { CacheParts } from '../../../src/infrastructure/cache/cache.ts';

export interface CacheUnderTest {
  readonly parts: CacheParts;
  /** Lets time go by, for what is kept. */
  pass(ms: number): void | Promise<void>;
}

export const cacheContract = (name: string, make: (perMinute: number) => Promise<CacheUnderTest>): void => {
  describe(`${name}, as every cache,`, () => {
    let own: CacheUnderTest;

    beforeEach(async () => {
      own = await make(3);
    });
    afterEach(() => own.parts.close());

    it('keeps what it is given, the last of it, until it is told to forget', async () => {
      const { cache } = own.parts;
      expect(await cache.get('a')).to.equal(undefined);

      await cache.set('a', 'first', 60);
      await cache.set('a', 'last', 60);
      await cache.set('b', 'other', 60);
      expect([await cache.get('a'), await cache.get('b')]).to.deep.equal(['last', 'other']);

      await cache.delete('a');
      await cache.delete('never there');
      expect([await cache.get('a'), await cache.get('b')]).to.deep.equal([undefined, 'other']);
    });

    it('keeps any text as it is', async () => {
      const texts = ['', ' ', '0', '{"a":"ç€😀"}', 'line\nline', 'x'.repeat(200_000)];
      for (const [n, text] of texts.entries()) await own.parts.cache.set(`text ${n}`, text, 60);

      for (const [n, text] of texts.entries()) expect(await own.parts.cache.get(`text ${n}`)).to.equal(text);
    });

    it('forgets when the time is up, and not before', async () => {
      const { cache } = own.parts;
      await cache.set('short', 'a', 1);
      await cache.set('long', 'b', 60);
      expect(await cache.get('short')).to.equal('a');

      await own.pass(1_100);

      expect([await cache.get('short'), await cache.get('long')]).to.deep.equal([undefined, 'b']);
    });

    it('counts requests of each by itself, refuses those beyond the limit, and says when there are more', async () => {
      const { limiter } = own.parts;
      const spent = [];
      for (let n = 0; n < 5; n += 1) spent.push(await limiter.spend('busy'));

      expect(spent.map(({ allowed, remaining }) => [allowed, remaining])).to.deep.equal([
        [true, 2],
        [true, 1],
        [true, 0],
        [false, 0],
        [false, 0],
      ]);
      for (const { limit, resetSeconds } of spent) {
        expect(limit).to.equal(3);
        expect(resetSeconds).to.be.within(1, 60);
      }
      expect((await limiter.spend('other')).remaining).to.equal(2);
    });

    it('counts every one of many requests at the same time', async () => {
      const spent = await Promise.all(Array.from({ length: 20 }, () => own.parts.limiter.spend('crowd')));
      expect(spent.filter(({ allowed }) => allowed)).to.have.length(3);
    });

    it('says that it is there', async () => {
      expect(await own.parts.isUp()).to.equal(true);
    });
  });
};
