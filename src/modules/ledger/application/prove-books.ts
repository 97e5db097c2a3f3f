import type { Clock, Random } from '../../../shared/clock.ts';
import type { Instant } from '../../../shared/instant.ts';
import { type Checkpoint, checkpointFault, partToReread, type Seals, signedText } from '../domain/checkpoint.ts';
import type { Checkpoints, SealReader, SealSigner } from '../ports/seals.ts';
import type { Checked, LedgerBooks } from './ledger-books.ts';

export interface Proven extends Checked {
  /** What was proven before, and which part of it was read again. */
  readonly before?: { readonly seals: number; readonly at: Instant; readonly again?: Seals | undefined } | undefined;
}

/**
 * Goes on from where the books were last found as they were sealed, and remembers how far it came. Of what lies before, it
 * reads a part again that nobody can foretell; one in which something was found is read every time, until it is in order.
 */
export class ProveBooks {
  private suspect: Seals | undefined;

  constructor(
    private readonly books: LedgerBooks,
    private readonly seals: SealReader,
    private readonly checkpoints: Checkpoints,
    private readonly signer: SealSigner,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  /** What is new, and a part of what is not; or all there is, whatever was proven before. */
  async run({ whole }: { readonly whole?: boolean | undefined } = {}): Promise<Proven> {
    const last = whole === true ? undefined : await this.checkpoints.last();
    const before = last && { seals: last.seal, at: last.provenAt };
    const fault = last && (await this.faultOf(last));
    if (fault !== undefined) return { seals: 0, transactions: 0, unsealed: 0, fault };
    const checked = await this.books.verify((last?.seal ?? 0) + 1);
    if (checked.fault !== undefined) return { ...checked, before };
    await this.remember(checked);
    return { ...checked, ...(await this.again(before)) };
  }

  private async again(before: Proven['before']): Promise<Pick<Proven, 'before' | 'fault'>> {
    if (before === undefined) return { before };
    const again = this.suspect ?? partToReread(before.seals, this.random.fraction());
    const { seals, fault: found } = await this.books.verify(again.from, again.to);
    const isWhole = seals === again.to - again.from + 1;
    const fault = found ?? (isWhole ? undefined : `seal ${again.from + seals} is gone`);
    this.suspect = fault === undefined ? undefined : again;
    return { before: { ...before, again }, fault };
  }

  private async faultOf(checkpoint: Checkpoint): Promise<string | undefined> {
    const key = (await this.seals.keys()).find(({ id }) => id === checkpoint.keyId);
    const isSigned = key !== undefined && this.signer.isSigned(signedText(checkpoint), checkpoint.signature, key);
    return checkpointFault(checkpoint, (await this.seals.seals(checkpoint.seal, 1)).at(0), isSigned);
  }

  private async remember({ seals, last }: Checked): Promise<void> {
    if (seals === 0 || last === undefined) return;
    const proven = { seal: last.number, head: last.head, provenAt: this.clock.now() };
    await this.checkpoints.add({ ...proven, ...(await this.signer.sign(signedText(proven))) });
  }
}
