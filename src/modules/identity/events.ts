import { IsIdOf, IsInstant, IsText } from '../../shared/fields.ts';
import type { Id } from '../../shared/ids.ts';
import type { Instant } from '../../shared/instant.ts';
import type { ClientId } from './index.ts';

/** A machine got credentials. */
export class ClientCreatedV1 {
  static readonly type = 'identity.client_created';
  static readonly version = 1;

  @IsIdOf('cli') readonly clientId!: ClientId;
  @IsIdOf('par', { optional: true }) readonly partnerId?: Id<'par'> | undefined;
  @IsInstant() readonly createdAt!: Instant;
}

/** A machine's credentials are void; its tokens end within a minute. */
export class ClientRevokedV1 {
  static readonly type = 'identity.client_revoked';
  static readonly version = 1;

  @IsIdOf('cli') readonly clientId!: ClientId;
  @IsText({ max: 500 }) readonly reason!: string;
  @IsInstant() readonly revokedAt!: Instant;
}
