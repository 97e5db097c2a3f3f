import { PageQuery, pageOfShape } from '../../../../infrastructure/http/paging.ts';
import { IsBag, IsIdOf, IsInstant, IsListOf, IsOneOf, IsText, IsTextList, IsWhole } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Conversion } from '../../domain/deciding/conversion.ts';
import {
  type Considered,
  type Decision,
  type Figures,
  type Outcome,
  type Role,
  wonBy,
} from '../../domain/deciding/journey.ts';
import { isSaid, TOUCH_KINDS, type TouchKind } from '../../domain/traffic/touchpoint.ts';
import type { ClickId, ConversionId, TouchpointFacts } from '../../index.ts';

export class ConversionPath {
  @IsIdOf('cnv') readonly conversionId!: ConversionId;
}

export class ConversionQuery extends PageQuery {
  @IsIdOf('prg', { optional: true }) readonly programId?: Id<'prg'>;
  @IsIdOf('par', { optional: true, description: 'Who was credited' }) readonly partnerId?: Id<'par'>;
  @IsOneOf(['attributed', 'unattributed'], { optional: true }) readonly outcome?: Outcome['kind'];
  @IsText({ max: 200, optional: true, description: "The commerce system's own name for the order" })
  readonly orderRef?: string;
}

export class TotalsQuery {
  @IsIdOf('prg', { optional: true }) readonly programId?: Id<'prg'>;
}

export class ConversionTotalsView {
  @IsWhole({ min: 0, max: Number.MAX_SAFE_INTEGER }) readonly attributed!: number;
  @IsWhole({ min: 0, max: Number.MAX_SAFE_INTEGER }) readonly unattributed!: number;
  @IsWhole({ min: 0, max: Number.MAX_SAFE_INTEGER, description: 'Those worth something from the start' })
  readonly clicks!: number;
}

class CreditView {
  @IsIdOf('par') readonly partnerId!: Id<'par'>;
  @IsIdOf('clk', { nullable: true, description: 'Of its weightiest touch; null where nobody clicked' })
  readonly clickId!: ClickId | null;
  @IsOneOf(TOUCH_KINDS) readonly touchKind!: TouchKind;
  @IsInstant() readonly touchedAt!: Instant;
  @IsText({ max: 121, description: 'An exact fraction, like `1/3`; those of all partners sum to one' })
  readonly share!: string;
  @IsOneOf(['initiator', 'contributor', 'converter'], {
    nullable: true,
    description: 'What the partner was among those that counted; null in decisions of before this was noted',
  })
  readonly role!: Role | null;
}

export class ConversionView {
  @IsIdOf('cnv') readonly id!: ConversionId;
  @IsIdOf('ord') readonly orderId!: Id<'ord'>;
  @IsText({ max: 200, description: "The commerce system's own name for the order" }) readonly orderRef!: string;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsInstant() readonly placedAt!: Instant;
  @IsOneOf(['attributed', 'unattributed']) readonly outcome!: Outcome['kind'];
  @IsIdOf('par', { nullable: true, description: 'Who has the largest part; null also for somebody else' })
  readonly partnerId!: Id<'par'> | null;
  @IsIdOf('clk', {
    nullable: true,
    description: 'The click that won; null also for somebody else’s, a coupon and a claim',
  })
  readonly clickId!: ClickId | null;
  @IsOneOf(TOUCH_KINDS, { nullable: true, optional: true, description: 'What won; null: nothing' })
  readonly touchKind?: TouchKind | null;
  @IsInstant({ nullable: true }) readonly touchedAt!: Instant | null;
  @IsListOf(() => CreditView, {
    max: 1_000,
    optional: true,
    description: 'Every part of the credit, by partner; to a partner its own alone',
  })
  readonly credits?: readonly CreditView[];
  @IsText({ max: 100, nullable: true, description: 'Why nobody is credited' }) readonly reason!: string | null;
  @IsWhole({ min: 1, max: 1_000_000 }) readonly policyVersion!: number;
  @IsWhole({ min: 1, max: 1_000_000, description: 'How often it was decided; late clicks make it more than once' })
  readonly decision!: number;
  @IsInstant() readonly decidedAt!: Instant;
}

