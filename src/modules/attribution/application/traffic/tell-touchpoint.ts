import type { Clock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import { derivedId, type Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import { linkFaults } from '../../domain/traffic/link.ts';
import type { Touchpoint } from '../../domain/traffic/touchpoint.ts';
import type { AttributionTransaction } from '../../ports/attribution-stores.ts';
import { holdAll } from '../identity/join-identities.ts';
import type { RecordTouchpoints } from './record-touchpoints.ts';
import type { Veil } from '../identity/veil.ts';

/** What happened where no link was followed: at a dealer's, on a test drive. */
export interface ToldTouch {
  readonly programId: Id<'prg'>;
  readonly partnerId: Id<'par'>;
  readonly kind: 'dealer' | 'test_drive';
  readonly occurredAt: Instant;
  /** The teller's own name for it; told again under it, it is the same touch. */
  readonly reference: string;
  readonly visitorId?: string | undefined;
  readonly campaign?: string | undefined;
}

/** Keeps a touch that somebody saw and no machine of ours. */
export class TellTouchpoint {
  constructor(
    private readonly partners: PartnersPort,
    private readonly transaction: AttributionTransaction,
    private readonly record: RecordTouchpoints,
    private readonly veil: Veil,
    private readonly clock: Clock,
  ) {}

  /** Throws `attribution.unknown_program`, `attribution.not_enrolled`, `attribution.touch_ahead`. */
  async run(told: ToldTouch): Promise<Touchpoint> {
    const { programId, partnerId, kind, reference, ...rest } = told;
    const recordedAt = this.clock.now();
    if (told.occurredAt > recordedAt)
      throw new AppError('refused', 'attribution.touch_ahead', `occurredAt must not lie after now (${recordedAt})`);
    await this.mustBeEnrolled(programId, partnerId);
    const touch: Touchpoint = {
      ...rest,
      clickId: derivedId('clk', kind, programId, partnerId, reference),
      kind,
      programId,
      partnerId,
      linkCode: reference,
      recordedAt,
      live: false,
      consent: 'unknown',
      signals: [],
    };
    return this.transaction.run(async (stores) => {
      await holdAll(stores, [], [touch]);
      const veiling = await this.veil.over(stores.erasures, [touch]);
      await this.record.run(stores, [veiling.touch(touch)]);
      return touch;
    });
  }

  private async mustBeEnrolled(programId: Id<'prg'>, partnerId: Id<'par'>): Promise<void> {
    const [program, [enrolment]] = await Promise.all([
      this.partners.program(programId),
      this.partners.enrolments(programId, [partnerId]),
    ]);
    const faults = linkFaults({}, program, enrolment?.state);
    const [first] = faults;
    if (first !== undefined) throw new AppError('refused', first.code, first.detail, { faults });
  }
}
