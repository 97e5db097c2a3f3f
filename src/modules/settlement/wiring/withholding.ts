import { ContainerModule } from 'inversify';
import { Database } from '../../../infrastructure/postgres/database.ts';
import { TransactionParts } from '../../../infrastructure/postgres/transaction.ts';
import { Clock } from '../../../shared/clock.ts';
import { PartnersPort } from '../../partners/index.ts';
import { remittanceRoutes } from '../adapters/http/remittance-routes.ts';
import { PostgresRemittanceReader } from '../adapters/postgres/tax/postgres-remittances.ts';
import { AskRemittance, DecideRemittance } from '../application/tax/remit-tax.ts';
import { ShowWithheld } from '../application/tax/show-withheld.ts';
import { RemittanceReader } from '../ports/remittances.ts';
import { SettlementTransaction } from '../ports/settlement-stores.ts';
import { type Part, ringBoth } from './part.ts';

/** What is withheld of payouts, and how it comes to the tax offices. */
export const withholding: Part = {
  bindings: new ContainerModule(({ bind }) => {
    bind(RemittanceReader).toResolvedValue(({ knex }) => new PostgresRemittanceReader(knex), [Database]);
    bind(ShowWithheld).toResolvedValue(
      (reader, partners) => new ShowWithheld(reader, partners),
      [RemittanceReader, PartnersPort],
    );
    bind(AskRemittance).toResolvedValue(
      (transaction, partners, { ids }, clock) => new AskRemittance(transaction, partners, ids, clock),
      [SettlementTransaction, PartnersPort, TransactionParts, Clock],
    );
    bind(DecideRemittance).toResolvedValue(
      (transaction, clock) => new DecideRemittance(transaction, clock),
      [SettlementTransaction, Clock],
    );
  }),
  routes: (own) =>
    remittanceRoutes(own.get(RemittanceReader), {
      show: own.get(ShowWithheld),
      ask: own.get(AskRemittance),
      decide: own.get(DecideRemittance),
      ring: ringBoth(own),
    }),
};
