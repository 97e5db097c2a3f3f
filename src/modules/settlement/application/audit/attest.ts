import type { WallClock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import { epochMs, instantAt } from '../../../../shared/instant.ts';
import type { LedgerPort } from '../../../ledger/index.ts';
import { type AttestedBooks, type Attestation, attestationOf } from '../../domain/audit/attestation.ts';
import type { Watched } from '../../domain/audit/watch.ts';
import type { AuditLog, Promises } from '../../ports/audit-log.ts';
import type { KeepWatch } from './keep-watch.ts';

const DAY_MS = 86_400_000;
/** Whoever loses a number to somebody else takes the next one. */
const TRIES = 5;

/** Writes down what holds: once a day, and whenever somebody asks. */
export class Attest {
  constructor(
    private readonly promises: Promises,
    private readonly watch: Pick<KeepWatch, 'lookAt'>,
    private readonly parts: { readonly log: AuditLog; readonly ledger: LedgerPort },
    private readonly wallClock: WallClock,
  ) {}

  /** Looks at everything anew; what seems broken is called doubtful until the watch is sure. */
  async run(isDaily = false): Promise<Attestation> {
    const watched: Watched[] = [];
    const known = new Map((await this.parts.log.watched()).map((each) => [each.promise, each]));
    for (const promise of this.promises.all) {
      const seen = await this.watch.lookAt(promise, known.get(promise.promise));
      // The watch goes on from there, and at once; that a promise is broken it finds for itself, for it stops payouts then.
      if (seen.state === 'doubtful') await this.parts.log.save(seen);
      watched.push(seen);
    }
    return this.write(watched, isDaily);
  }

  /** That of the day, unless the day has one; a program that has not been watched for a day yet has none to write. */
  async daily(): Promise<void> {
    const [last, watched] = [await this.parts.log.last(), await this.parts.log.watched()];
    const [first] = watched.map(({ since }) => since).toSorted();
    const before = last?.at ?? first;
    if (before === undefined) return;
    const dayOf = (ms: number): number => Math.floor(ms / DAY_MS);
    if (dayOf(this.wallClock.nowMs()) > dayOf(epochMs(before))) await this.run(true);
  }

  private async write(watched: readonly Watched[], isDaily: boolean): Promise<Attestation> {
    const { log, ledger } = this.parts;
    const books: AttestedBooks = await ledger.standing();
    const payoutsFrozen = await log.payoutsFrozen();
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const last = await log.last();
      const attestation = attestationOf({
        number: (last?.number ?? 0) + 1,
        at: instantAt(this.wallClock.nowMs()),
        isDaily,
        watched,
        books,
        payoutsFrozen,
        previous: last?.digest,
      });
      if (await log.add(attestation)) return attestation;
    }
    throw new AppError('conflict', 'settlement.attestation_contended', 'others write attestations too; try again', {
      retryAfterSeconds: 1,
    });
  }
}
