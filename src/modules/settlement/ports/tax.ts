import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { TaxSettings } from '../domain/tax/clearance.ts';
import type { TaxReport } from '../domain/tax/report.ts';
import type { Jurisdiction } from '../domain/tax/rules.ts';
import type { YearPayment } from '../domain/tax/year.ts';

export interface StoredTaxSettings extends TaxSettings {
  readonly programId: Id<'prg'>;
  /** 1, 2, 3 …; 0 while nobody has said anything. */
  readonly version: number;
  readonly changedBy: string;
  readonly changedAt: Instant;
}

export interface PayingYear {
  readonly from: Instant;
  readonly until: Instant;
  readonly timeZone: string;
}

/** Which tax offices a program's payouts are of interest to. Belongs to one transaction. */
export abstract class TaxSettingsStore {
  abstract current(programId: Id<'prg'>): Promise<StoredTaxSettings | undefined>;
  /** False when there is such a version already: somebody else was first. */
  abstract add(settings: StoredTaxSettings): Promise<boolean>;
}

/** What is kept for tax offices; each call by itself, for nothing of it moves money. */
export abstract class TaxDesk {
  abstract settings(programId: Id<'prg'>): Promise<StoredTaxSettings | undefined>;
  /** What settled in the year, and what had settled and came back in it. */
  abstract payments(programId: Id<'prg'>, year: PayingYear): Promise<readonly YearPayment[]>;
  abstract lastReport(programId: Id<'prg'>, year: number, jurisdiction: Jurisdiction): Promise<TaxReport | undefined>;
  /** False when there is one with its number already. */
  abstract addReport(report: TaxReport): Promise<boolean>;
}
