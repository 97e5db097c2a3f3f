import type { Clock } from '../../../shared/clock.ts';
import { sealOver } from '../domain/seal.ts';
import type { LedgerTransaction } from '../ports/ledger-stores.ts';
import type { SealReader, SealSigner } from '../ports/seals.ts';

const MOST = 5_000;

/** Seals what is committed for good, behind those who post and without holding them up. */
export class SealJournal {
  constructor(
    private readonly transaction: LedgerTransaction,
    private readonly reader: SealReader,
    private readonly signer: SealSigner,
    private readonly clock: Clock,
  ) {}

  /** A piece; true when there is more. */
  async run(): Promise<boolean> {
    const settled = await this.reader.settled();
    const last = await this.reader.last();
    const after = last?.upTo ?? 0n;
    if (settled <= after) return false;
    const transactions = await this.reader.transactions(after, settled, MOST);
    const end = transactions.at(-1);
    if (end === undefined) return false;
    const more = transactions.length === MOST;
    const seal = sealOver(transactions, more ? end.number : settled, last);
    const signed = { ...seal, ...(await this.signer.sign(seal.head)), sealedAt: this.clock.now() };
    await this.transaction.run(async ({ seals }) => {
      if ((await seals.last())?.number === last?.number) await seals.add(signed);
    });
    return more;
  }

  /** Whether something is committed that no seal is over. */
  async isDue(): Promise<boolean> {
    const [last, settled] = [await this.reader.last(), await this.reader.settled()];
    const after = last?.upTo ?? 0n;
    return settled > after && (await this.reader.transactions(after, settled, 1)).length > 0;
  }
}
