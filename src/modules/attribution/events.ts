import { IsBag, IsIdOf, IsInstant, IsListOf, IsOneOf, IsText, IsTextList, IsWhole } from '../../shared/fields.ts';
import type { Id } from '../../shared/ids.ts';
import type { Instant } from '../../shared/instant.ts';
import type { ClickId, ConversionId } from './index.ts';

/** An exact part of a whole, in lowest terms: `1/3`; the whole is `1/1`. */
const SHARE = /^[1-9]\d{0,59}\/[1-9]\d{0,59}$/;

/** One partner's part of an order's credit. The shares of all parts sum to exactly one. */
export class CreditV1 {
  @IsIdOf('par') readonly partnerId!: Id<'par'>;
  /** Of the partner's touches the weightiest; of equals the latest. Of a coupon or a claim it is no click id. */
  @IsIdOf('clk') readonly clickId!: ClickId;
  @IsText({ max: 20 }) readonly touchKind!: string;
  @IsInstant() readonly touchedAt!: Instant;
  /** All the partner's touches together. */
  @IsText({ max: 121, pattern: SHARE }) readonly share!: string;
  /** What the partner was among those whose touches counted: the first, the last, or one between. */
  @IsOneOf(['initiator', 'contributor', 'converter'], { optional: true })
  readonly role?: 'initiator' | 'contributor' | 'converter' | undefined;
  @IsText({ max: 100, optional: true }) readonly campaign?: string | undefined;
  /** `sub1` to `sub5`, the partner's own notes. */
  @IsBag({ optional: true }) readonly subs?: Readonly<Record<string, string>> | undefined;
}

/** An order is credited, to a partner or to several. Commission calculates, fraud assesses. */
export class ConversionAttributedV1 {
  static readonly type = 'attribution.conversion_attributed';
  static readonly version = 1;

  @IsIdOf('cnv') readonly conversionId!: ConversionId;
  @IsIdOf('ord') readonly orderId!: Id<'ord'>;
  @IsText({ max: 200 }) readonly orderRef!: string;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  /** Who has the largest share: its touch stands here. Of equal shares the one touched last, then the greater click id. */
  @IsIdOf('par') readonly partnerId!: Id<'par'>;
  /** The touch's id: of a coupon or a claim, which nobody clicked, it is no click id. */
  @IsIdOf('clk') readonly clickId!: ClickId;
  @IsText({ max: 20, optional: true }) readonly touchKind?: string | undefined;
  @IsInstant() readonly touchedAt!: Instant;
  /** By partner, then click id; one a partner. Absent: the partner above has it all. */
  @IsListOf(() => CreditV1, { min: 1, max: 1_000, optional: true }) readonly credits?: readonly CreditV1[] | undefined;
  @IsInstant() readonly placedAt!: Instant;
  @IsWhole({ min: 1, max: 1_000_000 }) readonly policyVersion!: number;
  @IsInstant() readonly decidedAt!: Instant;
}

/** An order is credited to nobody, and why. */
export class ConversionUnattributedV1 {
  static readonly type = 'attribution.conversion_unattributed';
  static readonly version = 1;

  @IsIdOf('cnv') readonly conversionId!: ConversionId;
  @IsIdOf('ord') readonly orderId!: Id<'ord'>;
  @IsText({ max: 200 }) readonly orderRef!: string;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsText({ max: 100 }) readonly reason!: string;
  @IsInstant() readonly placedAt!: Instant;
  @IsInstant() readonly decidedAt!: Instant;
}

/**
 * A decision was made again with what arrived late, and came out differently. The new credit replaces the old one;
 * without a partner, it went to nobody.
 */
export class AttributionChangedV1 {
  static readonly type = 'attribution.attribution_changed';
  static readonly version = 1;

