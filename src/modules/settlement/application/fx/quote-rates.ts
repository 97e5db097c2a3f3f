import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { RatesPort } from '../../../commission/index.ts';
import { type Quote, usedRate, type UsedRate } from '../../domain/fx/exchange.ts';
import { type FxSettings, mustBeFresh, noRate } from '../../domain/fx/settings.ts';
import type { SettlementTransaction } from '../../ports/settlement-stores.ts';

interface Known {
  readonly currency: string | undefined;
  readonly settings: FxSettings | undefined;
}

/** By which rates a program exchanges: those of its source, and none that is too old. Asked outside any transaction. */
export class QuoteRates {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly rates: RatesPort,
  ) {}

  /** What payouts in that currency are exchanged by; undefined in that of the books. Throws `settlement.no_exchange_rate`. */
  async quote(programId: Id<'prg'>, to: string, at: Instant): Promise<Quote | undefined> {
    const { currency: from, settings } = await this.known(programId);
    if (from === undefined || from === to) return undefined;
    const said = mustBeSet(settings);
    return { rate: await this.rate(said, from, to, at), spreadBasisPoints: said.spreadBasisPoints };
  }

  /** What currencies were worth in that of the books. Throws `settlement.no_exchange_rate`. */
  async worth(
    programId: Id<'prg'>,
    currencies: readonly string[],
    at: Instant,
  ): Promise<ReadonlyMap<string, UsedRate>> {
    const worth = new Map<string, UsedRate>();
    if (currencies.length === 0) return worth;
    const { currency: to, settings } = await this.known(programId);
    const said = mustBeSet(settings);
    for (const from of currencies) worth.set(from, await this.rate(said, from, to ?? '', at));
    return worth;
  }

  private known(programId: Id<'prg'>): Promise<Known> {
    return this.transaction.look(async ({ books, fx }) => {
      const [own] = await books.share([programId]);
      return { currency: own?.currency, settings: await fx.settings(programId) };
    });
  }

  private async rate(settings: FxSettings, from: string, to: string, at: Instant): Promise<UsedRate> {
    const question = { source: settings.source, from, to, at };
    return usedRate(mustBeFresh(await this.rates.rate(question), question, settings));
  }
}

const mustBeSet = (settings: FxSettings | undefined): FxSettings => {
  if (settings !== undefined) return settings;
  throw noRate('nobody has said whose rates the program goes by: PUT /v1/programs/{programId}/fx/settings');
};
