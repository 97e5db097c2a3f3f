import type { Booking } from '../../../src/modules/settlement/domain/books/booking.ts';
import { flowOf } from '../../../src/modules/settlement/domain/fx/position.ts';
import type { FxSettings } from '../../../src/modules/settlement/domain/fx/settings.ts';
import type { Trade, TradeId } from '../../../src/modules/settlement/domain/fx/trade.ts';
import type { Position, Valuation } from '../../../src/modules/settlement/domain/fx/valuation.ts';
import { FxReader, FxStore, type HeldThen } from '../../../src/modules/settlement/ports/fx.ts';
import { AppError } from '../../../src/shared/errors.ts';
import type { Id } from '../../../src/shared/ids.ts';
import type { Instant } from '../../../src/shared/instant.ts';
import { type Page, pageOf, type PageRequest } from '../../../src/shared/page.ts';
import { Table } from './fake-transaction.ts';

export const fxTables = () => ({
  fxSettings: new Table<FxSettings>(),
  fxPositions: new Table<Position>(),
  fxTrades: new Table<Trade>(),
  fxValuations: new Table<Valuation>(),
});

type FxTables = ReturnType<typeof fxTables>;

const byCurrency = (a: { readonly currency: string }, b: { readonly currency: string }): number =>
  a.currency < b.currency ? -1 : 1;

const resultOf = ({ purpose, amount }: Booking): bigint => {
  if (purpose === 'fx_gain') return amount.minor;
  return purpose === 'fx_loss' ? -amount.minor : 0n;
};

export class FakeFx extends FxStore {
  constructor(
    private readonly tables: FxTables,
    private readonly bookings: () => readonly Booking[],
  ) {
    super();
  }

  settings(programId: Id<'prg'>): Promise<FxSettings | undefined> {
    return Promise.resolve(this.tables.fxSettings.get(programId));
  }

  saveSettings(settings: FxSettings): Promise<void> {
    this.tables.fxSettings.set(settings.programId, settings);
    return Promise.resolve();
  }

  hold(programId: Id<'prg'>, currencies: readonly string[]): Promise<readonly Position[]> {
    const nothing = { programId, quantity: 0n, cost: 0n, realised: 0n };
    for (const currency of currencies) {
      const key = `${programId}/${currency}`;
      if (!this.tables.fxPositions.has(key)) this.tables.fxPositions.set(key, { ...nothing, currency });
    }
    return Promise.resolve(
      currencies.toSorted().flatMap((each) => this.tables.fxPositions.get(`${programId}/${each}`) ?? []),
    );
  }

  savePositions(positions: readonly Position[]): Promise<void> {
    for (const position of positions) {
      this.tables.fxPositions.set(`${position.programId}/${position.currency}`, position);
    }
    return Promise.resolve();
  }

  heldBefore(programId: Id<'prg'>, until: Instant): Promise<readonly HeldThen[]> {
    const held = new Map<string, HeldThen>();
    const add = (currency: string, quantity: bigint, cost: bigint): void => {
      const before = held.get(currency) ?? { currency, quantity: 0n, cost: 0n };
      held.set(currency, { currency, quantity: before.quantity + quantity, cost: before.cost + cost });
    };
    for (const booking of this.bookings()) {
      if (booking.programId !== programId || booking.effectiveAt >= until) continue;
      const flow = flowOf(booking);
      if (flow !== undefined) add(flow.currency, flow.by.quantity, flow.by.cost);
      add(booking.counter?.currency ?? '', 0n, resultOf(booking));
    }
    return Promise.resolve([...held.values()].filter(({ quantity }) => quantity !== 0n).toSorted(byCurrency));
  }

  addTrade(trade: Trade): Promise<void> {
    const known = this.tables.fxTrades
      .values()
      .some(
        ({ programId, reference, state }) =>
          programId === trade.programId && reference === trade.reference && state !== 'declined',
      );
    if (known) return Promise.reject(new AppError('conflict', 'settlement.trade_known', 'it is known'));
    this.tables.fxTrades.set(trade.id, trade);
    return Promise.resolve();
  }

  trade(id: TradeId): Promise<Trade> {
    const found = this.tables.fxTrades.get(id);
    return found === undefined
      ? Promise.reject(new AppError('not_found', 'settlement.trade_not_found', 'there is none'))
      : Promise.resolve(found);
  }

  saveTrade(trade: Trade): Promise<void> {
    this.tables.fxTrades.set(trade.id, trade);
    return Promise.resolve();
  }

  addValuations(valuations: readonly Valuation[]): Promise<void> {
    for (const each of valuations) {
      const key = `${each.programId}/${each.period}/${each.currency}`;
      if (this.tables.fxValuations.has(key)) return Promise.reject(new Error('a valuation is final'));
      this.tables.fxValuations.set(key, each);
    }
    return Promise.resolve();
  }
}

export class FakeFxReader extends FxReader {
  constructor(private readonly tables: FxTables) {
    super();
  }

  settings(programId: Id<'prg'>): Promise<FxSettings | undefined> {
    return Promise.resolve(this.tables.fxSettings.committed.get(programId));
  }

  positions(programId: Id<'prg'>): Promise<readonly Position[]> {
    const own = this.tables.fxPositions.committed.values().filter((each) => each.programId === programId);
    return Promise.resolve(own.toSorted(byCurrency));
  }

  valuations(programId: Id<'prg'>): Promise<readonly Valuation[]> {
    const own = this.tables.fxValuations.committed.values().filter((each) => each.programId === programId);
    const last = new Map(own.toSorted((a, b) => (a.period < b.period ? -1 : 1)).map((each) => [each.currency, each]));
    return Promise.resolve([...last.values()].toSorted(byCurrency));
  }

  trades(programId: Id<'prg'>, request: PageRequest): Promise<Page<Trade>> {
    const [after = ''] = request.after ?? [];
    const own = this.tables.fxTrades.committed
      .values()
      .filter((each) => each.programId === programId && each.id > after)
      .toSorted((a, b) => (a.id < b.id ? -1 : 1));
    return Promise.resolve(pageOf(own.slice(0, request.limit + 1), request, ({ id }) => [id]));
  }
}
