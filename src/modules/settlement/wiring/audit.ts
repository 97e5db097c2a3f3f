import { ContainerModule } from 'inversify';
import { Database } from '../../../infrastructure/postgres/database.ts';
import { Clock } from '../../../shared/clock.ts';
import { CommissionPort } from '../../commission/index.ts';
import { LedgerPort } from '../../ledger/index.ts';
import { PostgresAuditReader } from '../adapters/postgres/postgres-audit-reader.ts';
import { SettlementAudits } from '../application/audit/settlement-audits.ts';
import { AuditReader } from '../ports/audit-reader.ts';
import type { Part } from './part.ts';

/** Whether settlement, the ledger and commission say the same. */
export const audit: Part = {
  bindings: new ContainerModule(({ bind }) => {
    bind(AuditReader).toResolvedValue(({ knex }) => new PostgresAuditReader(knex), [Database]);
    bind(SettlementAudits).toResolvedValue(
      (reader, ledger, commission, clock) => new SettlementAudits(reader, ledger, commission, clock),
      [AuditReader, LedgerPort, CommissionPort, Clock],
    );
  }),
  audits: (own) => {
    const audits = own.get(SettlementAudits);
    return [
      { promise: 'every statement is opening plus its entries, and equals the ledger', run: () => audits.statements() },
      { promise: "every payout's allocations sum to its amount", run: () => audits.allocations() },
      { promise: 'the clearing account equals what is submitted and not yet settled', run: () => audits.clearing() },
      { promise: 'every locked commission is booked once', run: () => audits.locks() },
    ];
  },
};
