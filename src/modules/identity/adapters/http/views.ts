import {
  IsIdOf,
  IsInstant,
  IsListOf,
  IsOneOf,
  IsText,
  IsTextList,
  IsWebAddress,
  IsWhole,
} from '../../../../shared/fields.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { CreatedClient } from '../../application/create-client.ts';
import type { PublishedKey } from '../../application/key-ring.ts';
import type { Client } from '../../domain/client.ts';
import type { ClientId } from '../../index.ts';

const SCOPES_MAX = 100;

export class ClientView {
  @IsIdOf('cli', { description: 'The `client_id` of OAuth2' }) readonly id!: ClientId;
  @IsText({ max: 200 }) readonly name!: string;
  @IsTextList({ max: SCOPES_MAX }) readonly scopes!: readonly string[];
  @IsIdOf('par', { optional: true, description: 'The partner it is confined to; absent for staff' })
  readonly partnerId?: string;
  @IsOneOf(['active', 'revoked']) readonly state!: string;
  @IsInstant() readonly createdAt!: Instant;
  @IsText({ max: 300 }) readonly createdBy!: string;
  @IsInstant({ optional: true }) readonly revokedAt?: Instant;
  @IsText({ max: 500, optional: true }) readonly revokedBecause?: string;
}

export class CreatedClientView extends ClientView {
  @IsText({ max: 200, description: 'The `client_secret` of OAuth2. Shown now and never again; keep it safe' })
  readonly clientSecret!: string;
}

const shown = ({ clientId, name, scopes, partnerId, createdAt, createdBy, revocation }: Client) => ({
  id: clientId,
  name,
  scopes,
  partnerId,
  state: revocation === undefined ? 'active' : 'revoked',
  createdAt,
  createdBy,
  revokedAt: revocation?.at,
  revokedBecause: revocation?.reason,
});

export const clientView = (client: Client): ClientView => shown(client) as ClientView;

export const createdClientView = ({ client, clientSecret }: CreatedClient): CreatedClientView =>
  ({ ...shown(client), clientSecret }) as CreatedClientView;

/** RFC 6749, section 5.1. */
export class TokenView {
  @IsText({ max: 10_000 }) readonly access_token!: string;
  @IsOneOf(['Bearer']) readonly token_type!: string;
  @IsWhole({ min: 1, max: 86_400, description: 'Seconds' }) readonly expires_in!: number;
  @IsText({ max: 2_000, description: 'What the token may do, words with spaces between' }) readonly scope!: string;
}

/** RFC 6749, section 5.2. */
export class TokenErrorView {
  @IsOneOf(['invalid_request', 'invalid_client', 'invalid_scope', 'unsupported_grant_type']) readonly error!: string;
  @IsText({ max: 500 }) readonly error_description!: string;
}

class PublicKeyView {
  @IsOneOf(['EC']) readonly kty!: string;
  @IsOneOf(['P-256']) readonly crv!: string;
  @IsText({ max: 100 }) readonly x!: string;
  @IsText({ max: 100 }) readonly y!: string;
  @IsText({ max: 100 }) readonly kid!: string;
  @IsOneOf(['ES256']) readonly alg!: string;
  @IsOneOf(['sig']) readonly use!: string;
}

export class KeySetView {
  @IsListOf(() => PublicKeyView, { max: 10, description: 'Those that sign now, signed lately, or will sign next' })
  readonly keys!: readonly PublicKeyView[];
}

export const keySetView = (keys: readonly PublishedKey[]): KeySetView => ({
  keys: keys.map((key) => ({ ...key, alg: 'ES256', use: 'sig' })),
});

/** RFC 8414. */
export class AuthorizationServerView {
  @IsWebAddress() readonly issuer!: string;
  @IsWebAddress() readonly token_endpoint!: string;
  @IsWebAddress() readonly jwks_uri!: string;
  @IsTextList({ max: SCOPES_MAX }) readonly scopes_supported!: readonly string[];
  @IsTextList({ max: 0, description: 'None: there is no authorization endpoint' })
  readonly response_types_supported!: readonly string[];
  @IsTextList({ max: 10 }) readonly grant_types_supported!: readonly string[];
  @IsTextList({ max: 10 }) readonly token_endpoint_auth_methods_supported!: readonly string[];
}

/** RFC 9728. */
export class ProtectedResourceView {
  @IsWebAddress() readonly resource!: string;
  @IsText({ max: 100 }) readonly resource_name!: string;
  @IsTextList({ max: 2 }) readonly authorization_servers!: readonly string[];
  @IsTextList({ max: SCOPES_MAX }) readonly scopes_supported!: readonly string[];
  @IsTextList({ max: 3 }) readonly bearer_methods_supported!: readonly string[];
}
