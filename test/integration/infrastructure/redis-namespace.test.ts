import { expect } from 'chai';
import type { CacheParts } from '../../../src/infrastructure/cache/cache.ts';
import { redisCache } from '../../../src/infrastructure/redis/redis-cache.ts';

const url = (): string => {
  const given = process.env['REDIS_URL'];
  if (!given) throw new Error('integration tests need REDIS_URL; `make test` starts a server and sets it');
  return given;
};

describe('deployments that share a Redis', () => {
  const opened: CacheParts[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((parts) => parts.close()));
  });

  const deployment = async (namespace: string): Promise<CacheParts> => {
    const parts = redisCache(url(), namespace, 10, () => undefined);
    opened.push(parts);
    while (!(await parts.isUp())) await new Promise((resolve) => setImmediate(resolve));
    return parts;
  };

  it('do not see each other’s entries, nor spend each other’s requests', async () => {
    const name = `test ${process.pid} ${performance.now()}`;
    const [one, same, other] = await Promise.all([
      deployment(`${name} a`),
      deployment(`${name} a`),
      deployment(`${name} b`),
    ]);

    await one.cache.set('link', 'https://one.example/', 60);
    await one.limiter.spend('client');

    expect(await same.cache.get('link')).to.equal('https://one.example/');
    expect(await other.cache.get('link')).to.equal(undefined);
    expect((await same.limiter.spend('client')).remaining).to.equal(8);
    expect((await other.limiter.spend('client')).remaining).to.equal(9);
  });
});
