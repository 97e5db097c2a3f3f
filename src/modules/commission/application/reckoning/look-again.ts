import type { Clock } from '../../../../shared/clock.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import { type ExchangeRate, mustBeUsable } from '../../domain/rates/exchange-rates.ts';
import { periodAt } from '../../domain/periods/periods.ts';
import type { TermsVersion } from '../../domain/terms/terms.ts';
import { scopeKey, scopesOfProgram } from '../../domain/periods/thresholds.ts';
import type { TermsId } from '../../index.ts';
import type { Accepted, CommissionStores, CommissionTransaction } from '../../ports/commissions.ts';

/** Lines orders up to be looked at again when what they lacked has come. */
export class LookAgain {
  constructor(
    private readonly transaction: CommissionTransaction,
    private readonly partners: PartnersPort,
    private readonly clock: Clock,
  ) {}

  /**
   * Orders that were set aside; and, where the terms count orders in a way that none before did, those of the periods
   * that are running, so that they are counted from the beginning.
   */
  async afterTerms({ terms, queue }: CommissionStores, programId: Id<'prg'>, termsId: TermsId): Promise<void> {
    const now = this.clock.now();
    await queue.againSetAside({ programId }, now);
    const versions = await terms.ofPrograms([programId]);
    const version = versions.find((each) => each.termsId === termsId);
    const program = await this.partners.program(programId);
    if (version === undefined || program === undefined) return;
    const begins = newScopes(version, versions).map(
      ({ period }) => periodAt(period, version.effectiveFrom, program.timeZone).from,
    );
    const [first] = begins.toSorted();
    if (first !== undefined) await queue.againPlacedSince(programId, first, now);
  }

  /** Commissions that wait for it are due again, and lock from the end of their window. */
  async afterAcceptance({ commissions }: CommissionStores, acceptance: Accepted): Promise<void> {
    await commissions.awaitNoLonger(acceptance);
  }

  /** How many rates were new. Throws `commission.rate_unusable`, `commission.rate_differs`. */
  async recordRates(rates: readonly ExchangeRate[]): Promise<number> {
    const now = this.clock.now();
    mustBeUsable(rates, now);
    return this.transaction.run(async (stores) => {
      const added = await stores.rates.add(rates, now);
      if (added > 0) await stores.queue.againSetAside({ code: 'commission.rate_missing' }, now);
      return added;
    });
  }
}

const newScopes = (version: TermsVersion, versions: readonly TermsVersion[]) => {
  const { currency } = version.terms;
  const earlier = versions.filter((each) => each.version < version.version);
  const known = new Set(scopesOfProgram(earlier, currency).map((scope) => scopeKey(currency, scope)));
  return scopesOfProgram([version], currency).filter((scope) => !known.has(scopeKey(currency, scope)));
};
