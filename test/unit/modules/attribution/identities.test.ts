import { expect } from 'chai';
import fc from 'fast-check';
import { IsbotDetector } from '../../../../src/modules/attribution/adapters/isbot-detector.ts';
import { DecideConversions } from '../../../../src/modules/attribution/application/deciding/decide-conversions.ts';
import { EraseSubject } from '../../../../src/modules/attribution/application/identity/erase-subject.ts';
import type { IdentifiedOrder } from '../../../../src/modules/attribution/application/identity/join-identities.ts';
import { KeepIdentities } from '../../../../src/modules/attribution/application/identity/keep-identities.ts';
import { ReceiveTraffic } from '../../../../src/modules/attribution/application/traffic/receive-traffic.ts';
import { RecordTouchpoints } from '../../../../src/modules/attribution/application/traffic/record-touchpoints.ts';
import {
  type IdentityKey,
  type Joint,
  keysOf,
  MOST_KEYS,
  MOST_MERGES,
  namedBy,
  Partition,
  valuesOf,
  whyRefused,
} from '../../../../src/modules/attribution/domain/identity/identity.ts';
import { mergedAnnouncement } from '../../../../src/modules/attribution/domain/identity/identity-announcements.ts';
import type { Touchpoint } from '../../../../src/modules/attribution/domain/traffic/touchpoint.ts';
import type { IdentitiesMergedV1 } from '../../../../src/modules/attribution/events.ts';
import { instant, plusMs } from '../../../../src/shared/instant.ts';
import { at, CountingIds, idOf } from '../../../support/clock.ts';
import { aPlacedOrder, aTouch } from '../../../support/contracts/attribution-contract.ts';
import { FakeAttributionTransaction } from '../../../support/fakes/fake-attribution.ts';
import { rejects } from '../../../support/rejects.ts';
import { aProgram, StandingPartners } from '../../../support/standing-partners.ts';
import { aVeil, vault } from '../../../support/veil.ts';

const noon = instant('2018-01-10T12:00:00Z');
const hours = (count: number) => plusMs(noon, count * 3_600_000);
const program = idOf('prg', 1);

const touch = (n: number, overrides: Partial<Touchpoint> = {}): Touchpoint =>
  aTouch(n, { partnerId: idOf('par', n), visitorId: `v${n}`, ...overrides });
const order = (n: number, overrides: Partial<IdentifiedOrder> = {}): IdentifiedOrder => ({
  ...aPlacedOrder(n, { placedAt: hours(n) }),
  ...overrides,
});

const setUp = () => {
  const transaction = new FakeAttributionTransaction();
  const clock = at('2018-02-01T00:00:00Z');
  const partners = new StandingPartners();
  partners.known.set(idOf('prg', 2), aProgram({ programId: idOf('prg', 2) }));
  const decide = new DecideConversions(partners, clock);
  const receive = new ReceiveTraffic(new RecordTouchpoints(decide), decide, aVeil, new IsbotDetector());
  const identities = new KeepIdentities(transaction, decide, vault, new CountingIds(), clock);
  const orders = { facts: () => Promise.resolve([]), ofCustomer: () => Promise.resolve([idOf('ord', 1)]) };
  return {
    transaction,
    identities,
    erase: new EraseSubject(transaction, orders, new StandingPartners(), vault, new CountingIds(), clock),
    hear: (
      touches: readonly Touchpoint[],
      placed: readonly IdentifiedOrder[] = [],
      amended: readonly IdentifiedOrder[] = [],
    ) => transaction.run((stores) => receive.run(stores, { clicks: [], touches, placed, amended })),
    creditOf: (n: number) => {
      const decision = transaction.conversions().find((each) => each.order.orderId === idOf('ord', n))?.decision;
      return decision?.outcome.kind === 'attributed' ? decision.outcome.partnerId : decision?.outcome.reason;
    },
    said: (type: string) => transaction.published.filter((event) => event.type === `attribution.${type}`),
    /** None, when nobody knows the key. */
    keysOf: (key: IdentityKey) =>
      identities.customer(program, key).then(
        ({ keys }) => keys,
        (error: unknown) => {
          expect(error).to.include({ code: 'attribution.unknown_identity' });
          return [];
        },
      ),
  };
};

