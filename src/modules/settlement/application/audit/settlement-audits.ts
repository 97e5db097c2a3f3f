import type { Clock } from '../../../../shared/clock.ts';
import type { Id } from '../../../../shared/ids.ts';
import { plusMs } from '../../../../shared/instant.ts';
import { Money } from '../../../../shared/money.ts';
import type { CommissionPort } from '../../../commission/index.ts';
import type { LedgerPort } from '../../../ledger/index.ts';
import { availableCode, clearingCode } from '../../domain/books/chart-of-accounts.ts';
import type { Period } from '../../domain/statements/period.ts';
import { numberOf, type Statement, StatementDraft } from '../../domain/statements/statement.ts';
import type { AuditReader } from '../../ports/audit-reader.ts';

const MAX_FINDINGS = 100;

type Findings = readonly string[];

/** Looks whether settlement, the ledger and commission say the same. */
export class SettlementAudits {
  constructor(
    private readonly reader: AuditReader,
    private readonly ledger: LedgerPort,
    private readonly commission: CommissionPort,
    private readonly clock: Clock,
  ) {}

  /** Opening and lines make the closing; both are what the ledger says; the digest is of what stands there; no number is missing. */
  async statements(): Promise<Findings> {
    const findings: string[] = [];
    for (const { programId } of await this.reader.books()) {
      let expected = 1;
      for (const period of await this.reader.periods(programId)) {
        const statements = await this.reader.statements(programId, period.period);
        findings.push(...missing(period, statements), ...misnumbered(statements, expected));
        findings.push(...(await this.differing(period, statements)));
        expected += statements.length;
        if (findings.length >= MAX_FINDINGS) return findings;
      }
    }
    return findings;
  }

  async allocations(): Promise<Findings> {
    return (await this.reader.unevenPayouts()).map((id) => `the allocations of ${id} do not sum to its amount`);
  }

  /** Batch by batch: too much in one does not make up for too little in another. */
  async clearing(): Promise<Findings> {
    const books = await this.reader.books();
    return (await Promise.all(books.map(({ programId }) => this.clearingOf(programId)))).flat();
  }

  private async clearingOf(programId: Id<'prg'>): Promise<Findings> {
    const sent = await this.reader.inClearing(programId);
    const balances = await this.ledger.balances(sent.map(({ batchId }) => clearingCode(programId, batchId)));
    const held = new Map(balances.map(({ account, minor }) => [account, BigInt(minor)]));
    return sent.flatMap(({ batchId, amount }) => {
      const there = Money.of(held.get(clearingCode(programId, batchId)) ?? 0n, amount.currency);
      const say = `clearing of ${batchId ?? programId} holds ${there.toString()}, on their way are ${amount.toString()}`;
      return there.equals(amount) ? [] : [say];
    });
  }

  async locks(): Promise<Findings> {
    const books = await this.reader.books();
    return (await Promise.all(books.map(({ programId }) => this.locksOf(programId)))).flat();
  }

  private async locksOf(programId: Id<'prg'>): Promise<Findings> {
    // Later than anything that has locked: the moment after now.
    const locked = await this.commission.lockedBefore(programId, plusMs(this.clock.now(), 1));
    const booked = await this.reader.locks(programId);
    const unposted = await this.reader.unposted(programId);
    const same = booked.count === locked.count && booked.minor.toString() === locked.amount.minor;
    return [
      ...(same
        ? []
        : [`${programId}: commission has locked ${locked.count} commissions, settlement has booked ${booked.count}`]),
      ...(unposted === 0 ? [] : [`${programId}: ${unposted} bookings are not in the ledger`]),
    ];
  }

  private async differing({ programId, from, until }: Period, statements: readonly Statement[]): Promise<Findings> {
    if (statements.length === 0) return [];
    const codes = statements.map(({ partnerId }) => availableCode({ programId, partnerId }));
    const [opening, closing] = [await this.ledger.balances(codes, from), await this.ledger.balances(codes, until)];
    const ledger = {
      opening: new Map(opening.map(({ account, minor }) => [account, minor])),
      closing: new Map(closing.map(({ account, minor }) => [account, minor])),
    };
    const drafts = await this.redrawn(statements);
    return statements.flatMap((statement) => {
      const code = availableCode(statement);
      const said = { opening: ledger.opening.get(code) ?? '0', closing: ledger.closing.get(code) ?? '0' };
      const faults = faultsOf(statement, said, drafts.get(statement.partnerId));
      return faults.map((fault) => `statement ${numberOf(statement)}: ${fault}`);
    });
  }

  /** The statements of a period once more, from what is booked. */
  private async redrawn(statements: readonly Statement[]): Promise<ReadonlyMap<Id<'par'>, StatementDraft>> {
    const drafts = new Map(statements.map((statement) => [statement.partnerId, new StatementDraft(statement)]));
    const [first] = statements;
    if (first === undefined) return drafts;
    for await (const page of this.reader.lines(first.programId, first.period)) {
      for (const line of page) drafts.get(line.partnerId)?.add(line);
    }
    return drafts;
  }
}

const missing = ({ programId, period, statements: written }: Period, { length }: readonly Statement[]): Findings =>
  written === length
    ? []
    : [`${programId}: ${written ?? 0} statements were written for ${period}, ${length} are there`];

const misnumbered = (statements: readonly Statement[], first: number): Findings =>
  statements.flatMap((statement, index) =>
    statement.number === first + index ? [] : [`statement ${numberOf(statement)} should be number ${first + index}`],
  );

const faultsOf = (
  { opening, closing, digest }: Statement,
  said: { readonly opening: string; readonly closing: string },
  draft: StatementDraft | undefined,
): string[] => [
  ...(draft?.reached.equals(closing) === true ? [] : ['opening and entries do not make the closing']),
  ...(said.opening === opening.minor.toString() ? [] : ['the ledger says another opening']),
  ...(said.closing === closing.minor.toString() ? [] : ['the ledger says another closing']),
  ...(draft?.digest() === digest ? [] : ['it is not what was hashed']),
];
