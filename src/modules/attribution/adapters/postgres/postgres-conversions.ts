import type { Knex } from 'knex';
import { instants, texts, uuids } from '../../../../infrastructure/postgres/array-parameter.ts';
import { rowsOf, rowsOfOften } from '../../../../infrastructure/postgres/database.ts';
import { fromUuid, type Id } from '../../../../shared/ids.ts';
import type { Conversion } from '../../domain/deciding/conversion.ts';
import { type Outcome, UNKNOWN_PROGRAM } from '../../domain/deciding/journey.ts';
import { keysOf } from '../../domain/identity/identity.ts';
import type { Touchpoint } from '../../domain/traffic/touchpoint.ts';
import type { ConversionId } from '../../index.ts';
import { type Conversions } from '../../ports/attribution-stores.ts';
import { type ConversionRow, IS_SHOWN, SHOWN_CONVERSIONS, toConversion } from './conversion-row.ts';

export class PostgresConversions implements Conversions {
  constructor(private readonly db: Knex) {}

  async decided(conversionIds: readonly ConversionId[]): Promise<readonly Conversion[]> {
    const locked = await rowsOfOften<{ conversion_id: string }>(
      this.db,
      `select conversion_id
       from (select distinct id from unnest(:ids::uuid[]) as id order by id) as wanted
       cross join lateral (
         select conversion_id from attribution.conversions where conversion_id = wanted.id offset 0 for update
       ) as locked`,
      { ids: uuids(conversionIds) },
    );
    return this.shown(locked);
  }

  async touchedBy(touchpoints: readonly Touchpoint[]): Promise<readonly Conversion[]> {
    const ofVisitors = touchpoints.filter(({ visitorId }) => visitorId !== undefined);
    const ofCustomers = touchpoints
      .filter(({ consent }) => consent !== 'denied')
      .flatMap(({ programId, occurredAt, clickId, visitorId }) =>
        keysOf({ clickId, visitorId }).map((key) => ({ programId, key, occurredAt })),
      );
    const locked = await rowsOf<{ conversion_id: string }>(
      this.db,
      `select conversion_id
       from attribution.conversions
       where conversion_id in (
         select conversion_id from attribution.conversions where click_id = any(:clickIds::uuid[])
         union
         select conversion_id
         from attribution.conversions
         join unnest(:programIds::uuid[], :visitorIds::text[], :occurred::timestamptz[])
           as touch (program_id, visitor_id, occurred_at) using (program_id, visitor_id)
         where placed_at >= occurred_at
         union
         select own.conversion_id
         from unnest(:keyPrograms::uuid[], :keys::text[], :keyOccurred::timestamptz[]) as touch (program_id, key, occurred_at)
         cross join lateral attribution.same_customer(touch.program_id, array[touch.key]) as joined
         join attribution.conversions as own on own.order_id = joined.order_id and own.placed_at >= touch.occurred_at
         where exists (
           select from attribution.identity_keys as known
           where known.program_id = touch.program_id and known.key = touch.key and known.stands
         )
       )
       order by conversion_id
       for update`,
      {
        clickIds: uuids(touchpoints.map(({ clickId }) => clickId)),
        programIds: uuids(ofVisitors.map(({ programId }) => programId)),
        visitorIds: texts(ofVisitors.map(({ visitorId }) => visitorId ?? null)),
        occurred: instants(ofVisitors.map(({ occurredAt }) => occurredAt)),
        keyPrograms: uuids(ofCustomers.map(({ programId }) => programId)),
        keys: texts(ofCustomers.map(({ key }) => key)),
        keyOccurred: instants(ofCustomers.map(({ occurredAt }) => occurredAt)),
      },
    );
    return this.shown(locked);
  }

  /** From one program to the next: all that wait would be read otherwise, every few seconds. */
  async programsOfStrays(): Promise<readonly Id<'prg'>[]> {
    const rows = await rowsOf<{ program_id: string }>(
      this.db,
      `with recursive programs as (
         (select program_id from attribution.conversions where ${IS_STRAY} order by program_id limit 1)
         union all
         select following.program_id
         from programs
         cross join lateral (
           select program_id from attribution.conversions
           where ${IS_STRAY} and program_id > programs.program_id
           order by program_id
           limit 1
         ) as following
       )
       select program_id from programs`,
    );
    return rows.map(({ program_id }) => fromUuid('prg', program_id));
  }

  async strays(programIds: readonly Id<'prg'>[], limit: number): Promise<readonly Conversion[]> {
    const locked = await rowsOf<{ conversion_id: string }>(
      this.db,
      `select conversion_id from attribution.conversions
       where program_id = any(:programIds::uuid[]) and ${IS_STRAY}
       order by conversion_id
       limit :limit
       for update`,
      { programIds: uuids(programIds), limit },
    );
    return this.shown(locked);
  }

  async save(conversions: readonly Conversion[]): Promise<void> {
    if (conversions.length === 0) return;
    await this.show(conversions);
    await this.share(conversions);
    await rowsOfOften(
      this.db,
      `insert into attribution.decisions (conversion_id, number, inputs, outcome, considered, digest, decided_at)
       select * from unnest(
         :ids::uuid[], :numbers::integer[], :inputs::jsonb[], :outcomes::jsonb[], :considered::jsonb[],
         :digests::text[], :decided::timestamptz[]
       )`,
      {
        ids: uuids(conversions.map(({ conversionId }) => conversionId)),
        numbers: conversions.map(({ decision }) => decision.number),
        inputs: conversions.map(({ decision }) => JSON.stringify(decision.inputs)),
        outcomes: conversions.map(({ decision }) => JSON.stringify(decision.outcome)),
        considered: conversions.map(({ decision }) => JSON.stringify(decision.considered)),
        digests: conversions.map(({ decision }) => decision.digest),
        decided: conversions.map(({ decision }) => decision.decidedAt),
      },
    );
  }

