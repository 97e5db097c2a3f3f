/** What is handed to a tax office for a year: numbered, never changed; a later one corrects it, and says whom. */
import { digest } from '../../../../shared/digest.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { MoneyJson } from '../../../../shared/money.ts';
import type { TaxProfile } from '../../../partners/index.ts';
import type { Jurisdiction, TaxRule } from './rules.ts';
import type { Recipient, TaxYear } from './year.ts';

type Quarters<Value> = readonly [Value, Value, Value, Value];

export interface ReportedRecipient {
  readonly partnerId: Id<'par'>;
  readonly profile?: TaxProfile | undefined;
  readonly paid: MoneyJson;
  readonly withheld: MoneyJson;
  readonly payments: number;
  readonly quarters: Quarters<MoneyJson>;
  readonly paymentsByQuarter: Quarters<number>;
  readonly missing: readonly string[];
  /** Beside the report before: first told now, told otherwise, the same, or no longer to be told. */
  readonly mark: 'original' | 'corrected' | 'unchanged' | 'withdrawn';
}

export interface TaxReport {
  readonly programId: Id<'prg'>;
  readonly payer: string;
  readonly year: number;
  readonly jurisdiction: Jurisdiction;
  readonly form: TaxRule['form'];
  /** 1, 2, 3 …; from the second on it corrects. */
  readonly number: number;
  readonly madeBy: string;
  readonly madeAt: Instant;
  readonly recipients: readonly ReportedRecipient[];
}

export type ReportParts = Pick<TaxReport, 'programId' | 'payer' | 'madeBy' | 'madeAt'>;

export const reportOf = (taxYear: TaxYear, parts: ReportParts, before: TaxReport | undefined): TaxReport => {
  const known = new Map(before?.recipients.map((each) => [each.partnerId, each]));
  const recipients = taxYear.recipients.map((each) => markedBeside(known.get(each.partnerId), reported(each)));
  const named = new Set(recipients.map(({ partnerId }) => partnerId));
  const withdrawn = (before?.recipients ?? [])
    .filter(({ partnerId, mark }) => !named.has(partnerId) && mark !== 'withdrawn')
    .map((each): ReportedRecipient => ({ ...each, mark: 'withdrawn' }));
  const { year, jurisdiction, form } = taxYear;
  return {
    ...parts,
    year,
    jurisdiction,
    form,
    number: (before?.number ?? 0) + 1,
    recipients: [...recipients, ...withdrawn],
  };
};

type Unmarked = Omit<ReportedRecipient, 'mark'>;

const reported = ({ paid, withheld, quarters: [q1, q2, q3, q4], ...rest }: Recipient): Unmarked => ({
  ...rest,
  paid: paid.toJSON(),
  withheld: withheld.toJSON(),
  quarters: [q1.toJSON(), q2.toJSON(), q3.toJSON(), q4.toJSON()],
});

const markedBeside = (before: ReportedRecipient | undefined, now: Unmarked): ReportedRecipient => {
  if (before === undefined || before.mark === 'withdrawn') return { ...now, mark: 'original' };
  const { mark: _, ...told } = before;
  return { ...now, mark: digest(told) === digest(now) ? 'unchanged' : 'corrected' };
};