describe('who is one customer', () => {
  it('is told by what orders name together: the touches of all of it may decide', async () => {
    const { hear, creditOf, keysOf } = setUp();
    await hear([touch(1)], [order(1, { visitorId: 'v1', customerRef: 'c' })]);

    await hear([], [order(2, { customerRef: 'c', customerEmailFingerprint: 'e' })]);
    await hear([], [order(3, { customerEmailFingerprint: 'e' })]);

    expect([1, 2, 3].map(creditOf)).to.deep.equal(Array(3).fill(idOf('par', 1)));
    expect(await keysOf('email:e')).to.deep.equal(['customer:c', 'email:e', 'visitor:v1']);
  });

  it('is told by the click an order names, and whose it was', async () => {
    const { hear, creditOf } = setUp();
    await hear([touch(1), touch(2, { visitorId: 'v1', occurredAt: hours(-1) })]);

    await hear([], [order(1, { clickId: idOf('clk', 2), customerRef: 'c' })]);
    await hear([], [order(2, { customerRef: 'c' })]);

    expect(creditOf(2)).to.equal(idOf('par', 1));
  });

  it('counts no touch of after the order, and none of another program', async () => {
    const { hear, creditOf } = setUp();
    await hear([touch(1), touch(2, { visitorId: 'v1', occurredAt: hours(2) })]);
    await hear([], [order(9, { programId: idOf('prg', 2), visitorId: 'v1', customerRef: 'c', placedAt: hours(9) })]);

    await hear([], [order(1, { visitorId: 'v1', customerRef: 'c' })]);

    expect(creditOf(1)).to.equal(idOf('par', 1));
    expect(creditOf(9)).to.equal('no_touchpoint');
  });

  it('decides orders again when it turns out later, and says so', async () => {
    const { hear, creditOf, said } = setUp();
    await hear([touch(1)], [order(1, { customerRef: 'c' })]);
    expect(creditOf(1)).to.equal('no_touchpoint');

    await hear([], [order(2, { visitorId: 'v1', customerRef: 'c' })]);

    expect(creditOf(1)).to.equal(idOf('par', 1));
    expect(said('attribution_changed')[0]?.payload).to.include({ reason: 'identities_merged' });
    expect(said('identities_merged').map(({ payload }) => payload)).to.deep.equal([
      {
        mergeId: said('identities_merged')[0]?.aggregate,
        programId: program,
        cause: 'order',
        orderId: idOf('ord', 2),
        kinds: ['visitor', 'customer'],
        customers: 1,
        mergedAt: hours(2),
      } as IdentitiesMergedV1,
    ]);
  });

  it('says nothing when a customer comes back by another link, and decides the orders that it may change', async () => {
    const { hear, creditOf, said } = setUp();
    const anonymous = touch(2, { visitorId: undefined, occurredAt: hours(0) });
    await hear([anonymous], [order(1, { customerRef: 'c' })]);

    await hear([], [order(2, { clickId: idOf('clk', 2), customerRef: 'c' })]);

    expect(said('identities_merged')).to.be.empty;
    expect([1, 2].map(creditOf)).to.deep.equal([idOf('par', 2), idOf('par', 2)]);
  });

  it('lets a late click decide every order of its customer', async () => {
    const { hear, creditOf } = setUp();
    await hear([], [order(1, { visitorId: 'v1', customerRef: 'c' }), order(2, { customerRef: 'c' })]);

    await hear([touch(1)]);

    expect([1, 2].map(creditOf)).to.deep.equal([idOf('par', 1), idOf('par', 1)]);
  });

  it('joins the visitor of a click that was told after the orders that name it', async () => {
    const { hear, creditOf, keysOf } = setUp();
    await hear([touch(1)], [order(2, { clickId: idOf('clk', 2), customerRef: 'c' }), order(3, { customerRef: 'c' })]);

    await hear([touch(2, { visitorId: 'v1', occurredAt: hours(-1) })]);

    expect(await keysOf('visitor:v1')).to.deep.equal([`click:${idOf('clk', 2)}`, 'customer:c', 'visitor:v1']);
    expect(creditOf(3)).to.equal(idOf('par', 1));
  });

  for (const [when, early] of [
    ['before', true],
    ['after', false],
  ] as const)
    it(`is never told by a click of who denied consent, told ${when} the order`, async () => {
      const { hear, creditOf, keysOf } = setUp();
      const denied = touch(1, { visitorId: undefined, consent: 'denied' });
      if (early) await hear([denied]);

      await hear([], [order(1, { clickId: idOf('clk', 1), customerRef: 'c' }), order(2, { customerRef: 'c' })]);
      if (!early) await hear([denied]);

      expect([1, 2].map(creditOf)).to.deep.equal([idOf('par', 1), 'no_touchpoint']);
      expect(await keysOf('customer:c')).to.deep.equal(['customer:c']);
    });

  it('follows an order that turns out to be somebody else’s', async () => {
    const { hear, creditOf, said, keysOf } = setUp();
    await hear([touch(1)], [order(1, { visitorId: 'v1', customerRef: 'c' }), order(2, { customerRef: 'c' })]);

    await hear([], [], [order(1, { visitorId: 'v1', customerRef: 'd' })]);

    expect(creditOf(2)).to.equal('no_touchpoint');
    expect(await keysOf('customer:d')).to.deep.equal(['customer:d', 'visitor:v1']);
    expect(said('identities_split').map(({ payload }) => payload)).to.have.length(1);
    await hear([], [order(1, { visitorId: 'v1', customerRef: 'c' })]);
    expect(await keysOf('customer:d')).to.deep.equal(['customer:d', 'visitor:v1']);
  });

  it('ends alike, in whatever order orders and clicks are told', async () => {
    const some = <Value>(...values: readonly Value[]) => fc.option(fc.constantFrom(...values), { nil: undefined });
    const told = fc.record({
      touches: fc.uniqueArray(
        fc.record({
          n: fc.integer({ min: 1, max: 6 }),
          at: fc.integer({ min: -3, max: 6 }),
          visitor: some('v', 'w', 'x'),
        }),
        { selector: ({ n }) => n, maxLength: 6 },
      ),
      orders: fc.uniqueArray(
        fc.record({
          n: fc.integer({ min: 1, max: 6 }),
          named: some(1, 2, 3, 4, 5, 6),
          visitor: some('v', 'w', 'x'),
          customer: some('c', 'd'),
          email: some('e', 'f'),
        }),
        { selector: ({ n }) => n, minLength: 1, maxLength: 6 },
      ),
      noise: fc.array(fc.nat(), { minLength: 12, maxLength: 12 }),
    });
    const endOf = async (messages: readonly { touch?: Touchpoint; order?: IdentifiedOrder }[]) => {
      const { transaction, hear, keysOf } = setUp();
      for (const message of messages)
        await hear(message.touch ? [message.touch] : [], message.order ? [message.order] : []);
      const decisions = transaction.conversions().map(({ order: { orderId }, decision: { outcome, digest } }) => ({
        orderId,
        outcome,
        digest,
      }));
      return [
        decisions.toSorted((a, b) => (a.orderId < b.orderId ? -1 : 1)),
        await Promise.all((['customer:c', 'email:f', 'visitor:v'] as const).map(keysOf)),
      ];
    };
    await fc.assert(
      fc.asyncProperty(told, async ({ touches, orders, noise }) => {
        const messages = [
          ...touches.map(({ n, at: hour, visitor }) => ({
            touch: touch(n, { occurredAt: hours(hour), visitorId: visitor }),
          })),
          ...orders.map(({ n, named, visitor, customer, email }) => ({
            order: order(n, {
              clickId: named === undefined ? undefined : idOf('clk', named),
              visitorId: visitor,
              customerRef: customer,
              customerEmailFingerprint: email,
            }),
          })),
        ];
        const shuffled = messages
          .map((message, index) => ({ message, key: noise[index] ?? 0 }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ message }) => message);

        expect(await endOf(shuffled)).to.deep.equal(await endOf(messages));
      }),
      { numRuns: 100 },
    );
  });
});

