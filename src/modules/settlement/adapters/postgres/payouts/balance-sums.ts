import type { Knex } from 'knex';
import { rowsOf } from '../../../../../infrastructure/postgres/database.ts';
import { fromUuid, type Id, toUuid } from '../../../../../shared/ids.ts';
import type { Purpose } from '../../../domain/books/purpose.ts';
import { type PayoutState, UNDER_WAY_STATES } from '../../../domain/payouts/payout-life-cycle.ts';
import type { MovedMoney } from '../../../ports/payout-control.ts';
import { MOVED } from '../statements/statement-lines.ts';

/** What a booking moves in its own direction; a mirrored one the other way round. */
export const SIGNED = `(case when mirrored then -amount_minor else amount_minor end)`;

/** As the index of them says it, word for word. */
export const MOVES = `purpose not in ('accrue', 'raise', 'reduce', 'reverse', 'settle', 'return')`;

/** The last statement, and what moved since: a partner whose balance is not zero has one each period. */
export const availableOf = async (
  db: Knex,
  programId: Id<'prg'>,
  partnerIds: readonly Id<'par'>[],
): Promise<ReadonlyMap<Id<'par'>, bigint>> => {
  const rows = await rowsOf<{ partner_id: string; available: string }>(
    db,
    `select asked.partner_id, (coalesce(last.closing_minor, 0) + coalesce(since.moved, 0))::text as available
     from unnest(:partnerIds::uuid[]) as asked (partner_id)
     left join lateral (
       select period, closing_minor
       from settlement.statements
       where program_id = :programId and partner_id = asked.partner_id
       order by period desc
       limit 1
     ) as last on true
     left join lateral (
       select sum(${MOVED}) as moved
       from settlement.bookings
       where program_id = :programId and partner_id = asked.partner_id and period > coalesce(last.period, '')
         and ${MOVES}
     ) as since on true`,
    { programId: toUuid(programId), partnerIds: partnerIds.map(toUuid) },
  );
  return new Map(rows.map((row) => [fromUuid('par', row.partner_id), BigInt(row.available)]));
};

export const movedOf = async (db: Knex, programId: Id<'prg'>, partnerId: Id<'par'>): Promise<MovedMoney> => {
  const owner = { programId: toUuid(programId), partnerId: toUuid(partnerId) };
  const rows = await rowsOf<{ purpose: Purpose; minor: string }>(
    db,
    `select purpose, sum(${SIGNED})::text as minor
     from settlement.bookings
     where program_id = :programId and partner_id = :partnerId
     group by purpose`,
    owner,
  );
  const payouts = await rowsOf<{ id: string; state: PayoutState; amount_minor: bigint }>(
    db,
    `select id, state, amount_minor
     from settlement.payouts
     where program_id = :programId and partner_id = :partnerId and state = any(:states)
     order by period, id`,
    { ...owner, states: [...UNDER_WAY_STATES] },
  );
  const unsent = payouts.filter(({ state }) => state === 'draft' || state === 'approved');
  return {
    byPurpose: new Map(rows.map(({ purpose, minor }) => [purpose, BigInt(minor)])),
    unsent: unsent.reduce((sum, { amount_minor }) => sum + amount_minor, 0n),
    underWay: payouts.map(({ id, state, amount_minor }) => ({
      payoutId: fromUuid('pay', id),
      state,
      minor: amount_minor,
    })),
  };
};
