/** Faults as people make them, put between the use cases and what they lean on. */
import type { CommissionStores, CommissionTransaction } from '../../../src/modules/commission/ports/commissions.ts';
import { LedgerPort } from '../../../src/modules/ledger/index.ts';
import type { OrderFacts, OrdersPort } from '../../../src/modules/orders/index.ts';
import type { PartnersPort } from '../../../src/modules/partners/index.ts';
import { Clock } from '../../../src/shared/clock.ts';
import { derivedId } from '../../../src/shared/ids.ts';
import { type Instant, plusDays } from '../../../src/shared/instant.ts';
import type { Transaction } from '../../../src/shared/transaction.ts';

type Inbox<Stores> = Pick<Transaction<Stores>, 'run' | 'look' | 'once'>;

/** Every message is new to it. */
export const forgetsWhatItHeard = <Stores>(inner: Inbox<Stores>): Inbox<Stores> => ({
  run: (work) => inner.run(work),
  look: (work) => inner.look(work),
  once: (_consumer, messageIds, work) => inner.run((stores) => work(stores, new Set(messageIds))),
});

/** Says that a message is done before it is, and nobody brings it again. */
export const saysDoneTooSoon = <Stores>(inner: Inbox<Stores>): Inbox<Stores> => ({
  run: (work) => inner.run(work),
  look: (work) => inner.look(work),
  once: (consumer, messageIds, work) => inner.once(consumer, messageIds, work).catch(() => undefined),
});

/** Keeps amounts and not why they are what they are. */
export const explainsNothing = (inner: CommissionTransaction): CommissionTransaction => {
  const mute = (stores: CommissionStores): CommissionStores => {
    const { commissions } = stores;
    return {
      ...stores,
      commissions: {
        ofOrders: (ids) => commissions.ofOrders(ids),
        ofIds: (ids) => commissions.ofIds(ids),
        dueToLock: (now, limit) => commissions.dueToLock(now, limit),
        parentsOf: (rows) => commissions.parentsOf(rows),
        awaitNoLonger: (accepted) => commissions.awaitNoLonger(accepted),
        dueForReview: (now, limit) => commissions.dueForReview(now, limit),
        save: (rows) => commissions.save(rows),
        allow: (ids) => commissions.allow(ids),
        record: (steps, at) => commissions.record(steps, at),
        explain: () => Promise.resolve(),
      },
    };
  };
  return {
    run: (work) => inner.run((stores) => work(mute(stores))),
    look: (work) => inner.look((stores) => work(mute(stores))),
    once: (consumer, ids, work) => inner.once(consumer, ids, (stores, fresh) => work(mute(stores), fresh)),
  };
};

/** Never hears that an order came to nothing. */
export const hidesEnds = (inner: OrdersPort): OrdersPort => ({
  facts: async (orderIds) => (await inner.facts(orderIds)).map(withoutEnd),
  ofCustomer: (programId, customerRef) => inner.ofCustomer(programId, customerRef),
});

const withoutEnd = ({ cancelledAt: _, returnedAt: __, chargedBackAt: ___, ...facts }: OrderFacts): OrderFacts => facts;

/** Takes a transaction that it knows already for another one. */
export class PostsAgain extends LedgerPort {
  private count = 0;

  constructor(private readonly inner: LedgerPort) {
    super();
  }

  openAccounts: LedgerPort['openAccounts'] = (accounts) => this.inner.openAccounts(accounts);
  balances: LedgerPort['balances'] = (accounts, before) => this.inner.balances(accounts, before);
  standing: LedgerPort['standing'] = () => this.inner.standing();
  entries: LedgerPort['entries'] = (accounts, range) => this.inner.entries(accounts, range);
  sealedHead: LedgerPort['sealedHead'] = () => this.inner.sealedHead();

  async post(transactions: Parameters<LedgerPort['post']>[0]): ReturnType<LedgerPort['post']> {
    const renamed = transactions.map((each) => ({ ...each, id: derivedId('txn', each.id, String((this.count += 1))) }));
    const verdicts = await this.inner.post(renamed);
    return verdicts.map((verdict, index) => ({ ...verdict, id: transactions[index]?.id ?? verdict.id }));
  }
}

/** Takes everybody for approved. */
export const seesNoSuspension = (inner: PartnersPort): PartnersPort => ({
  program: (id) => inner.program(id),
  programs: () => inner.programs(),
  partners: (ids) => inner.partners(ids),
  payoutProfiles: (ids) => inner.payoutProfiles(ids),
  taxProfiles: (ids) => inner.taxProfiles(ids),
  acceptances: (programId, ids) => inner.acceptances(programId, ids),
  groups: (programId) => inner.groups(programId),
  enrolments: async (programId, ids) =>
    (await inner.enrolments(programId, ids)).map((enrolment) => ({ ...enrolment, state: 'approved' })),
});

/** Is some days ahead of everybody else. */
export class FastClock extends Clock {
  constructor(
    private readonly inner: Clock,
    private readonly days: number,
  ) {
    super();
  }

  now(): Instant {
    return plusDays(this.inner.now(), this.days);
  }
}
