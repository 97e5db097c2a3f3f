import { boundsOf, type Month } from '../../../../shared/calendar.ts';
import type { Clock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { PartnersPort, TaxProfile } from '../../../partners/index.ts';
import { reportOf, type TaxReport } from '../../domain/tax/report.ts';
import type { Jurisdiction } from '../../domain/tax/rules.ts';
import { type TaxYear, taxYearOf, totalsOf } from '../../domain/tax/year.ts';
import type { TaxDesk } from '../../ports/tax.ts';
import { knownProgram } from '../books/open-books.ts';

/** As many as are asked for by one call. */
const CHUNK = 1_000;

/** A draft while the year is not over. */
export interface YearSoFar extends TaxYear {
  readonly isDraft: boolean;
}

/** Adds up a year of payments, and writes down what a tax office is told of it. */
export class ReportYear {
  constructor(
    private readonly desk: TaxDesk,
    private readonly partners: PartnersPort,
    private readonly clock: Clock,
  ) {}

  /** How the year stands now: a draft while it is not over. Throws `settlement.unknown_program`, `settlement.no_tax_rule`. */
  async look(programId: Id<'prg'>, year: number, jurisdiction: Jurisdiction): Promise<YearSoFar> {
    const { timeZone, currency } = await knownProgram(this.partners, programId);
    const from = boundsOf(`${year}-01` as Month, timeZone).from;
    const until = boundsOf(`${year}-12` as Month, timeZone).until;
    const totals = totalsOf(await this.desk.payments(programId, { from, until, timeZone }), currency);
    const profiles = await this.profiles(totals.map(({ partnerId }) => partnerId));
    const found = taxYearOf(jurisdiction, year, totals, profiles);
    if (found !== undefined) return { ...found, isDraft: this.clock.now() < until };
    const detail = `nothing is known of what ${jurisdiction} asks of ${year}; see the rules in docs/settlement/tax.md`;
    throw new AppError('refused', 'settlement.no_tax_rule', detail);
  }

  /**
   * A report of its own number: where nothing has changed since the last, that one. Throws as `look` does, and
   * `settlement.tax_year_unfinished`, `settlement.tax_report_contended`.
   */
  async run(programId: Id<'prg'>, year: number, jurisdiction: Jurisdiction, by: string): Promise<TaxReport> {
    const found = await this.look(programId, year, jurisdiction);
    mustBeOver(found);
    const { name } = await knownProgram(this.partners, programId);
    const before = await this.desk.lastReport(programId, year, jurisdiction);
    const report = reportOf(found, { programId, payer: name, madeBy: by, madeAt: this.clock.now() }, before);
    if (before !== undefined && report.recipients.every(({ mark }) => mark === 'unchanged')) return before;
    if (await this.desk.addReport(report)) return report;
    throw new AppError(
      'conflict',
      'settlement.tax_report_contended',
      'somebody else makes the same report; try again',
      {
        retryAfterSeconds: 1,
      },
    );
  }

  private async profiles(partnerIds: readonly Id<'par'>[]): Promise<ReadonlyMap<Id<'par'>, TaxProfile>> {
    const found = new Map<Id<'par'>, TaxProfile>();
    for (let start = 0; start < partnerIds.length; start += CHUNK) {
      const some = await this.partners.taxProfiles(partnerIds.slice(start, start + CHUNK));
      for (const profile of some) found.set(profile.partnerId, profile);
    }
    return found;
  }
}

const mustBeOver = ({ year, isDraft }: YearSoFar): void => {
  if (!isDraft) return;
  const detail = `${year} is not over, and more may be paid; look at how it stands, and report it next year`;
  throw new AppError('refused', 'settlement.tax_year_unfinished', detail);
};
