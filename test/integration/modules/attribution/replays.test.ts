import { expect } from 'chai';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { PostgresAttributionReader } from '../../../../src/modules/attribution/adapters/postgres/postgres-attribution-reader.ts';
import { PostgresDriftLog } from '../../../../src/modules/attribution/adapters/postgres/postgres-drift-log.ts';
import { PostgresReplayReader } from '../../../../src/modules/attribution/adapters/postgres/postgres-replay-reader.ts';
import { postgresReplayStores } from '../../../../src/modules/attribution/adapters/postgres/replay-stores.ts';
import { postgresAttributionStores } from '../../../../src/modules/attribution/adapters/postgres/stores.ts';
import { DecideAgain } from '../../../../src/modules/attribution/application/deciding/decide-again.ts';
import { DecideConversions } from '../../../../src/modules/attribution/application/deciding/decide-conversions.ts';
import { KeepReplays } from '../../../../src/modules/attribution/application/replays/keep-replays.ts';
import { PublishPolicy } from '../../../../src/modules/attribution/application/deciding/publish-policy.ts';
import { RunReplays } from '../../../../src/modules/attribution/application/replays/run-replays.ts';
import { WatchDrift } from '../../../../src/modules/attribution/application/deciding/watch-drift.ts';
import type { PlacedOrder } from '../../../../src/modules/attribution/domain/deciding/conversion.ts';
import type { Touchpoint } from '../../../../src/modules/attribution/domain/traffic/touchpoint.ts';
import type { ReplayRequest } from '../../../../src/modules/attribution/index.ts';
import { type OrderFacts, type OrderId, OrdersPort } from '../../../../src/modules/orders/index.ts';
import { instant, plusDays, plusMs } from '../../../../src/shared/instant.ts';
import { at, CountingIds, idOf, TestWallClock } from '../../../support/clock.ts';
import { aPlacedOrder, aTouch } from '../../../support/contracts/attribution-contract.ts';
import { withDatabase } from '../../../support/database.ts';
import { rejects } from '../../../support/rejects.ts';
import { StandingPartners } from '../../../support/standing-partners.ts';
import { postgresTransaction } from '../../../support/transaction.ts';

const programId = idOf('prg', 1);
const [first, second] = [idOf('par', 1), idOf('par', 2)];
const START = instant('2018-01-10T12:00:00Z');
const NOW = '2018-03-01T00:00:00Z';
const FIRST_TOUCH = { model: { kind: 'first_touch' }, windows: { click: { days: 30 } } };
const LINEAR = { model: { kind: 'linear' }, windows: { click: { days: 30 } } };

/** Every order is of one line of ten reais, if it is known at all. */
class TenReais extends OrdersPort {
  readonly unknown = new Set<OrderId>();

  facts(orderIds: readonly OrderId[]): Promise<readonly OrderFacts[]> {
    const facts = orderIds
      .filter((orderId) => !this.unknown.has(orderId))
      .map((orderId) => ({
        orderId,
        currency: 'BRL',
        lines: [{ lineRef: '1', quantity: 2, returnedQuantity: 1, unitPrice: { minor: '500', currency: 'BRL' } }],
      }));
    return Promise.resolve(facts as unknown as readonly OrderFacts[]);
  }

  ofCustomer(): Promise<readonly OrderId[]> {
    return Promise.resolve([]);
  }
}

