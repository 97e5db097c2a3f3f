import type { Id } from '../../../../shared/ids.ts';
import { Money } from '../../../../shared/money.ts';
import type { LedgerPort } from '../../../ledger/index.ts';
import { payableCode, receivableCode } from '../../domain/books/chart-of-accounts.ts';
import type { AuditReader } from '../../ports/audit-reader.ts';

const MAX_FINDINGS = 100;
/** Partners, whose accounts are asked for at once. */
const PIECE = 500;

type Books = Awaited<ReturnType<AuditReader['books']>>[number];
type KeptBeside = Awaited<ReturnType<AuditReader['keptBeside']>>[number];

/** Looks whether what is kept beside balances is what the ledger's accounts for it hold. */
export class SecurityAudits {
  constructor(
    private readonly reader: Pick<AuditReader, 'books' | 'keptBeside'>,
    private readonly ledger: Pick<LedgerPort, 'balances'>,
  ) {}

  /** Partner by partner: too much of one does not make up for too little of another. */
  async securities(): Promise<readonly string[]> {
    const findings: string[] = [];
    for (const books of await this.reader.books()) {
      const kept = await this.reader.keptBeside(books.programId);
      for (let from = 0; from < kept.length && findings.length < MAX_FINDINGS; from += PIECE)
        findings.push(...(await this.differing(books, kept.slice(from, from + PIECE))));
    }
    return findings.slice(0, MAX_FINDINGS);
  }

  private async differing({ programId, currency }: Books, kept: readonly KeptBeside[]): Promise<readonly string[]> {
    const due = kept.flatMap((each) => accountsOf(programId, each));
    const balances = await this.ledger.balances(due.map(({ code }) => code));
    const held = new Map(balances.map(({ account, minor }) => [account, BigInt(minor)]));
    const said = (minor: bigint): string => Money.of(minor, currency).toString();
    return due.flatMap(({ code, what, minor }) => {
      const there = held.get(code) ?? 0n;
      return there === minor ? [] : [`${code} holds ${said(there)}, ${what} come to ${said(minor)}`];
    });
  }
}

const accountsOf = (programId: Id<'prg'>, { partnerId, reserved, owed }: KeptBeside) => [
  { code: payableCode({ programId, partnerId }, 'reserve'), what: 'open slices of the reserve', minor: reserved },
  { code: receivableCode({ programId, partnerId }), what: 'open receivables', minor: owed },
];
