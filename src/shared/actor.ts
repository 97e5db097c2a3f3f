import type { Id } from './ids.ts';

/**
 * Who is asking. `subject` is what an audit trail shows and what four eyes compare; a partner's token also says which
 * partner, and such an actor sees nobody else's rows.
 */
export interface Actor {
  readonly subject: string;
  readonly clientId: string;
  readonly scopes: ReadonlySet<string>;
  readonly partnerId?: Id<'par'> | undefined;
}
