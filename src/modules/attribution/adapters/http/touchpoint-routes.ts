import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import { IsIdOf, IsInstant, IsOneOf, IsText } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import { type Instant, instant } from '../../../../shared/instant.ts';
import type { TellTouchpoint, ToldTouch } from '../../application/traffic/tell-touchpoint.ts';
import type { ClickId } from '../../index.ts';

const KINDS = ['dealer', 'test_drive'] as const;

class NewTouchpointRequest {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsIdOf('par', { description: 'Whose touch it was' }) readonly partnerId!: Id<'par'>;
  @IsOneOf(KINDS) readonly kind!: ToldTouch['kind'];
  @IsInstant({ description: 'When it happened; not in the future' }) readonly occurredAt!: string;
  @IsText({ max: 100, description: 'Your own name for it: told again under it, it is the same touch' })
  readonly reference!: string;
  @IsText({ max: 200, optional: true, description: 'As orders name the visitor' }) readonly visitorId?: string;
  @IsText({ max: 100, optional: true }) readonly campaign?: string;
}

class TouchpointView {
  @IsIdOf('clk', { description: 'Orders may name it as their clickId' }) readonly id!: ClickId;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsIdOf('par') readonly partnerId!: Id<'par'>;
  @IsOneOf(KINDS) readonly kind!: string;
  @IsInstant() readonly occurredAt!: Instant;
}

export const touchpointRoutes = (tellTouchpoint: TellTouchpoint): readonly Route[] => [
  route({
    method: 'post',
    path: '/v1/touchpoints',
    operationId: 'tellTouchpoint',
    tag: 'attribution',
    summary: 'Tell of a touch at a dealer’s or on a test drive (staff)',
    description:
      'What brought a customer where no link was followed. It counts where the policy gives its kind a window; orders that ' +
      'were decided already are decided again.',
    access: { scope: 'touchpoints:write' },
    body: NewTouchpointRequest,
    success: { 201: TouchpointView },
    errors: ['attribution.unknown_program', 'attribution.not_enrolled', 'attribution.touch_ahead'],
    handle: ({ actor, body: { occurredAt, ...told } }) => {
      mustBeStaff(actor);
      return tellTouchpoint.run({ ...told, occurredAt: instant(occurredAt) });
    },
    respond: ({ clickId, programId, partnerId, kind, occurredAt }) => ({
      status: 201,
      body: { id: clickId, programId, partnerId, kind, occurredAt },
    }),
  }),
];
