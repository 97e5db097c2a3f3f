import type { Instant } from '../../../shared/instant.ts';
import type { Conversion } from '../domain/deciding/conversion.ts';
import type { ConversionId } from '../index.ts';

/** A look at all conversions, one after another: whether they would come out as they did. */
export interface DriftLook {
  /** The machine's time, as all of these are. */
  readonly startedAt: Instant;
  readonly reached?: ConversionId | undefined;
  readonly checked: number;
  readonly drift: Drift;
  readonly finishedAt?: Instant | undefined;
}

/** Conversions that would come out otherwise. */
export interface Drift {
  /** From the inputs kept with the decision. */
  readonly fromInputs: number;
  /** From the touches on disk. */
  readonly fromTouches: number;
}

export abstract class DriftLog {
  /** The last that was begun. */
  abstract last(): Promise<DriftLook | undefined>;
  /** The last that came to its end. */
  abstract lastFinished(): Promise<DriftLook | undefined>;
  abstract begin(look: DriftLook): Promise<void>;
  /** Saves how far the last one that was begun has come. */
  abstract save(look: DriftLook): Promise<void>;
  /** By id, with the decisions that count. */
  abstract conversions(limit: number, after?: ConversionId): Promise<readonly Conversion[]>;
  abstract those(conversionIds: readonly ConversionId[]): Promise<readonly Conversion[]>;
}
