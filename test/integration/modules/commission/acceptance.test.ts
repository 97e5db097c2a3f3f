import { expect } from 'chai';
import { commissionConsumers } from '../../../../src/modules/commission/adapters/messaging/consumers.ts';
import { commissionStores } from '../../../../src/modules/commission/adapters/postgres/commission-stores.ts';
import { PostgresCommissionReader } from '../../../../src/modules/commission/adapters/postgres/postgres-commission-reader.ts';
import { LockDue } from '../../../../src/modules/commission/application/reckoning/lock-due.ts';
import { LookAgain } from '../../../../src/modules/commission/application/reckoning/look-again.ts';
import { ReckonCommissions } from '../../../../src/modules/commission/application/reckoning/reckon-commissions.ts';
import { SettleCommissions } from '../../../../src/modules/commission/application/reckoning/settle-commissions.ts';
import { reckon } from '../../../../src/modules/commission/domain/life-cycle/reckon.ts';
import type { CommissionStores } from '../../../../src/modules/commission/ports/commissions.ts';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { TermsAcceptedV1 } from '../../../../src/modules/partners/events.ts';
import { type Envelope, nameOf } from '../../../../src/shared/events.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { aCredit, allowing, anOrder, aTermsVersion, partsOf } from '../../../support/builders.ts';
import { at, idOf } from '../../../support/clock.ts';
import { withDatabase } from '../../../support/database.ts';
import { aProgram, StandingPartners } from '../../../support/standing-partners.ts';
import { eventually } from '../../../support/signals.ts';
import { postgresTransaction } from '../../../support/transaction.ts';

const clock = at('2018-03-01T00:00:00Z');
const terms = aTermsVersion();
const order = anOrder({
  milestones: { placed: instant('2018-01-02T00:00:00Z'), delivered: instant('2018-01-10T00:00:00Z') },
});
const credit = aCredit({ verdicts: [allowing()] });
const [vested] = reckon({ order, credit, commissions: [], parts: partsOf(order, credit, terms) }).commissions;

const accepted = (n: number, termsId = terms.termsId): Envelope => ({
  id: idOf('evt', n),
  type: TermsAcceptedV1.type,
  version: TermsAcceptedV1.version,
  source: 'partners',
  aggregate: idOf('enr', 1),
  aggregateVersion: n,
  partitionKey: idOf('par', 1),
  occurredAt: clock.now(),
  payload: {
    enrolmentId: idOf('enr', 1),
    programId: terms.programId,
    partnerId: idOf('par', 1),
    termsId,
    version: 1,
    hash: terms.hash,
    acceptedAt: clock.now(),
  },
});

describe('waiting for terms to be accepted', () => {
  const database = withDatabase();

  /** One commission that is due, of a partner who has accepted nothing. */
  const setUp = async () => {
    const own = database().as('commission');
    const transaction = postgresTransaction<CommissionStores>(own, commissionStores);
    const partners = new StandingPartners();
    partners.known.set(terms.programId, aProgram({ requiresAcceptance: true }));
    const reader = new PostgresCommissionReader(own.knex);
    await transaction.run(async (stores) => {
      await stores.terms.add(terms);
      await stores.commissions.save([vested!]);
    });
    const orders = { facts: () => Promise.resolve([order]), ofCustomer: () => Promise.resolve([]) };
    const consumers = commissionConsumers(transaction, {
      reckon: new ReckonCommissions(orders, partners, clock),
      settle: new SettleCommissions(clock),
      lookAgain: new LookAgain(transaction, partners, clock),
    });
    const consumer = consumers.find(({ types }) => types.includes(nameOf(TermsAcceptedV1)));
    return {
      knex: own.knex,
      partners,
      reader,
      lock: new LockDue(transaction, reader, partners, clock),
      hear: (...events: Envelope[]) => consumer!.handle(events),
      accept: () =>
        partners.accepted.push({
          programId: terms.programId,
          partnerId: idOf('par', 1),
          termsId: terms.termsId,
          hash: terms.hash,
          acceptedAt: clock.now(),
        }),
      found: async () => (await reader.find(vested!.id))!,
    };
  };

  it('is over when the news comes, however often, and keeps no period open meanwhile', async () => {
    const { reader, lock, hear, accept, found } = await setUp();
    await lock.run();
    expect(await lock.isDue()).to.equal(false);
    expect(await reader.lockedBefore(terms.programId, clock.now())).to.include({ count: 0, waiting: 0 });

    accept();
    await hear(accepted(1), accepted(1));
    await hear(accepted(1));
    expect(await lock.isDue()).to.equal(true);
    await lock.run();

    expect(await found()).to.include({ state: 'locked', lockedAt: instant('2018-02-09T00:00:00Z') });
    expect(await found()).to.have.property('awaitsAcceptance', undefined);
  });

  it('goes on after news of another version', async () => {
    const { lock, hear, found } = await setUp();
    await lock.run();

    await hear(accepted(1, idOf('trm', 9)));
    await lock.run();

    expect(await found()).to.include({ state: 'vested', awaitsAcceptance: true });
  });

  it('is not forgotten when the news comes between the question and its answer', async () => {
    const { partners, knex, lock, hear, accept, found } = await setUp();
    const answer = partners.acceptances.bind(partners);
    let isAsked: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => (isAsked = resolve));
    const heard = asked.then(() => hear(accepted(1)));
    partners.acceptances = async (programId, partnerIds) => {
      const before = await answer(programId, partnerIds);
      if (before.length > 0) return before;
      accept();
      isAsked();
      await eventually('the news waits for the commission', async () => {
        const waiting = `select from pg_locks join pg_stat_activity using (pid)
                         where not granted and datname = current_database()`;
        return (await rowsOf(knex, waiting)).length > 0;
      });
      return before;
    };

    await lock.run();
    await heard;
    await lock.run();

    expect(await found()).to.include({ state: 'locked' });
  });
});
