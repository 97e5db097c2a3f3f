import type { LedgerPort } from '../../../ledger/index.ts';
import { bankCode, suspenseCode } from '../../domain/books/chart-of-accounts.ts';
import type { BankPosition, ReconciliationReader } from '../../ports/reconciliation-reader.ts';

/** Looks whether the bank, as it is in the ledger, is what the bank says. */
export class ReconciliationAudits {
  constructor(
    private readonly reader: Pick<ReconciliationReader, 'positions'>,
    private readonly ledger: LedgerPort,
  ) {}

  /** Less what was booked there for reasons that no line has told, and of suspense what its open lines make. */
  async bank(): Promise<readonly string[]> {
    const positions = await this.reader.positions();
    const codes = positions.flatMap(({ programId, pot }) => [bankCode(programId, pot), suspenseCode(programId, pot)]);
    const balances = await this.ledger.balances(codes);
    const held = new Map(balances.map(({ account, minor }) => [account, BigInt(minor)]));
    return positions.flatMap((position) => faultsOf(position, held));
  }
}

const faultsOf = (
  { programId, pot, currency, bank, ours, suspense }: BankPosition,
  held: ReadonlyMap<string, bigint>,
): readonly string[] => {
  const checks: readonly (readonly [string, bigint])[] = [
    [bankCode(programId, pot), bank + ours],
    [suspenseCode(programId, pot), suspense],
  ];
  return checks
    .filter(([code, expected]) => (held.get(code) ?? 0n) !== expected)
    .map(
      ([code, expected]) => `${code} holds ${held.get(code) ?? 0n} ${currency}, the lines of the bank make ${expected}`,
    );
};
