import type { Clock } from '../../../../shared/clock.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { Money } from '../../../../shared/money.ts';
import { answerOrder, OPENING_MINOR } from '../../domain/rails/simulated-bank.ts';
import type { BatchId, PayoutId } from '../../index.ts';
import type { PaymentFiles, ReceivedOrder } from '../../ports/payment-files.ts';
import type { SettlementStores, SettlementTransaction } from '../../ports/settlement-stores.ts';
import type { PaymentFile } from './payment-file.ts';

export interface BankQuestion {
  readonly batchId: BatchId;
  /** Now, unless told. */
  readonly bookedAt?: Instant | undefined;
  readonly reject: readonly PayoutId[];
  readonly return: readonly PayoutId[];
}

/** Plays the bank: reads a batch's payment file and answers with an account statement. For sandboxes. */
export class SimulateBank {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly paymentFile: PaymentFile,
    private readonly files: PaymentFiles,
    private readonly clock: Clock,
  ) {}

  /** The statement as XML. Throws `settlement.batch_not_found`, `settlement.no_file`, `settlement.unknown_payout`. */
  async run(question: BankQuestion): Promise<string> {
    const text = await this.paymentFile.of(question.batchId);
    return this.transaction.run(async (stores) => {
      const order = isAch(text) ? await achOrder(stores, question.batchId) : this.files.readOrder(text);
      const { simulated } = stores;
      const balance = Money.of(OPENING_MINOR, order.currency);
      const account = await simulated.open({ ...order.account, balance, sequence: 0 });
      const known = await simulated.payments(order.payments.map(({ endToEndId }) => endToEndId));
      const { statement, payments } = answerOrder(account, known, {
        payments: order.payments,
        reject: new Set(question.reject),
        return: new Set(question.return),
        bookedAt: question.bookedAt ?? this.clock.now(),
      });
      await simulated.save(statement.account, payments);
      return this.files.writeStatement(statement);
    });
  }
}

/** An ACH file names no account of the payer and cuts our references: what its bank knows besides is looked up. */
const isAch = (text: string): boolean => text.startsWith('101');

const achOrder = async ({ payouts, bank }: SettlementStores, batchId: BatchId): Promise<ReceivedOrder> => {
  const { programId, currency } = await payouts.batch(batchId);
  const known = await bank.accountOf(programId);
  if (known === undefined) throw new Error(`${programId} pays from no account`);
  const sent = (await payouts.ofBatch(batchId)).filter(({ submittedAt }) => submittedAt !== undefined);
  const payments = sent.map(({ id, amount }) => ({ endToEndId: id, amount }));
  return { messageId: batchId, account: known.account, currency, payments };
};
