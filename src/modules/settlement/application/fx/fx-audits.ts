import type { LedgerPort } from '../../../ledger/index.ts';
import { fxPositionCode } from '../../domain/books/chart-of-accounts.ts';
import type { AuditReader } from '../../ports/audit-reader.ts';
import type { FxReader } from '../../ports/fx.ts';

type Findings = readonly string[];

/** Looks whether positions are what the ledger's accounts hold. */
export class FxAudits {
  constructor(
    private readonly reader: FxReader,
    private readonly books: Pick<AuditReader, 'books'>,
    private readonly ledger: LedgerPort,
  ) {}

  async positions(): Promise<Findings> {
    const all = await this.books.books();
    return (await Promise.all(all.map((own) => this.positionsOf(own)))).flat();
  }

  /** The account in the books' currency holds what all of them cost; each in its own holds the other side of it. */
  private async positionsOf({
    programId,
    currency,
  }: Awaited<ReturnType<AuditReader['books']>>[number]): Promise<Findings> {
    const positions = await this.reader.positions(programId);
    if (positions.length === 0) return [];
    const due = new Map([
      [currency, positions.reduce((sum, { cost }) => sum + cost, 0n)],
      ...positions.map((each) => [each.currency, -each.quantity] as const),
    ]);
    const codes = [...due.keys()].map((each) => fxPositionCode(programId, each));
    const held = new Map((await this.ledger.balances(codes)).map(({ account, minor }) => [account, BigInt(minor)]));
    return [...due].flatMap(([each, minor]) => {
      const there = held.get(fxPositionCode(programId, each)) ?? 0n;
      return there === minor ? [] : [`the ${each} position of ${programId} holds ${there}, and should hold ${minor}`];
    });
  }
}
