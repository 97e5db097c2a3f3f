import type { Actor } from '../../../shared/actor.ts';
import { type Id, isId } from '../../../shared/ids.ts';
import type { Client, ScopeCatalogue } from './client.ts';

/** What an access token says. Source: RFC 9068, section 2.2; `partner` is ours. Times are seconds. */
export interface AccessClaims {
  readonly iss: string;
  readonly aud: string;
  readonly sub: string;
  readonly client_id: string;
  readonly jti: string;
  readonly iat: number;
  readonly exp: number;
  readonly scope: string;
  readonly partner?: Id<'par'>;
}

export interface TokenTerms {
  readonly issuer: string;
  readonly audience: string;
  readonly jti: string;
  readonly nowMs: number;
  readonly ttlSeconds: number;
}

export const claimsOf = (
  { clientId, partnerId }: Client,
  scopes: readonly string[],
  { issuer, audience, jti, nowMs, ttlSeconds }: TokenTerms,
): AccessClaims => {
  const iat = Math.floor(nowMs / 1_000);
  return {
    iss: issuer,
    aud: audience,
    // A machine asks for itself: the subject is the client (RFC 9068, section 2.2).
    sub: clientId,
    client_id: clientId,
    jti,
    iat,
    exp: iat + ttlSeconds,
    scope: scopes.join(' '),
    ...(partnerId && { partner: partnerId }),
  };
};

type Claims = Readonly<Record<string, unknown>>;

const MAX_NAME = 200;

/** Who a token of ours speaks for; undefined when it does not say so in full. */
export const ownActor = (claims: Claims): Actor | undefined => {
  const { sub, client_id: clientId, scope, partner } = claims;
  if (!isName(sub) || !isId('cli', clientId) || typeof scope !== 'string') return undefined;
  if (partner !== undefined && !isId('par', partner)) return undefined;
  return { subject: sub, clientId, scopes: new Set(words(scope)), partnerId: partner };
};

/**
 * Who a token of another issuer speaks for. Its names are marked as foreign, so that nobody there can be called like
 * somebody here; and a partner never gets what partners cannot hold, whatever the issuer says. A `partner` claim that
 * cannot be read is no claim to be staff.
 */
export const foreignActor = (claims: Claims, catalogue: ScopeCatalogue): Actor | undefined => {
  const { sub, client_id: clientId, azp, partner } = claims;
  const client = clientId ?? azp ?? sub;
  if (!isName(sub) || !isName(client)) return undefined;
  if (partner !== undefined && !isId('par', partner)) return undefined;
  const possible = partner === undefined ? catalogue.all : catalogue.forPartners;
  const scopes = scopesOf(claims).filter((scope) => possible.has(scope));
  return { subject: `foreign:${sub}`, clientId: `foreign:${client}`, scopes: new Set(scopes), partnerId: partner };
};

/** `scope` is a text with spaces (RFC 9068); some issuers say `scp` instead, as a text or a list. */
const scopesOf = ({ scope, scp }: Claims): readonly string[] => {
  const said = scope ?? scp;
  if (typeof said === 'string') return words(said);
  return Array.isArray(said) ? said.filter((item): item is string => typeof item === 'string') : [];
};

const isName = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= MAX_NAME;

const words = (text: string): string[] => text.split(' ').filter((word) => word !== '');
