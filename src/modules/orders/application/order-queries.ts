import { canonicalJson } from '../../../shared/canonical-json.ts';
import type { Id } from '../../../shared/ids.ts';
import type { OrderFacts, OrderId } from '../index.ts';
import { OrdersPort } from '../index.ts';
import type { OrderReader } from '../ports/order-reader.ts';
import type { OrderTransaction } from '../ports/orders.ts';
import { updated } from './receive-order-events.ts';

const SAMPLE = 500;
const MAX_FINDINGS = 100;

export class OrderQueries extends OrdersPort {
  constructor(
    private readonly reader: OrderReader,
    private readonly transaction: OrderTransaction,
  ) {
    super();
  }

  facts(orderIds: readonly OrderId[]): Promise<readonly OrderFacts[]> {
    return this.reader.facts(orderIds);
  }

  ofCustomer(programId: Id<'prg'>, customerRef: string): Promise<readonly OrderId[]> {
    return this.reader.ofCustomer(programId, customerRef);
  }

  /** Orders whose stored facts differ from the fold of their journal: there should be none. */
  async foldedDifferently(): Promise<readonly string[]> {
    const misfiled = await this.reader.misfiled(MAX_FINDINGS);
    const findings = misfiled.map((orderId) => `${orderId} is filed under another state than its own`);
    for (let after: OrderId | undefined; findings.length < MAX_FINDINGS;) {
      const orderIds = await this.reader.sample(SAMPLE, after);
      if (orderIds.length === 0) break;
      const journals = await this.transaction.run(({ orders }) => orders.journals(orderIds));
      for (const journal of journals) {
        const { facts } = updated(journal, []);
        if (canonicalJson(facts ?? null) !== canonicalJson(journal.facts ?? null))
          findings.push(`${journal.orderId} is not the fold of its journal`);
      }
      after = orderIds.at(-1);
    }
    return findings;
  }
}
