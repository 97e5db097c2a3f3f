import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { CommissionId } from '../index.ts';

/** A look at some commissions, one after another: whether they would come out as they did. */
export interface DriftLook {
  /** The machine's time, as all of these are. */
  readonly startedAt: Instant;
  /** The next look goes on behind it; absent, it begins with the first commission. */
  readonly reached?: CommissionId | undefined;
  readonly checked: number;
  readonly drift: Drift;
  /** Orders to be looked at once more: the news that explains them may have been on its way. */
  readonly suspects: readonly Id<'ord'>[];
  /** There is nothing left but the suspects. */
  readonly readAt?: Instant | undefined;
  readonly finishedAt?: Instant | undefined;
}

/** Commissions that would come out otherwise. */
export interface Drift {
  /** From their explanation, and nothing else. */
  readonly fromExplanation: number;
  /** From the order, its credit, the terms and the figures of its periods. */
  readonly fromFacts: number;
}

export abstract class DriftLog {
  /** The last that was begun. */
  abstract last(): Promise<DriftLook | undefined>;
  /** The last that came to its end. */
  abstract lastFinished(): Promise<DriftLook | undefined>;
  abstract begin(look: Pick<DriftLook, 'startedAt' | 'reached'>): Promise<void>;
  /** Saves how far the last one that was begun has come. */
  abstract save(look: DriftLook): Promise<void>;
}
