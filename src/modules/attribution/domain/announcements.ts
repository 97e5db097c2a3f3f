import { type Announcement, published } from '../../../shared/outbox.ts';
import {
  AttributionChangedV1,
  ClickRecordedV1,
  ConversionAttributedV1,
  ConversionUnattributedV1,
  SiteEventRecordedV1,
  SubjectErasedV1,
  TouchTakenV1,
} from '../events.ts';
import type { ClickId } from '../index.ts';
import type { Conversion, RecordedDecision } from './conversion.ts';
import type { ErasedVisitor, Erasure } from './erasure.ts';
import { type Outcome, wonBy } from './decide.ts';
import type { SiteEvent } from './site-event.ts';
import { isClick, type TakenTouch, type Touchpoint } from './touchpoint.ts';

/** Why a decision was made again. */
export type Occasion = 'late_click' | 'order_amended';

/** What others should hear of a decision. Nothing, when it was made again and the credit is the same. */
export const announcementsOf = (
  after: Conversion,
  before: RecordedDecision | undefined,
  occasion: Occasion,
): readonly Announcement[] => {
  if (before === undefined) return [firstCredit(after)];
  return isSameCredit(before, after.decision) ? [] : [changedCredit(after, before.outcome, occasion)];
};

/**
 * A partner's other click is another credit: its time counts for the terms, and its origin for fraud. So is the same
 * click with an order placed at another time.
 */
const isSameCredit = ({ outcome: before, inputs }: RecordedDecision, after: RecordedDecision): boolean => {
  if (before.kind !== 'attributed' || after.outcome.kind !== 'attributed') return before.kind === after.outcome.kind;
  return before.clickId === after.outcome.clickId && inputs.order.placedAt === after.inputs.order.placedAt;
};

const firstCredit = ({ conversionId, order, decision }: Conversion): Announcement => {
  const { outcome, inputs, decidedAt } = decision;
  const { orderId, orderRef, programId, placedAt } = order;
  const about = { aggregate: conversionId, partitionKey: orderId, occurredAt: decidedAt };
  const common = { conversionId, orderId, orderRef, programId, placedAt, decidedAt };
  if (outcome.kind === 'unattributed') {
    return published(ConversionUnattributedV1, about, { ...common, reason: outcome.reason });
  }
  const { partnerId, clickId, touchedAt } = outcome;
  const credit = { partnerId, clickId, touchKind: wonBy(decision), touchedAt, policyVersion: inputs.policy.version };
  return published(ConversionAttributedV1, about, { ...common, ...credit });
};

const changedCredit = (
  { conversionId, order, decision }: Conversion,
  before: Outcome,
  occasion: Occasion,
): Announcement => {
  const { outcome, inputs, decidedAt } = decision;
  const { orderId, orderRef, programId, placedAt } = order;
  const now = outcome.kind === 'attributed' ? outcome : undefined;
  return published(
    AttributionChangedV1,
    { aggregate: conversionId, partitionKey: orderId, occurredAt: decidedAt },
    {
      conversionId,
      orderId,
      orderRef,
      programId,
      previousPartnerId: before.kind === 'attributed' ? before.partnerId : undefined,
      partnerId: now?.partnerId,
      clickId: now?.clickId,
      touchedAt: now?.touchedAt,
      placedAt,
      policyVersion: inputs.policy.version,
      reason: occasion,
      decidedAt,
    },
  );
};

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
