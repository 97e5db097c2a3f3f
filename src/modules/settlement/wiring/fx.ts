import { ContainerModule } from 'inversify';
import { Database } from '../../../infrastructure/postgres/database.ts';
import { TransactionParts } from '../../../infrastructure/postgres/transaction.ts';
import { Clock } from '../../../shared/clock.ts';
import { RatesPort } from '../../commission/index.ts';
import { LedgerPort } from '../../ledger/index.ts';
import { PartnersPort } from '../../partners/index.ts';
import { fxRoutes } from '../adapters/http/fx-routes.ts';
import { PostgresFxReader } from '../adapters/postgres/fx/postgres-fx-reader.ts';
import { FxAudits } from '../application/fx/fx-audits.ts';
import { LookAtPositions } from '../application/fx/look-at-positions.ts';
import { QuoteRates } from '../application/fx/quote-rates.ts';
import { SetFxSettings } from '../application/fx/set-fx-settings.ts';
import { DecideTrade, TellTrade } from '../application/fx/trade-currency.ts';
import { ValuePositions } from '../application/fx/value-positions.ts';
import { AuditReader } from '../ports/audit-reader.ts';
import { FxReader } from '../ports/fx.ts';
import { SettingChangeReader } from '../ports/setting-changes.ts';
import { SettlementTransaction } from '../ports/settlement-stores.ts';
import { type Part, ringBoth } from './part.ts';

/** Money in other currencies than the books': rates, what is held, what is traded. */
export const fx: Part = {
  bindings: new ContainerModule(({ bind }) => {
    bind(FxReader).toResolvedValue(({ knex }) => new PostgresFxReader(knex), [Database]);
    bind(QuoteRates).toResolvedValue(
      (transaction, rates) => new QuoteRates(transaction, rates),
      [SettlementTransaction, RatesPort],
    );
    bind(ValuePositions).toResolvedValue(
      (transaction, quotes) => new ValuePositions(transaction, quotes),
      [SettlementTransaction, QuoteRates],
    );
    bind(LookAtPositions).toResolvedValue(
      (reader, partners, quotes, clock) => new LookAtPositions(reader, partners, quotes, clock),
      [FxReader, PartnersPort, QuoteRates, Clock],
    );
    bind(SetFxSettings).toResolvedValue(
      (transaction, partners, { ids }, clock) => new SetFxSettings(transaction, partners, ids, clock),
      [SettlementTransaction, PartnersPort, TransactionParts, Clock],
    );
    bind(TellTrade).toResolvedValue(
      (transaction, partners, { ids }, clock) => new TellTrade(transaction, partners, ids, clock),
      [SettlementTransaction, PartnersPort, TransactionParts, Clock],
    );
    bind(DecideTrade).toResolvedValue(
      (transaction, clock) => new DecideTrade(transaction, clock),
      [SettlementTransaction, Clock],
    );
    bind(FxAudits).toResolvedValue(
      (reader, books, ledger) => new FxAudits(reader, books, ledger),
      [FxReader, AuditReader, LedgerPort],
    );
  }),
  routes: (own) =>
    fxRoutes(own.get(FxReader), {
      changes: own.get(SettingChangeReader),
      look: own.get(LookAtPositions),
      set: own.get(SetFxSettings),
      tell: own.get(TellTrade),
      decide: own.get(DecideTrade),
      ring: ringBoth(own),
    }),
  audits: (own) => [
    {
      promise: 'what is held of other currencies is what the position accounts hold, at cost',
      run: () => own.get(FxAudits).positions(),
    },
  ],
};
