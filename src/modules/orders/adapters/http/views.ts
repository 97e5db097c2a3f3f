import {
  IsBag,
  IsCurrency,
  IsIdOf,
  IsInstant,
  IsListOf,
  IsMoney,
  IsNested,
  IsOneOf,
  IsText,
  IsWhole,
} from '../../../../shared/fields.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { MoneyJson } from '../../../../shared/money.ts';
import type { Metadata, OrderFacts, OrderId } from '../../index.ts';

const METADATA = {
  optional: true,
  description: "The commerce system's own facts, by name",
  schema: { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] }, maxProperties: 50 },
} as const;

class OrderLineView {
  @IsText({ max: 100 }) readonly lineRef!: string;
  @IsText({ max: 200, optional: true }) readonly sku?: string;
  @IsText({ max: 200, min: 0, optional: true }) readonly category?: string;
  @IsWhole({ min: 1, max: 1_000_000 }) readonly quantity!: number;
  @IsWhole({ min: 0, max: 1_000_000 }) readonly returnedQuantity!: number;
  @IsMoney() readonly unitPrice!: MoneyJson;
  @IsBag(METADATA) readonly metadata?: Metadata;
}

class OrderCustomerView {
  @IsOneOf(['new', 'returning'], { optional: true }) readonly status?: string;
  @IsText({ min: 2, max: 2, optional: true, description: 'ISO 3166-1' }) readonly country?: string;
  @IsInstant({ optional: true }) readonly firstOrderAt?: Instant;
  @IsWhole({ min: 1, max: 1_000_000, optional: true, description: "1: the customer's first order" })
  readonly orderNumber?: number;
  @IsBag(METADATA) readonly metadata?: Metadata;
}

class MilestonesView {
  @IsInstant({ optional: true }) readonly reserved?: Instant;
  @IsInstant({ optional: true }) readonly placed?: Instant;
  @IsInstant({ optional: true }) readonly confirmed?: Instant;
  @IsInstant({ optional: true }) readonly in_production?: Instant;
  @IsInstant({ optional: true }) readonly in_transit?: Instant;
  @IsInstant({ optional: true }) readonly delivered?: Instant;
  @IsInstant({ optional: true }) readonly completed?: Instant;
}

export class OrderView {
  @IsIdOf('ord') readonly id!: OrderId;
  @IsIdOf('prg') readonly programId!: string;
  @IsText({ max: 200, description: "The commerce system's own name for it" }) readonly orderRef!: string;
  @IsText({ max: 30 }) readonly state!: string;
  @IsInstant() readonly placedAt!: Instant;
  @IsCurrency() readonly currency!: string;
  @IsListOf(() => OrderLineView, { max: 500 }) readonly lines!: readonly OrderLineView[];
  @IsNested(() => MilestonesView, { description: 'When each step was reached' }) readonly milestones!: MilestonesView;
  @IsInstant({ optional: true }) readonly cancelledAt?: Instant;
  @IsInstant({ optional: true, description: 'When nothing of it was left with the customer' })
  readonly returnedAt?: Instant;
  @IsInstant({ optional: true }) readonly chargedBackAt?: Instant;
  @IsNested(() => OrderCustomerView, { optional: true, description: 'Of who ordered, what the commerce system told' })
  readonly customer?: OrderCustomerView;
  @IsBag(METADATA) readonly metadata?: Metadata;
}

export const orderView = ({
  orderId,
  programId,
  orderRef,
  state,
  placedAt,
  currency,
  lines,
  milestones,
  ...facts
}: OrderFacts): OrderView =>
  ({
    id: orderId,
    programId,
    orderRef,
    state,
    placedAt,
    currency,
    lines,
    milestones,
    cancelledAt: facts.cancelledAt,
    returnedAt: facts.returnedAt,
    chargedBackAt: facts.chargedBackAt,
    customer: facts.customer,
    metadata: facts.metadata,
  }) as OrderView;

class OrderStateTotalView {
  @IsText({ max: 30 }) readonly state!: string;
  @IsWhole({ min: 0, max: Number.MAX_SAFE_INTEGER }) readonly count!: number;
}

export class OrderTotalsView {
  @IsListOf(() => OrderStateTotalView, { max: 100 }) readonly states!: readonly OrderStateTotalView[];
}

export class OrderExceptionView {
  @IsIdOf('ord') readonly orderId!: string;
  @IsText({ max: 200 }) readonly orderRef!: string;
  @IsText({ max: 310, description: 'Source and id of the event that does not fit' }) readonly eventId!: string;
  @IsText({ max: 30 }) readonly kind!: string;
  @IsOneOf([
    'after_cancellation',
    'cancelled_twice',
    'return_before_delivery',
    'return_of_unknown_line',
    'returned_more_than_ordered',
    'not_possible_now',
  ])
  readonly reason!: string;
  @IsInstant({ optional: true }) readonly noticedAt?: Instant;
}

export class RefoldedView {
  @IsListOf(() => RemainingExceptionView, { max: 1_000, description: 'What still does not fit' })
  readonly exceptions!: readonly RemainingExceptionView[];
}

class RemainingExceptionView {
  @IsText({ max: 310 }) readonly eventId!: string;
  @IsText({ max: 30 }) readonly kind!: string;
  @IsText({ max: 50 }) readonly reason!: string;
}
