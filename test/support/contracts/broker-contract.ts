/** What every broker promises (`messaging/broker.ts`), whichever it is. */
import { expect } from 'chai';
import { AppError } from '../../../src/shared/errors.ts';
import { fromUuid } from '../../../src/shared/ids.ts';
import { ChaosProxy } from '../chaos-proxy.ts';
import { withDatabase } from '../database.ts';
import { inOrder, type MakeBroker, PostOffice, versionsByKey } from '../post-office.ts';
import { eventually, latch } from '../signals.ts';

const nothing = (): void => undefined;

export const brokerContract = (name: string, make: () => MakeBroker): void => {
  describe(`${name}, as every broker,`, () => {
    const database = withDatabase();
    let office: PostOffice;

    beforeEach(async () => {
      office = await PostOffice.open(database(), make());
    });
    afterEach(() => office.close());

    it('brings every event to every consumer once, in the order of its key', async () => {
      const station = await office.station({ one: nothing, two: nothing }).start();

      await office.chatter(150, 7);
      await station.settled();

      const told = await office.told();
      expect(told.length).to.equal(150);
      for (const hearer of ['one', 'two']) {
        const effects = await office.effects(hearer);
        expect(effects.map(({ event_id }) => event_id)).to.have.members(told);
        expect([...versionsByKey(effects).values()].every(inOrder), hearer).to.equal(true);
      }
    });

    it('brings what was told before anybody listened, and passes what nobody hears', async () => {
      await office.tell('a', 'b');
      await office.whisper('a');

      const station = await office.station({ one: nothing }).start();
      await office.whisper('b');
      await station.settled();

      expect((await office.effects('one')).length).to.equal(2);
    });

    it('carries an event whole', async () => {
      const heard: unknown[] = [];
      const station = await office.station({ one: (event) => void heard.push(event) }).start();

      await office.tell('a:first', 'b:other', 'a:second');
      await station.settled();

      const [first, , last] = await office.told();
      const common = { type: 'sender.told', version: 1, source: 'sender', occurredAt: '2026-01-01T00:00:00.000Z' };
      const ofA = { ...common, aggregate: 'a', partitionKey: 'a', traceparent: undefined };
      const told = [
        { ...ofA, id: fromUuid('evt', first ?? ''), aggregateVersion: 1, payload: { text: 'first', n: 0 } },
        { ...ofA, id: fromUuid('evt', last ?? ''), aggregateVersion: 2, payload: { text: 'second', n: 2 } },
      ];
      expect(heard.filter((event) => (event as { aggregate: string }).aggregate === 'a')).to.deep.equal(told);
    });

    it('brings an event again while the consumer says "not now", and it takes effect once', async () => {
      let tries = 0;
      const notYet = (): void => {
        tries += 1;
        if (tries < 4) throw new AppError('unavailable', 'test.not_now', 'not now');
      };
      const station = await office.station({ one: notYet, two: nothing }).start();

      await office.tell('a');
      await office.tell('a', 'b');
      await station.settled();

      expect(tries).to.be.greaterThan(3);
      for (const hearer of ['one', 'two']) {
        const effects = await office.effects(hearer);
        expect(effects.length).to.equal(3);
        expect([...versionsByKey(effects).values()].every(inOrder)).to.equal(true);
      }
      expect(await station.lotOf('one').count()).to.equal(0);
    });

    it('parks what cannot be handled and what follows it under its key, while all others flow on', async () => {
      const picky = (_: unknown, { text }: { text: string }): void => {
        if (text === 'poison') throw new Error('I cannot read this');
      };
      const station = await office.station({ picky, easy: nothing }).start();

      await office.tell('a', 'b', 'a:poison', 'b', 'a', 'c:poison', 'b', 'a');
      await station.settled();
      await office.tell('a', 'b', 'c');
      await station.settled();

      const versions = versionsByKey(await office.effects('picky'));
      expect(Object.fromEntries(versions)).to.deep.equal({ a: [1n], b: [1n, 2n, 3n, 4n] });
      expect((await office.effects('easy')).length).to.equal(11);
      expect(station.parked).to.have.members(['a internal.bug', 'c internal.bug']);
      const parked = await station.lotOf('picky').list(100);
      const ofA = parked.filter(({ envelope }) => envelope.partitionKey === 'a');
      expect(ofA.map(({ envelope, code }) => [envelope.aggregateVersion, code])).to.deep.equal([
        [2, 'internal.bug'],
        [3, 'messaging.behind_parked'],
        [4, 'messaging.behind_parked'],
        [5, 'messaging.behind_parked'],
      ]);
      expect(ofA[0]?.reason).to.equal('I cannot read this');
    });

    it('re-drives what was parked in its order once the consumer is mended, and later events follow', async () => {
      let mended = false;
      const picky = (_: unknown, { text }: { text: string }): void => {
        if (text === 'poison' && !mended) throw new Error('I cannot read this');
      };
      const station = await office.station({ picky }).start();
      await office.tell('a', 'a:poison', 'a', 'b:poison', 'a');
      await station.settled();
      const inbound = station.inboundOf('picky');

      expect(await inbound.redrive('a').catch(String)).to.contain('I cannot read this');
      expect(await station.lotOf('picky').count()).to.equal(4);
      mended = true;
      expect(await inbound.redrive('a')).to.equal(3);
      expect(await inbound.redrive('a')).to.equal(0);
      await office.tell('a', 'b');
      await station.settled();

      const versions = versionsByKey(await office.effects('picky'));
      expect(Object.fromEntries(versions)).to.deep.equal({ a: [1n, 2n, 3n, 4n, 5n] });
      expect(await station.lotOf('picky').count(), 'b still waits').to.equal(2);
    });

    it('parks at once what will be refused again, and tries a few times what may not be', async () => {
      const tries = { hopeless: 0, flaky: 0 };
      const moody = (_: unknown, { text }: { text: string }): void => {
        if (text !== 'hopeless' && text !== 'flaky') return;
        tries[text] += 1;
        if (text === 'hopeless') throw new AppError('invalid', 'test.refused', 'never');
        if (tries.flaky < 3) throw new Error('by chance');
      };
      const station = await office.station({ moody }).start();

      await office.tell('a:hopeless', 'b:flaky');
      await station.settled();

      // Once with the others of its batch, once alone.
      expect(tries.hopeless).to.equal(2);
      expect(station.parked).to.deep.equal(['a test.refused']);
      expect((await office.effects('moody')).map(({ text }) => text)).to.deep.equal(['flaky']);
    });

    it('goes on where a worker stopped in the middle, in another process', async () => {
      const stopHere = latch(1);
      let handled = 0;
      const slow = async (): Promise<void> => {
        handled += 1;
        if (handled === 20) await stopHere.arrive();
      };
      const first = await office.station({ one: slow }).start();
      await office.chatter(60, 3);
      await eventually('the first is in the middle', () => handled >= 20);

      await first.stop();
      const second = await office.station({ one: nothing }).start();
      await office.chatter(30, 3);
      await second.settled();

      const effects = await office.effects('one');
      expect(effects.map(({ event_id }) => event_id)).to.have.members(await office.told());
      expect(effects.length).to.equal(90);
      expect([...versionsByKey(effects).values()].every(inOrder)).to.equal(true);
    });

    it('serves a consumer of two processes once, in order', async () => {
      const stations = await Promise.all([
        office.station({ one: nothing }).start(),
        office.station({ one: nothing }).start(),
      ]);

      await office.chatter(100, 4);
      await Promise.all(stations.map((station) => station.settled()));

      const effects = await office.effects('one');
      expect(effects.length).to.equal(100);
      expect([...versionsByKey(effects).values()].every(inOrder)).to.equal(true);
    });

    it('waits while the database is away, and parks nothing for it', async () => {
      const proxy = await ChaosProxy.before(database().url);
      try {
        const station = await office.station({ one: nothing }, proxy.url).start();
        await office.tell('a');
        await station.settled();

        proxy.refuse();
        await office.chatter(30, 3);
        expect((await office.effects('one')).length).to.equal(1);
        expect(await station.isIdle().catch(() => false)).to.equal(false);
        proxy.heal();
        await station.settled(20_000);

        const effects = await office.effects('one');
        expect(effects.length).to.equal(31);
        expect([...versionsByKey(effects).values()].every(inOrder)).to.equal(true);
        expect(await station.lotOf('one').count()).to.equal(0);
        await office.close();
      } finally {
        await proxy.close();
      }
    });

    it('survives links to the database that die in the middle of the work', async () => {
      const proxy = await ChaosProxy.before(database().url);
      try {
        const station = await office.station({ one: nothing, two: nothing }, proxy.url).start();
        for (let fault = 0; fault < 8; fault += 1) {
          await office.chatter(10, 4);
          proxy.reset();
        }
        await station.settled(20_000);

        for (const hearer of ['one', 'two']) {
          const effects = await office.effects(hearer);
          expect(effects.length, hearer).to.equal(80);
          expect([...versionsByKey(effects).values()].every(inOrder), hearer).to.equal(true);
        }
        expect(station.parked).to.be.empty;
        await office.close();
      } finally {
        await proxy.close();
      }
    });

    it('says what is waiting: not idle, and a lag that grows and goes', async () => {
      const station = office.station({ one: nothing });
      await office.tell('a');
      const lagOf = async (): Promise<number> =>
        Math.max(...(await station.broker.lag(station.inbounds, station.outboxes)).map(({ value }) => value));

      expect(await station.isIdle()).to.equal(false);
      expect(await lagOf()).to.be.greaterThan(0);

      await station.start();
      await station.settled();
      expect(await lagOf()).to.equal(0);
    });

    it('stops with nothing in hand, at once', async () => {
      const station = await office.station({ one: nothing }).start();
      await office.tell('a');
      await station.settled();

      const started = performance.now();
      await station.stop();

      expect(performance.now() - started).to.be.lessThan(5_000);
    });
  });
};
