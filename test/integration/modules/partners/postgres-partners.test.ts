import { expect } from 'chai';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { MasterKeyVault } from '../../../../src/infrastructure/system/master-key-vault.ts';
import { PostgresAcceptances } from '../../../../src/modules/partners/adapters/postgres/postgres-acceptances.ts';
import { PostgresEnrolments } from '../../../../src/modules/partners/adapters/postgres/postgres-enrolments.ts';
import { PostgresPartnerReader } from '../../../../src/modules/partners/adapters/postgres/postgres-partner-reader.ts';
import { PostgresPartners } from '../../../../src/modules/partners/adapters/postgres/postgres-partners.ts';
import { PostgresPayoutProfiles } from '../../../../src/modules/partners/adapters/postgres/postgres-payout-profiles.ts';
import { PostgresTaxProfiles } from '../../../../src/modules/partners/adapters/postgres/postgres-tax-profiles.ts';
import { PostgresPrograms } from '../../../../src/modules/partners/adapters/postgres/postgres-programs.ts';
import type { PartnerStores } from '../../../../src/modules/partners/ports/partner-stores.ts';
import { toUuid } from '../../../../src/shared/ids.ts';
import { idOf } from '../../../support/clock.ts';
import { aPartner, aProfile, aProgram, partnersContract } from '../../../support/contracts/partners-contract.ts';
import { withDatabase } from '../../../support/database.ts';
import { rejects } from '../../../support/rejects.ts';
import { postgresTransaction } from '../../../support/transaction.ts';

const vault = new MasterKeyVault(Buffer.alloc(32, 1));

describe('the PostgreSQL store of partners', () => {
  const database = withDatabase();

  const make = () => {
    const own = database().as('partners');
    const transaction = postgresTransaction<PartnerStores>(own, (trx, outbox) => ({
      programs: new PostgresPrograms(trx),
      partners: new PostgresPartners(trx, vault),
      enrolments: new PostgresEnrolments(trx),
      profiles: new PostgresPayoutProfiles(trx, vault),
      taxProfiles: new PostgresTaxProfiles(trx, vault),
      acceptances: new PostgresAcceptances(trx),
      outbox,
    }));
    return Promise.resolve({ transaction, reader: new PostgresPartnerReader(own.knex, vault) });
  };

  partnersContract(make);

  it('keeps no address and no account readable, and opens none that was moved to another row', async () => {
    const { transaction, reader } = await make();
    await transaction.run(async ({ programs, partners, profiles }) => {
      await programs.add(aProgram());
      await partners.save([aPartner(1), aPartner(2)]);
      await profiles.save([aProfile(1), aProfile(2)]);
    });

    const { knex } = database().owner;
    const stored = await rowsOf(
      knex,
      `select to_jsonb(partners) as row from partners.partners
       union all select to_jsonb(payout_profiles) from partners.payout_profiles`,
    );
    await rowsOf(
      knex,
      `update partners.payout_profiles
       set sealed = (select sealed from partners.payout_profiles where partner_id = :from)
       where partner_id = :to`,
      { from: toUuid(idOf('par', 1)), to: toUuid(idOf('par', 2)) },
    );

    expect(JSON.stringify(stored)).not.to.match(/@example|BR18|Ada Motors/);
    await rejects(reader.payoutProfiles([idOf('par', 2)]), 'vault.unreadable');
  });

  it('lets one at a time enrol in a program, and others look meanwhile', async () => {
    const { transaction, reader } = await make();
    await transaction.run(({ programs }) => programs.add(aProgram()));
    const order: string[] = [];

    let entered = (): void => undefined;
    const isIn = new Promise<void>((resolve) => (entered = resolve));
    let release = (): void => undefined;
    const mayLeave = new Promise<void>((resolve) => (release = resolve));
    const first = transaction.run(async ({ programs }) => {
      await programs.enrolOneAtATime(idOf('prg', 1));
      entered();
      await mayLeave;
      order.push('first');
    });
    await isIn;
    const second = transaction.run(async ({ programs }) => {
      await programs.enrolOneAtATime(idOf('prg', 1));
      order.push('second');
    });
    expect(await reader.program(idOf('prg', 1))).not.to.equal(undefined);
    release();
    await Promise.all([first, second]);

    expect(order).to.deep.equal(['first', 'second']);
  });
});
