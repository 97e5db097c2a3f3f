import type { Id } from '../../../shared/ids.ts';
import type { Page, PageRequest } from '../../../shared/page.ts';
import type { Backtest } from '../domain/backtest/backtest.ts';
import type { Commission } from '../domain/life-cycle/commission.ts';
import type { Credit } from '../domain/life-cycle/credit.ts';
import type { BacktestId } from '../index.ts';
import type { Quotes } from '../domain/rates/exchange-rates.ts';
import type { RateTaken } from '../domain/rates/taken-rates.ts';
import type { RateAsked } from '../domain/terms/version-for.ts';

/** An order as history has it: who is credited, and what that has come to. */
export interface PastOrder {
  readonly credit: Credit;
  readonly commissions: readonly PastCommission[];
}

export type PastCommission = Pick<
  Commission,
  'id' | 'partnerId' | 'recruit' | 'state' | 'amount' | 'adjusted' | 'clawedBack' | 'endReason'
>;

/** Back-tests, and what they look at. Nothing of it waits for anybody, or lets anybody wait. */
export abstract class Backtests {
  abstract add(backtest: Backtest): Promise<void>;
  /** Its progress, or its end. */
  abstract save(backtest: Backtest): Promise<void>;
  abstract find(backtestId: BacktestId): Promise<Backtest | undefined>;
  /** Oldest first. */
  abstract page(programId: Id<'prg'>, request: PageRequest): Promise<Page<Backtest>>;
  /** The one that waits longest. */
  abstract nextRunning(): Promise<Backtest | undefined>;
  /** Of those that are credited to somebody, or ever were. */
  abstract past(orderIds: readonly Id<'ord'>[]): Promise<ReadonlyMap<Id<'ord'>, PastOrder>>;
  /** By what these orders were converted already. */
  abstract taken(orderIds: readonly Id<'ord'>[]): Promise<readonly RateTaken[]>;
  /** In the order asked. */
  abstract quotes(asked: readonly RateAsked[]): Promise<readonly Quotes[]>;
}
