import { CommissionPort, type LockedTotal } from '../../../src/modules/commission/index.ts';
import type { Clock } from '../../../src/shared/clock.ts';
import type { Id, Ids } from '../../../src/shared/ids.ts';
import type { Instant } from '../../../src/shared/instant.ts';
import { FakeAttributionPort, FakeAttributionTransaction } from '../fakes/fake-attribution.ts';
import { FakeCommissionPort, FakeCommissionTransaction } from '../fakes/fake-commission.ts';
import { FakeFraudTransaction } from '../fakes/fake-fraud.ts';
import { FakeLedgerTransaction, ledgerOnFakes } from '../fakes/fake-ledger-stores.ts';
import { FakeOrdersPort, FakeOrderTransaction } from '../fakes/fake-orders.ts';
import { FakePartnersTransaction } from '../fakes/fake-partners.ts';
import { FakePipelineTransaction } from '../fakes/fake-pipeline.ts';
import { FakeReportTransaction } from '../fakes/fake-reporting.ts';
import { FakeBatchReader, FakeSettlementTransaction } from '../fakes/fake-settlement.ts';
import type { Outboxed } from './broker.ts';
import type { Ports } from './process.ts';
import type { Scene } from './scene.ts';

/** What survives a crash: the tables and the outbox of every module. */
export class Stores {
  readonly pipeline: FakePipelineTransaction;
  readonly partners: FakePartnersTransaction;
  readonly orders: FakeOrderTransaction;
  readonly attribution: FakeAttributionTransaction;
  readonly fraud: FakeFraudTransaction;
  readonly commission: FakeCommissionTransaction;
  readonly ledger: FakeLedgerTransaction;
  readonly settlement: FakeSettlementTransaction;
  readonly reporting: FakeReportTransaction;

  constructor(ids: Ids, beforeCommit: () => void) {
    const parts = { ids, beforeCommit };
    this.pipeline = new FakePipelineTransaction(parts);
    this.partners = new FakePartnersTransaction(parts);
    this.orders = new FakeOrderTransaction(parts);
    this.attribution = new FakeAttributionTransaction(parts);
    this.fraud = new FakeFraudTransaction(parts);
    this.commission = new FakeCommissionTransaction(parts);
    this.ledger = new FakeLedgerTransaction(parts);
    this.settlement = new FakeSettlementTransaction(parts);
    this.reporting = new FakeReportTransaction(parts);
  }

  /** Every outbox there is. */
  get all(): readonly Outboxed[] {
    return [
      this.pipeline,
      this.partners,
      this.orders,
      this.attribution,
      this.fraud,
      this.commission,
      this.ledger,
      this.settlement,
      this.reporting,
    ];
  }
}

export const portsOn = (stores: Stores, scene: Scene, clock: Clock): Ports => ({
  inPipeline: stores.pipeline,
  inPartners: stores.partners,
  inOrders: stores.orders,
  inAttribution: stores.attribution,
  inFraud: stores.fraud,
  inCommission: stores.commission,
  inSettlement: stores.settlement,
  inReporting: stores.reporting,
  partners: stores.partners.reader,
  orders: new FakeOrdersPort(stores.orders),
  attribution: new FakeAttributionPort(stores.attribution),
  commission: new CommissionOfPrograms(stores.commission, scene),
  ledger: ledgerOnFakes(stores.ledger, stores.ledger, clock),
  batches: new FakeBatchReader(stores.settlement),
  accounts: stores.settlement.reader,
  clockOfCommission: clock,
});

/** Each program in its own currency. */
class CommissionOfPrograms extends CommissionPort {
  constructor(
    private readonly transaction: FakeCommissionTransaction,
    private readonly scene: Scene,
  ) {
    super();
  }

  lockedBefore(programId: Id<'prg'>, before: Instant): Promise<LockedTotal> {
    const found = this.scene.programs.find((program) => program.programId === programId);
    return new FakeCommissionPort(this.transaction, found?.currency ?? '').lockedBefore(programId, before);
  }
}
