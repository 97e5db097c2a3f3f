/** Profiles and agreements, within a transaction or outside. */
import type { Knex } from 'knex';
import { rowsOf } from '../../../../../infrastructure/postgres/database.ts';
import { type Id, toUuid } from '../../../../../shared/ids.ts';
import type { BillingParty, VatProfile } from '../../../domain/invoices/vat.ts';
import type { Agreement } from '../../../ports/invoices.ts';
import { type AgreementRow, toAgreement } from './invoice-rows.ts';

/** The one that was given last. */
export const agreementOf = async (
  db: Knex,
  programId: Id<'prg'>,
  partnerId: Id<'par'>,
): Promise<Agreement | undefined> => {
  const [row] = await rowsOf<AgreementRow>(
    db,
    `select * from settlement.self_billing_agreements
     where program_id = :programId and partner_id = :partnerId
     order by agreed_at desc limit 1`,
    { programId: toUuid(programId), partnerId: toUuid(partnerId) },
  );
  return row && toAgreement(row);
};

export const buyerOf = (db: Knex, programId: Id<'prg'>): Promise<BillingParty | undefined> =>
  profileOf<BillingParty>(db, programId, 'buyer');

export const supplierOf = (db: Knex, partnerId: Id<'par'>): Promise<VatProfile | undefined> =>
  profileOf<VatProfile>(db, partnerId, 'supplier');

const profileOf = async <Profile>(db: Knex, owner: Id<string>, role: string): Promise<Profile | undefined> => {
  const [row] = await rowsOf<{ profile: Profile }>(
    db,
    `select profile from settlement.billing_profiles where owner_id = :id and role = :role`,
    { id: toUuid(owner), role },
  );
  return row?.profile;
};
