import type { Knex } from 'knex';
import { rowsOf, rowsOfOften } from '../../../../infrastructure/postgres/database.ts';
import { toUuid } from '../../../../shared/ids.ts';
import { type CommissionFacts, statusOf, unknownCommission } from '../../domain/commission-status.ts';
import type {
  AssessmentNews,
  ConversionNews,
  MilestoneNews,
  Owner,
  PayoutNews,
  StatementNews,
} from '../../domain/news.ts';
import { type PayoutFacts, payoutState, unknownPayout } from '../../domain/payout-status.ts';
import type { Rank } from '../../domain/rank.ts';
import type { Count } from '../../domain/rollup.ts';
import type { CommissionKey, Reports } from '../../ports/reports.ts';

interface FactsRow<Facts> {
  readonly id: string;
  readonly facts: Facts | null;
}

/** Rows are made and locked in the order of their ids, so that two batches cannot wait for each other. */
export class PostgresReports implements Reports {
  constructor(private readonly db: Knex) {}

  async count(counts: readonly Count[]): Promise<void> {
    if (counts.length === 0) return;
    await rowsOfOften(
      this.db,
      `insert into reporting.daily as mine (program_id, partner_id, day, measure, currency, count, minor)
       select program_id, partner_id, day, measure, currency, count, minor
       from unnest(
         :programIds::uuid[], :partnerIds::uuid[], :days::date[], :measures::text[], :currencies::text[],
         :counts::bigint[], :minors::bigint[]
       ) as added (program_id, partner_id, day, measure, currency, count, minor)
       order by program_id, day, partner_id, measure, currency
       on conflict (program_id, day, partner_id, measure, currency)
         do update set count = mine.count + excluded.count, minor = mine.minor + excluded.minor`,
      {
        programIds: counts.map(({ programId }) => toUuid(programId)),
        partnerIds: counts.map(({ partnerId }) => (partnerId === undefined ? null : toUuid(partnerId))),
        days: counts.map(({ day }) => day),
        measures: counts.map(({ measure }) => measure),
        currencies: counts.map(({ currency }) => currency ?? null),
        counts: counts.map(({ count }) => count),
        minors: counts.map(({ minor }) => minor.toString()),
      },
    );
  }

  async commissions(keys: readonly CommissionKey[]): Promise<readonly CommissionFacts[]> {
    const ids = keys.map(({ commissionId }) => toUuid(commissionId));
    await rowsOfOften(
      this.db,
      `insert into reporting.commission_status (commission_id, program_id, partner_id)
       select * from unnest(:ids::uuid[], :programIds::uuid[], :partnerIds::uuid[]) as wanted (id, program_id, partner_id)
       order by id
       on conflict do nothing`,
      { ids, ...owners(keys) },
    );
    const rows = await rowsOf<FactsRow<CommissionFacts>>(
      this.db,
      `select commission_id as id, facts from reporting.commission_status
       where commission_id = any(:ids) order by commission_id for update`,
      { ids },
    );
    const known = new Map(rows.map(({ id, facts }) => [id, facts]));
    return keys.map((key) => known.get(toUuid(key.commissionId)) ?? unknownCommission(key.commissionId, key));
  }

