import { expect } from 'chai';
import type { Redis } from 'ioredis';
import sinon from 'sinon';
import { RedisCache } from '../../../../src/infrastructure/redis/redis-cache.ts';

describe('the cache in Redis', () => {
  const redis = { get: sinon.stub(), set: sinon.stub(), del: sinon.stub() };
  const cache = new RedisCache(redis as unknown as Redis, 'north');

  beforeEach(() => {
    for (const command of Object.values(redis)) command.reset();
  });

  it('keeps two deployments apart, and every entry for a whole number of seconds, one at least', async () => {
    redis.set.resolves('OK');
    redis.get.withArgs('tributary:north:key').resolves('value');

    await cache.set('key', 'value', 0.2);
    await cache.set('key', 'value', 59.1);

    expect(redis.set.args).to.deep.equal([
      ['tributary:north:key', 'value', 'EX', 1],
      ['tributary:north:key', 'value', 'EX', 60],
    ]);
    expect(await cache.get('key')).to.equal('value');
  });

  it('knows nothing and forgets what it is told while Redis is away, and never throws', async () => {
    for (const command of Object.values(redis)) command.rejects(new Error('Connection is closed.'));

    await cache.set('key', 'value', 60);
    await cache.delete('key');

    expect(await cache.get('key')).to.equal(undefined);
    for (const command of Object.values(redis)) sinon.assert.calledOnce(command);
  });

  it('tells an entry that is not there from an empty one', async () => {
    redis.get.onFirstCall().resolves(null);
    redis.get.onSecondCall().resolves('');

    expect([await cache.get('key'), await cache.get('key')]).to.deep.equal([undefined, '']);
  });
});