describe('replays', () => {
  const database = withDatabase();

  const make = () => {
    const own = database().as('attribution');
    const partners = new StandingPartners();
    const clock = at(NOW);
    const wallClock = new TestWallClock();
    const orders = new TenReais();
    const transaction = postgresTransaction(own, postgresAttributionStores);
    const replaying = postgresTransaction(own, postgresReplayStores);
    const reader = new PostgresReplayReader(own.knex);
    const decideAgain = new DecideAgain(partners, clock);
    const decide = new DecideConversions(partners, clock);
    const publish = new PublishPolicy(partners, transaction, clock);
    const run = new RunReplays(replaying, reader, decideAgain, orders, clock);
    const place = (...placed: readonly PlacedOrder[]) => transaction.run((stores) => decide.first(stores, placed));
    return {
      ...{ partners, clock, wallClock, orders, publish, run, place },
      conversions: new PostgresAttributionReader(own.knex),
      keep: new KeepReplays(partners, replaying, reader, publish, new CountingIds(), clock),
      drift: new WatchDrift(new PostgresDriftLog(own.knex), replaying, decideAgain, wallClock),
      touch: (...touches: readonly Touchpoint[]) => transaction.run(({ touchpoints }) => touchpoints.record(touches)),
      late: (touch: Touchpoint) =>
        transaction.run(async (stores) => {
          await stores.touchpoints.record([touch]);
          await decide.again(stores, [touch]);
        }),
    };
  };

  /** Visitor n clicks with the first partner, a day later with the second, and orders an hour after that. */
  const journey = (n: number) => {
    const visitorId = `visitor ${n}`;
    const placedAt = plusMs(START, n);
    return {
      touches: [
        aTouch(2 * n, { visitorId, partnerId: first, occurredAt: plusDays(placedAt, -1) }),
        aTouch(2 * n + 1, { visitorId, partnerId: second, occurredAt: plusMs(placedAt, -3_600_000) }),
      ],
      order: aPlacedOrder(n, { visitorId, placedAt }),
    };
  };

  const request = (overrides: Partial<ReplayRequest> = {}): ReplayRequest => ({
    programId,
    name: 'what if',
    from: START,
    to: plusDays(START, 1),
    ...overrides,
  });

  const finish = async ({ run }: Pick<ReturnType<typeof make>, 'run'>): Promise<void> => {
    while (await run.run());
  };

  const decisions = () =>
    rowsOf(database().owner.knex, 'select * from attribution.decisions order by conversion_id, number');

  const told = async (): Promise<bigint | undefined> => {
    const [row] = await rowsOf<{ count: bigint }>(
      database().owner.knex,
      'select count(*) as count from attribution.outbox',
    );
    return row?.count;
  };

  it('show who would gain and who would lose, by conversions and order value, with both decisions', async () => {
    const world = make();
    const journeys = [journey(1), journey(2), journey(3)];
    await world.touch(...journeys.flatMap(({ touches }) => touches));
    await world.place(...journeys.map(({ order }) => order), aPlacedOrder(4, { placedAt: plusMs(START, 9) }));
    world.orders.unknown.add(idOf('ord', 3));
    const before = await decisions();

    const { id } = await world.keep.start(request({ rules: LINEAR }));
    await finish(world);

    const { replay, standings, samples, owners } = await world.keep.comparison(programId, id, 2);
    expect(replay).to.include({ state: 'finished', total: 4, decided: 4, different: 3 });
    expect(standings.map(({ partnerId, conversions: { gain } }) => [partnerId, gain])).to.deep.equal([
      [second, '-1.500'],
      [first, '1.500'],
      [null, '0.000'],
    ]);
    expect(owners).to.equal(3);
    const value = (minor: string) => ({ minor, currency: 'BRL' });
    expect(standings[0]?.values).to.deep.equal([
      {
        live: value('2000'),
        replayed: value('1000'),
        gain: value('-1000'),
        liveShare: '0.666667',
        replayedShare: '0.333333',
      },
    ]);
    expect(samples).to.have.length(2);
    expect(samples[0]?.live.partners).to.deep.equal([{ partnerId: second, share: '1/1' }]);
    expect(samples[0]?.replayed.partners).to.deep.equal([
      { partnerId: first, share: '1/2' },
      { partnerId: second, share: '1/2' },
    ]);
    expect(samples[0]?.live.touches.map(({ fate }) => fate)).to.deep.equal(['earlier_touch', 'won']);
    expect(samples[0]?.replayed.touches.map(({ share }) => share)).to.deep.equal(['1/2', '1/2']);
    expect(await decisions()).to.deep.equal(before);
  });

  it('go on where they were cut off, and decide each order once', async () => {
    const world = make();
    const journeys = Array.from({ length: 450 }, (_, n) => journey(n + 1));
    await world.touch(...journeys.flatMap(({ touches }) => touches));
    await world.place(...journeys.map(({ order }) => order));
    const { id } = await world.keep.start(request({ rules: FIRST_TOUCH }));

    expect(await world.run.run()).to.equal(true);
    expect(await world.keep.replay(programId, id)).to.include({ state: 'running', decided: 200, total: 450 });
    const working = world.orders.facts.bind(world.orders);
    world.orders.facts = () => Promise.reject(new Error('cut off'));
    await world.run.run().catch(() => undefined);
    expect(await world.keep.replay(programId, id)).to.include({ decided: 200 });
    world.orders.facts = working;
    await finish(make());

    expect(await world.keep.replay(programId, id)).to.include({ state: 'finished', decided: 450, different: 450 });
    const { standings } = await world.keep.comparison(programId, id, 0);
    expect(
      standings.map(({ partnerId, conversions: { live, replayed } }) => [partnerId, live, replayed]),
    ).to.deep.equal([
      [second, '450.000', '0.000'],
      [first, '0.000', '450.000'],
    ]);
    expect(await world.run.due()).to.equal(false);
  });

  it('of the live policy differ in nothing', async () => {
    const world = make();
    const journeys = [journey(1), journey(2)];
    await world.touch(...journeys.flatMap(({ touches }) => touches));
    await world.place(...journeys.map(({ order }) => order));
    await world.publish.run({ programId, rules: LINEAR, effectiveFrom: instant(NOW) }, 'ana');
    await world.late(aTouch(90, { visitorId: 'visitor 1', partnerId: first, occurredAt: START }));

    const { id } = await world.keep.start(request());
    await finish(world);

    expect(await world.keep.replay(programId, id)).to.include({ decided: 2, different: 0, policy: null });
    await rejects(
      world.keep.promote(programId, id, instant('2018-04-01T00:00:00Z'), 'ana'),
      'attribution.nothing_to_promote',
    );
  });

  it('keep to their period and program, and decide for partners who were never considered as they stand today', async () => {
    const world = make();
    const inside = journey(1);
    await world.touch(...inside.touches);
    await world.place(
      inside.order,
      aPlacedOrder(2, { placedAt: plusDays(START, 1) }),
      aPlacedOrder(3, { placedAt: plusMs(START, -1) }),
      aPlacedOrder(4, { programId: idOf('prg', 2), placedAt: START }),
    );

    const { id } = await world.keep.start(request({ policyVersion: 1 }));
    await finish(world);

    expect(await world.keep.replay(programId, id)).to.include({ total: 1, decided: 1, different: 0 });
  });

  it('are promoted from a moment to come, and move nothing that was placed before', async () => {
    const world = make();
    const old = journey(1);
    await world.touch(...old.touches);
    await world.place(old.order);
    const { id } = await world.keep.start(request({ rules: FIRST_TOUCH }));
    await rejects(world.keep.promote(programId, id, instant(NOW), 'ana'), 'attribution.replay_unfinished');
    const toldBefore = await told();
    await finish(world);
    const before = await decisions();

    await rejects(
      world.keep.promote(programId, id, instant('2018-02-28T00:00:00Z'), 'ana'),
      'attribution.policy_back_dated',
    );
    const promoted = await world.keep.promote(programId, id, instant('2018-04-01T00:00:00Z'), 'ana');
    const again = await world.keep.promote(programId, id, instant('2018-04-01T00:00:00Z'), 'ana');
    await rejects(
      world.keep.promote(programId, id, instant('2018-05-01T00:00:00Z'), 'ana'),
      'attribution.replay_promoted',
    );

    expect(promoted).to.include({ state: 'promoted', promotedVersion: 2, effectiveFrom: '2018-04-01T00:00:00.000Z' });
    expect(again).to.deep.equal(promoted);
    expect(await decisions()).to.deep.equal(before);
    // Nobody heard of anything: commissions and money follow events, and there was none.
    expect(await told()).to.equal(toldBefore);

    const april = instant('2018-04-01T00:00:00Z');
    world.clock.moveTo('2018-04-02T00:00:00Z');
    const moved = (n: number, placedAt: typeof april) => {
      const visitorId = `visitor ${n}`;
      const touches = [
        aTouch(2 * n, { visitorId, partnerId: first, occurredAt: plusDays(placedAt, -1) }),
        aTouch(2 * n + 1, { visitorId, partnerId: second, occurredAt: plusMs(placedAt, -1_000) }),
      ];
      return { touches, order: aPlacedOrder(n, { visitorId, placedAt }) };
    };
    // Told after the moment, but placed before it; and the first that is the new policy's.
    const [lateTold, fresh] = [moved(7, plusMs(april, -1)), moved(8, april)];
    await world.touch(...lateTold.touches, ...fresh.touches);
    await world.place(lateTold.order, fresh.order);
    await world.late(aTouch(50, { visitorId: 'visitor 1', partnerId: second, occurredAt: START }));

    const shown = await world.conversions.conversions({ limit: 10 }, { programId });
    expect(
      shown.data.map(({ order, decision: { outcome, inputs } }) => [
        order.orderRef,
        outcome.kind === 'attributed' && outcome.partnerId,
        inputs.policy.version,
      ]),
    ).to.deep.equal([
      ['A-1', second, 1],
      ['A-7', second, 1],
      ['A-8', first, 2],
    ]);
  });

  it('are refused with a name that is taken, an empty period, rules nobody can read, a version nobody published', async () => {
    const { keep } = make();
    await keep.start(request());

    await rejects(keep.start(request()), 'attribution.replay_named_twice');
    await rejects(keep.start(request({ name: 'b', to: START })), 'attribution.period_empty');
    await rejects(keep.start(request({ name: 'c', rules: { model: 'best' } })), 'attribution.policy_invalid');
    await rejects(keep.start(request({ name: 'd', policyVersion: 9 })), 'attribution.unknown_policy');
    await rejects(keep.start(request({ name: 'e', policyVersion: 1, rules: LINEAR })), 'attribution.policy_unclear');
    await rejects(keep.start(request({ programId: idOf('prg', 9) })), 'attribution.unknown_program');
    await rejects(keep.replay(idOf('prg', 2), idOf('rpl', 1)), 'attribution.unknown_replay');
    expect((await keep.list({ limit: 10 }, programId)).data.map(({ name }) => name)).to.deep.equal(['what if']);
  });

  describe('of the live policy, every day', () => {
    const look = async ({ drift }: ReturnType<typeof make>) => {
      while (await drift.run());
      return drift.found();
    };

    it('find no drift where there is none, once a day of the machine', async () => {
      const world = make();
      const journeys = Array.from({ length: 220 }, (_, n) => journey(n + 1));
      await world.touch(...journeys.flatMap(({ touches }) => touches));
      await world.place(...journeys.map(({ order }) => order));

      expect(await world.drift.due()).to.equal(true);
      expect(await look(world)).to.deep.equal({ checked: 220, drifted: { inputs: 0, touches: 0 } });
      expect(await world.drift.due()).to.equal(false);
      expect(await world.drift.findings()).to.be.empty;
      world.wallClock.pass(86_400_000);
      expect(await world.drift.due()).to.equal(true);
    });

    it('find a decision that somebody changed, and one whose touch is not as it was', async () => {
      const world = make();
      const [changed, moved, untouched] = [journey(1), journey(2), journey(3)];
      await world.touch(...changed.touches, ...moved.touches, ...untouched.touches);
      await world.place(changed.order, moved.order, untouched.order);
      const { knex } = database().owner;
      await rowsOf(
        knex,
        `update attribution.decisions
         set outcome = jsonb_set(outcome, '{partnerId}', to_jsonb(:partnerId::text))
         where inputs #>> '{order,orderId}' = :orderId`,
        { partnerId: first, orderId: changed.order.orderId },
      );
      await rowsOf(
        knex,
        `update attribution.touchpoints set occurred_at = occurred_at - interval '1 second' where visitor_id = :visitor`,
        { visitor: 'visitor 2' },
      );

      expect(await look(world)).to.deep.equal({ checked: 3, drifted: { inputs: 1, touches: 2 } });
      expect(await world.drift.findings()).to.have.length(2);
    });
  });
});