  @IsIdOf('cnv') readonly conversionId!: ConversionId;
  @IsIdOf('ord') readonly orderId!: Id<'ord'>;
  @IsText({ max: 200 }) readonly orderRef!: string;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsIdOf('par', { optional: true }) readonly previousPartnerId?: Id<'par'> | undefined;
  @IsIdOf('par', { optional: true }) readonly partnerId?: Id<'par'> | undefined;
  @IsIdOf('clk', { optional: true }) readonly clickId?: ClickId | undefined;
  @IsText({ max: 20, optional: true }) readonly touchKind?: string | undefined;
  @IsInstant({ optional: true }) readonly touchedAt?: Instant | undefined;
  /** As in `ConversionAttributedV1`; all that anybody has now. Absent: the partner, if there is one, has it all. */
  @IsListOf(() => CreditV1, { min: 1, max: 1_000, optional: true }) readonly credits?: readonly CreditV1[] | undefined;
  @IsInstant() readonly placedAt!: Instant;
  @IsWhole({ min: 1, max: 1_000_000 }) readonly policyVersion!: number;
  @IsText({ max: 100 }) readonly reason!: string;
  @IsInstant() readonly decidedAt!: Instant;
}

/**
 * A partner had a part of an order's credit and has less of it now, or none: the notice it is given, with the reason and
 * without a word of who has it instead. Who had nothing has lost nothing.
 */
export class CreditLostV1 {
  static readonly type = 'attribution.credit_lost';
  static readonly version = 1;

  @IsIdOf('cnv') readonly conversionId!: ConversionId;
  @IsIdOf('ord') readonly orderId!: Id<'ord'>;
  @IsText({ max: 200 }) readonly orderRef!: string;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsIdOf('par') readonly partnerId!: Id<'par'>;
  @IsText({ max: 121, pattern: SHARE }) readonly previousShare!: string;
  /** Absent: nothing is left. */
  @IsText({ max: 121, pattern: SHARE, optional: true }) readonly share?: string | undefined;
  @IsText({ max: 100 }) readonly reason!: string;
  @IsInstant() readonly decidedAt!: Instant;
}

/** A claim to an order that was placed already has its answer. */
export class ClaimResolvedV1 {
  static readonly type = 'attribution.claim_resolved';
  static readonly version = 1;

  @IsIdOf('clm') readonly claimId!: Id<'clm'>;
  @IsIdOf('ord') readonly orderId!: Id<'ord'>;
  @IsText({ max: 200 }) readonly orderRef!: string;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsIdOf('par') readonly partnerId!: Id<'par'>;
  @IsOneOf(['confirmed', 'rejected']) readonly state!: 'confirmed' | 'rejected';
  @IsText({ max: 100 }) readonly reason!: string;
  @IsInstant() readonly resolvedAt!: Instant;
}

/** A click is on disk, whether it was made here or told to us. Reporting counts it. */
export class ClickRecordedV1 {
  static readonly type = 'attribution.click_recorded';
  static readonly version = 1;

  @IsIdOf('clk') readonly clickId!: ClickId;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsIdOf('par') readonly partnerId!: Id<'par'>;
  @IsInstant() readonly occurredAt!: Instant;
}

/** A visitor did something on a customer's page; the page says so, and who the click id says it was is true. */
export class SiteEventRecordedV1 {
  static readonly type = 'attribution.site_event_recorded';
  static readonly version = 1;

  @IsIdOf('clk') readonly clickId!: ClickId;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsIdOf('par') readonly partnerId!: Id<'par'>;
  @IsText({ max: 100 }) readonly name!: string;
  @IsBag({ optional: true }) readonly data?: Readonly<Record<string, unknown>> | undefined;
  @IsText({ max: 2_000, optional: true }) readonly page?: string | undefined;
  @IsInstant() readonly occurredAt!: Instant;
  @IsWhole({ min: 0, max: 1_000_000_000 }) readonly droppedBefore!: number;
}

/**
 * Somebody is to be forgotten, and is, here. The fingerprints are keyed hashes (`Vault.fingerprint`, purpose
 * `attribution subject`) of `visitor/<id>` and `customer/<program>/<ref>`: whoever keeps such names can tell which are
 * meant, and nobody else can.
 */
