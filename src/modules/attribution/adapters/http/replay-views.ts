import { PageQuery, pageOfShape } from '../../../../infrastructure/http/paging.ts';
import {
  IsBag,
  IsDecimal,
  IsIdOf,
  IsInstant,
  IsListOf,
  IsMoney,
  IsNested,
  IsOneOf,
  IsText,
  IsWhole,
} from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { MoneyJson } from '../../../../shared/money.ts';
import { TOUCH_KINDS } from '../../domain/traffic/touchpoint.ts';
import type {
  ClickId,
  ConversionId,
  DecisionFacts,
  ReplayComparison,
  ReplayFacts,
  ReplayId,
  Standings,
} from '../../index.ts';

const MANY = Number.MAX_SAFE_INTEGER;
const MOST_SAMPLES = 200;

export class ProgramReplaysPath {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
}

export class ReplayPath extends ProgramReplaysPath {
  @IsIdOf('rpl') readonly replayId!: ReplayId;
}

export class ReplayListQuery extends PageQuery {}

export class ComparisonQuery {
  @IsWhole({
    min: 0,
    max: MOST_SAMPLES,
    optional: true,
    description: 'Orders that differ, with both decisions; 20 unless told',
  })
  readonly samples?: number;
}

export class ReplayRequestBody {
  @IsText({ max: 100, description: 'What the program calls it; once a program' }) readonly name!: string;
  @IsInstant({ description: 'Of orders placed from then on' }) readonly from!: string;
  @IsInstant({ description: 'Up to, but not including' }) readonly to!: string;
  @IsBag({ optional: true, description: 'Rules that were never published, as a policy has them (docs/attribution.md)' })
  readonly rules?: Readonly<Record<string, unknown>>;
  @IsWhole({
    min: 1,
    max: 1_000_000,
    optional: true,
    description: 'Or a version that was. Neither: each order by the policy it was decided by; nothing may differ then',
  })
  readonly policyVersion?: number;
}

export class PromotionBody {
  @IsInstant({ description: 'Of orders placed from then on; it must lie ahead' }) readonly effectiveFrom!: string;
}

export class ReplayView implements ReplayFacts {
  @IsIdOf('rpl') readonly id!: ReplayId;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsText({ max: 100 }) readonly name!: string;
  @IsOneOf(['running', 'finished', 'promoted']) readonly state!: ReplayFacts['state'];
  @IsBag({ nullable: true, description: 'Null: each order by the policy it was decided by' })
  readonly policy!: object | null;
  @IsInstant() readonly from!: Instant;
  @IsInstant() readonly to!: Instant;
  @IsWhole({ min: 0, max: MANY, description: 'Orders of the period when it was started' }) readonly total!: number;
  @IsWhole({ min: 0, max: MANY }) readonly decided!: number;
  @IsWhole({ min: 0, max: MANY, description: 'Those whose credit would be another' }) readonly different!: number;
  @IsInstant() readonly startedAt!: Instant;
  @IsInstant({ nullable: true }) readonly finishedAt!: Instant | null;
  @IsWhole({ min: 1, max: 1_000_000, nullable: true }) readonly promotedVersion!: number | null;
  @IsInstant({ nullable: true }) readonly effectiveFrom!: Instant | null;
}

export const ReplayPage = pageOfShape(ReplayView);

class ConversionGainView {
  @IsDecimal() readonly live!: string;
  @IsDecimal() readonly replayed!: string;
  @IsDecimal() readonly gain!: string;
}

class ValueGainView {
  @IsMoney() readonly live!: MoneyJson;
  @IsMoney() readonly replayed!: MoneyJson;
  @IsMoney({ negative: true }) readonly gain!: MoneyJson;
  @IsDecimal({ description: 'Of all that was ordered in the currency' }) readonly liveShare!: string;
  @IsDecimal() readonly replayedShare!: string;
}

class StandingView implements Standings {
  @IsIdOf('par', { nullable: true, description: 'Null: nobody' }) readonly partnerId!: Id<'par'> | null;
  @IsNested(() => ConversionGainView) readonly conversions!: ConversionGainView;
  @IsListOf(() => ValueGainView, {
    max: 200,
    description: 'By currency; of what was ordered, whatever came back since',
  })
  readonly values!: readonly ValueGainView[];
}

class PartView {
  @IsIdOf('par') readonly partnerId!: Id<'par'>;
  @IsText({ max: 121, description: 'An exact fraction: `1/3`' }) readonly share!: string;
}

class ReplayedTouchView {
  @IsIdOf('clk') readonly touchId!: ClickId;
  @IsIdOf('par', { nullable: true }) readonly partnerId!: Id<'par'> | null;
  @IsOneOf(TOUCH_KINDS) readonly kind!: string;
  @IsInstant() readonly occurredAt!: Instant;
  @IsText({ max: 50 }) readonly fate!: string;
  @IsText({ max: 121, nullable: true }) readonly share!: string | null;
}

class ReplayedDecisionView implements DecisionFacts {
  @IsListOf(() => PartView, { max: 1_000 }) readonly partners!: readonly PartView[];
  @IsText({ max: 100, nullable: true, description: 'Why nobody is credited' }) readonly reason!: string | null;
  @IsListOf(() => ReplayedTouchView, { max: 1_000, description: 'What was considered, oldest first' })
  readonly touches!: readonly ReplayedTouchView[];
}

class ReplaySampleView {
  @IsIdOf('cnv') readonly conversionId!: ConversionId;
  @IsText({ max: 200 }) readonly orderRef!: string;
  @IsInstant() readonly placedAt!: Instant;
  @IsNested(() => ReplayedDecisionView) readonly live!: ReplayedDecisionView;
  @IsNested(() => ReplayedDecisionView) readonly replayed!: ReplayedDecisionView;
}

export class ReplayComparisonView implements ReplayComparison {
  @IsNested(() => ReplayView) readonly replay!: ReplayView;
  @IsListOf(() => StandingView, { max: 1_000, description: 'Who gains or loses most comes first' })
  readonly standings!: readonly StandingView[];
  @IsWhole({ min: 0, max: MANY, description: 'How many standings there are in all' }) readonly owners!: number;
  @IsListOf(() => ReplaySampleView, { max: MOST_SAMPLES }) readonly samples!: readonly ReplaySampleView[];
}
