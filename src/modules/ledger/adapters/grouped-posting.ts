/**
 * Callers who ask at the same time are posted together: what arrives while others are under way goes with the next. Each
 * gets the verdicts he would have got alone. A batch large enough to pay for its own way goes by itself; a request whose
 * Idempotency-Key is finished in the transaction that does its work is posted in one.
 */
import { GroupCommit } from '../../../infrastructure/group-commit.ts';
import { claimInProgress } from '../../../infrastructure/http/claim.ts';
import { MAX_BATCH, mustFit, type PostTransactions } from '../application/post-transactions.ts';
import type { PostTogether } from '../application/post-together.ts';
import type { Batch } from '../domain/judge.ts';
import type { PostVerdict } from '../index.ts';
import { Posting } from '../ports/posting.ts';

const SMALL = 10;
const WRITERS = 2;

interface Asked {
  readonly batch: Batch;
  verdicts?: readonly PostVerdict[];
}

export class GroupedPosting extends Posting {
  private readonly group: GroupCommit<Asked>;

  constructor(
    private readonly posting: PostTransactions,
    private readonly together: PostTogether,
  ) {
    super();
    this.group = new GroupCommit<Asked>({
      write: (asked) => this.write(asked),
      writers: WRITERS,
      most: MAX_BATCH / SMALL,
    });
  }

  async run(batch: Batch): Promise<readonly PostVerdict[]> {
    mustFit(batch);
    if (claimInProgress('ledger') !== undefined) return this.posting.run(batch);
    const asked: Asked = { batch };
    if (batch.transactions.length > SMALL) await this.write([asked]);
    else await this.group.add(asked);
    if (asked.verdicts === undefined) throw new Error('written, and no verdict given');
    return asked.verdicts;
  }

  private async write(asked: readonly Asked[]): Promise<void> {
    const verdicts = await this.together.run(asked.map(({ batch }) => batch));
    asked.forEach((each, index) => (each.verdicts = verdicts[index] ?? []));
  }
}
