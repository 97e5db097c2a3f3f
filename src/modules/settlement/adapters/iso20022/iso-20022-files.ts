import type { BankStatement } from '../../domain/reconciliation/reconciliation.ts';
import type { SimulatedStatement } from '../../domain/rails/simulated-bank.ts';
import type { PaymentFiles, PaymentOrder, ReceivedOrder } from '../../ports/payment-files.ts';
import { writeCamt053 } from './camt-053.ts';
import { writePain001 } from './pain-001.ts';
import { readCamt053 } from './read-camt-053.ts';
import { readPain001 } from './read-pain-001.ts';

export class Iso20022Files implements PaymentFiles {
  writeOrder(order: PaymentOrder): string {
    return writePain001(order);
  }

  readOrder(text: string): ReceivedOrder {
    return readPain001(text);
  }

  writeStatement(statement: SimulatedStatement): string {
    return writeCamt053(statement);
  }

  readStatements(text: string): readonly BankStatement[] {
    return readCamt053(text);
  }
}
