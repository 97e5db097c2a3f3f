/** A ring that reaches every process on a database, at the price of a NOTIFY now and then. */
import { expect } from 'chai';
import { PostgresDoorbell } from '../../../src/infrastructure/postgres/doorbell.ts';
import { ChaosProxy } from '../../support/chaos-proxy.ts';
import { withDatabase } from '../../support/database.ts';
import { eventually, pauseMs } from '../../support/signals.ts';

const PATIENCE_MS = 5_000;

describe('a doorbell that processes share', () => {
  const database = withDatabase();
  let proxy: ChaosProxy;
  let near: PostgresDoorbell;
  let far: PostgresDoorbell;

  beforeEach(async () => {
    proxy = await ChaosProxy.before(database().url);
    near = new PostgresDoorbell(proxy.url);
    far = new PostgresDoorbell(database().url);
    await Promise.all([near.start(), far.start()]);
  });
  afterEach(async () => {
    await Promise.all([near.close(), far.close()]);
    await proxy.close();
  });

  it('is heard in the others, by whoever listens for that name', async () => {
    const bell = far.listen(['shop']);

    near.ring('bank');
    near.ring('shop');

    expect([...(await bell.next(PATIENCE_MS, new AbortController().signal))]).to.deep.equal(['shop']);
  });

  it('is heard once by whoever rang, and not again when the ring has been to the database and back', async () => {
    const own = near.listen(['shop']);
    const others = far.listen(['shop']);

    near.ring('shop');
    expect([...(await own.next(PATIENCE_MS, new AbortController().signal))]).to.deep.equal(['shop']);
    await others.next(PATIENCE_MS, new AbortController().signal);
    far.ring('bank'); // whatever was sent before it has arrived
    await near.listen(['bank']).next(PATIENCE_MS, new AbortController().signal);

    expect([...(await own.next(1, new AbortController().signal))]).to.be.empty;
  });

  it('sends together what rings while a ring is on its way, so that the database is asked one thing at a time', async () => {
    let sent = 0;
    proxy.onPiece = (direction, bytes) => {
      if (direction === 'up' && bytes.includes('pg_notify')) sent += 1;
    };
    proxy.latencyMs = 200;
    const heard = new Set<string>();
    const bell = far.listen(['a', 'b', 'c']);

    near.ring('a');
    await eventually('the first is on its way', () => sent === 1);
    near.ring('b');
    await pauseMs(50);
    near.ring('c');
    while (heard.size < 3) {
      for (const name of await bell.next(PATIENCE_MS, new AbortController().signal)) heard.add(name);
    }

    expect(sent).to.equal(2);
  });

  const heard = async (by: PostgresDoorbell, from: PostgresDoorbell): Promise<void> => {
    const bell = by.listen(['shop']);
    await eventually(
      'a ring is heard',
      async () => {
        from.ring('shop');
        return (await bell.next(200, new AbortController().signal)).size > 0;
      },
      20_000,
    );
    bell.hangUp();
  };

  it('is heard again after its connection was cut', async () => {
    proxy.reset();

    await heard(near, far);
    await heard(far, near);
  });

  for (const [who, listener, ringer] of [
    ['only listens', () => near, () => far],
    ['only rings', () => far, () => near],
  ] as const) {
    it(`is heard again after the network of somebody who ${who} died silently`, async () => {
      proxy.blackhole('both');
      if (ringer() === near) near.ring('nobody hears this');
      await pauseMs(50);
      proxy.heal();

      await heard(listener(), ringer());
    }).timeout(30_000);
  }

  it('is let go of at once though its network died', async () => {
    proxy.blackhole('both');

    await near.close();
  });
});
