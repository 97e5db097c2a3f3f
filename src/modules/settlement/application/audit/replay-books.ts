import { Money } from '../../../../shared/money.ts';
import type { LedgerPort } from '../../../ledger/index.ts';
import { accountsOf, transactionOf } from '../../domain/books/chart-of-accounts.ts';
import type { AuditReader, Tally, ToldAndKept } from '../../ports/audit-reader.ts';

const MAX_FINDINGS = 100;
const PIECE = 1_000;

interface Replayed {
  readonly currency: string;
  readonly debitIsPositive: boolean;
  minor: bigint;
}

/** Plays settlement's books again from the first booking on, and holds what they come to against the ledger and the outbox. */
export class ReplayBooks {
  constructor(
    private readonly reader: Pick<AuditReader, 'posted' | 'statementsTold' | 'submissionsTold'>,
    private readonly ledger: Pick<LedgerPort, 'balances'>,
  ) {}

  /** Every account that a booking ever touched has in the ledger what all bookings come to: not less, and not more. */
  async balances(): Promise<readonly string[]> {
    const replayed = await this.replayed();
    const findings: string[] = [];
    const codes = [...replayed.keys()];
    for (let from = 0; from < codes.length && findings.length < MAX_FINDINGS; from += PIECE) {
      const piece = codes.slice(from, from + PIECE);
      const held = new Map((await this.ledger.balances(piece)).map(({ account, minor }) => [account, BigInt(minor)]));
      findings.push(...piece.flatMap((code) => differenceOf(code, replayed.get(code), held.get(code) ?? 0n)));
    }
    return findings.slice(0, MAX_FINDINGS);
  }

  /** What partners and others were told of statements and payouts is what was written down. */
  async told(): Promise<readonly string[]> {
    const statements = unlike('statements', await this.reader.statementsTold());
    return [...statements, ...unlike('submitted payouts', await this.reader.submissionsTold())].slice(0, MAX_FINDINGS);
  }

  private async replayed(): Promise<ReadonlyMap<string, Replayed>> {
    const accounts = new Map<string, Replayed>();
    for (let after = 0n; ;) {
      const page = await this.reader.posted(after, PIECE);
      const bookings = page.map(({ booking }) => booking);
      for (const { code, currency, normalSide } of accountsOf(bookings)) {
        if (!accounts.has(code)) accounts.set(code, { currency, debitIsPositive: normalSide === 'debit', minor: 0n });
      }
      for (const { account, minor } of bookings.flatMap((booking) => transactionOf(booking).postings)) {
        const known = accounts.get(account);
        if (known !== undefined) known.minor += known.debitIsPositive ? BigInt(minor) : -BigInt(minor);
      }
      const last = page.at(-1);
      if (last === undefined || page.length < PIECE) return accounts;
      after = last.seq;
    }
  }
}

const differenceOf = (code: string, replayed: Replayed | undefined, held: bigint): readonly string[] => {
  if (replayed === undefined || replayed.minor === held) return [];
  const say = (minor: bigint): string => Money.of(minor, replayed.currency).toString();
  return [`${code} holds ${say(held)} in the ledger, its bookings come to ${say(replayed.minor)}`];
};

const unlike = (what: string, { told, kept }: ToldAndKept): readonly string[] => {
  const said = new Map(told.map((tally) => [tally.of, tally]));
  const written = new Map(kept.map((tally) => [tally.of, tally]));
  return [...new Set([...said.keys(), ...written.keys()])].flatMap((of) => {
    const [one, other] = [textOf(said.get(of)), textOf(written.get(of))];
    return one === other ? [] : [`${what} of ${of}: told are ${one}, written down are ${other}`];
  });
};

const textOf = (tally: Tally | undefined): string =>
  tally === undefined ? 'none' : `${tally.count}, which come to ${tally.minor} minor units`;
