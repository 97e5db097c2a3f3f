import { ContainerModule } from 'inversify';
import type { Module } from '../../infrastructure/module.ts';
import { Database } from '../../infrastructure/postgres/database.ts';
import { PostgresTransaction, TransactionParts } from '../../infrastructure/postgres/transaction.ts';
import { Clock } from '../../shared/clock.ts';
import { contractsIn } from '../../shared/events.ts';
import { Ids } from '../../shared/ids.ts';
import { Vault } from '../../shared/vault.ts';
import { acceptanceRoutes } from './adapters/http/acceptance-routes.ts';
import { enrolmentRoutes } from './adapters/http/enrolment-routes.ts';
import { partnerRoutes } from './adapters/http/partner-routes.ts';
import { profileRoutes } from './adapters/http/profile-routes.ts';
import { taxProfileRoutes } from './adapters/http/tax-profile-routes.ts';
import { programRoutes } from './adapters/http/program-routes.ts';
import { partnerConsumers } from './adapters/messaging/consumers.ts';
import { PostgresAcceptances } from './adapters/postgres/postgres-acceptances.ts';
import { PostgresEnrolments } from './adapters/postgres/postgres-enrolments.ts';
import { PostgresPartnerReader } from './adapters/postgres/postgres-partner-reader.ts';
import { PostgresPartners } from './adapters/postgres/postgres-partners.ts';
import { PostgresPayoutProfiles } from './adapters/postgres/postgres-payout-profiles.ts';
import { PostgresTaxProfiles } from './adapters/postgres/postgres-tax-profiles.ts';
import { PostgresPrograms } from './adapters/postgres/postgres-programs.ts';
import { AcceptTerms } from './application/accept-terms.ts';
import { ApplyToProgram } from './application/apply-to-program.ts';
import { ChangePayoutProfile } from './application/change-payout-profile.ts';
import { ChangeTaxProfile } from './application/change-tax-profile.ts';
import { CreateProgram } from './application/create-program.ts';
import { GroupEnrolment } from './application/group-enrolment.ts';
import { ImportPartners } from './application/import-partners.ts';
import { MoveEnrolment } from './application/move-enrolment.ts';
import { RequireAcceptance } from './application/require-acceptance.ts';
import * as events from './events.ts';
import { PartnersPort } from './index.ts';
import { PartnerReader } from './ports/partner-reader.ts';
import { PartnersTransaction, type PartnerStores } from './ports/partner-stores.ts';

const bindings = new ContainerModule(({ bind }) => {
  bind(PartnersTransaction).toResolvedValue(
    (parts, vault) =>
      new PostgresTransaction<PartnerStores>(parts, (trx, outbox) => ({
        programs: new PostgresPrograms(trx),
        partners: new PostgresPartners(trx, vault),
        enrolments: new PostgresEnrolments(trx),
        profiles: new PostgresPayoutProfiles(trx, vault),
        taxProfiles: new PostgresTaxProfiles(trx, vault),
        acceptances: new PostgresAcceptances(trx),
        outbox,
      })),
    [TransactionParts, Vault],
  );
  bind(PartnerReader).toResolvedValue(({ knex }, vault) => new PostgresPartnerReader(knex, vault), [Database, Vault]);
  bind(PartnersPort).toResolvedValue((reader) => reader, [PartnerReader]);
  bind(CreateProgram).toResolvedValue(
    (transaction, ids, clock) => new CreateProgram(transaction, ids, clock),
    [PartnersTransaction, Ids, Clock],
  );
  bind(ApplyToProgram).toResolvedValue(
    (transaction, vault, ids, clock) => new ApplyToProgram(transaction, vault, ids, clock),
    [PartnersTransaction, Vault, Ids, Clock],
  );
  bind(ImportPartners).toResolvedValue(
    (transaction, vault, ids, clock) => new ImportPartners(transaction, vault, ids, clock),
    [PartnersTransaction, Vault, Ids, Clock],
  );
  bind(MoveEnrolment).toResolvedValue(
    (transaction, clock) => new MoveEnrolment(transaction, clock),
    [PartnersTransaction, Clock],
  );
  bind(GroupEnrolment).toResolvedValue(
    (transaction, clock) => new GroupEnrolment(transaction, clock),
    [PartnersTransaction, Clock],
  );
  bind(AcceptTerms).toResolvedValue(
    (transaction, clock) => new AcceptTerms(transaction, clock),
    [PartnersTransaction, Clock],
  );
  bind(RequireAcceptance).toResolvedValue((transaction) => new RequireAcceptance(transaction), [PartnersTransaction]);
  bind(ChangePayoutProfile).toResolvedValue(
    (transaction, clock) => new ChangePayoutProfile(transaction, clock),
    [PartnersTransaction, Clock],
  );
  bind(ChangeTaxProfile).toResolvedValue(
    (transaction, clock) => new ChangeTaxProfile(transaction, clock),
    [PartnersTransaction, Clock],
  );
});

export const partners: Module = {
  name: 'partners',
  tells: contractsIn(events),
  bindings,
  offers: [PartnersPort],
  routes: (own) => [
    ...programRoutes(own.get(PartnerReader), own.get(CreateProgram)),
    ...partnerRoutes(own.get(PartnerReader), own.get(ApplyToProgram), own.get(ImportPartners)),
    ...enrolmentRoutes(own.get(PartnerReader), own.get(MoveEnrolment), own.get(GroupEnrolment)),
    ...profileRoutes(own.get(PartnerReader), own.get(ChangePayoutProfile)),
    ...taxProfileRoutes(own.get(PartnerReader), own.get(ChangeTaxProfile)),
    ...acceptanceRoutes(own.get(PartnerReader), own.get(AcceptTerms), own.get(RequireAcceptance)),
  ],
  consumers: (own) => partnerConsumers(own.get(PartnersTransaction)),
};
