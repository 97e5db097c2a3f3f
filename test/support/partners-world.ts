import { AcceptTerms } from '../../src/modules/partners/application/accept-terms.ts';
import { ApplyToProgram } from '../../src/modules/partners/application/apply-to-program.ts';
import { ChangePayoutProfile } from '../../src/modules/partners/application/change-payout-profile.ts';
import { GroupEnrolment } from '../../src/modules/partners/application/group-enrolment.ts';
import { ImportPartners } from '../../src/modules/partners/application/import-partners.ts';
import { MoveEnrolment } from '../../src/modules/partners/application/move-enrolment.ts';
import { MasterKeyVault } from '../../src/infrastructure/system/master-key-vault.ts';
import { at, CountingIds, idOf } from './clock.ts';
import { aProgram } from './contracts/partners-contract.ts';
import { FakePartnersTransaction } from './fakes/fake-partners.ts';

/** The use cases of partners on a fake store with one program. */
export const partnersWorld = async () => {
  const transaction = new FakePartnersTransaction();
  const ids = new CountingIds();
  const clock = at('2026-01-01T00:00:00Z');
  const vault = new MasterKeyVault(Buffer.alloc(32, 1));
  const programId = idOf('prg', 1);
  await transaction.run(({ programs }) => programs.add(aProgram({ programId })));
  return {
    transaction,
    clock,
    vault,
    programId,
    apply: new ApplyToProgram(transaction, vault, ids, clock),
    group: new GroupEnrolment(transaction, clock),
    move: new MoveEnrolment(transaction, clock),
    importPartners: new ImportPartners(transaction, vault, ids, clock),
    accept: new AcceptTerms(transaction, clock),
    changeProfile: new ChangePayoutProfile(transaction, clock),
  };
};
