import { expect } from 'chai';
import fc from 'fast-check';
import {
  type IdentityKey,
  type KeptMerge,
  type Merge,
  Partition,
} from '../../../src/modules/attribution/domain/identity/identity.ts';
import { instant, plusMs } from '../../../src/shared/instant.ts';
import { decodeCursor } from '../../../src/shared/page.ts';
import { idOf } from '../clock.ts';
import { aPlacedOrder, type AttributionSides, aTouch } from './attribution-contract.ts';

const noon = instant('2018-01-10T12:00:00Z');
const program = idOf('prg', 1);
const undoing = { cause: 'told', toldBy: 'a person', reason: 'no', undoneAt: noon } as const;

const aMerge = (n: number, keys: readonly IdentityKey[], overrides: Partial<Merge> = {}): Merge => ({
  mergeId: idOf('mrg', n),
  programId: program,
  keys,
  cause: 'touch',
  mergedAt: plusMs(noon, n),
  ...overrides,
});
const ofOrder = (n: number, order: number, keys: readonly IdentityKey[], overrides: Partial<Merge> = {}): Merge =>
  aMerge(n, keys, { cause: 'order', orderId: idOf('ord', order), ...overrides });

/** What every store of who is one customer promises; the fake and the real one both run through it. */
export const identitiesContract = (make: () => Promise<AttributionSides>): void => {
  const setUp = async (...merges: readonly Merge[]) => {
    const { transaction } = await make();
    await transaction.run(({ identities }) => identities.add(merges));
    return {
      transaction,
      around: async (...keys: readonly IdentityKey[]) => {
        const joints = await transaction.run(({ identities }) => identities.around(program, keys));
        return [...new Set(joints.map(({ key }) => key))].toSorted();
      },
      undo: (n: number) => transaction.run(({ identities }) => identities.undo([{ mergeId: idOf('mrg', n), undoing }])),
    };
  };
  const plain = (merges: readonly KeptMerge[]): unknown => JSON.parse(JSON.stringify(merges));
  const numbers = (merges: readonly KeptMerge[]) => merges.map(({ mergeId }) => mergeId);

  it('leads from key to key over what stands, within a program', async () => {
    const { around } = await setUp(
      aMerge(1, ['customer:c', 'visitor:v']),
      aMerge(2, ['visitor:v', 'email:e']),
      aMerge(3, ['email:e', 'phone:p'], { refusedBecause: 'too_many_keys' }),
      aMerge(4, ['email:e', 'phone:q'], { programId: idOf('prg', 2) }),
      aMerge(5, ['customer:d']),
    );

    expect(await around('email:e')).to.deep.equal(['customer:c', 'email:e', 'visitor:v']);
    expect(await around('customer:d', 'customer:c')).to.have.length(4);
    expect(await around('phone:p')).to.deep.equal([]);
  });

  it('has for each set of merges the customers that they give, whatever was undone', async () => {
    const keys = fc.constantFrom<IdentityKey>('customer:a', 'customer:b', 'email:c', 'visitor:d', 'phone:e');
    const some = fc.record({
      merges: fc.array(fc.uniqueArray(keys, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 8 }),
      undone: fc.uniqueArray(fc.nat({ max: 7 }), { maxLength: 4 }),
    });
    let base = 0;
    const { transaction } = await setUp();
    await fc.assert(
      fc.asyncProperty(some, async ({ merges, undone }) => {
        base += 10;
        const programId = idOf('prg', base);
        const all = merges.map((own, n) => aMerge(base + n, own, { programId }));
        const gone = undone.filter((n) => n < all.length).map((n) => idOf('mrg', base + n));
        const joints = await transaction.run(async ({ identities }) => {
          await identities.add(all);
          await identities.undo(gone.map((mergeId) => ({ mergeId, undoing })));
          return identities.around(programId, merges.flat());
        });
        const rest = all.filter(({ mergeId }) => !gone.includes(mergeId));

        const partsOf = (partition: Partition) =>
          partition.met(merges.flat()).map(({ keys: own }) => [...own].toSorted().join());
        expect(partsOf(Partition.of(joints))).to.have.members(
          partsOf(Partition.of(rest.flatMap(({ mergeId, keys: own }) => own.map((key) => ({ mergeId, key }))))),
        );
      }),
      { numRuns: 25 },
    );
  });

  it('keeps what was said, and what was taken back, for ever', async () => {
    const told = aMerge(1, ['customer:c', 'visitor:v'], { cause: 'told', toldBy: 'somebody', reason: 'a call' });
    const { transaction, undo, around } = await setUp(told);

    await undo(1);

    const kept = await transaction.run(({ identities }) => identities.get(idOf('mrg', 1)));
    expect(plain([kept!])).to.deep.equal([{ ...told, undone: undoing }]);
    expect(await around('customer:c')).to.deep.equal([]);
    expect(await transaction.run(({ identities }) => identities.get(idOf('mrg', 2)))).to.equal(undefined);
    expect(await transaction.run(({ identities }) => identities.known([idOf('mrg', 1), idOf('mrg', 2)]))).to.deep.equal(
      new Set([idOf('mrg', 1)]),
    );
  });

  it('knows the last that each order said, however it ended', async () => {
    const { transaction, undo } = await setUp(
      ofOrder(9, 1, ['customer:c']),
      ofOrder(8, 1, ['customer:d'], { refusedBecause: 'too_many_merges' }),
      ofOrder(7, 2, ['customer:c']),
    );
    await undo(7);

    const last = await transaction.run(({ identities }) => identities.lastOf([1, 2, 3].map((n) => idOf('ord', n))));

    expect(numbers(last)).to.have.members([idOf('mrg', 8), idOf('mrg', 7)]);
  });

  it('finds what stands and names a key, clicks and their visitors apart', async () => {
    const { transaction, undo } = await setUp(
      aMerge(1, ['click:k', 'visitor:v']),
      ofOrder(2, 1, ['click:k', 'customer:c']),
      ofOrder(3, 2, ['click:k']),
      ofOrder(4, 3, ['click:k'], { programId: idOf('prg', 2) }),
    );
    await undo(3);

    const naming = await transaction.run(({ identities }) =>
      identities.naming([{ programId: program, key: 'click:k' }]),
    );

    expect(numbers(naming)).to.deep.equal([idOf('mrg', 2)]);
  });

  it('shows the history of keys, the latest first, and what was refused page by page', async () => {
    const refusedBecause = 'too_many_keys' as const;
    const { transaction } = await setUp(
      aMerge(1, ['customer:c', 'visitor:v']),
      aMerge(3, ['customer:c'], { refusedBecause }),
      aMerge(2, ['visitor:v'], { refusedBecause }),
      aMerge(4, ['customer:c'], { programId: idOf('prg', 2), refusedBecause }),
    );
    const page = (after?: readonly string[]) =>
      transaction.run(({ identities }) => identities.page({ limit: 1, after }, { programId: program, refused: true }));

    const history = await transaction.run(({ identities }) => identities.history(program, ['customer:c'], 10));
    expect(numbers(history)).to.deep.equal([idOf('mrg', 3), idOf('mrg', 1)]);
    const first = await page();
    const second = await page(decodeCursor(first.nextCursor ?? ''));
    expect([first, second].flatMap(({ data }) => numbers(data))).to.deep.equal([idOf('mrg', 2), idOf('mrg', 3)]);
    expect(second.nextCursor).to.equal(null);
  });

  it('renames a key wherever it stands, also in what was taken back', async () => {
    const { transaction, undo, around } = await setUp(
      aMerge(1, ['customer:c', 'visitor:v']),
      aMerge(2, ['customer:c', 'email:e']),
      aMerge(3, ['customer:c'], { programId: idOf('prg', 2) }),
    );
    await undo(2);

    const count = await transaction.run(({ identities }) =>
      identities.rename([{ programIds: [program], from: 'customer:c', to: 'customer:erased:x' }]),
    );

    expect(count).to.equal(2);
    expect(await around('customer:c')).to.deep.equal([]);
    expect(await around('visitor:v')).to.deep.equal(['customer:erased:x', 'visitor:v']);
    expect(await transaction.run(({ identities }) => identities.history(program, ['customer:c'], 10))).to.deep.equal(
      [],
    );
  });

  it('knows who made clicks, and of none that were only shown', async () => {
    const { transaction } = await setUp();
    await transaction.run(({ touchpoints }) =>
      touchpoints.record([
        aTouch(1, { visitorId: 'v' }),
        aTouch(2, { kind: 'impression' }),
        aTouch(3, { consent: 'denied' }),
      ]),
    );

    const clicked = await transaction.run(({ identities }) =>
      identities.clicked([1, 2, 3, 4].map((n) => idOf('clk', n))),
    );

    const { clickId, programId, visitorId, consent, occurredAt } = aTouch(1, { visitorId: 'v' });
    expect(clicked.find((one) => one.clickId === clickId)).to.deep.equal({
      clickId,
      programId,
      visitorId,
      consent,
      occurredAt,
    });
    expect(clicked.map((one) => one.clickId)).to.have.members([idOf('clk', 1), idOf('clk', 3)]);
  });

  describe('lets an order be decided by', () => {
    const before = (minutes: number) => plusMs(noon, -minutes * 60_000);
    const order = aPlacedOrder(1, { clickId: idOf('clk', 9) });
    const candidatesOf = async ({ transaction }: Pick<AttributionSides, 'transaction'>) => {
      const found = await transaction.run(({ touchpoints }) => touchpoints.candidates([order]));
      return (found.get(order.orderId) ?? []).map(({ clickId }) => clickId).toSorted();
    };

    it('the touches of all visitors and clicks that are its customer’s, and no others', async () => {
      const sides = await setUp(
        ofOrder(1, 1, ['customer:c']),
        aMerge(2, ['customer:c', 'visitor:v', `click:${idOf('clk', 3)}`, `click:${idOf('clk', 4)}`]),
        aMerge(3, ['visitor:v', 'visitor:w']),
        aMerge(4, ['visitor:x', 'visitor:y']),
      );
      await sides.transaction.run(({ touchpoints }) =>
        touchpoints.record([
          aTouch(1, { visitorId: 'v' }),
          aTouch(2, { visitorId: 'w' }),
          aTouch(3),
          aTouch(4, { consent: 'denied' }),
          aTouch(5, { visitorId: 'x' }),
          aTouch(6, { visitorId: 'v', programId: idOf('prg', 2) }),
          aTouch(7, { visitorId: 'v', occurredAt: plusMs(order.placedAt, 1) }),
          aTouch(8, { visitorId: 'v', kind: 'impression' }),
          aTouch(9, { consent: 'denied' }),
        ]),
      );

      expect(await candidatesOf(sides)).to.deep.equal([1, 2, 3, 9].map((n) => idOf('clk', n)));
    });

    it('the latest of them, and as many as of one visitor', async () => {
      const sides = await setUp(ofOrder(1, 1, ['customer:c', 'visitor:v', 'visitor:w']));
      const touches = Array.from({ length: 80 }, (_, n) =>
        aTouch(n + 10, { visitorId: n % 2 === 0 ? 'v' : 'w', occurredAt: before(n) }),
      );
      await sides.transaction.run(({ touchpoints }) => touchpoints.record(touches));

      expect(await candidatesOf(sides)).to.deep.equal(Array.from({ length: 50 }, (_, n) => idOf('clk', n + 10)));
    });
  });
};
