import type { Instant } from '../../../shared/instant.ts';
import type { AchNotice } from '../domain/rails/ach.ts';

/** What a receiving bank of a sandbox is to say of an entry of ours. */
export interface AchAnswer {
  readonly reference: string;
  readonly code: string;
  readonly corrected?: string | undefined;
}

/** The files in which banks send ACH entries back. */
export abstract class AchFiles {
  /** Throws `settlement.malformed_ach_file`. */
  abstract notices(text: string): readonly AchNotice[];
  /** The answer to a file that we sent. Throws `settlement.malformed_ach_file`. */
  abstract writeReturns(sent: string, answers: readonly AchAnswer[], at: Instant): string;
}