  /** What anybody had before is gone; a decision of before there were parts has none. */
  private async share(conversions: readonly Conversion[]): Promise<void> {
    const again = conversions.filter(({ decision }) => decision.number > 1);
    if (again.length > 0)
      await rowsOf(this.db, 'delete from attribution.credits where conversion_id = any(:ids)', {
        ids: uuids(again.map(({ conversionId }) => conversionId)),
      });
    const parts = conversions.flatMap(({ conversionId, order, decision: { outcome } }) =>
      outcome.kind === 'attributed' ? (outcome.credits ?? []).map((credit) => ({ conversionId, order, credit })) : [],
    );
    if (parts.length === 0) return;
    const fractions = parts.map(({ credit }) => credit.share.split('/'));
    await rowsOfOften(
      this.db,
      `insert into attribution.credits (
         conversion_id, partner_id, order_id, program_id, click_id, touch_kind, touched_at, share_numerator,
         share_denominator, role
       )
       select * from unnest(
         :ids::uuid[], :partnerIds::uuid[], :orderIds::uuid[], :programIds::uuid[], :clickIds::uuid[], :kinds::text[],
         :touched::timestamptz[], :numerators::numeric[], :denominators::numeric[], :roles::text[]
       )`,
      {
        ids: uuids(parts.map(({ conversionId }) => conversionId)),
        partnerIds: uuids(parts.map(({ credit }) => credit.partnerId)),
        orderIds: uuids(parts.map(({ order }) => order.orderId)),
        programIds: uuids(parts.map(({ order }) => order.programId)),
        clickIds: uuids(parts.map(({ credit }) => credit.clickId)),
        kinds: parts.map(({ credit }) => credit.touchKind),
        touched: parts.map(({ credit }) => credit.touchedAt),
        numerators: fractions.map(([above]) => above),
        denominators: fractions.map(([, below]) => below),
        roles: parts.map(({ credit }) => credit.role),
      },
    );
  }

  /** In a second statement: only that sees what whoever held them before us has decided. */
  private async shown(locked: readonly { readonly conversion_id: string }[]): Promise<readonly Conversion[]> {
    if (locked.length === 0) return [];
    const rows = await rowsOf<ConversionRow>(
      this.db,
      `${SHOWN_CONVERSIONS} where ${IS_SHOWN} and conversion_id = any(:ids)`,
      { ids: locked.map(({ conversion_id }) => conversion_id) },
    );
    return rows.map(toConversion);
  }

  private async show(conversions: readonly Conversion[]): Promise<void> {
    const shown = conversions.map(({ decision }) => columnsOf(decision.outcome));
    await rowsOfOften(
      this.db,
      `insert into attribution.conversions (
         conversion_id, order_id, order_ref, program_id, placed_at, click_id, visitor_id, coupon_codes,
         decision, outcome, partner_id, won_by, touched_at, reason
       )
       select * from unnest(
         :ids::uuid[], :orderIds::uuid[], :orderRefs::text[], :programIds::uuid[], :placed::timestamptz[],
         :clickIds::uuid[], :visitorIds::text[], :couponCodes::jsonb[], :numbers::integer[], :outcomes::text[], :partnerIds::uuid[],
         :wonBy::uuid[], :touched::timestamptz[], :reasons::text[]
       ) as new (conversion_id)
       order by conversion_id
       on conflict (conversion_id) do update
       set placed_at = excluded.placed_at, click_id = excluded.click_id, visitor_id = excluded.visitor_id,
         coupon_codes = excluded.coupon_codes,
         decision = excluded.decision, outcome = excluded.outcome, partner_id = excluded.partner_id,
         won_by = excluded.won_by, touched_at = excluded.touched_at, reason = excluded.reason`,
      {
        ids: uuids(conversions.map(({ conversionId }) => conversionId)),
        orderIds: uuids(conversions.map(({ order }) => order.orderId)),
        orderRefs: conversions.map(({ order }) => order.orderRef),
        programIds: uuids(conversions.map(({ order }) => order.programId)),
        placed: conversions.map(({ order }) => order.placedAt),
        clickIds: uuids(conversions.map(({ order }) => order.clickId ?? null)),
        visitorIds: conversions.map(({ order }) => order.visitorId ?? null),
        couponCodes: conversions.map(({ order: { couponCodes } }) => couponCodes && JSON.stringify(couponCodes)),
        numbers: conversions.map(({ decision }) => decision.number),
        outcomes: conversions.map(({ decision }) => decision.outcome.kind),
        partnerIds: uuids(shown.map(({ partnerId }) => partnerId)),
        wonBy: uuids(shown.map(({ wonBy }) => wonBy)),
        touched: shown.map(({ touchedAt }) => touchedAt),
        reasons: shown.map(({ reason }) => reason),
      },
    );
  }
}

/** As its index has it. */
const IS_STRAY = `reason = '${UNKNOWN_PROGRAM}'`;

const columnsOf = (outcome: Outcome) =>
  outcome.kind === 'attributed'
    ? {
        partnerId: outcome.partnerId,
        wonBy: outcome.clickId,
        touchedAt: outcome.touchedAt,
        reason: null,
      }
    : { partnerId: null, wonBy: null, touchedAt: null, reason: outcome.reason };
