import { IsBag, IsIdOf, IsInstant, IsOneOf, IsText, IsWhole } from '../../shared/fields.ts';
import type { Id } from '../../shared/ids.ts';
import type { Instant } from '../../shared/instant.ts';

/** The commerce system told of an order; checked against the schema of its kind. Orders folds it. */
export class OrderEventReceivedV1 {
  static readonly type = 'pipeline.order_event_received';
  static readonly version = 1;

  @IsText({ max: 200 }) readonly eventId!: string;
  @IsText({ max: 100 }) readonly source!: string;
  @IsText({ max: 50 }) readonly kind!: string;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsText({ max: 200 }) readonly orderRef!: string;
  @IsInstant() readonly occurredAt!: Instant;
  @IsInstant() readonly receivedAt!: Instant;
  /** As `event-types.ts` describes the kind; addresses in it are fingerprints already. */
  @IsBag() readonly data!: Readonly<Record<string, unknown>>;
}

/** Somebody clicked, elsewhere or earlier. Attribution keeps it as a touchpoint. */
export class ClickReceivedV1 {
  static readonly type = 'pipeline.click_received';
  static readonly version = 1;

  @IsIdOf('clk') readonly clickId!: Id<'clk'>;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsText({ max: 100 }) readonly linkCode!: string;
  @IsInstant() readonly occurredAt!: Instant;
  @IsInstant() readonly receivedAt!: Instant;
  @IsText({ max: 200, optional: true }) readonly visitorId?: string | undefined;
  @IsText({ max: 1_000, min: 0, optional: true }) readonly userAgent?: string | undefined;
  @IsText({ max: 1_000, min: 0, optional: true }) readonly referrer?: string | undefined;
}

/** Something happened whose type a neighbour registered. Whoever knows the type makes something of it. */
export class EventReceivedV1 {
  static readonly type = 'pipeline.event_received';
  static readonly version = 1;

  @IsText({ max: 200 }) readonly eventId!: string;
  @IsText({ max: 100 }) readonly source!: string;
  @IsText({ max: 100 }) readonly eventType!: string;
  /** By which version of its schema it was judged. */
  @IsWhole({ min: 1, max: 1_000_000 }) readonly schemaVersion!: number;
  @IsOneOf(['money', 'conversions', 'clicks', 'logs']) readonly lane!: 'money' | 'conversions' | 'clicks' | 'logs';
  @IsIdOf('prg', { optional: true }) readonly programId?: Id<'prg'> | undefined;
  @IsText({ max: 200, optional: true }) readonly subject?: string | undefined;
  @IsInstant() readonly occurredAt!: Instant;
  @IsInstant() readonly receivedAt!: Instant;
  /** As the registered schema describes it; addresses in it are fingerprints already. */
  @IsBag() readonly data!: Readonly<Record<string, unknown>>;
}
