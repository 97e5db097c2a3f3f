import { grouped } from '../../../shared/grouped.ts';
import { Money } from '../../../shared/money.ts';
import type { Seal } from '../domain/seal.ts';
import type { LedgerStanding } from '../index.ts';
import type { TrialBalance } from '../ports/ledger-reports.ts';

/** A trial balance by currency alone, with the seal that covers it as far as one does. */
export const standingOf = (
  { accounts, transactions, totals }: TrialBalance,
  seal: Seal | undefined,
): LedgerStanding => ({
  accounts,
  transactions,
  totals: [...grouped(totals, ({ currency }) => currency)].map(([currency, kinds]) => {
    const sum = (side: 'debit' | 'credit') =>
      Money.of(
        kinds.reduce((total, kind) => total + kind[side], 0n),
        currency,
      ).toJSON();
    return { currency, debit: sum('debit'), credit: sum('credit') };
  }),
  ...(seal && { seal: { number: seal.number, head: seal.head, keyId: seal.keyId, signature: seal.signature } }),
});
