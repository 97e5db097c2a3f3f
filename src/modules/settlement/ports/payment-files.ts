import type { PayoutProfile } from '../../partners/index.ts';
import type { Money } from '../../../shared/money.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { BankStatement } from '../domain/reconciliation/reconciliation.ts';
import type { SimulatedStatement } from '../domain/rails/simulated-bank.ts';
import type { BankAccount } from './bank-stores.ts';

type Party = Omit<BankAccount, 'programId'>;

export interface Payment {
  /** Our reference, which the bank carries through: the payout's id. */
  readonly endToEndId: string;
  readonly uetr: string;
  readonly amount: Money;
  readonly creditor: Party & Pick<PayoutProfile, 'method' | 'ach' | 'wallet'>;
  /** What the partner reads on its account. */
  readonly remittance: string;
}

export interface PaymentOrder {
  readonly messageId: string;
  readonly createdAt: Instant;
  /** The day on which the bank is to pay. */
  readonly executeOn: string;
  readonly debtor: Party;
  readonly payments: readonly Payment[];
}

/** As much of an order as the bank needs to answer it. */
export interface ReceivedOrder {
  readonly messageId: string;
  readonly account: { readonly scheme: 'iban' | 'domestic'; readonly number: string };
  readonly currency: string;
  readonly payments: readonly (Pick<Payment, 'endToEndId' | 'amount'> & Partial<Pick<Payment, 'uetr'>>)[];
}

/** The formats in which we and a bank write to each other. */
export abstract class PaymentFiles {
  abstract writeOrder(order: PaymentOrder): string;
  /** Throws `settlement.malformed_payment_file`. */
  abstract readOrder(text: string): ReceivedOrder;
  abstract writeStatement(statement: SimulatedStatement): string;
  /** One or more. Throws `settlement.malformed_bank_statement` with the place of each fault. */
  abstract readStatements(text: string): readonly BankStatement[];
}
