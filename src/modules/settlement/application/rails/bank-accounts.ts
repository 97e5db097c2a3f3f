import { AppError } from '../../../../shared/errors.ts';
import type { PartnersPort, ProgramFacts } from '../../../partners/index.ts';
import { mustBeAccount } from '../../domain/rails/bank-account.ts';
import type { BankAccount } from '../../ports/bank-stores.ts';
import type { SettlementStores, SettlementTransaction } from '../../ports/settlement-stores.ts';
import { knownProgram } from '../books/open-books.ts';

/** Says which account a program pays from. */
export class SetBankAccount {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly partners: PartnersPort,
  ) {}

  /** Throws `settlement.malformed_bank_account`, `settlement.unknown_program`, `settlement.bank_account_taken`. */
  async run(account: BankAccount): Promise<BankAccount> {
    mustBeAccount(account);
    const { currency } = await knownProgram(this.partners, account.programId);
    const saved = account.paysIn === currency ? { ...account, paysIn: undefined } : account;
    return this.transaction.run(async ({ bank }) => {
      await bank.saveAccount(saved);
      return saved;
    });
  }
}

/** Where the money of a program's payouts comes from. */
export class PayingAccounts {
  /** In a sandbox a program that has named no account is given one at the simulated bank. */
  constructor(private readonly inSandbox: boolean) {}

  /** Throws `settlement.no_bank_account`. */
  async of(
    program: Pick<ProgramFacts, 'programId' | 'name'>,
    { bank }: Pick<SettlementStores, 'bank'>,
    paysIn?: string,
  ): Promise<BankAccount> {
    const known = await bank.accountOf(program.programId, paysIn);
    if (known !== undefined) return known;
    if (!this.inSandbox) {
      throw new AppError(
        'refused',
        'settlement.no_bank_account',
        `say first which account the program pays ${paysIn === undefined ? '' : `in ${paysIn} `}from: PUT /v1/programs/{programId}/bank-account`,
      );
    }
    const simulated = simulatedAccount(program, paysIn);
    await bank.saveAccount(simulated);
    return simulated;
  }
}

const simulatedAccount = (
  { programId, name }: Pick<ProgramFacts, 'programId' | 'name'>,
  paysIn: string | undefined,
): BankAccount => ({
  programId,
  holder: name,
  account: { scheme: 'domestic', number: `SIM${paysIn ?? ''}${programId.slice('prg_'.length).toUpperCase()}` },
  bank: { scheme: 'domestic', code: 'SIMULATED' },
  town: 'Sandbox',
  country: 'XX',
  ...(paysIn !== undefined && { paysIn }),
});
