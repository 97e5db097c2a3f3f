import { ContainerModule } from 'inversify';
import { Settings } from '../../../infrastructure/config.ts';
import { Database } from '../../../infrastructure/postgres/database.ts';
import { TransactionParts } from '../../../infrastructure/postgres/transaction.ts';
import { Clock } from '../../../shared/clock.ts';
import { Ids } from '../../../shared/ids.ts';
import { Vault } from '../../../shared/vault.ts';
import { PartnersPort } from '../../partners/index.ts';
import { achRoutes } from '../adapters/http/ach-routes.ts';
import { simulatedBankRoutes } from '../adapters/http/bank-routes.ts';
import { railRoutes, simulatedRailRoutes } from '../adapters/http/rails-routes.ts';
import { rulingRoutes } from '../adapters/http/ruling-routes.ts';
import { Iso20022Files } from '../adapters/iso20022/iso-20022-files.ts';
import { Pain001Rail } from '../adapters/iso20022/pain-001-rail.ts';
import { HttpRail } from '../adapters/http-rail/http-rail.ts';
import { NachaFiles } from '../adapters/nacha/nacha-files.ts';
import { NachaRail } from '../adapters/nacha/nacha-rail.ts';
import { PostgresRailReader } from '../adapters/postgres/rails/postgres-rail-reader.ts';
import { SetBankAccount } from '../application/rails/bank-accounts.ts';
import { CallRails } from '../application/rails/call-rails.ts';
import { HandOver } from '../application/rails/hand-over.ts';
import { ImportAchReturns } from '../application/rails/import-ach-returns.ts';
import { KnownRails } from '../application/rails/known-rails.ts';
import { PaymentFile } from '../application/rails/payment-file.ts';
import { AskRuling, DecideRuling } from '../application/rails/rule-on-payout.ts';
import { SimulateAchReturns } from '../application/rails/simulate-ach-returns.ts';
import { SimulateBank } from '../application/rails/simulate-bank.ts';
import { SimulatedRail } from '../application/rails/simulated-rail.ts';
import { AchFiles } from '../ports/ach-files.ts';
import { BatchReader } from '../ports/batch-reader.ts';
import { PaymentFiles } from '../ports/payment-files.ts';
import { RailReader } from '../ports/rail-reader.ts';
import { type Rail, Rails } from '../ports/rails.ts';
import { SettlementTransaction } from '../ports/settlement-stores.ts';
import { bellOf, type Part, POST_JOB, RAILS_JOB } from './part.ts';

/** How money leaves the house. */
export const rails: Part = {
  bindings: new ContainerModule(({ bind }) => {
    bind(PaymentFiles).toConstantValue(new Iso20022Files());
    bind(PaymentFile).toResolvedValue((reader, vault) => new PaymentFile(reader, vault), [BatchReader, Vault]);
    bind(SimulatedRail).toResolvedValue(
      (transaction, clock) => new SimulatedRail(transaction, SANDBOX_PROVIDER, clock),
      [SettlementTransaction, Clock],
    );
    bind(Rails).toResolvedValue(
      (settings, simulated) =>
        new KnownRails([new Pain001Rail(), ...achRail(settings), ...walletRail(settings, simulated)]),
      [Settings, SimulatedRail],
    );
    bind(CallRails).toResolvedValue(
      (transaction, known, vault, clock) => new CallRails(transaction, known, vault, clock),
      [SettlementTransaction, Rails, Vault, Clock],
    );
    bind(AskRuling).toResolvedValue(
      (transaction, { ids }, clock) => new AskRuling(transaction, ids, clock),
      [SettlementTransaction, TransactionParts, Clock],
    );
    bind(DecideRuling).toResolvedValue(
      (transaction, clock) => new DecideRuling(transaction, clock),
      [SettlementTransaction, Clock],
    );
    bind(AchFiles).toConstantValue(new NachaFiles());
    bind(ImportAchReturns).toResolvedValue(
      (transaction, files, vault, clock) => new ImportAchReturns(transaction, files, vault, clock),
      [SettlementTransaction, AchFiles, Vault, Clock],
    );
    bind(SimulateAchReturns).toResolvedValue(
      (file, files, clock) => new SimulateAchReturns(file, files, clock),
      [PaymentFile, AchFiles, Clock],
    );
    bind(RailReader).toResolvedValue(({ knex }) => new PostgresRailReader(knex), [Database]);
    bind(HandOver).toResolvedValue((known, vault) => new HandOver(known, vault), [Rails, Vault]);
    bind(SetBankAccount).toResolvedValue(
      (transaction, partners, ids, clock) => new SetBankAccount(transaction, partners, ids, clock),
      [SettlementTransaction, PartnersPort, Ids, Clock],
    );
    bind(SimulateBank).toResolvedValue(
      (transaction, file, files, clock) => new SimulateBank(transaction, file, files, clock),
      [SettlementTransaction, PaymentFile, PaymentFiles, Clock],
    );
  }),
  jobs: (own) => {
    const [call, reader, clock] = [own.get(CallRails), own.get(RailReader), own.get(Clock)];
    return [{ name: RAILS_JOB, everyMs: 1_000, run: () => call.run(), due: () => reader.hasDue(clock.now()) }];
  },
  routes: (own) => [
    ...railRoutes(own.get(RailReader)),
    ...achRoutes(own.get(RailReader), own.get(ImportAchReturns), bellOf(own, POST_JOB)),
    ...rulingRoutes(own.get(RailReader), own.get(AskRuling), own.get(DecideRuling), bellOf(own, POST_JOB)),
    ...(own.get(Settings).SANDBOX
      ? [
          ...simulatedBankRoutes(own.get(SimulateBank)),
          ...simulatedRailRoutes(own.get(SimulatedRail), own.get(SimulateAchReturns), own.get(BatchReader)),
        ]
      : []),
  ],
};

/** In a sandbox everybody can be paid by any rail. */
const SANDBOX_PROVIDER = { dialect: 'paypal', seed: 'sandbox', skewMs: 0 } as const;
const SANDBOX_ACH = { companyId: '1000000000', routing: '999999992' };

const achRail = ({ ACH_COMPANY_ID, SANDBOX }: Settings): readonly Rail[] => {
  if (ACH_COMPANY_ID !== undefined) return [new NachaRail({ companyId: ACH_COMPANY_ID })];
  return SANDBOX ? [new NachaRail(SANDBOX_ACH)] : [];
};

const walletRail = (settings: Settings, simulated: Rail): readonly Rail[] => {
  const { WALLET_RAIL_URL, WALLET_RAIL_TOKEN, WALLET_RAIL_DIALECT, WALLET_RAIL_TIMEOUT_MS, SANDBOX } = settings;
  if (WALLET_RAIL_URL === undefined) return SANDBOX ? [simulated] : [];
  return [
    new HttpRail({
      url: WALLET_RAIL_URL,
      token: WALLET_RAIL_TOKEN,
      dialect: WALLET_RAIL_DIALECT,
      timeoutMs: WALLET_RAIL_TIMEOUT_MS,
    }),
  ];
};