describe('the keys of a customer', () => {
  const named = {
    clickId: idOf('clk', 1),
    visitorId: 'v:1',
    customerRef: 'click:c-1',
    customerEmailFingerprint: 'e1',
    customerPhoneFingerprint: 'p1',
  };

  it('say by what and whom they name, whatever stands in them', () => {
    const keys = keysOf(named);

    expect(keys).to.deep.equal([
      `click:${idOf('clk', 1)}`,
      'visitor:v:1',
      'customer:click:c-1',
      'email:e1',
      'phone:p1',
    ]);
    expect(Object.assign({}, ...keys.map(namedBy))).to.deep.equal(named);
    expect(valuesOf('visitor', keys)).to.deep.equal(['v:1']);
    expect(valuesOf('click', keys)).to.deep.equal([idOf('clk', 1)]);
    expect(keysOf({ customerRef: 'c-1' })).to.deep.equal(['customer:c-1']);
    expect(namedBy('plate:B-AB 1' as IdentityKey)).to.deep.equal({});
  });

  it('are too many beyond a number, clicks aside; and so is what joins them', () => {
    const customer = (keys: number, merges: number, clicks = 0) => ({
      keys: new Set<IdentityKey>([
        ...Array.from({ length: keys }, (_, n): IdentityKey => `visitor:${n}`),
        ...Array.from({ length: clicks }, (_, n): IdentityKey => `click:${n}`),
      ]),
      merges: new Set(Array.from({ length: merges }, (_, n) => idOf('mrg', n))),
      orders: new Set<never>(),
    });

    expect(whyRefused(customer(MOST_KEYS, MOST_MERGES, 100))).to.equal(undefined);
    expect(whyRefused(customer(MOST_KEYS + 1, 1))).to.equal('too_many_keys');
    expect(whyRefused(customer(1, MOST_MERGES + 1))).to.equal('too_many_merges');
  });

  it('are said to be one customer’s by their kinds alone, and of one customer at least', () => {
    const merge = {
      mergeId: idOf('mrg', 1),
      programId: program,
      keys: ['phone:p1', 'click:k1', 'click:k2'] as const,
      cause: 'told',
      mergedAt: noon,
    } as const;

    for (const [customers, told] of [
      [0, 1],
      [1, 1],
      [3, 3],
    ] as const)
      expect(mergedAnnouncement(merge, customers).payload).to.include({ customers: told });
    expect(mergedAnnouncement(merge, 1).payload).to.deep.include({ kinds: ['click', 'phone'], cause: 'told' });
  });
});