export class SubjectErasedV1 {
  static readonly type = 'attribution.subject_erased';
  static readonly version = 1;

  @IsIdOf('era') readonly erasureId!: Id<'era'>;
  @IsOneOf(['visitor', 'customer']) readonly kind!: string;
  @IsText({ max: 50 }) readonly fingerprint!: string;
  /** Of every visitor the subject was. */
  @IsTextList({ max: 10_000 }) readonly visitorFingerprints!: readonly string[];
  @IsWhole({ min: 0, max: 2_147_483_647 }) readonly touchpoints!: number;
  @IsWhole({ min: 0, max: 2_147_483_647 }) readonly conversions!: number;
  @IsInstant() readonly erasedAt!: Instant;
}

/**
 * The edge saw a touch and has it on disk. Attribution itself hears it, judges it and keeps it as a touchpoint; the edge
 * has no time for that.
 */
export class TouchTakenV1 {
  static readonly type = 'attribution.touch_taken';
  static readonly version = 1;

  @IsIdOf('clk') readonly clickId!: ClickId;
  @IsText({ max: 20 }) readonly kind!: string;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsIdOf('par') readonly partnerId!: Id<'par'>;
  @IsText({ max: 100 }) readonly linkCode!: string;
  @IsInstant() readonly occurredAt!: Instant;
  @IsText({ max: 200, optional: true }) readonly visitorId?: string | undefined;
  @IsText({ max: 1_000, min: 0, optional: true }) readonly userAgent?: string | undefined;
  @IsText({ max: 1_000, min: 0, optional: true }) readonly referrer?: string | undefined;
  @IsText({ max: 100, optional: true }) readonly objection?: string | undefined;
  /** `sub1` to `sub5`, the partner's own notes. */
  @IsBag({ optional: true }) readonly subs?: Readonly<Record<string, string>> | undefined;
  @IsText({ max: 100, optional: true }) readonly campaign?: string | undefined;
  @IsText({ max: 60, optional: true }) readonly network?: string | undefined;
  @IsText({ max: 20 }) readonly consent!: string;
  @IsTextList({ max: 40 }) readonly signals!: readonly string[];
}

/**
 * What was known as two customers, or as one with fewer keys, is one: by an order that names several keys, a click and its
 * visitor, or somebody's word. Who it is, is not said; whoever may know asks.
 */
export class IdentitiesMergedV1 {
  static readonly type = 'attribution.identities_merged';
  static readonly version = 1;

  @IsIdOf('mrg') readonly mergeId!: Id<'mrg'>;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsOneOf(['order', 'touch', 'told']) readonly cause!: string;
  @IsIdOf('ord', { optional: true }) readonly orderId?: Id<'ord'> | undefined;
  /** Kinds of the keys it names: `click`, `visitor`, `customer`, `email`, `phone`. */
  @IsTextList({ max: 5 }) readonly kinds!: readonly string[];
  /** How many customers became one; 1: that one has further keys now. */
  @IsWhole({ min: 1, max: 1_000 }) readonly customers!: number;
  @IsText({ max: 500, optional: true }) readonly reason?: string | undefined;
  @IsInstant() readonly mergedAt!: Instant;
}

/** A merge counts no more, and what it alone connected is not one customer's any longer. */
export class IdentitiesSplitV1 {
  static readonly type = 'attribution.identities_split';
  static readonly version = 1;

  @IsIdOf('mrg') readonly mergeId!: Id<'mrg'>;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsOneOf(['told', 'order_amended', 'consent_denied']) readonly cause!: string;
  /** How many the customer fell apart into. */
  @IsWhole({ min: 1, max: 1_000 }) readonly customers!: number;
  @IsText({ max: 500, optional: true }) readonly reason?: string | undefined;
  @IsInstant() readonly splitAt!: Instant;
}
