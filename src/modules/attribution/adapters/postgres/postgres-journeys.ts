import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { fromUuid, toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { PER_VISITOR } from '../../ports/attribution-stores.ts';
import type { Journey, JourneyQuery, Journeys } from '../../ports/journeys.ts';

const ORDERS_PER_PIECE = 1_000;
const VISITORS_PER_PIECE = 2_000;

export class PostgresJourneys implements Journeys {
  constructor(private readonly db: Knex) {}

  /** From the inputs of the decisions that count: they are what the orders were credited by. */
  async *toOrders({ programId, from, to, by }: JourneyQuery): AsyncIterable<readonly Journey[]> {
    const step = by === 'partner' ? `touch->>'partnerId'` : `coalesce(touch->>'kind', 'click')`;
    let after: { readonly placed_at: Instant; readonly conversion_id: string } | undefined;
    for (;;) {
      const rows = await rowsOf<{ placed_at: Instant; conversion_id: string; steps: readonly string[] | null }>(
        this.db,
        `select placed_at, conversion_id, (
           select array_agg(${step} order by place)
           from jsonb_array_elements(inputs->'candidates') with ordinality as candidate (touch, place)
           where touch->>'objection' is null and touch->>'partnerId' is not null
             and touch->>'programId' = :program
             and coalesce(touch->>'kind', 'click') <> 'impression'
             and (touch->>'occurredAt')::timestamptz <= placed_at
         ) as steps
         from attribution.conversions
         join attribution.decisions using (conversion_id)
         where number = decision and program_id = :programId and placed_at >= :from and placed_at < :to
           ${after === undefined ? '' : 'and (placed_at, conversion_id) > (:afterPlaced, :afterId)'}
         order by placed_at, conversion_id
         limit ${ORDERS_PER_PIECE}`,
        {
          ...{ program: programId, programId: toUuid(programId), from, to },
          ...(after && { afterPlaced: after.placed_at, afterId: after.conversion_id }),
        },
      );
      yield rows.flatMap(({ steps }) => (steps === null ? [] : [{ steps, count: 1 }]));
      after = rows.at(-1);
      if (after === undefined || rows.length < ORDERS_PER_PIECE) return;
    }
  }

  async *toNothing({ programId, from, to, by }: JourneyQuery): AsyncIterable<readonly Journey[]> {
    let after = '';
    for (;;) {
      const rows = await rowsOf<{ visitor_id: string; steps: readonly string[] }>(
        this.db,
        `select visitor_id,
           array_agg(${by === 'partner' ? 'partner_id::text' : 'kind'} order by occurred_at, click_id) as steps
         from attribution.touchpoints as touch
         where program_id = :programId and visitor_id > :after
           and occurred_at >= :from and occurred_at < :to
           and objection is null and partner_id is not null and kind <> 'impression'
           and not exists (
             select from attribution.conversions
             where conversions.program_id = touch.program_id and conversions.visitor_id = touch.visitor_id
           )
         group by visitor_id
         order by visitor_id
         limit ${VISITORS_PER_PIECE}`,
        { programId: toUuid(programId), after, from, to },
      );
      yield rows.map(({ steps }) => ({ steps: named(steps.slice(-PER_VISITOR), by), count: 1 }));
      after = rows.at(-1)?.visitor_id ?? '';
      if (rows.length < VISITORS_PER_PIECE) return;
    }
  }
}

const named = (steps: readonly string[], by: JourneyQuery['by']): readonly string[] =>
  by === 'partner' ? steps.map((uuid) => fromUuid('par', uuid)) : steps;
