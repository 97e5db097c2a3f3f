import { ContainerModule } from 'inversify';
import { Database } from '../../../infrastructure/postgres/database.ts';
import { TransactionParts } from '../../../infrastructure/postgres/transaction.ts';
import { Clock } from '../../../shared/clock.ts';
import { Vault } from '../../../shared/vault.ts';
import { PartnersPort } from '../../partners/index.ts';
import { taxRoutes } from '../adapters/http/tax-routes.ts';
import { PostgresTaxDesk } from '../adapters/postgres/tax/postgres-tax-desk.ts';
import { ReportYear } from '../application/tax/report-year.ts';
import { ProfiledClearance, SetTaxSettings } from '../application/tax/tax-settings.ts';
import { SettingChangeReader } from '../ports/setting-changes.ts';
import { SettlementTransaction } from '../ports/settlement-stores.ts';
import { TaxDesk } from '../ports/tax.ts';
import { TaxClearance } from '../ports/tax-clearance.ts';
import type { Part } from './part.ts';

/** What goes to tax offices, and what they are told. */
export const tax: Part = {
  bindings: new ContainerModule(({ bind }) => {
    bind(TaxDesk).toResolvedValue(({ knex }, vault) => new PostgresTaxDesk(knex, vault), [Database, Vault]);
    bind(TaxClearance).toResolvedValue(
      (desk, partners) => new ProfiledClearance(desk, partners),
      [TaxDesk, PartnersPort],
    );
    bind(SetTaxSettings).toResolvedValue(
      (transaction, partners, { ids }, clock) => new SetTaxSettings(transaction, partners, ids, clock),
      [SettlementTransaction, PartnersPort, TransactionParts, Clock],
    );
    bind(ReportYear).toResolvedValue(
      (desk, partners, clock) => new ReportYear(desk, partners, clock),
      [TaxDesk, PartnersPort, Clock],
    );
  }),
  routes: (own) =>
    taxRoutes(own.get(TaxDesk), own.get(SettingChangeReader), own.get(SetTaxSettings), own.get(ReportYear)),
};
