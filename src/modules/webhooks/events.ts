import { IsIdOf, IsInstant, IsText } from '../../shared/fields.ts';
import type { Id } from '../../shared/ids.ts';
import type { Instant } from '../../shared/instant.ts';
import type { EndpointId } from './index.ts';

/** An endpoint failed for too long, or said it is gone. Nothing is sent there until it is enabled again. */
export class EndpointDisabledV1 {
  static readonly type = 'webhooks.endpoint_disabled';
  static readonly version = 1;

  @IsIdOf('whe') readonly endpointId!: EndpointId;
  @IsIdOf('par', { optional: true }) readonly partnerId?: Id<'par'> | undefined;
  @IsText({ max: 200 }) readonly reason!: string;
  @IsInstant() readonly disabledAt!: Instant;
}
