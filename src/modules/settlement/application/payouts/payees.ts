import type { Instant } from '../../../../shared/instant.ts';
import type { ProgramFacts } from '../../../partners/index.ts';
import type { Quote } from '../../domain/fx/exchange.ts';
import type { BatchId } from '../../index.ts';
import type { BatchReader } from '../../ports/batch-reader.ts';
import type { QuoteRates } from '../fx/quote-rates.ts';
import type { AskedOfPartners, AskPartners } from './circumstances.ts';

/** Whether money may go to the partners of a batch, where, and by which rate. */
export interface Payees extends AskedOfPartners {
  readonly program: Pick<ProgramFacts, 'programId' | 'name'>;
  /** By what the batch is exchanged; absent where it is not. */
  readonly quote?: Quote | undefined;
}

/** Asks anew, outside any transaction: much may have happened since a batch was approved. */
export class AskPayees {
  constructor(
    private readonly reader: BatchReader,
    private readonly partners: AskPartners,
    private readonly quotes: QuoteRates,
  ) {}

  /** Throws `settlement.batch_not_found`, `settlement.no_exchange_rate`. */
  async of(batchId: BatchId, now: Instant): Promise<Payees> {
    const { programId, partnerIds, currency } = await this.reader.payees(batchId);
    const program = await this.partners.program(programId);
    const asked = await this.partners.about(programId, partnerIds, now);
    const quote = await this.quotes.quote(programId, currency, now);
    return { ...asked, quote, program: { programId, name: program?.name ?? programId } };
  }
}
