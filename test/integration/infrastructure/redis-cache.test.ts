/** Redis as our cache; and what becomes of answers when it is flushed, hangs, or is away. */
import { expect } from 'chai';
import { Redis } from 'ioredis';
import { modules } from '../../../src/app.ts';
import type { CacheParts } from '../../../src/infrastructure/cache/cache.ts';
import { redisCache } from '../../../src/infrastructure/redis/redis-cache.ts';
import { cacheContract } from '../../support/contracts/cache-contract.ts';
import type { TestDatabase } from '../../support/database.ts';
import { type RunningApp, startApp } from '../../support/running-app.ts';
import { type OwnRedis, startRedis } from '../../support/services/redis.ts';
import { Shop } from '../../support/shop.ts';
import { eventually, pauseMs } from '../../support/signals.ts';

const sharedUrl = (): string => {
  const given = process.env['REDIS_URL'];
  if (!given) throw new Error('integration tests need REDIS_URL; `make test` starts a server and sets it');
  return given;
};

const open = async (url: string, perMinute: number, reports: unknown[] = []): Promise<CacheParts> => {
  const namespace = `test ${process.pid} ${performance.now()}`;
  const parts = redisCache(url, namespace, perMinute, (error) => void reports.push(error));
  await eventually('Redis is reached', () => parts.isUp());
  return parts;
};

cacheContract('Redis', async (perMinute) => ({ parts: await open(sharedUrl(), perMinute), pass: pauseMs }));

describe('a Redis of our own', () => {
  let redis: OwnRedis;

  beforeEach(async () => {
    redis = await startRedis();
  });
  afterEach(() => redis.stop());

  const flush = async (): Promise<void> => {
    const client = new Redis(redis.url);
    await client.flushall();
    client.disconnect();
  };

  describe('as a cache', () => {
    let parts: CacheParts;
    let reports: unknown[];

    beforeEach(async () => {
      reports = [];
      parts = await open(redis.url, 2, reports);
      await parts.cache.set('a', 'kept', 60);
    });
    afterEach(() => parts.close());

    /** What a cache may always say, and a limiter must never: unknown, but still "no more than two". */
    const expectUnknownButBounded = async (): Promise<void> => {
      expect(await parts.cache.get('a')).to.equal(undefined);
      await parts.cache.set('a', 'new', 60);
      await parts.cache.delete('a');
      const spent = [];
      for (let n = 0; n < 3; n += 1) spent.push((await parts.limiter.spend('busy')).allowed);
      expect(spent).to.deep.equal([true, true, false]);
    };

    const expectItWell = async (): Promise<void> => {
      await eventually('it is well again', () => parts.isUp());
      await parts.cache.set('b', 'kept', 60);
      expect(await parts.cache.get('b')).to.equal('kept');
    };

    it('that is flushed knows nothing, and goes on', async () => {
      await flush();

      await expectUnknownButBounded();
      await expectItWell();
    });

    it('that hangs is not waited for; each process counts by itself, and goes on when it is back', async () => {
      redis.hang();

      await expectUnknownButBounded();
      expect(await parts.isUp()).to.equal(false);

      redis.resume();
      await expectItWell();
      expect(await parts.cache.get('a'), 'what was to be forgotten is forgotten').to.equal(undefined);
    });

    it('that is away is done without, and said so once', async () => {
      await redis.stop();
      await eventually('it is missed', async () => !(await parts.isUp()));

      await expectUnknownButBounded();
      await eventually('it is reported', () => reports.length > 0);
      await pauseMs(500);
      expect(reports).to.have.length(1);
    });
  });

  describe('under the program', () => {
    let shop: Shop;
    let database: TestDatabase;
    let running: RunningApp;

    before(async () => {
      shop = await Shop.open();
    });
    after(() => shop.close());
    beforeEach(async () => {
      database = await shop.copy();
      running = await startApp(database, modules, shop.environment(database, { REDIS_URL: redis.url }));
    });
    afterEach(async () => {
      await running.stop();
      await database.drop();
    });

    const expectRightAnswers = async (): Promise<void> => {
      const click = await fetch(`${running.url}/r/lena`, { redirect: 'manual' });
      expect(click.status).to.equal(302);
      expect(new URL(click.headers.get('location') ?? '').host).to.equal('aurora.example');
      const programs = await running.call('GET', '/v1/programs', { token: shop.token });
      expect(programs.status).to.equal(200);
      expect((await running.call('GET', '/readyz')).status).to.equal(200);
    };

    it('may be flushed, hang and go away: every answer stays right', async () => {
      await expectRightAnswers();
      await flush();
      await expectRightAnswers();
      redis.hang();
      await expectRightAnswers();
      redis.resume();
      await expectRightAnswers();
      await redis.stop();
      await expectRightAnswers();
    });
  });
});
