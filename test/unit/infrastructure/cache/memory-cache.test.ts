import { expect } from 'chai';
import { MemoryCache, memoryCache } from '../../../../src/infrastructure/cache/memory-cache.ts';
import { TestWallClock } from '../../../support/clock.ts';
import { cacheContract } from '../../../support/contracts/cache-contract.ts';

cacheContract('the memory cache', (perMinute) => {
  const clock = new TestWallClock();
  const pass = (ms: number): void => {
    clock.pass(ms);
  };
  return Promise.resolve({ parts: memoryCache(clock, perMinute), pass });
});

describe('the memory cache', () => {
  it('drops the oldest entry when it is full, and grows no further', async () => {
    const cache = new MemoryCache(new TestWallClock());
    for (let n = 0; n <= 50_000; n += 1) await cache.set(`key ${n}`, 'value', 60);

    expect(await cache.get('key 0')).to.equal(undefined);
    expect(await cache.get('key 1')).to.equal('value');
    expect(await cache.get('key 50000')).to.equal('value');
  });
});
