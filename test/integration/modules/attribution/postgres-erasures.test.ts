import { expect } from 'chai';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { PostgresAttributionReader } from '../../../../src/modules/attribution/adapters/postgres/postgres-attribution-reader.ts';
import { postgresAttributionStores } from '../../../../src/modules/attribution/adapters/postgres/stores.ts';
import { IsbotDetector } from '../../../../src/modules/attribution/adapters/isbot-detector.ts';
import { DecideConversions } from '../../../../src/modules/attribution/application/deciding/decide-conversions.ts';
import { EraseSubject } from '../../../../src/modules/attribution/application/identity/erase-subject.ts';
import { ReceiveTraffic } from '../../../../src/modules/attribution/application/traffic/receive-traffic.ts';
import { RecordTouchpoints } from '../../../../src/modules/attribution/application/traffic/record-touchpoints.ts';
import { at, CountingIds, idOf } from '../../../support/clock.ts';
import { aTouch } from '../../../support/contracts/attribution-contract.ts';
import { erasuresContract } from '../../../support/contracts/erasures-contract.ts';
import { withDatabase } from '../../../support/database.ts';
import { StandingPartners } from '../../../support/standing-partners.ts';
import { postgresTransaction } from '../../../support/transaction.ts';
import { aVeil, vault } from '../../../support/veil.ts';

describe('erasures in PostgreSQL', () => {
  const database = withDatabase();

  erasuresContract(() => {
    const own = database().as('attribution');
    return Promise.resolve({
      transaction: postgresTransaction(own, postgresAttributionStores),
      reader: new PostgresAttributionReader(own.knex),
    });
  });

  it('wait for what is told in the same moment, and miss nothing of it', async () => {
    const own = database().as('attribution');
    const transaction = postgresTransaction(own, postgresAttributionStores);
    const clock = at('2018-02-01T00:00:00Z');
    const partners = new StandingPartners();
    const decide = new DecideConversions(partners, clock);
    const receive = new ReceiveTraffic(new RecordTouchpoints(decide), decide, aVeil, new IsbotDetector());
    const orders = { facts: () => Promise.resolve([]), ofCustomer: () => Promise.resolve([]) };
    const erase = new EraseSubject(transaction, orders, partners, vault, new CountingIds(), clock);
    const touch = aTouch(1, { visitorId: 'v', userAgent: 'Firefox' });
    const steps: string[] = [];

    const isTold = signal();
    const mayEnd = signal();
    const telling = transaction.run(async (stores) => {
      await receive.run(stores, { clicks: [], touches: [touch], placed: [], amended: [] });
      isTold.give();
      await mayEnd.given;
      steps.push('told');
    });
    await isTold.given;
    const erasing = erase.run({ kind: 'visitor', visitorId: 'v' }, 'somebody').then(() => steps.push('erased'));
    await Promise.race([erasing, somebodyWaits()]);
    mayEnd.give();
    await Promise.all([telling, erasing]);

    const [kept] = await rowsOf<{ visitor_id: string; user_agent: string | null }>(
      own.knex,
      'select visitor_id, user_agent from attribution.touchpoints',
    );
    expect(steps).to.deep.equal(['told', 'erased']);
    expect(kept).to.deep.equal({ visitor_id: `erased:${idOf('era', 1)}:0`, user_agent: null });
  });

  /** Until a session waits for an advisory lock. */
  const somebodyWaits = async (): Promise<void> => {
    for (;;) {
      const [row] = await rowsOf<{ waits: boolean }>(
        database().owner.knex,
        `select exists (
           select from pg_locks
           where locktype = 'advisory' and not granted
             and database = (select oid from pg_database where datname = current_database())
         ) as waits`,
      );
      if (row?.waits) return;
    }
  };

  it('open no other door to what was kept', async () => {
    const { knex } = database().as('attribution');
    for (const sql of [
      'update attribution.erasures set touchpoints = 0',
      'delete from attribution.erased_visitors',
      'update attribution.touchpoints set occurred_at = now()',
      `update attribution.touchpoints set signals = '{}'`,
      `update attribution.decisions set inputs = '{}'`,
      'update attribution.network_salts set month = now()',
    ]) {
      const error = await rowsOf(knex, sql).catch((refusal: unknown) => refusal);
      expect(error, sql).to.be.instanceOf(Error).with.property('code', '42501');
    }
  });

  it('let nobody give a decision anything but a pseudonym', async () => {
    const { knex } = database().owner;
    const id = '00000000-0000-7000-8000-000000000001';
    await rowsOf(
      knex,
      `insert into attribution.conversions
         (conversion_id, order_id, order_ref, program_id, placed_at, decision, outcome, reason)
       values (:id, :id, 'A-1', :id, now(), 1, 'unattributed', 'no_touchpoint')`,
      { id },
    );
    await rowsOf(
      knex,
      `insert into attribution.decisions (conversion_id, number, inputs, outcome, considered, digest, decided_at)
       values (:id, 1, '{"order": {"visitorId": "v"}}', '{}', '[]', repeat('a', 64), now())`,
      { id },
    );
    const give = async (visitor: string) => {
      await rowsOf(
        database().as('attribution').knex,
        `select attribution.pseudonymise_decision(:id, 1, :visitor, repeat('b', 64))`,
        { id, visitor },
      );
      const [row] = await rowsOf<{ visitor: string }>(
        knex,
        `select inputs #>> '{order,visitorId}' as visitor from attribution.decisions`,
      );
      return row?.visitor;
    };

    expect(await give('somebody else')).to.equal('v');
    expect(await give('erased:era_1:0')).to.equal('erased:era_1:0');
  });
});

const signal = () => {
  let give = (): void => undefined;
  const given = new Promise<void>((resolve) => (give = resolve));
  return { given, give };
};
