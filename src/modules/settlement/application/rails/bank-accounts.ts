import { canonicalJson } from '../../../../shared/canonical-json.ts';
import type { Clock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { Id, Ids } from '../../../../shared/ids.ts';
import type { PartnersPort, ProgramFacts } from '../../../partners/index.ts';
import { accountTaken, mustBeAccount } from '../../domain/rails/bank-account.ts';
import { type Changed, mustNotWait } from '../../domain/settings/change.ts';
import type { BankAccount } from '../../ports/bank-stores.ts';
import type { SettlementStores, SettlementTransaction } from '../../ports/settlement-stores.ts';
import { booksToOpen } from '../books/open-books.ts';
import { askChange } from '../settings/change-setting.ts';
import { heldBooks } from '../statements/close-period.ts';

/** As people say it. */
export interface AccountWords extends Omit<BankAccount, 'programId' | 'paysIn'> {
  /** The other currency that is paid from here. */
  readonly currency?: string | undefined;
}

/**
 * Says which account a program pays from. The first that pays in a currency is one person's word; from another one payouts
 * leave when somebody else has agreed. While such a change waits no other account is
 * named, so what is agreed to is what was seen.
 */
export class SetBankAccount {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly partners: PartnersPort,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /**
   * Throws `settlement.malformed_bank_account`, `settlement.unknown_program`, `settlement.bank_account_taken`,
   * `settlement.change_pending`.
   */
  async run(programId: Id<'prg'>, words: AccountWords, by: string): Promise<Changed<BankAccount>> {
    mustBeAccount(words);
    const newBooks = await booksToOpen(this.partners, programId);
    const wanted = words.currency === newBooks.currency ? { ...words, currency: undefined } : words;
    const account = accountOf(programId, wanted);
    const at = this.clock.now();
    return this.transaction.run(async (stores) => {
      await stores.books.open([newBooks], at);
      await heldBooks(stores, programId);
      const loosens = await loosened(stores, account);
      const asked = { setting: 'bank_account', programId, seen: 0, wanted, loosens } as const;
      if (loosens.length > 0) return { waiting: await askChange(stores, this.ids, asked, { by, at }) };
      mustNotWait(await stores.changes.pending(asked));
      await stores.bank.saveAccount(account);
      return { done: account };
    });
  }
}

export const accountOf = (programId: Id<'prg'>, { currency, ...words }: AccountWords): BankAccount => ({
  programId,
  ...words,
  ...(currency !== undefined && { paysIn: currency }),
});

/** An account that the program has paid from would pay something else from now on. Throws `settlement.bank_account_taken`. */
const loosened = async ({ bank }: SettlementStores, account: BankAccount): Promise<readonly string[]> => {
  const owner = await bank.ownerOf(account.account.number);
  if (owner !== undefined && owner !== account.programId) throw accountTaken();
  const before = await bank.accountOf(account.programId, account.paysIn);
  if (before !== undefined) return changedIn(before, account);
  return owner === undefined ? [] : ['/account'];
};

/** JSON pointers to what is another one. */
const changedIn = (before: BankAccount, after: BankAccount): readonly string[] =>
  (['holder', 'account', 'bank', 'town', 'country'] as const).flatMap((name) =>
    canonicalJson(before[name]) === canonicalJson(after[name]) ? [] : [`/${name}`],
  );

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
