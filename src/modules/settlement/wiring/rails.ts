import { ContainerModule } from 'inversify';
import { Settings } from '../../../infrastructure/config.ts';
import { Clock } from '../../../shared/clock.ts';
import { Vault } from '../../../shared/vault.ts';
import { PartnersPort } from '../../partners/index.ts';
import { simulatedBankRoutes } from '../adapters/http/bank-routes.ts';
import { Iso20022Files } from '../adapters/iso20022/iso-20022-files.ts';
import { Pain001Rail } from '../adapters/iso20022/pain-001-rail.ts';
import { SetBankAccount } from '../application/rails/bank-accounts.ts';
import { HandOver } from '../application/rails/hand-over.ts';
import { KnownRails } from '../application/rails/known-rails.ts';
import { PaymentFile } from '../application/rails/payment-file.ts';
import { SimulateBank } from '../application/rails/simulate-bank.ts';
import { BatchReader } from '../ports/batch-reader.ts';
import { PaymentFiles } from '../ports/payment-files.ts';
import { Rails } from '../ports/rails.ts';
import { SettlementTransaction } from '../ports/settlement-stores.ts';
import type { Part } from './part.ts';

/** How money leaves the house. */
export const rails: Part = {
  bindings: new ContainerModule(({ bind }) => {
    bind(PaymentFiles).toConstantValue(new Iso20022Files());
    bind(PaymentFile).toResolvedValue((reader, vault) => new PaymentFile(reader, vault), [BatchReader, Vault]);
    bind(Rails).toConstantValue(new KnownRails([new Pain001Rail()]));
    bind(HandOver).toResolvedValue((known, vault) => new HandOver(known, vault), [Rails, Vault]);
    bind(SetBankAccount).toResolvedValue(
      (transaction, partners) => new SetBankAccount(transaction, partners),
      [SettlementTransaction, PartnersPort],
    );
    bind(SimulateBank).toResolvedValue(
      (transaction, file, files, clock) => new SimulateBank(transaction, file, files, clock),
      [SettlementTransaction, PaymentFile, PaymentFiles, Clock],
    );
  }),
  routes: (own) => (own.get(Settings).SANDBOX ? simulatedBankRoutes(own.get(SimulateBank)) : []),
};