class ConsideredTouchView {
  @IsOneOf(['partner', 'another_partner', 'nobody'], {
    description: "partner: the one named here. another_partner: another partner's touch, shown without its ids",
  })
  readonly whose!: string;
  @IsIdOf('par', { nullable: true }) readonly partnerId!: Id<'par'> | null;
  @IsIdOf('clk', { nullable: true, description: 'Null also for a coupon and a claim: nobody clicked' })
  readonly clickId!: ClickId | null;
  @IsInstant() readonly occurredAt!: Instant;
  @IsOneOf(TOUCH_KINDS) readonly kind!: TouchKind;
  @IsText({ max: 50, description: '`won`, or what it lost by (docs/attribution.md)' }) readonly fate!: string;
  @IsText({ max: 121, optional: true, description: 'Of one that won: its part, an exact fraction' })
  readonly share?: string | undefined;
  @IsBag({
    optional: true,
    description: 'The numbers that decided, by name: `secondsBefore` the order, `windowSeconds` of its kind and so on',
    schema: { type: 'object', additionalProperties: { type: 'integer' } },
  })
  readonly figures?: Figures | undefined;
  @IsBag({ optional: true, description: 'The partner’s own notes, `sub1` to `sub5`; never of another partner' })
  readonly subs?: Readonly<Record<string, string>> | undefined;
  @IsText({ max: 100, optional: true }) readonly campaign?: string | undefined;
  @IsTextList({ max: 40, optional: true, description: 'For staff: what was odd about it (docs/signals.md)' })
  readonly signals?: readonly string[] | undefined;
}

export class ExplainedConversionView extends ConversionView {
  @IsListOf(() => ConsideredTouchView, { max: 1_000, description: 'Every touch that was considered, oldest first' })
  readonly touchpoints!: readonly ConsideredTouchView[];
  @IsText({ max: 64, description: 'SHA-256 of all the decision depended on' }) readonly inputsDigest!: string;
}

export const ConversionPage = pageOfShape(ConversionView);

/** `viewer`: the partner who looks, to whom others are nobody in particular; undefined for staff. */
export const conversionView = ({ conversionId, order, decision }: Conversion, viewer: Id<'par'> | undefined) => ({
  id: conversionId,
  orderId: order.orderId,
  orderRef: order.orderRef,
  programId: order.programId,
  placedAt: order.placedAt,
  ...outcomeView(decision, viewer),
  policyVersion: decision.inputs.policy.version,
  decision: decision.number,
  decidedAt: decision.decidedAt,
});

/** `facts`: of the touches that were considered. */
export const explainedConversionView = (
  conversion: Conversion,
  facts: readonly TouchpointFacts[],
  viewer: Id<'par'> | undefined,
) => {
  const byId = new Map(facts.map((each) => [each.clickId, each]));
  return {
    ...conversionView(conversion, viewer),
    touchpoints: conversion.decision.considered.map((touch) =>
      Object.assign(
        touchView(touch, viewer),
        maySee(viewer, touch.partnerId) && notesView(byId.get(touch.clickId), viewer),
      ),
    ),
    inputsDigest: conversion.decision.digest,
  };
};

/** What we find odd about its clicks is no partner's business: it would learn how to look better. */
const notesView = (facts: TouchpointFacts | undefined, viewer: Id<'par'> | undefined) => ({
  subs: facts?.subs,
  campaign: facts?.campaign,
  ...(viewer === undefined && { signals: facts?.signals }),
});

const outcomeView = (decision: Decision, viewer: Id<'par'> | undefined) => {
  const { outcome } = decision;
  const touchKind = wonBy(decision) ?? null;
  const credits = creditsView(decision).filter(({ partnerId }) => maySee(viewer, partnerId));
  const nobody = { partnerId: null, clickId: null, touchKind, touchedAt: null, credits, reason: null };
  if (outcome.kind === 'unattributed') return { ...nobody, outcome: outcome.kind, reason: outcome.reason };
  const { partnerId, touchedAt } = outcome;
  const clickId = touchKind !== null && isSaid(touchKind) ? null : outcome.clickId;
  return { ...nobody, outcome: outcome.kind, touchedAt, ...(maySee(viewer, partnerId) && { partnerId, clickId }) };
};

/** Of a decision of before there were parts: the one that had it all. */
const creditsView = (decision: Decision): readonly CreditView[] => {
  const { outcome } = decision;
  if (outcome.kind === 'unattributed') return [];
  const { partnerId, clickId, touchedAt } = outcome;
  const touchKind = wonBy(decision) ?? 'click';
  const credits = outcome.credits ?? [{ partnerId, clickId, touchKind, touchedAt, share: '1/1', role: null }];
  return credits.map((credit) => ({ ...credit, clickId: isSaid(credit.touchKind) ? null : credit.clickId }));
};

const maySee = (viewer: Id<'par'> | undefined, owner: Id<'par'> | undefined): boolean =>
  viewer === undefined || viewer === owner;

/** Another partner's touch without anything by which it might be known again. */
const touchView = (touch: Considered, viewer: Id<'par'> | undefined): ConsideredTouchView => {
  const { partnerId, clickId: touchId, occurredAt, kind = 'click', fate, share, figures } = touch;
  if (!maySee(viewer, partnerId)) {
    return { whose: partnerId ? 'another_partner' : 'nobody', partnerId: null, clickId: null, occurredAt, kind, fate };
  }
  const clickId = isSaid(kind) ? null : touchId;
  const whose = partnerId ? 'partner' : 'nobody';
  return { whose, partnerId: partnerId ?? null, clickId, occurredAt, kind, fate, share, figures };
};