  async saveCommissions(facts: readonly CommissionFacts[]): Promise<void> {
    const statuses = facts.map(statusOf);
    await rowsOf(
      this.db,
      `update reporting.commission_status as mine
       set order_id = new.order_id, order_ref = new.order_ref, state = new.state, currency = new.currency,
         amount_minor = new.amount, vested_minor = new.vested, clawed_back_minor = new.clawed_back,
         paid_minor = new.paid, locks_at = new.locks_at, facts = new.facts
       from unnest(
         :ids::uuid[], :orderIds::uuid[], :orderRefs::text[], :states::text[], :currencies::text[], :amounts::bigint[],
         :vested::bigint[], :clawedBack::bigint[], :paid::bigint[], :locksAt::timestamptz[], :facts::jsonb[]
       ) as new (id, order_id, order_ref, state, currency, amount, vested, clawed_back, paid, locks_at, facts)
       where commission_id = new.id`,
      {
        ids: facts.map(({ commissionId }) => toUuid(commissionId)),
        orderIds: facts.map(({ order }) => (order === undefined ? null : toUuid(order.orderId))),
        orderRefs: facts.map(({ order }) => order?.orderRef ?? null),
        states: statuses.map(({ state }) => state),
        currencies: statuses.map(({ currency }) => currency ?? null),
        amounts: statuses.map(({ amountMinor }) => amountMinor.toString()),
        vested: statuses.map(({ vestedMinor }) => vestedMinor.toString()),
        clawedBack: statuses.map(({ clawedBackMinor }) => clawedBackMinor.toString()),
        paid: statuses.map(({ paidMinor }) => paidMinor.toString()),
        locksAt: facts.map(({ steps }) => steps.vested?.locksAt ?? null),
        facts: facts.map((each) => JSON.stringify(each)),
      },
    );
  }

  async payouts(news: readonly PayoutNews[]): Promise<readonly PayoutFacts[]> {
    const byId = new Map(news.map((each) => [toUuid(each.payoutId), each]));
    const distinct = [...byId.values()];
    const ids = [...byId.keys()];
    await rowsOf(
      this.db,
      `insert into reporting.payouts (payout_id, program_id, partner_id, currency, amount_minor)
       select * from unnest(:ids::uuid[], :programIds::uuid[], :partnerIds::uuid[], :currencies::text[], :amounts::bigint[])
         as wanted (id, program_id, partner_id, currency, amount)
       order by id
       on conflict do nothing`,
      {
        ids,
        ...owners(distinct),
        currencies: distinct.map(({ amount }) => amount.currency),
        amounts: distinct.map(({ amount }) => amount.minor),
      },
    );
    const rows = await rowsOf<FactsRow<PayoutFacts>>(
      this.db,
      `select payout_id as id, facts from reporting.payouts where payout_id = any(:ids) order by payout_id for update`,
      { ids },
    );
    const known = new Map(rows.map(({ id, facts }) => [id, facts]));
    return [...byId].map(([id, each]) => known.get(id) ?? unknownPayout(each));
  }

  async savePayouts(facts: readonly PayoutFacts[]): Promise<void> {
    await rowsOf(
      this.db,
      `update reporting.payouts as mine set state = new.state, facts = new.facts
       from unnest(:ids::uuid[], :states::text[], :facts::jsonb[]) as new (id, state, facts)
       where payout_id = new.id`,
      {
        ids: facts.map(({ payoutId }) => toUuid(payoutId)),
        states: facts.map(payoutState),
        facts: facts.map((each) => JSON.stringify(each)),
      },
    );
  }

  async saveConversions(conversions: readonly ConversionNews[]): Promise<void> {
    if (conversions.length === 0) return;
    await rowsOfOften(
      this.db,
      `insert into reporting.conversions as mine
         (conversion_id, order_id, program_id, partner_id, placed_at, version, event_id)
       select * from unnest(
         :ids::uuid[], :orderIds::uuid[], :programIds::uuid[], :partnerIds::uuid[], :placed::timestamptz[],
         :versions::bigint[], :eventIds::uuid[]
       ) as told (id, order_id, program_id, partner_id, placed_at, version, event_id)
       order by id
       on conflict (conversion_id) do update set
         order_id = excluded.order_id, program_id = excluded.program_id, partner_id = excluded.partner_id,
         placed_at = excluded.placed_at, version = excluded.version, event_id = excluded.event_id
         where (mine.version, mine.event_id) < (excluded.version, excluded.event_id)`,
      {
        ids: conversions.map(({ conversionId }) => toUuid(conversionId)),
        orderIds: conversions.map(({ orderId }) => toUuid(orderId)),
        programIds: conversions.map(({ programId }) => toUuid(programId)),
        partnerIds: conversions.map(({ partnerId }) => (partnerId === undefined ? null : toUuid(partnerId))),
        placed: conversions.map(({ placedAt }) => placedAt),
        ...ranks(conversions),
      },
    );
  }

