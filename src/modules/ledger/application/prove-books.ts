import type { Clock } from '../../../shared/clock.ts';
import type { Instant } from '../../../shared/instant.ts';
import { type Checkpoint, checkpointFault, signedText } from '../domain/checkpoint.ts';
import type { Checkpoints, SealReader, SealSigner } from '../ports/seals.ts';
import type { Checked, LedgerBooks } from './ledger-books.ts';

export interface Proven extends Checked {
  /** What was proven before, and is not looked at again. */
  readonly before?: { readonly seals: number; readonly at: Instant } | undefined;
}

/** Goes on from where the books were last found as they were sealed, and remembers how far it came. */
export class ProveBooks {
  constructor(
    private readonly books: LedgerBooks,
    private readonly seals: SealReader,
    private readonly checkpoints: Checkpoints,
    private readonly signer: SealSigner,
    private readonly clock: Clock,
  ) {}

  /** What is new; or all there is, whatever was proven before. */
  async run({ whole }: { readonly whole?: boolean | undefined } = {}): Promise<Proven> {
    const last = whole === true ? undefined : await this.checkpoints.last();
    const before = last && { seals: last.seal, at: last.provenAt };
    const fault = last && (await this.faultOf(last));
    if (fault !== undefined) return { seals: 0, transactions: 0, unsealed: 0, fault };
    const checked = await this.books.verify((last?.seal ?? 0) + 1);
    if (checked.fault === undefined && checked.seals > 0) await this.remember(checked);
    return { ...checked, before };
  }

  private async faultOf(checkpoint: Checkpoint): Promise<string | undefined> {
    const key = (await this.seals.keys()).find(({ id }) => id === checkpoint.keyId);
    const isSigned = key !== undefined && this.signer.isSigned(signedText(checkpoint), checkpoint.signature, key);
    return checkpointFault(checkpoint, (await this.seals.seals(checkpoint.seal, 1)).at(0), isSigned);
  }

  private async remember({ last }: Checked): Promise<void> {
    if (last === undefined) return;
    const proven = { seal: last.number, head: last.head, provenAt: this.clock.now() };
    await this.checkpoints.add({ ...proven, ...(await this.signer.sign(signedText(proven))) });
  }
}
