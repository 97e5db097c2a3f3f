import { ContainerModule } from 'inversify';
import { Clock } from '../../../shared/clock.ts';
import { bankRoutes } from '../adapters/http/bank-routes.ts';
import { SetBankAccount } from '../application/rails/bank-accounts.ts';
import { ImportBankStatement } from '../application/reconciliation/import-bank-statement.ts';
import { PaymentFiles } from '../ports/payment-files.ts';
import { PayoutReader } from '../ports/payout-reader.ts';
import { SettlementTransaction } from '../ports/settlement-stores.ts';
import { StatementReader } from '../ports/statement-reader.ts';
import { bellOf, type Part, POST_JOB } from './part.ts';

/** What the bank says, held against what we sent. */
export const reconciliation: Part = {
  bindings: new ContainerModule(({ bind }) => {
    bind(ImportBankStatement).toResolvedValue(
      (transaction, files, clock) => new ImportBankStatement(transaction, files, clock),
      [SettlementTransaction, PaymentFiles, Clock],
    );
  }),
  routes: (own) =>
    bankRoutes(
      { statements: own.get(StatementReader), payouts: own.get(PayoutReader) },
      own.get(SetBankAccount),
      own.get(ImportBankStatement),
      bellOf(own, POST_JOB),
    ),
};
