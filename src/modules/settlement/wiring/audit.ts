import { ContainerModule } from 'inversify';
import { HouseAudits } from '../../../infrastructure/audit.ts';
import { EventPace } from '../../../infrastructure/messaging/event-pace.ts';
import { Database } from '../../../infrastructure/postgres/database.ts';
import { EventLogs } from '../../../infrastructure/postgres/event-logs.ts';
import { observeInvariants } from '../../../infrastructure/telemetry/invariants.ts';
import { Clock, WallClock } from '../../../shared/clock.ts';
import { CommissionPort } from '../../commission/index.ts';
import { LedgerPort } from '../../ledger/index.ts';
import { auditRoutes } from '../adapters/http/audit-routes.ts';
import { PostgresAuditLog } from '../adapters/postgres/audit/postgres-audit-log.ts';
import { PostgresAuditReader } from '../adapters/postgres/postgres-audit-reader.ts';
import { Attest } from '../application/audit/attest.ts';
import { AuditorsBrake } from '../application/audit/auditors-brake.ts';
import { KeepWatch } from '../application/audit/keep-watch.ts';
import { ReplayBooks } from '../application/audit/replay-books.ts';
import { FreezePayouts } from '../application/payouts/freeze-payouts.ts';
import { SecurityAudits } from '../application/audit/security-audits.ts';
import { SettlementAudits } from '../application/audit/settlement-audits.ts';
import type { PromiseState } from '../domain/audit/watch.ts';
import { AuditLog, PayoutBrake, Promises } from '../ports/audit-log.ts';
import { AuditReader } from '../ports/audit-reader.ts';
import type { Part } from './part.ts';

/** Each promise is looked at this often, or more seldom when a look takes long. */
const LOOK_EVERY_MS = 3_600_000;
/** Events a second. */
const BUSY_FROM = 100;
const STATES: readonly PromiseState[] = ['unknown', 'holds', 'doubtful', 'broken'];

/** Not due in the sense of jobs: nobody need wait until the house has been looked through. */
const never = (): Promise<boolean> => Promise.resolve(false);

const promisesOf = (house: HouseAudits, pace: EventPace): Promises => ({
  get all() {
    return house.all
      .filter(({ about }) => about !== 'progress')
      .map((audit) => ({
        promise: audit.promise,
        stopsPayouts: audit.about !== 'operations',
        run: () => audit.run(),
      }));
  },
  isBusy: async () => ((await pace.perSecond()) ?? BUSY_FROM) >= BUSY_FROM,
});

/** Whether settlement, the ledger and commission say the same; and whether the whole house keeps what it promises. */
export const audit: Part = {
  bindings: new ContainerModule(({ bind }) => {
    bind(AuditReader).toResolvedValue(({ knex }) => new PostgresAuditReader(knex), [Database]);
    bind(AuditLog).toResolvedValue(({ knex }) => new PostgresAuditLog(knex), [Database]);
    bind(SettlementAudits).toResolvedValue(
      (reader, ledger, commission, clock) => new SettlementAudits(reader, ledger, commission, clock),
      [AuditReader, LedgerPort, CommissionPort, Clock],
    );
    bind(SecurityAudits).toResolvedValue(
      (reader, ledger) => new SecurityAudits(reader, ledger),
      [AuditReader, LedgerPort],
    );
    bind(ReplayBooks).toResolvedValue((reader, ledger) => new ReplayBooks(reader, ledger), [AuditReader, LedgerPort]);
    bind(Promises).toResolvedValue(
      (house, logs, wallClock) => promisesOf(house, new EventPace(logs.all, () => wallClock.nowMs())),
      [HouseAudits, EventLogs, WallClock],
    );
    bind(PayoutBrake).toResolvedValue((freeze) => new AuditorsBrake(freeze), [FreezePayouts]);
    bind(KeepWatch).toResolvedValue(
      (promises, log, brake, wallClock) => new KeepWatch(promises, log, brake, wallClock, LOOK_EVERY_MS),
      [Promises, AuditLog, PayoutBrake, WallClock],
    );
    bind(Attest).toResolvedValue(
      (promises, watch, log, ledger, wallClock) => new Attest(promises, watch, { log, ledger }, wallClock),
      [Promises, KeepWatch, AuditLog, LedgerPort, WallClock],
    );
  }),
  routes: (own) => auditRoutes(own.get(AuditLog), own.get(Attest)),
  jobs: (own) => {
    const [watch, attest, log] = [own.get(KeepWatch), own.get(Attest), own.get(AuditLog)];
    observeInvariants(async () => {
      const watched = await log.watched();
      return Object.fromEntries(STATES.map((each) => [each, watched.filter(({ state }) => state === each).length]));
    });
    return [
      { name: 'settlement.watch', everyMs: 1_000, run: () => watch.run().then(never), due: never },
      { name: 'settlement.attest', everyMs: 60_000, run: () => attest.daily().then(never), due: never },
    ];
  },
  audits: (own) => {
    const [audits, replay] = [own.get(SettlementAudits), own.get(ReplayBooks)];
    return [
      { promise: 'every statement is opening plus its entries, and equals the ledger', run: () => audits.statements() },
      { promise: "every payout's allocations sum to its amount", run: () => audits.allocations() },
      { promise: 'the clearing account equals what is submitted and not yet settled', run: () => audits.clearing() },
      { promise: 'every locked commission is booked once', run: () => audits.locks() },
      {
        promise: 'open reserves and receivables of every partner are what their accounts in the ledger hold',
        run: () => own.get(SecurityAudits).securities(),
      },
      { promise: "settlement's bookings, played again, come to what the ledger holds", run: () => replay.balances() },
      { promise: 'what was told of statements and payouts is what was written down', run: () => replay.told() },
    ];
  },
};