  async saveAssessments(assessments: readonly AssessmentNews[]): Promise<void> {
    if (assessments.length === 0) return;
    await rowsOfOften(
      this.db,
      `insert into reporting.assessments as mine
         (order_id, partner_id, program_id, verdict, reasons, assessed_at, version, event_id)
       select order_id, partner_id, program_id, verdict, reasons, at, version, event_id
       from unnest(
         :orderIds::uuid[], :partnerIds::uuid[], :programIds::uuid[], :verdicts::text[], :reasons::jsonb[],
         :ats::timestamptz[], :versions::bigint[], :eventIds::uuid[]
       ) as told (order_id, partner_id, program_id, verdict, reasons, at, version, event_id)
       order by order_id, partner_id
       on conflict (order_id, partner_id) do update set
         verdict = excluded.verdict, reasons = excluded.reasons, assessed_at = excluded.assessed_at,
         version = excluded.version, event_id = excluded.event_id
         where (mine.version, mine.event_id) < (excluded.version, excluded.event_id)`,
      {
        orderIds: assessments.map(({ orderId }) => toUuid(orderId)),
        verdicts: assessments.map(({ verdict }) => verdict),
        reasons: assessments.map(({ reasons }) => JSON.stringify(reasons)),
        ats: assessments.map(({ at }) => at),
        ...owners(assessments),
        ...ranks(assessments),
      },
    );
  }

  async saveMilestones(milestones: readonly MilestoneNews[]): Promise<void> {
    if (milestones.length === 0) return;
    await rowsOf(
      this.db,
      `insert into reporting.milestones as mine (order_id, milestone, program_id, reached_at, version, event_id)
       select * from unnest(
         :orderIds::uuid[], :milestones::text[], :programIds::uuid[], :ats::timestamptz[], :versions::bigint[],
         :eventIds::uuid[]
       ) as told (order_id, milestone, program_id, reached_at, version, event_id)
       order by order_id, milestone
       on conflict (order_id, milestone) do update set
         reached_at = excluded.reached_at, version = excluded.version, event_id = excluded.event_id
         where (mine.version, mine.event_id) < (excluded.version, excluded.event_id)`,
      {
        orderIds: milestones.map(({ orderId }) => toUuid(orderId)),
        milestones: milestones.map(({ milestone }) => milestone),
        programIds: milestones.map(({ programId }) => toUuid(programId)),
        ats: milestones.map(({ at }) => at),
        ...ranks(milestones),
      },
    );
  }

  async saveStatements(statements: readonly StatementNews[]): Promise<void> {
    if (statements.length === 0) return;
    await rowsOf(
      this.db,
      `insert into reporting.statements
         (statement_id, number, program_id, partner_id, period, closing_minor, currency, closed_at)
       select id, number, program_id, partner_id, period, closing, currency, at
       from unnest(
         :ids::uuid[], :numbers::text[], :programIds::uuid[], :partnerIds::uuid[], :periods::text[], :closings::bigint[],
         :currencies::text[], :ats::timestamptz[]
       ) as told (id, number, program_id, partner_id, period, closing, currency, at)
       order by id
       on conflict do nothing`,
      {
        ids: statements.map(({ statementId }) => toUuid(statementId)),
        numbers: statements.map(({ number }) => number),
        periods: statements.map(({ period }) => period),
        closings: statements.map(({ closing }) => closing.minor),
        currencies: statements.map(({ closing }) => closing.currency),
        ats: statements.map(({ at }) => at),
        ...owners(statements),
      },
    );
  }
}

const owners = (all: readonly Owner[]) => ({
  programIds: all.map(({ programId }) => toUuid(programId)),
  partnerIds: all.map(({ partnerId }) => toUuid(partnerId)),
});

const ranks = (all: readonly Rank[]) => ({
  versions: all.map(({ version }) => version),
  eventIds: all.map(({ eventId }) => toUuid(eventId)),
});
