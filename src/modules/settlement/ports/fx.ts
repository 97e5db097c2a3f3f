/** What a program holds of other currencies, and how it exchanges. */
import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { Page, PageRequest } from '../../../shared/page.ts';
import type { Holding } from '../domain/fx/position.ts';
import type { FxSettings } from '../domain/fx/settings.ts';
import type { Trade, TradeId } from '../domain/fx/trade.ts';
import type { Position, Valuation } from '../domain/fx/valuation.ts';

/** What was held at a moment that may be long gone. */
export interface HeldThen extends Holding {
  readonly currency: string;
}

/** Everything here belongs to one transaction. */
export abstract class FxStore {
  abstract settings(programId: Id<'prg'>): Promise<FxSettings | undefined>;
  abstract saveSettings(settings: FxSettings): Promise<void>;
  /** Of each of those currencies, nothing held where there was none yet; nobody else's until the transaction ends. */
  abstract hold(programId: Id<'prg'>, currencies: readonly string[]): Promise<readonly Position[]>;
  abstract savePositions(positions: readonly Position[]): Promise<void>;
  /** By the bookings that count before then: currencies of which something was held. */
  abstract heldBefore(programId: Id<'prg'>, until: Instant): Promise<readonly HeldThen[]>;
  /** Throws `settlement.trade_known` when the program has one of that reference. */
  abstract addTrade(trade: Trade): Promise<void>;
  /** Nobody else's until the transaction ends. Throws `settlement.trade_not_found`. */
  abstract trade(id: TradeId): Promise<Trade>;
  abstract saveTrade(trade: Trade): Promise<void>;
  /** Append-only. */
  abstract addValuations(valuations: readonly Valuation[]): Promise<void>;
}

/** Looks at it outside any transaction. */
export abstract class FxReader {
  abstract settings(programId: Id<'prg'>): Promise<FxSettings | undefined>;
  /** By currency. */
  abstract positions(programId: Id<'prg'>): Promise<readonly Position[]>;
  /** The last of each currency. */
  abstract valuations(programId: Id<'prg'>): Promise<readonly Valuation[]>;
  /** By the time they were told of. */
  abstract trades(programId: Id<'prg'>, request: PageRequest): Promise<Page<Trade>>;
}
