import {
  IsFlag,
  IsIdOf,
  IsInstant,
  IsListOf,
  IsMoney,
  IsNested,
  IsOneOf,
  IsText,
  IsTextList,
  IsWhole,
} from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { MoneyJson } from '../../../../shared/money.ts';
import type { SettingChange } from '../../domain/settings/change.ts';
import type { YearSoFar } from '../../application/tax/report-year.ts';
import type { TaxReport } from '../../domain/tax/report.ts';
import { type Jurisdiction, JURISDICTIONS } from '../../domain/tax/rules.ts';
import type { YearTotal } from '../../domain/tax/year.ts';
import type { StoredTaxSettings } from '../../ports/tax.ts';
import { SettingChangeView, settingChangeView } from './setting-change-views.ts';

const MOST = 1_000_000;
const SOURCES = ['domestic', 'foreign'];

export class TaxSettingsRequest {
  @IsTextList({ max: 2, description: 'Whose rules the payouts are under: US, EU; none: no tax is our business' })
  readonly jurisdictions!: readonly string[];
  @IsOneOf(SOURCES, { description: 'Where partners earn it; non-residents are taxed on what is domestic' })
  readonly source!: 'domestic' | 'foreign';
}

export class TaxSettingsView extends TaxSettingsRequest {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsWhole({ min: 0, max: 999_999_999, description: 'Also the ETag; 0 while nobody has said anything' })
  readonly version!: number;
  @IsNested(() => SettingChangeView, { optional: true, description: 'What waits for a second person' })
  readonly pending?: SettingChangeView;
}

export const taxSettingsView = (
  { programId, version, jurisdictions, source }: Omit<StoredTaxSettings, 'changedAt' | 'changedBy'>,
  pending?: SettingChange,
): TaxSettingsView => ({
  programId,
  version,
  jurisdictions,
  source,
  ...(pending && { pending: settingChangeView(pending) }),
});

class YearTotalView {
  @IsIdOf('par') readonly partnerId!: Id<'par'>;
  @IsMoney({ negative: true, description: 'Before tax, by the day the bank has paid' }) readonly paid!: MoneyJson;
  @IsMoney({ negative: true }) readonly withheld!: MoneyJson;
  @IsWhole({ min: -MOST, max: MOST, description: 'What came back is taken off' }) readonly payments!: number;
}

class RecipientView extends YearTotalView {
  @IsTextList({ max: 10, description: 'To report it properly' }) readonly missing!: readonly string[];
}

export class TaxYearView {
  @IsWhole({ min: 2000, max: 2200 }) readonly year!: number;
  @IsOneOf(JURISDICTIONS) readonly jurisdiction!: Jurisdiction;
  @IsOneOf(['1099-NEC', 'DAC7']) readonly form!: string;
  @IsFlag({ optional: true, description: 'The year is not over: more may be paid, and nothing is reported yet' })
  readonly isDraft?: boolean;
  @IsListOf(() => RecipientView, { max: MOST }) readonly recipients!: readonly RecipientView[];
  @IsListOf(() => YearTotalView, { max: MOST, description: 'Paid, and not to be reported' })
  readonly notReported!: readonly YearTotalView[];
}

const totalView = ({ partnerId, paid, withheld, payments }: YearTotal) => ({
  partnerId,
  paid: paid.toJSON(),
  withheld: withheld.toJSON(),
  payments,
});

export const taxYearView = ({ recipients, notReported, ...taxYear }: YearSoFar): TaxYearView => ({
  year: taxYear.year,
  jurisdiction: taxYear.jurisdiction,
  form: taxYear.form,
  isDraft: taxYear.isDraft,
  recipients: recipients.map((each) => ({ ...totalView(each), missing: each.missing })),
  notReported: notReported.map(totalView),
});

class ReportedView extends RecipientView {
  @IsOneOf(['original', 'corrected', 'unchanged', 'withdrawn'], { description: 'Beside the report before' })
  readonly mark!: string;
}

/** Tax numbers are in the files alone. */
export class TaxReportView {
  @IsWhole({ min: 1, max: 1_000_000, description: 'From the second on it corrects the one before' })
  readonly number!: number;
  @IsWhole({ min: 2000, max: 2200 }) readonly year!: number;
  @IsOneOf(JURISDICTIONS) readonly jurisdiction!: Jurisdiction;
  @IsOneOf(['1099-NEC', 'DAC7']) readonly form!: string;
  @IsText({ max: 300 }) readonly madeBy!: string;
  @IsInstant() readonly madeAt!: Instant;
  @IsListOf(() => ReportedView, { max: MOST }) readonly recipients!: readonly ReportedView[];
}

export const taxReportView = ({
  number,
  year,
  jurisdiction,
  form,
  madeBy,
  madeAt,
  recipients,
}: TaxReport): TaxReportView => ({
  number,
  year,
  jurisdiction,
  form,
  madeBy,
  madeAt,
  recipients: recipients.map(({ partnerId, paid, withheld, payments, missing, mark }) => ({
    partnerId,
    paid,
    withheld,
    payments,
    missing,
    mark,
  })),
});
