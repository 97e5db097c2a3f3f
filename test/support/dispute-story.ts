/** Disputes with fakes all around them, and words for what tests do with them. */
import {
  AdjustmentsPort,
  type CommissionEvidence,
  type DecidedAdjustment,
  EvidencePort,
  type OrderEvidence,
  type OrderNamed,
} from '../../src/modules/commission/index.ts';
import { DisputeAudits } from '../../src/modules/settlement/application/disputes/dispute-audits.ts';
import { DisputeContracts } from '../../src/modules/settlement/application/disputes/dispute-contracts.ts';
import { SetDisputeTerms } from '../../src/modules/settlement/application/disputes/set-dispute-terms.ts';
import { GatherFacts } from '../../src/modules/settlement/application/disputes/gather-facts.ts';
import { OpenDispute } from '../../src/modules/settlement/application/disputes/open-dispute.ts';
import { RunDisputes } from '../../src/modules/settlement/application/disputes/run-disputes.ts';
import { WorkDispute } from '../../src/modules/settlement/application/disputes/work-dispute.ts';
import type { Dispute } from '../../src/modules/settlement/domain/disputes/dispute.ts';
import type { DisputeRequest } from '../../src/modules/settlement/domain/disputes/open-dispute.ts';
import type { Payout } from '../../src/modules/settlement/domain/payouts/payout.ts';
import type { Statement } from '../../src/modules/settlement/domain/statements/statement.ts';
import { payableCode } from '../../src/modules/settlement/domain/books/chart-of-accounts.ts';
import type { Id } from '../../src/shared/ids.ts';
import { instant } from '../../src/shared/instant.ts';
import type { MoneyJson } from '../../src/shared/money.ts';
import { at, CountingIds, idOf } from './clock.ts';
import { FakeDisputeReader } from './fakes/fake-disputes.ts';
import { FakeLedger } from './fakes/fake-ledger.ts';
import { FakeSettlementTransaction } from './fakes/fake-settlement.ts';
import { PostBookings } from '../../src/modules/settlement/application/books/post-bookings.ts';
import { programId } from './settlement-story.ts';
import { SettlingPartners } from './settling-partners.ts';

export const brl = (minor: number | bigint): MoneyJson => ({ minor: String(minor), currency: 'BRL' });
export const ANA = { by: 'ana', partnerId: idOf('par', 1) };
export const [ADA, BOB, CARL] = [{ by: 'ada' }, { by: 'bob' }, { by: 'carl' }] as const;

export const aCommissionEvidence = (overrides: Partial<CommissionEvidence> = {}): CommissionEvidence => ({
  commissionId: idOf('com', 1),
  partnerId: ANA.partnerId,
  state: 'locked',
  amount: brl(5_000),
  recomputed: brl(5_000),
  takenOff: brl(0),
  decidedAt: instant('2018-03-01T00:00:00Z'),
  ...overrides,
});

export const anOrderEvidence = (overrides: Partial<OrderEvidence> = {}): OrderEvidence => ({
  orderId: idOf('ord', 1),
  orderRef: 'A-1',
  placedAt: instant('2018-02-20T00:00:00Z'),
  goods: brl(100_000),
  decidedAt: instant('2018-03-01T00:00:00Z'),
  isCredited: true,
  commissions: [aCommissionEvidence()],
  everything: { secret: 'candidates' },
  shown: { own: 'part' },
  ...overrides,
});

/** Says of orders what a test has put there. */
export class ToldEvidence extends EvidencePort {
  readonly orders: OrderEvidence[] = [];

  order(_programId: Id<'prg'>, _partnerId: Id<'par'>, named: OrderNamed): Promise<OrderEvidence | undefined> {
    const found = this.orders.find((order) => {
      if ('orderId' in named) return order.orderId === named.orderId;
      if ('orderRef' in named) return order.orderRef === named.orderRef;
      return order.commissions.some(({ commissionId }) => commissionId === named.commissionId);
    });
    return Promise.resolve(found);
  }
}

/** Remembers what it was asked for, each once. */
export class ToldAdjustments extends AdjustmentsPort {
  readonly made = new Map<string, DecidedAdjustment>();
  asked = 0;
  limitMinor = 2_000n;
  away: Error | undefined;

  limit(): Promise<MoneyJson> {
    return Promise.resolve(brl(this.limitMinor));
  }

  adjust(adjustment: DecidedAdjustment): Promise<void> {
    if (this.away !== undefined) return Promise.reject(this.away);
    this.asked += 1;
    this.made.set(adjustment.adjustmentId, adjustment);
    return Promise.resolve();
  }
}

export interface DisputeStoryParts {
  readonly now?: string;
  readonly transaction?: FakeSettlementTransaction;
}

const noLines: AsyncIterable<never> = {
  [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: true, value: undefined }) }),
};

export const aDisputeStory = ({ now = '2018-03-10T00:00:00Z', transaction }: DisputeStoryParts = {}) => {
  const db = transaction ?? new FakeSettlementTransaction();
  const ledger = new FakeLedger();
  const clock = at(now);
  const partners = new SettlingPartners();
  const [evidence, adjustments] = [new ToldEvidence(), new ToldAdjustments()];
  const reader = new FakeDisputeReader(db.tables.ofDisputes, () => db.tables.bookings.committed.values());
  const known = { payouts: new Map<string, Payout>(), statements: new Map<string, Statement>() };
  const gather = new GatherFacts(
    evidence,
    {
      statement: (id) => {
        const statement = known.statements.get(id);
        return Promise.resolve(statement && { statement });
      },
      lines: () => noLines,
    },
    {
      payout: (id) => {
        const payout = known.payouts.get(id);
        return Promise.resolve(payout && { payout, allocations: [] });
      },
    },
    reader,
  );
  const contracts = new DisputeContracts(reader, partners);
  const setTerms = new SetDisputeTerms(db, partners, new CountingIds(), clock);
  const post = new PostBookings(db, ledger, clock);
  const open = new OpenDispute(db, gather, contracts, adjustments, new CountingIds(), clock);
  const work = new WorkDispute(db, reader, gather, adjustments, clock);
  const run = new RunDisputes(db, reader, adjustments, clock);
  const audits = new DisputeAudits(reader, ledger);
  return {
    ...{ db, ledger, clock, partners, evidence, adjustments, reader, known, setTerms, post, open, work, run, audits },
    /** An order nobody has heard of, 15.00 claimed; opened by the partner. */
    opened(overrides: Partial<DisputeRequest> = {}): Promise<Dispute> {
      const { partnerId } = ANA;
      const about = { orderRef: 'B-1' };
      const text = 'My customer told me.';
      const request = { programId, partnerId, kind: 'missing_conversion' as const, about, claimed: brl(1_500), text };
      return open.run({ ...request, ...overrides }, { side: 'partner', by: ANA.by });
    },
    /** Deadlines and adjustments, then what they booked. */
    async worked(): Promise<void> {
      while (await run.run());
      await post.run();
    },
    now(id: Dispute['id']): Dispute {
      const found = db.tables.ofDisputes.disputes.committed.get(id);
      if (found === undefined) throw new Error(`there is no ${id}`);
      return found;
    },
    async held(): Promise<bigint> {
      await post.run();
      const [balance] = await ledger.balances([payableCode({ programId, partnerId: ANA.partnerId }, 'held')]);
      return BigInt(balance?.minor ?? 0);
    },
    said(): readonly string[] {
      return db.published.map(({ type }) => type.replace('settlement.dispute_', ''));
    },
  };
};

export type DisputeStory = ReturnType<typeof aDisputeStory>;
