import { canonicalJson } from '../../../../shared/canonical-json.ts';
import { type Announcement, published } from '../../../../shared/outbox.ts';
import {
  AttributionChangedV1,
  ClaimResolvedV1,
  ClickRecordedV1,
  ConversionAttributedV1,
  ConversionUnattributedV1,
  type CreditV1,
  CreditLostV1,
  SiteEventRecordedV1,
  SubjectErasedV1,
  TouchTakenV1,
} from '../../events.ts';
import type { ClickId } from '../../index.ts';
import type { Claim } from './claim.ts';
import type { Conversion, RecordedDecision } from './conversion.ts';
import { partsOf } from './credit.ts';
import type { ErasedVisitor, Erasure } from '../identity/erasure.ts';
import { type Outcome, UNKNOWN_PROGRAM, wonBy } from './journey.ts';
import { compareFractions } from '../models/share.ts';
import type { SiteEvent } from '../traffic/site-event.ts';
import { isClick, type TakenTouch, type Touchpoint } from '../traffic/touchpoint.ts';

/** Why a decision was made again. */
export type Occasion =
  'late_click' | 'order_amended' | 'claim_confirmed' | 'identities_merged' | 'identities_split' | 'program_created';

/** What partners noted on their touches, by touch. */
export type Notes = ReadonlyMap<ClickId, Pick<Touchpoint, 'campaign' | 'subs'>>;

export interface News {
  readonly after: Conversion;
  readonly before?: RecordedDecision | undefined;
  readonly occasion: Occasion;
  readonly notes: Notes;
}

/** What others should hear of a decision. Nothing, when it was made again and the credit is the same. */
export const announcementsOf = (news: News): readonly Announcement[] => {
  const { after, before } = news;
  if (before === undefined) return [firstCredit(news)];
  return isSameCredit(before, after.decision)
    ? []
    : [...lostCredits(news, before.outcome), changedCredit(news, before.outcome)];
};

/**
 * A partner's other click is another credit: its time counts for the terms, and its origin for fraud. So is the same
 * click with an order placed at another time, and the same with another part. Whoever waits for a program hears that it
 * is there, though nobody is credited still.
 */
const isSameCredit = (
  { outcome: before, inputs }: RecordedDecision,
  { outcome, inputs: now }: RecordedDecision,
): boolean => {
  if (before.kind === 'unattributed' && outcome.kind === 'unattributed') return isStray(before) === isStray(outcome);
  if (before.kind === 'unattributed' || outcome.kind === 'unattributed') return false;
  return (
    before.clickId === outcome.clickId &&
    inputs.order.placedAt === now.order.placedAt &&
    canonicalJson(before.credits ?? []) === canonicalJson(outcome.credits ?? [])
  );
};

const isStray = ({ reason }: Extract<Outcome, { kind: 'unattributed' }>): boolean => reason === UNKNOWN_PROGRAM;

const commonOf = ({ conversionId, order, decision }: Conversion) => {
  const { orderId, orderRef, programId, placedAt } = order;
  return { conversionId, orderId, orderRef, programId, placedAt, decidedAt: decision.decidedAt };
};

const aboutOf = ({ conversionId, order, decision }: Conversion) => ({
  aggregate: conversionId,
  partitionKey: order.orderId,
  occurredAt: decision.decidedAt,
});

const firstCredit = ({ after, notes }: News): Announcement => {
  const { outcome, inputs } = after.decision;
  const [about, common] = [aboutOf(after), commonOf(after)];
  if (outcome.kind === 'unattributed')
    return published(ConversionUnattributedV1, about, { ...common, reason: outcome.reason });
  return published(ConversionAttributedV1, about, {
    ...common,
    partnerId: outcome.partnerId,
    clickId: outcome.clickId,
    touchKind: wonBy(after.decision),
    touchedAt: outcome.touchedAt,
    credits: creditsTold(outcome, notes),
    policyVersion: inputs.policy.version,
  });
};

