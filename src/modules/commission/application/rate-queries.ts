import { exchangeBy } from '../domain/rates/exchange-rates.ts';
import { type RateFacts, type RateQuestion, RatesPort } from '../index.ts';
import type { CommissionTransaction } from '../ports/commissions.ts';

/** Exchange rates for whoever pays in other currencies, as orders are judged by them. */
export class RateQueries extends RatesPort {
  constructor(private readonly transaction: CommissionTransaction) {
    super();
  }

  async rate(question: RateQuestion): Promise<RateFacts | undefined> {
    const [quotes] = await this.transaction.run(({ rates }) => rates.quotes([question]));
    return quotes && exchangeBy(question, quotes);
  }
}
