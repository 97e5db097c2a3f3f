import { ContainerModule } from 'inversify';
import { Settings } from '../../../infrastructure/config.ts';
import { Clock } from '../../../shared/clock.ts';
import { Vault } from '../../../shared/vault.ts';
import { PartnersPort } from '../../partners/index.ts';
import { simulatedBankRoutes } from '../adapters/http/bank-routes.ts';
import { Iso20022Files } from '../adapters/iso20022/iso-20022-files.ts';
import { SetBankAccount } from '../application/rails/bank-accounts.ts';
import { PaymentFile } from '../application/rails/payment-file.ts';
import { SimulateBank } from '../application/rails/simulate-bank.ts';
import { BatchReader } from '../ports/batch-reader.ts';
import { PaymentFiles } from '../ports/payment-files.ts';
import { SettlementTransaction } from '../ports/settlement-stores.ts';
import type { Part } from './part.ts';

/** How money leaves the house. */
export const rails: Part = {
  bindings: new ContainerModule(({ bind }) => {
    bind(PaymentFiles).toConstantValue(new Iso20022Files());
    bind(PaymentFile).toResolvedValue(
      (reader, files, vault) => new PaymentFile(reader, files, vault),
      [BatchReader, PaymentFiles, Vault],
    );
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
