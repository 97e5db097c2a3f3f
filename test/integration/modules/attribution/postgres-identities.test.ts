import { expect } from 'chai';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { IsbotDetector } from '../../../../src/modules/attribution/adapters/isbot-detector.ts';
import { PostgresAttributionReader } from '../../../../src/modules/attribution/adapters/postgres/postgres-attribution-reader.ts';
import { PostgresIdentityAuditor } from '../../../../src/modules/attribution/adapters/postgres/postgres-identity-auditor.ts';
import { postgresAttributionStores } from '../../../../src/modules/attribution/adapters/postgres/stores.ts';
import { AttributionQueries } from '../../../../src/modules/attribution/application/deciding/attribution-queries.ts';
import { DecideConversions } from '../../../../src/modules/attribution/application/deciding/decide-conversions.ts';
import type { IdentifiedOrder } from '../../../../src/modules/attribution/application/identity/join-identities.ts';
import { ReceiveTraffic } from '../../../../src/modules/attribution/application/traffic/receive-traffic.ts';
import { RecordTouchpoints } from '../../../../src/modules/attribution/application/traffic/record-touchpoints.ts';
import type { Merge } from '../../../../src/modules/attribution/domain/identity/identity.ts';
import type { Touchpoint } from '../../../../src/modules/attribution/domain/traffic/touchpoint.ts';
import { toUuid } from '../../../../src/shared/ids.ts';
import { plusMs } from '../../../../src/shared/instant.ts';
import { at, idOf } from '../../../support/clock.ts';
import { aPlacedOrder, aTouch } from '../../../support/contracts/attribution-contract.ts';
import { identitiesContract } from '../../../support/contracts/identities-contract.ts';
import { withDatabase } from '../../../support/database.ts';
import { StandingPartners } from '../../../support/standing-partners.ts';
import { postgresTransaction } from '../../../support/transaction.ts';
import { aVeil } from '../../../support/veil.ts';

