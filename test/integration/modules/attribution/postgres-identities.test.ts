import { expect } from 'chai';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { IsbotDetector } from '../../../../src/modules/attribution/adapters/isbot-detector.ts';
import { PostgresAttributionReader } from '../../../../src/modules/attribution/adapters/postgres/postgres-attribution-reader.ts';
import { postgresAttributionStores } from '../../../../src/modules/attribution/adapters/postgres/stores.ts';
import { AttributionQueries } from '../../../../src/modules/attribution/application/attribution-queries.ts';
import { DecideConversions } from '../../../../src/modules/attribution/application/decide-conversions.ts';
import type { IdentifiedOrder } from '../../../../src/modules/attribution/application/join-identities.ts';
import { ReceiveTraffic } from '../../../../src/modules/attribution/application/receive-traffic.ts';
import { RecordTouchpoints } from '../../../../src/modules/attribution/application/record-touchpoints.ts';
import type { Touchpoint } from '../../../../src/modules/attribution/domain/touchpoint.ts';
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
