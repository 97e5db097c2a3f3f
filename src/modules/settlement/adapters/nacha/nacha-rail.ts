import { isId } from '../../../../shared/ids.ts';
import { achReferenceOf } from '../../domain/rails/ach.ts';
import type { Objection } from '../../domain/rails/objections.ts';
import type { Payment, PaymentOrder } from '../../ports/payment-files.ts';
import { type Capabilities, type PaymentReport, Rail, type Refusal, type Submission } from '../../ports/rails.ts';
import { digits } from './record.ts';
import { type AchEntry, type AchSender, writeNacha } from './write-nacha.ts';

const ROUTING = /^\d{9}$/;
const ACCOUNT = /^[A-Z0-9-]{1,17}$/;

/** By which the bank knows us; and, in a sandbox, the routing number of a payer that has none. */
export interface AchOptions {
  readonly companyId: string;
  readonly routing?: string | undefined;
}

/** Credits within the United States by a NACHA file that people bring to the bank. */
export class NachaRail extends Rail {
  readonly name = 'ach';
  /** Ten digits for an amount; seven for the number of an entry. */
  readonly can: Capabilities = {
    currencies: ['USD'],
    mostPerPayment: 9_999_999_999n,
    mostPayments: 100_000,
    byHand: true,
  };

  constructor(private readonly options: AchOptions) {
    super();
  }

  override objection({ account, bank }: Payment['creditor']): Objection | undefined {
    if (!ROUTING.test(bank.code)) return 'no_routing_number';
    return account.scheme === 'domestic' && ACCOUNT.test(account.number) ? undefined : 'account_not_domestic';
  }

  refusals({ debtor, payments }: PaymentOrder): readonly Refusal[] {
    const payer = this.routingOf(debtor) === undefined ? 'payer_has_no_routing_number' : undefined;
    return payments.flatMap(({ endToEndId: reference, creditor }) => {
      const reason = payer ?? this.objection(creditor);
      return reason === undefined ? [] : [{ reference, reason }];
    });
  }

  submit({ messageId, createdAt, executeOn, debtor, payments }: PaymentOrder): Promise<Submission> {
    const routing = this.routingOf(debtor);
    if (routing === undefined) {
      const refusals = payments.map(({ endToEndId }) => ({
        reference: endToEndId,
        reason: 'payer_has_no_routing_number',
      }));
      return Promise.resolve({ verdict: 'refused', refusals });
    }
    const sender: AchSender = { companyId: this.options.companyId, name: debtor.holder, routing, bankName: 'BANK' };
    const entries = payments.map((payment, index) => entryOf(payment, routing, index + 1));
    const of = (payee: 'person' | 'company') =>
      entries.filter((_, index) => (payments[index]?.creditor.ach?.payee ?? 'person') === payee);
    const text = writeNacha({
      sender,
      writtenAt: createdAt,
      effectiveOn: executeOn,
      description: 'COMMISSION',
      reference: messageId.slice(-8).toUpperCase(),
      batches: [
        { sec: 'PPD', entries: of('person') },
        { sec: 'CCD', entries: of('company') },
      ],
    });
    return Promise.resolve({ verdict: 'accepted', file: { text, mediaType: 'text/plain' } });
  }

  ask(): Promise<PaymentReport | undefined> {
    return Promise.resolve(undefined);
  }

  private routingOf({ bank }: PaymentOrder['debtor']): string | undefined {
    return ROUTING.test(bank.code) ? bank.code : this.options.routing;
  }
}

const entryOf = ({ endToEndId, amount, creditor }: Payment, routing: string, number: number): AchEntry => {
  if (!isId('pay', endToEndId)) throw new Error(`${endToEndId} is no payout`);
  return {
    code: creditor.ach?.accountType === 'savings' ? '32' : '22',
    routing: creditor.bank.code,
    account: creditor.account.number,
    minor: amount.minor,
    reference: achReferenceOf(endToEndId),
    name: creditor.holder,
    trace: routing.slice(0, 8) + digits(number, 7),
    addenda: [],
  };
};
