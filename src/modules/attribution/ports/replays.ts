import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { Page, PageRequest } from '../../../shared/page.ts';
import { Transaction } from '../../../shared/transaction.ts';
import type { Conversion } from '../domain/deciding/conversion.ts';
import type { Decision } from '../domain/deciding/journey.ts';
import type { Replay, ShadowDecision, Tally } from '../domain/deciding/replay.ts';
import type { ConversionId, ReplayId } from '../index.ts';
import type { Claims, Policies, Touchpoints } from './attribution-stores.ts';

export abstract class Replays {
  /** False when the program has one of that name. */
  abstract add(replay: Replay): Promise<boolean>;
  /** Nobody else's until the transaction ends. Throws `attribution.unknown_replay`. */
  abstract get(replayId: ReplayId): Promise<Replay>;
  /** The oldest that is not finished; nobody else's until the transaction ends. */
  abstract next(): Promise<Replay | undefined>;
  /** The next that it has not come to, with the decisions that count. */
  abstract ahead(replay: Replay, limit: number): Promise<readonly Conversion[]>;
  /** Saves how far it has come, and whether it is finished or promoted. */
  abstract save(replay: Replay): Promise<void>;
  /** Keeps the decisions, and adds to its tallies. */
  abstract keep(replayId: ReplayId, decisions: readonly ShadowDecision[], tallies: readonly Tally[]): Promise<void>;
}

export interface ReplayStores {
  readonly replays: Replays;
  readonly touchpoints: Pick<Touchpoints, 'candidates'>;
  readonly claims: Pick<Claims, 'confirmed'>;
  readonly policies: Pick<Policies, 'ofPrograms'>;
}

export abstract class ReplayTransaction extends Transaction<ReplayStores> {}

/** An order that would be credited otherwise, with both decisions. */
export interface ReplaySample {
  readonly conversionId: ConversionId;
  readonly orderRef: string;
  readonly placedAt: Instant;
  readonly live: Decision & { readonly number: number };
  readonly replayed: Decision;
}

/** Looks at replays outside any transaction. */
export abstract class ReplayReader {
  /** Conversions of the program's orders placed in between; `to` is not included. */
  abstract count(programId: Id<'prg'>, from: Instant, to: Instant): Promise<number>;
  abstract replay(programId: Id<'prg'>, replayId: ReplayId): Promise<Replay | undefined>;
  /** Oldest first. */
  abstract replays(request: PageRequest, programId: Id<'prg'>): Promise<Page<Replay>>;
  abstract tallies(replayId: ReplayId): Promise<readonly Tally[]>;
  abstract samples(replayId: ReplayId, limit: number): Promise<readonly ReplaySample[]>;
  abstract isUnfinished(): Promise<boolean>;
}