describe('a partition', () => {
  it('knows the orders that join, and none of a word that names no order', () => {
    const partition = Partition.of([
      { mergeId: idOf('mrg', 1), key: 'visitor:v1', orderId: idOf('ord', 1) },
      { mergeId: idOf('mrg', 1), key: 'email:e1', orderId: idOf('ord', 1) },
      { mergeId: idOf('mrg', 2), key: 'email:e1' },
      { mergeId: idOf('mrg', 2), key: 'phone:p1' },
    ]);

    const [customer, ...more] = partition.met(['phone:p1', 'visitor:v1']);

    expect(more).to.deep.equal([]);
    expect([...(customer?.keys ?? [])]).to.have.members(['visitor:v1', 'email:e1', 'phone:p1']);
    expect([...(customer?.orders ?? [])]).to.deep.equal([idOf('ord', 1)]);
    expect([...(customer?.merges ?? [])]).to.have.members([idOf('mrg', 1), idOf('mrg', 2)]);
    expect(partition.met(['phone:p2'])).to.deep.equal([]);
  });

  const keys = fc.constantFrom<IdentityKey>('customer:a', 'email:b', 'visitor:c', 'visitor:d', 'phone:e', 'click:f');
  const merges = fc.array(fc.uniqueArray(keys, { minLength: 1, maxLength: 3 }), { maxLength: 8 });
  const jointsOf = (all: readonly (readonly IdentityKey[])[]): readonly Joint[] =>
    all.flatMap((own, n) => own.map((key) => ({ mergeId: idOf('mrg', n + 1), key })));
  const partsOf = (all: readonly (readonly IdentityKey[])[]): readonly string[] =>
    [
      ...new Set(
        Partition.of(jointsOf(all))
          .met(all.flat())
          .map(({ keys: own }) => [...own].toSorted().join()),
      ),
    ].toSorted();

  it('is the same, in whatever order the merges are told', () => {
    fc.assert(
      fc.property(merges, fc.array(fc.nat(), { minLength: 8, maxLength: 8 }), (all, noise) => {
        const shuffled = all.map((own, n) => ({ own, key: noise[n] ?? 0 })).toSorted((a, b) => a.key - b.key);

        expect(partsOf(shuffled.map(({ own }) => own))).to.deep.equal(partsOf(all));
      }),
    );
  });

  it('has each key once, and together whatever a merge names', () => {
    fc.assert(
      fc.property(merges, (all) => {
        const partition = Partition.of(jointsOf(all));

        const parts = partition.met(all.flat());
        expect(parts.flatMap(({ keys: own }) => [...own])).to.have.members([...new Set(all.flat())]);
        for (const own of all) expect(partition.met(own)).to.have.length(1);
      }),
    );
  });
});

