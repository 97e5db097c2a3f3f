import type { Actor } from '../../shared/actor.ts';
import { AppError } from '../../shared/errors.ts';
import type { Id } from '../../shared/ids.ts';
import type { Access } from './route.ts';

/** Who an access token speaks for. The identity module offers it. */
export abstract class TokenVerifier {
  /** Throws `http.unauthenticated` with what is wrong, never with what would have been right. */
  abstract verify(token: string): Promise<Actor>;
}

export const NOBODY: Actor = { subject: 'nobody', clientId: 'nobody', scopes: new Set() };

export const unauthenticated = (detail: string): AppError => new AppError('forbidden', 'http.unauthenticated', detail);

export const authenticate = async (
  access: Access,
  authorization: string | undefined,
  verifier: TokenVerifier,
): Promise<Actor> => {
  if (access === 'public') return NOBODY;
  const [, token] = /^Bearer ([\w.~+/-]+=*)$/i.exec(authorization ?? '') ?? [];
  if (token === undefined)
    throw unauthenticated('send "Authorization: Bearer <access token>"; POST /oauth2/token gives one');
  const actor = await verifier.verify(token);
  if (!actor.scopes.has(access.scope)) {
    throw new AppError('forbidden', 'http.missing_scope', `the token lacks the scope ${access.scope}`);
  }
  return actor;
};

/** The partner a partner's token is confined to; for staff, the one asked for, if any. */
export const confinedTo = (actor: Actor, asked?: Id<'par'>): Id<'par'> | undefined => {
  if (actor.partnerId === undefined) return asked;
  if (asked !== undefined && asked !== actor.partnerId) throw notYours();
  return actor.partnerId;
};

/** What was found, where the actor may see it. None, and somebody else's, get the same answer: `absent`. */
export const visible = <Found>(
  actor: Actor,
  found: Found | undefined,
  ownerOf: (found: Found) => Id<'par'> | undefined,
  absent: AppError,
): Found => {
  if (found === undefined || (actor.partnerId !== undefined && ownerOf(found) !== actor.partnerId)) throw absent;
  return found;
};

/** Where an address names the partner: another's is as good as none, whether it exists or not. */
export const mustSee = (actor: Actor, owner: Id<'par'>): void => {
  if (actor.partnerId !== undefined && actor.partnerId !== owner) throw notYours();
};

const notYours = (): AppError => new AppError('not_found', 'http.not_found', 'there is no such thing here');

/** For what only staff may do, whatever scopes a partner's token holds. */
export const mustBeStaff = (actor: Actor): void => {
  if (actor.partnerId !== undefined) throw new AppError('forbidden', 'http.staff_only', 'partners cannot do this');
};
