import { instant, instantAt } from '../../../../shared/instant.ts';
import type { DeliveredOrder, OutcomesPort, PlacedAt } from '../../../commission/index.ts';
import type { LedgerPort } from '../../../ledger/index.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import { bankCode, suspenseCode } from '../../domain/books/chart-of-accounts.ts';
import type { BankPosition, ReconciliationReader } from '../../ports/reconciliation-reader.ts';
import { heldAgainst } from './three-way.ts';

/** Orders that are looked at together. */
const PAGE = 1_000;
const MAX_FINDINGS = 100;
const EVER = { from: instantAt(0), until: instant('9999-12-31T00:00:00Z') };

/** Looks whether orders, commissions, the ledger and the bank say the same. */
export class ReconciliationAudits {
  constructor(
    private readonly reader: Pick<ReconciliationReader, 'positions' | 'settled' | 'unbacked'>,
    private readonly ledger: LedgerPort,
    private readonly outcomes: OutcomesPort,
    private readonly partners: Pick<PartnersPort, 'programs'>,
  ) {}

  /** From order to payout, page by page of each program's orders. */
  async threeWays(): Promise<readonly string[]> {
    const findings: string[] = [];
    for (const { programId, currency } of await this.partners.programs()) {
      let after: PlacedAt | undefined;
      do {
        const { orders, next } = await this.outcomes.delivered(programId, { ...EVER, after, limit: PAGE });
        findings.push(...(await this.apart(orders, currency)));
        if (findings.length >= MAX_FINDINGS) return findings.slice(0, MAX_FINDINGS);
        after = next ?? undefined;
      } while (after !== undefined);
    }
    return findings;
  }

  private async apart(orders: readonly DeliveredOrder[], currency: string): Promise<readonly string[]> {
    const ids = orders.flatMap(({ commissions }) => commissions.map(({ commissionId }) => commissionId));
    const settled = ids.length === 0 ? [] : await this.reader.settled(ids);
    const unexplained = orders.filter(({ commissions, reason }) => commissions.length === 0 && reason === null);
    return [
      ...unexplained.map(({ orderId }) => `${orderId} was delivered, has no commission, and nobody says why`),
      ...heldAgainst(orders, settled, currency).differences.map(
        ({ kind, commissionId, expected, found }) =>
          `${commissionId} is ${kind}: ${found.toString()} and not ${expected.toString()}`,
      ),
    ];
  }

  async payouts(): Promise<readonly string[]> {
    return (await this.reader.unbacked()).map((id) => `${id} is settled, and no line of a bank says so`);
  }

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