describe('joining customers by word', () => {
  const keys = { customerRef: 'c', visitorId: 'v1' };
  const word = { programId: program, ...keys, reason: 'wrote to us' };

  it('joins them, decides their orders again, and is undone to what the rest says', async () => {
    const { hear, identities, creditOf, keysOf, said } = setUp();
    await hear([touch(1)], [order(1, { customerRef: 'c' })]);

    const merge = await identities.link(word, 'a person');
    expect(creditOf(1)).to.equal(idOf('par', 1));
    expect(merge).to.deep.include({ cause: 'told', toldBy: 'a person', reason: 'wrote to us' });

    const undone = await identities.undo(merge.mergeId, 'another one', 'was a mistake');
    expect(undone.undone).to.deep.include({ cause: 'told', toldBy: 'another one', reason: 'was a mistake' });
    expect(creditOf(1)).to.equal('no_touchpoint');
    expect(await keysOf('customer:c')).to.deep.equal(['customer:c']);
    expect(said('attribution_changed').map(({ payload }) => (payload as { reason: string }).reason)).to.deep.equal([
      'identities_merged',
      'identities_split',
    ]);
  });

  it('does nothing twice when it is undone twice, and splits nothing that something else joins', async () => {
    const { hear, identities, keysOf, said } = setUp();
    const merge = await identities.link(word, 'a person');
    await hear([], [order(1, keys)]);

    await identities.undo(merge.mergeId, 'a person', undefined);
    await identities.undo(merge.mergeId, 'another one', undefined);

    expect(await keysOf('customer:c')).to.deep.equal(['customer:c', 'visitor:v1']);
    expect(said('identities_split')).to.be.empty;
    expect((await identities.merge(merge.mergeId)).undone?.toldBy).to.equal('a person');
  });

  it('restores exactly what the remaining merges give, whichever is undone', async () => {
    const names = fc.record({
      customerRef: fc.constantFrom('a', 'b', 'c'),
      visitorId: fc.constantFrom('v', 'w', 'x'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(names, { minLength: 1, maxLength: 6 }), fc.nat(), async (all, which) => {
        const { identities, keysOf } = setUp();
        const merges = [];
        for (const each of all) merges.push(await identities.link({ programId: program, ...each }, 'a person'));

        await identities.undo(merges[which % all.length]!.mergeId, 'a person', undefined);

        const rest = Partition.of(
          merges
            .filter((_, n) => n !== which % all.length)
            .flatMap(({ mergeId, keys: own }) => own.map((key) => ({ mergeId, key }))),
        );
        for (const key of merges.flatMap(({ keys: own }) => own))
          expect(await keysOf(key)).to.deep.equal([...(rest.met([key])[0]?.keys ?? [key])].toSorted());
      }),
      { numRuns: 50 },
    );
  });

  it('is refused with one key, and for a merge nobody knows', async () => {
    const { identities } = setUp();

    await rejects(identities.link({ programId: program, customerRef: 'c' }, 'a person'), 'attribution.keys_too_few');
    await rejects(identities.undo(idOf('mrg', 9), 'a person', undefined), 'attribution.unknown_merge');
  });

  it('keeps of an address and a telephone number keyed hashes, the same that orders bear', async () => {
    const { identities } = setUp();

    const { keys: own } = await identities.link(
      { programId: program, customerEmail: ' Ann@Example.com ', customerPhone: '+49 (0)151 23456789' },
      'a person',
    );

    expect(own).to.deep.equal([
      `email:${vault.fingerprint('email', 'ann@example.com')}`,
      `phone:${vault.fingerprint('phone', '+4915123456789')}`,
    ]);
  });
});

describe('a computer that everybody uses', () => {
  it('stops joining at so many keys, shows what was refused, and leaves each order its own touches', async () => {
    const { hear, identities, creditOf, keysOf } = setUp();
    for (let n = 1; n < MOST_KEYS; n += 1) await hear([], [order(n, { visitorId: 'shared', customerRef: `c${n}` })]);
    await hear([touch(1)]);

    await hear([], [order(60, { visitorId: 'shared', customerRef: 'late', customerEmailFingerprint: 'e' })]);
    await hear([], [order(61, { visitorId: 'v1', customerRef: 'late', customerEmailFingerprint: 'e' })]);

    expect(await keysOf('visitor:shared')).to.have.length(MOST_KEYS);
    const refused = await identities.merges({ limit: 10 }, { refused: true });
    expect(refused.data).to.have.length(1);
    expect(refused.data[0]).to.deep.include({ refusedBecause: 'too_many_keys', orderId: idOf('ord', 60) });
    expect([60, 61].map(creditOf)).to.deep.equal(['no_touchpoint', idOf('par', 1)]);
  });

  it('stops at so many orders as well', async () => {
    const { hear, identities } = setUp();
    const orders = Array.from({ length: 202 }, (_, n) => order(n + 1, { customerRef: 'guest' }));

    await hear([], orders);

    const refused = await identities.merges({ limit: 10 }, { refused: true });
    expect(refused.data.map(({ refusedBecause }) => refusedBecause)).to.deep.equal([
      'too_many_merges',
      'too_many_merges',
    ]);
  });
});

describe('a customer who is forgotten', () => {
  const known = { visitorId: 'v1', customerRef: 'c', customerEmailFingerprint: 'e' };

  it('is under none of its keys any more, and no partner loses a credit when its orders are decided again', async () => {
    const { transaction, hear, erase, keysOf, creditOf } = setUp();
    await hear([touch(1)], [order(1, known), order(2, { customerRef: 'c' })]);

    await erase.run({ kind: 'customer', programId: program, customerRef: 'c' }, 'a person');

    for (const key of ['visitor:v1', 'customer:c', 'email:e'] as const) expect(await keysOf(key)).to.deep.equal([]);
    expect(JSON.stringify(transaction.tables.merges.committed.values())).not.to.match(
      /"(visitor:v1|customer:c|email:e)"/,
    );
    await hear([], [], [order(2, { customerRef: 'c', placedAt: hours(3) })]);
    expect(creditOf(2)).to.equal(idOf('par', 1));
  });

  it('is joined with nothing by what is told later of before, and anew by what comes after', async () => {
    const { hear, erase, keysOf, creditOf } = setUp();
    await hear([touch(1)], [order(1, known)]);
    await erase.run({ kind: 'customer', programId: program, customerRef: 'c' }, 'a person');

    await hear([], [order(2, { customerRef: 'c', visitorId: 'v1' })]);
    expect(await keysOf('customer:c')).to.deep.equal([]);
    await hear([], [order(3, { customerRef: 'c', placedAt: instant('2018-03-01T00:00:00Z') })]);

    expect(await keysOf('customer:c')).to.deep.equal(['customer:c']);
    expect(creditOf(3)).to.equal('no_touchpoint');
  });
});