const changedCredit = ({ after, occasion, notes }: News, before: Outcome): Announcement => {
  const { outcome, inputs } = after.decision;
  const now = outcome.kind === 'attributed' ? outcome : undefined;
  return published(AttributionChangedV1, aboutOf(after), {
    ...commonOf(after),
    previousPartnerId: before.kind === 'attributed' ? before.partnerId : undefined,
    partnerId: now?.partnerId,
    clickId: now?.clickId,
    touchKind: wonBy(after.decision),
    touchedAt: now?.touchedAt,
    credits: creditsTold(outcome, notes),
    policyVersion: inputs.policy.version,
    reason: occasion,
  });
};

const creditsTold = (outcome: Outcome, notes: Notes): readonly CreditV1[] | undefined =>
  outcome.kind === 'attributed'
    ? outcome.credits?.map((credit) => {
        const { campaign, subs } = notes.get(credit.clickId) ?? {};
        return { ...credit, campaign, subs };
      })
    : undefined;

/** Of a stream of its own: versions of a conversion count its decisions. */
const lostCredits = ({ after, occasion }: News, before: Outcome): readonly Announcement[] => {
  const { placedAt: _, ...common } = commonOf(after);
  const left = new Map(partsOf(after.decision.outcome).map(({ partnerId, share }) => [partnerId, share]));
  return partsOf(before).flatMap(({ partnerId, share: previousShare }) => {
    const share = left.get(partnerId);
    if (share !== undefined && compareFractions(share, previousShare) >= 0) return [];
    const about = { ...aboutOf(after), aggregate: `credit:${after.conversionId}:${partnerId}` };
    return [published(CreditLostV1, about, { ...common, partnerId, previousShare, share, reason: occasion })];
  });
};

/** What is said of a claim once it has its answer. */
export const claimAnnouncement = (
  { claimId, orderId, orderRef, programId, partnerId }: Claim,
  answer: Pick<ClaimResolvedV1, 'state' | 'reason' | 'resolvedAt'>,
): Announcement =>
  published(
    ClaimResolvedV1,
    { aggregate: claimId, partitionKey: orderId, occurredAt: answer.resolvedAt },
    { claimId, orderId, orderRef, programId, partnerId, ...answer },
  );

/** What stands in the outbox for a touch of the edge, until it is a touchpoint. */
export const touchName = (clickId: ClickId): string => `touch:${clickId}`;

/** The only word there will ever be about it: it needs no place in an order. Of one partition, for touches do not wait. */
export const touchAnnouncement = (touch: TakenTouch): Announcement => {
  const { clickId, occurredAt } = touch;
  // Field by field: the edge has no time for spreading.
  const payload: TouchTakenV1 = {
    clickId,
    kind: touch.kind,
    programId: touch.programId,
    partnerId: touch.partnerId,
    linkCode: touch.linkCode,
    occurredAt,
    visitorId: touch.visitorId,
    userAgent: touch.userAgent,
    referrer: touch.referrer,
    objection: touch.objection,
    subs: touch.subs,
    campaign: touch.campaign,
    network: touch.network,
    consent: touch.consent,
    signals: touch.signals,
  };
  return published(
    TouchTakenV1,
    { aggregate: touchName(clickId), partitionKey: clickId, occurredAt, alone: true },
    payload,
  );
};

export const siteEventAnnouncement = (event: SiteEvent): Announcement =>
  published(SiteEventRecordedV1, { aggregate: `page:${event.clickId}`, occurredAt: event.occurredAt }, event);

export const erasedAnnouncement = (
  { erasureId, kind, fingerprint, touchpoints, conversions, erasedAt }: Erasure,
  visitors: readonly ErasedVisitor[],
): Announcement =>
  published(
    SubjectErasedV1,
    { aggregate: erasureId, occurredAt: erasedAt },
    {
      erasureId,
      kind,
      fingerprint,
      visitorFingerprints: visitors.map((visitor) => visitor.fingerprint),
      touchpoints,
      conversions,
      erasedAt,
    },
  );

/** Clicks that were worth nothing from the start are kept and not counted; nor is what is no click. */
export const clickAnnouncements = (touchpoints: readonly Touchpoint[]): readonly Announcement[] =>
  touchpoints.flatMap(({ clickId, programId, partnerId, occurredAt, objection, kind }) =>
    partnerId === undefined || objection !== undefined || !isClick(kind)
      ? []
      : [published(ClickRecordedV1, { aggregate: clickId, occurredAt }, { clickId, programId, partnerId, occurredAt })],
  );
