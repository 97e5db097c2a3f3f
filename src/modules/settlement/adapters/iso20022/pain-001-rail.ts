import type { Objection } from '../../domain/rails/objections.ts';
import type { Payment, PaymentOrder } from '../../ports/payment-files.ts';
import { type Capabilities, type PaymentReport, Rail, type Refusal, type Submission } from '../../ports/rails.ts';
import { writePain001 } from './pain-001.ts';
import { isSepa, MOST_BY_SEPA } from './sepa.ts';

/** Bank transfers by a file, pain.001.001.09, that people bring to the bank. */
export class Pain001Rail extends Rail {
  readonly name = 'bank';
  /** The schema's: amounts of eighteen digits. As many payments as banks take in one file. */
  readonly can: Capabilities = { mostPerPayment: 10n ** 18n - 1n, mostPayments: 100_000, byHand: true };

  /** The schema does not know that an address needs a town and a country. */
  override objection({ town, country }: Payment['creditor']): Objection | undefined {
    return town.trim() === '' || !/^[A-Z]{2}$/.test(country) ? 'address_incomplete' : undefined;
  }

  refusals(order: PaymentOrder): readonly Refusal[] {
    const sepa = isSepa(order);
    return order.payments.flatMap((payment) => {
      const tooMuch = sepa && payment.amount.minor > MOST_BY_SEPA ? 'above_limit' : undefined;
      const reason = this.objection(payment.creditor) ?? tooMuch;
      return reason === undefined ? [] : [{ reference: payment.endToEndId, reason }];
    });
  }

  submit(order: PaymentOrder): Promise<Submission> {
    return Promise.resolve({
      verdict: 'accepted',
      file: { text: writePain001(order), mediaType: 'application/xml' },
    });
  }

  ask(): Promise<PaymentReport | undefined> {
    return Promise.resolve(undefined);
  }
}