describe('the PostgreSQL store of who is one customer', () => {
  const database = withDatabase();

  const make = () => {
    const own = database().as('attribution');
    return {
      transaction: postgresTransaction(own, postgresAttributionStores),
      reader: new PostgresAttributionReader(own.knex),
    };
  };

  identitiesContract(() => Promise.resolve(make()));

  it('credits all orders of a customer, whichever of orders and click is first in one moment', async () => {
    const { transaction, reader } = make();
    const decide = new DecideConversions(new StandingPartners(), at('2018-02-01T00:00:00Z'));
    const receive = new ReceiveTraffic(new RecordTouchpoints(decide), decide, aVeil, new IsbotDetector());
    const hear = (touches: readonly Touchpoint[], placed: readonly IdentifiedOrder[]) => () =>
      transaction.run((stores) => receive.run(stores, { clicks: [], touches, placed, amended: [] }));
    const order = (n: number, named: Partial<IdentifiedOrder>): IdentifiedOrder => ({ ...aPlacedOrder(n), ...named });

    // Each customer is a chain: click – visitor – e-mail – reference, told by four who know nothing of each other.
    await Promise.all(
      Array.from({ length: 12 }, (_, n) => n + 1).flatMap((n) => {
        const own = {
          clickId: idOf('clk', n),
          visitorId: `v${n}`,
          customerEmailFingerprint: `e${n}`,
          customerRef: `c${n}`,
        };
        const steps = [
          hear([aTouch(n, { visitorId: own.visitorId, occurredAt: plusMs(aTouch(n).occurredAt, -n) })], []),
          hear(
            [],
            [order(3 * n, { visitorId: own.visitorId, customerEmailFingerprint: own.customerEmailFingerprint })],
          ),
          hear(
            [],
            [
              order(3 * n + 1, {
                customerEmailFingerprint: own.customerEmailFingerprint,
                customerRef: own.customerRef,
              }),
            ],
          ),
          hear([], [order(3 * n + 2, { customerRef: own.customerRef })]),
        ];
        return [...steps.slice(n % 4), ...steps.slice(0, n % 4)].map((step) => step());
      }),
    );

    expect(await reader.totals()).to.deep.include({ attributed: 36, unattributed: 0 });
    expect(await new AttributionQueries(reader).contradictions()).to.be.empty;
  });

  describe('looking for keys that say otherwise than their merges', () => {
    const noon = aTouch(1).occurredAt;
    const merge = (n: number, more: Partial<Merge> = {}): Merge => ({
      mergeId: idOf('mrg', n),
      programId: idOf('prg', 1),
      keys: [`visitor:v${n}`, `customer:c${n}`],
      cause: 'touch',
      mergedAt: noon,
      ...more,
    });
    const strayKeys = () => new PostgresIdentityAuditor(database().as('attribution').knex).strayKeys();
    const behind = (sql: string, n: number) => rowsOf(database().owner.knex, sql, { id: toUuid(idOf('mrg', n)) });

    beforeEach(() =>
      make().transaction.run(async ({ identities }) => {
        await identities.add([
          merge(1),
          merge(2),
          merge(3, { refusedBecause: 'too_many_keys' }),
          merge(4, { cause: 'order', orderId: idOf('ord', 4) }),
        ]);
        const undoing = { cause: 'told', toldBy: 'a person', undoneAt: noon } as const;
        await identities.undo([{ mergeId: idOf('mrg', 2), undoing }]);
      }),
    );

    it('finds none of what stands, was undone, was refused or was renamed', async () => {
      const renamed = { programIds: [idOf('prg', 1)], from: 'visitor:v1', to: 'visitor:erased:x' } as const;
      await make().transaction.run(({ identities }) => identities.rename([renamed]));

      expect(await strayKeys()).to.be.empty;
    });

    it('finds each that somebody changed behind its back, and names nobody', async () => {
      const where = `where merge_id = :id and key like 'customer:%'`;
      await behind(`update attribution.identity_keys set stands = false ${where}`, 1);
      await behind(`update attribution.identity_keys set stands = true ${where}`, 2);
      await behind(`update attribution.identity_keys set stands = true ${where}`, 3);
      await behind(`update attribution.identity_keys set order_id = null ${where}`, 4);

      expect(await strayKeys()).to.deep.equal([
        `a customer key of ${idOf('mrg', 1)} does not stand, and the merge does`,
        `a customer key of ${idOf('mrg', 2)} stands, and the merge does not`,
        `a customer key of ${idOf('mrg', 3)} stands, and the merge does not`,
        `a customer key of ${idOf('mrg', 4)} is of another program or order than it`,
      ]);
    });

    it('finds an undoing that left the keys alone, and a merge that has lost its keys', async () => {
      await behind(
        `insert into attribution.identity_undoings (merge_id, cause, undone_at) values (:id, 'order_amended', now())`,
        4,
      );
      await behind('delete from attribution.identity_keys where merge_id = :id', 1);

      expect(await strayKeys()).to.deep.equal([
        `${idOf('mrg', 1)} has no keys`,
        `a customer key of ${idOf('mrg', 4)} stands, and the merge does not`,
        `a visitor key of ${idOf('mrg', 4)} stands, and the merge does not`,
      ]);
    });
  });

  it('never changes or loses what was said', async () => {
    const { knex } = database().as('attribution');

    for (const sql of [
      'update attribution.identity_merges set reason = null',
      'delete from attribution.identity_merges',
      'update attribution.identity_undoings set reason = null',
      'delete from attribution.identity_undoings',
      'update attribution.identity_keys set program_id = null',
      'delete from attribution.identity_keys',
    ]) {
      const error = await rowsOf(knex, sql).catch((refusal: unknown) => refusal);
      expect(error, sql).to.be.instanceOf(Error).with.property('code', '42501');
    }
  });
});
