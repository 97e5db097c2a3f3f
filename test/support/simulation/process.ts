import type { Consumer } from '../../../src/infrastructure/messaging/consumer.ts';
import { attributionConsumers } from '../../../src/modules/attribution/adapters/messaging/consumers.ts';
import { DecideConversions } from '../../../src/modules/attribution/application/deciding/decide-conversions.ts';
import { Veil } from '../../../src/modules/attribution/application/identity/veil.ts';
import { ReceiveTraffic } from '../../../src/modules/attribution/application/traffic/receive-traffic.ts';
import { RecordTouchpoints } from '../../../src/modules/attribution/application/traffic/record-touchpoints.ts';
import type { AttributionPort } from '../../../src/modules/attribution/index.ts';
import type { AttributionTransaction } from '../../../src/modules/attribution/ports/attribution-stores.ts';
import { commissionConsumers } from '../../../src/modules/commission/adapters/messaging/consumers.ts';
import { LockDue } from '../../../src/modules/commission/application/reckoning/lock-due.ts';
import { LookAgain } from '../../../src/modules/commission/application/reckoning/look-again.ts';
import { RateQueries } from '../../../src/modules/commission/application/rate-queries.ts';
import { ReckonCommissions } from '../../../src/modules/commission/application/reckoning/reckon-commissions.ts';
import { SettleCommissions } from '../../../src/modules/commission/application/reckoning/settle-commissions.ts';
import type { CommissionPort } from '../../../src/modules/commission/index.ts';
import type { CommissionReader } from '../../../src/modules/commission/ports/commission-reader.ts';
import type { CommissionTransaction } from '../../../src/modules/commission/ports/commissions.ts';
import { IsbotDetector as IsbotVerdicts } from '../../../src/modules/attribution/adapters/isbot-detector.ts';
import { IsbotDetector } from '../../../src/modules/fraud/adapters/isbot-detector.ts';
import { fraudConsumers } from '../../../src/modules/fraud/adapters/messaging/consumers.ts';
import { AssessConversions } from '../../../src/modules/fraud/application/assess-conversions.ts';
import { GatherFacts } from '../../../src/modules/fraud/application/gather-facts.ts';
import { ResolveCase } from '../../../src/modules/fraud/application/resolve-case.ts';
import type { FraudTransaction } from '../../../src/modules/fraud/ports/fraud-stores.ts';
import type { LedgerPort } from '../../../src/modules/ledger/index.ts';
import { orderConsumers } from '../../../src/modules/orders/adapters/messaging/consumers.ts';
import { ReceiveOrderEvents } from '../../../src/modules/orders/application/receive-order-events.ts';
import type { OrdersPort } from '../../../src/modules/orders/index.ts';
import type { OrderTransaction } from '../../../src/modules/orders/ports/orders.ts';
import { MoveEnrolment } from '../../../src/modules/partners/application/move-enrolment.ts';
import type { PartnersPort } from '../../../src/modules/partners/index.ts';
import type { PartnersTransaction } from '../../../src/modules/partners/ports/partner-stores.ts';
import type { PipelineTransaction } from '../../../src/modules/pipeline/ports/accepted-events.ts';
import { reportingConsumers } from '../../../src/modules/reporting/adapters/messaging/consumers.ts';
import { RecordNews } from '../../../src/modules/reporting/application/record-news.ts';
import type { ReportTransaction } from '../../../src/modules/reporting/ports/reports.ts';
import { Iso20022Files } from '../../../src/modules/settlement/adapters/iso20022/iso-20022-files.ts';
import { Pain001Rail } from '../../../src/modules/settlement/adapters/iso20022/pain-001-rail.ts';
import { settlementConsumers } from '../../../src/modules/settlement/adapters/messaging/consumers.ts';
import { PayingAccounts } from '../../../src/modules/settlement/application/rails/bank-accounts.ts';
import { BookCommissions } from '../../../src/modules/settlement/application/books/book-commissions.ts';
import { ClosePeriod } from '../../../src/modules/settlement/application/statements/close-period.ts';
import { QuoteRates } from '../../../src/modules/settlement/application/fx/quote-rates.ts';
import { ValuePositions } from '../../../src/modules/settlement/application/fx/value-positions.ts';
import { AskPartners } from '../../../src/modules/settlement/application/payouts/circumstances.ts';
import { ApproveBatch, CancelBatch } from '../../../src/modules/settlement/application/payouts/decide-batch.ts';
import { DecidePayouts } from '../../../src/modules/settlement/application/statements/decide-payouts.ts';
import { FinishClosing } from '../../../src/modules/settlement/application/statements/finish-closing.ts';
import { WriteStatements } from '../../../src/modules/settlement/application/statements/write-statements.ts';
import { AccountMarks } from '../../../src/modules/settlement/application/reconciliation/account-marks.ts';
import { ImportBankStatement } from '../../../src/modules/settlement/application/reconciliation/import-bank-statement.ts';
import { HandOver } from '../../../src/modules/settlement/application/rails/hand-over.ts';
import { KnownRails } from '../../../src/modules/settlement/application/rails/known-rails.ts';
import { PaymentFile } from '../../../src/modules/settlement/application/rails/payment-file.ts';
import { PostBookings } from '../../../src/modules/settlement/application/books/post-bookings.ts';
import { SimulateBank } from '../../../src/modules/settlement/application/rails/simulate-bank.ts';
import { AskPayees } from '../../../src/modules/settlement/application/payouts/payees.ts';
import { SubmitBatch } from '../../../src/modules/settlement/application/payouts/submit-batch.ts';
import type { ReconciliationReader } from '../../../src/modules/settlement/ports/reconciliation-reader.ts';
import type { BatchReader } from '../../../src/modules/settlement/ports/batch-reader.ts';
import { EverybodyCleared } from '../../../src/modules/settlement/ports/tax-clearance.ts';
import type { SettlementTransaction } from '../../../src/modules/settlement/ports/settlement-stores.ts';
import type { Clock } from '../../../src/shared/clock.ts';
import type { Ids } from '../../../src/shared/ids.ts';
import { intakeOn } from '../intake.ts';
import { GlassVault } from '../settlement-story.ts';

