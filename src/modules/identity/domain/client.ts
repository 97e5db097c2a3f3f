import type { Fault } from '../../../shared/errors.ts';
import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { ClientId } from '../index.ts';

/**
 * A machine that may ask for tokens.
 *
 *   active ──revoke──▶ revoked
 *
 * Nothing else about it changes, ever: other scopes are another client. So what a token says of its client stays true
 * for as long as the client is active.
 */
export interface Client {
  readonly clientId: ClientId;
  readonly name: string;
  readonly scopes: readonly string[];
  /** A partner's client is confined to that partner. */
  readonly partnerId?: Id<'par'> | undefined;
  readonly secretHash: string;
  readonly createdAt: Instant;
  readonly createdBy: string;
  readonly revocation?: Revocation | undefined;
}

export interface Revocation {
  readonly at: Instant;
  readonly by: string;
  readonly reason: string;
}

/** The scopes there are, and those of them that a partner's client may hold. */
export interface ScopeCatalogue {
  readonly all: ReadonlySet<string>;
  readonly forPartners: ReadonlySet<string>;
}

/** What is wrong with the scopes a new client should get. */
export const scopeFaults = (
  scopes: readonly string[],
  ofPartner: boolean,
  { all, forPartners }: ScopeCatalogue,
): readonly Fault[] =>
  scopes.flatMap((scope, index) => {
    const pointer = `/scopes/${index}`;
    if (!all.has(scope))
      return [
        { pointer, code: 'identity.unknown_scope', detail: 'is not a scope; see /openapi.json for those there are' },
      ];
    if (ofPartner && !forPartners.has(scope))
      return [{ pointer, code: 'identity.staff_scope', detail: 'is for staff; a partner’s client cannot hold it' }];
    return [];
  });

/** The scopes asked for, in the order granted; all of them when none is named; undefined when one is not granted. */
export const narrowed = (granted: readonly string[], asked: string | undefined): readonly string[] | undefined => {
  const wanted = new Set((asked ?? '').split(' ').filter((scope) => scope !== ''));
  if (wanted.size === 0) return granted;
  const given = granted.filter((scope) => wanted.has(scope));
  return given.length === wanted.size ? given : undefined;
};
