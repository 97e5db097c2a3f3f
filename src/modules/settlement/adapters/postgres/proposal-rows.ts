import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { type Id, toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Proposal, ProposalState } from '../../domain/proposals/proposal.ts';

/** What one person asks for and another decides has these columns, in whichever table it is. */
export interface ProposalRow<State extends string = ProposalState> {
  readonly state: State;
  readonly asked_by: string;
  readonly asked_at: Instant;
  readonly decided_by: string | null;
  readonly decided_at: Instant | null;
}

export const toProposal = <State extends string>(row: ProposalRow<State>): Proposal<State> => ({
  state: row.state,
  askedBy: row.asked_by,
  askedAt: row.asked_at,
  ...(row.decided_by !== null && { decidedBy: row.decided_by }),
  ...(row.decided_at !== null && { decidedAt: row.decided_at }),
});

type Decision = Pick<Proposal<string>, 'state' | 'decidedBy' | 'decidedAt'> & { readonly id: Id<string> };

/** Its state, and who has decided. */
export const saveDecision = async (
  db: Knex,
  table: 'balance_waivers' | 'fx_trades' | 'setting_changes' | 'tax_remittances',
  { id, state, decidedBy, decidedAt }: Decision,
): Promise<void> => {
  await rowsOf(
    db,
    `update settlement.${table} set state = :state, decided_by = :decidedBy, decided_at = :decidedAt where id = :id`,
    { id: toUuid(id), state, decidedBy: decidedBy ?? null, decidedAt: decidedAt ?? null },
  );
};