/** All that the use cases of a process lean on. What is between a use case and its stores can be swapped here. */
export interface Ports {
  readonly inPipeline: PipelineTransaction;
  readonly inPartners: PartnersTransaction;
  readonly inOrders: OrderTransaction;
  readonly inAttribution: AttributionTransaction;
  readonly inFraud: FraudTransaction;
  readonly inCommission: CommissionTransaction;
  readonly inSettlement: SettlementTransaction;
  readonly inReporting: ReportTransaction;
  readonly partners: PartnersPort;
  readonly orders: OrdersPort;
  readonly attribution: AttributionPort;
  readonly commission: CommissionPort;
  readonly ledger: LedgerPort;
  readonly batches: BatchReader;
  readonly accounts: Pick<ReconciliationReader, 'ownerOf'>;
  /** Commission's own clock: everybody else's, unless somebody has set it wrong. */
  readonly clockOfCommission: Clock;
}

/** Not on the ports: whatever a fake answers, nobody may tell the future. */
const FUTURE_TOLERANCE_MS = 0;

const files = new Iso20022Files();
const detector = new IsbotDetector();
export const vault = new GlassVault();

/** Its job asks nobody whether something is due: it looks. */
const nobody: Pick<CommissionReader, 'isDueToLock'> = { isDueToLock: () => Promise.resolve(true) };

/** One process: the modules' own services and consumers, wired as each `module.ts` wires them. It keeps nothing but memory. */
export const processOn = (ports: Ports, clock: Clock, ids: Ids) => {
  const decide = new DecideConversions(ports.partners, clock);
  const traffic = new ReceiveTraffic(new RecordTouchpoints(decide), decide, new Veil(vault), new IsbotVerdicts());
  const gather = new GatherFacts(ports.attribution, ports.orders, ports.partners, detector);
  const post = new PostBookings(ports.inSettlement, ports.ledger, clock);
  const rails = new KnownRails([new Pain001Rail()]);
  const handOver = new HandOver(rails, vault);
  const paying = new PayingAccounts(true);
  const asking = new AskPartners(ports.partners, new EverybodyCleared(), rails);
  const quotes = new QuoteRates(ports.inSettlement, new RateQueries(ports.inCommission));
  const values = new ValuePositions(ports.inSettlement, quotes);
  const consumers: readonly Consumer[] = [
    ...orderConsumers(ports.inOrders, new ReceiveOrderEvents(ids, clock)),
    ...attributionConsumers(ports.inAttribution, traffic),
    ...fraudConsumers(ports.inFraud, gather, new AssessConversions(ids, clock)),
    ...commissionConsumers(ports.inCommission, {
      reckon: new ReckonCommissions(ports.orders, ports.partners, ports.clockOfCommission),
      settle: new SettleCommissions(ports.clockOfCommission),
      lookAgain: new LookAgain(ports.inCommission, ports.partners, ports.clockOfCommission),
    }),
    ...settlementConsumers(new BookCommissions(ports.inSettlement, ports.partners, post, clock)),
    ...reportingConsumers(ports.inReporting, new RecordNews()),
  ];
  return {
    consumers,
    accept: intakeOn(ports.inPipeline, clock, vault, { futureToleranceMs: FUTURE_TOLERANCE_MS }).acceptEvents,
    moveEnrolment: new MoveEnrolment(ports.inPartners, clock),
    resolve: new ResolveCase(ports.inFraud, ids, clock),
    lockDue: new LockDue(ports.inCommission, nobody, ports.partners, ports.clockOfCommission),
    post,
    close: new ClosePeriod(ports.inSettlement, ports.commission, ports.partners, values, clock),
    finish: new FinishClosing(
      ports.inSettlement,
      new WriteStatements(ports.inSettlement, ports.ledger),
      new DecidePayouts(ports.inSettlement, asking, clock),
    ),
    approve: new ApproveBatch(ports.inSettlement, clock),
    cancel: new CancelBatch(ports.inSettlement, clock),
    submit: new SubmitBatch(ports.inSettlement, new AskPayees(ports.batches, asking, quotes), handOver, paying, clock),
    reconcile: new ImportBankStatement(
      ports.inSettlement,
      files,
      ports.accounts,
      ports.partners,
      new AccountMarks(vault),
      clock,
    ),
  };
};

export type Process = ReturnType<typeof processOn>;

/** The bank is somebody else's: what befalls us does not befall it. */
export const bankOn = (
  { inSettlement, batches }: Pick<Ports, 'inSettlement' | 'batches'>,
  clock: Clock,
): SimulateBank => new SimulateBank(inSettlement, new PaymentFile(batches, vault), files, clock);
