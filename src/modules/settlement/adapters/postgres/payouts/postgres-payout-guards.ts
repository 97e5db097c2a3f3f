import type { Knex } from 'knex';
import { rowsOf } from '../../../../../infrastructure/postgres/database.ts';
import type { Month } from '../../../../../shared/calendar.ts';
import { fromUuid, type Id, toUuid } from '../../../../../shared/ids.ts';
import type { Instant } from '../../../../../shared/instant.ts';
import type { Freeze, FreezeId } from '../../../domain/payouts/freeze.ts';
import type { PayoutId } from '../../../index.ts';
import type { CaseNews, Heard, PayoutGuards, PayoutRequest, RefusedMethod } from '../../../ports/payout-control.ts';
import { type FreezeRow, HOUSE, noFreeze, toFreeze } from './freeze-rows.ts';

interface HeardRow {
  readonly partner_id: string;
  readonly cases: readonly string[] | null;
  readonly changed_at: Instant | null;
  readonly requested: boolean;
  readonly refused: NonNullable<Heard['refusedMethods']> | null;
}

/** Shared while something is sent, held alone while somebody freezes. */
const SWITCH = `hashtextextended('settlement.payout_freezes', 0)`;

export class PostgresPayoutGuards implements PayoutGuards {
  constructor(private readonly db: Knex) {}

  async noteCases(cases: readonly CaseNews[]): Promise<void> {
    for (const { caseId, partnerId, openedAt, resolvedAt } of cases) {
      await rowsOf(
        this.db,
        `insert into settlement.fraud_cases as known (case_id, partner_id, opened_at, resolved_at)
         values (:caseId, :partnerId, :openedAt, :resolvedAt)
         on conflict (case_id) do update
         set opened_at = coalesce(known.opened_at, excluded.opened_at),
             resolved_at = coalesce(known.resolved_at, excluded.resolved_at)`,
        {
          caseId: toUuid(caseId),
          partnerId: toUuid(partnerId),
          openedAt: openedAt ?? null,
          resolvedAt: resolvedAt ?? null,
        },
      );
    }
  }

  async noteProfile(partnerId: Id<'par'>, changedAt: Instant): Promise<void> {
    await rowsOf(
      this.db,
      `insert into settlement.profile_changes as known (partner_id, changed_at)
       values (:partnerId, :changedAt)
       on conflict (partner_id) do update set changed_at = greatest(known.changed_at, excluded.changed_at)`,
      { partnerId: toUuid(partnerId), changedAt },
    );
  }

  async refuseMethods(methods: readonly RefusedMethod[]): Promise<void> {
    for (const { payoutId, programId, partnerId, ...method } of methods) {
      await rowsOf(
        this.db,
        `insert into settlement.refused_methods as known
           (payout_id, program_id, partner_id, profile_version, code, sent_at, refused_at)
         values (:payoutId, :programId, :partnerId, :version, :code, :sentAt, :refusedAt)
         on conflict (payout_id) do update
         set code = excluded.code, refused_at = excluded.refused_at, allowed_at = null
         where known.allowed_at is not null`,
        { ...method, payoutId: toUuid(payoutId), programId: toUuid(programId), partnerId: toUuid(partnerId) },
      );
    }
  }

  async allowMethods(payoutIds: readonly PayoutId[], at: Instant): Promise<void> {
    await rowsOf(
      this.db,
      `update settlement.refused_methods set allowed_at = :at where payout_id = any(:ids) and allowed_at is null`,
      { ids: payoutIds.map(toUuid), at },
    );
  }

  async heard(programId: Id<'prg'>, partnerIds: readonly Id<'par'>[]): Promise<ReadonlyMap<Id<'par'>, Heard>> {
    const rows = await rowsOf<HeardRow>(
      this.db,
      `select asked.partner_id, cases.ids as cases, changed_at, requests.id is not null as requested, methods.refused
       from unnest(:partnerIds::uuid[]) as asked (partner_id)
       left join (
         select partner_id, array_agg(case_id::text order by opened_at, case_id) as ids
         from settlement.fraud_cases
         where resolved_at is null and partner_id = any(:partnerIds)
         group by partner_id
       ) as cases using (partner_id)
       left join settlement.profile_changes using (partner_id)
       left join settlement.payout_requests as requests
         on requests.program_id = :programId and requests.partner_id = asked.partner_id and answered_in is null
       left join (
         select
           partner_id,
           jsonb_agg(jsonb_build_object('version', profile_version, 'code', code) order by refused_at, payout_id) as refused
         from settlement.refused_methods
         where allowed_at is null and partner_id = any(:partnerIds)
         group by partner_id
       ) as methods on methods.partner_id = asked.partner_id
       where cases.ids is not null or changed_at is not null or requests.id is not null or methods.refused is not null`,
      { programId: toUuid(programId), partnerIds: partnerIds.map(toUuid) },
    );
    return new Map(rows.map((row) => [fromUuid('par', row.partner_id), toHeard(row)]));
  }

  async request(request: PayoutRequest): Promise<PayoutRequest> {
    const { id, programId, partnerId, requestedBy, requestedAt } = request;
    const owner = { programId: toUuid(programId), partnerId: toUuid(partnerId) };
    await rowsOf(
      this.db,
      `insert into settlement.payout_requests (id, program_id, partner_id, requested_by, requested_at)
       values (:id, :programId, :partnerId, :requestedBy, :requestedAt)
       on conflict do nothing`,
      { id: toUuid(id), ...owner, requestedBy, requestedAt },
    );
    const [row] = await rowsOf<{ id: string; requested_by: string; requested_at: Instant }>(
      this.db,
      `select id, requested_by, requested_at from settlement.payout_requests
       where program_id = :programId and partner_id = :partnerId and answered_in is null`,
      owner,
    );
    if (row === undefined) return request;
    return { ...request, id: fromUuid('prq', row.id), requestedBy: row.requested_by, requestedAt: row.requested_at };
  }

  async answerRequests(programId: Id<'prg'>, partnerIds: readonly Id<'par'>[], period: Month): Promise<void> {
    await rowsOf(
      this.db,
      `update settlement.payout_requests set answered_in = :period
       where program_id = :programId and partner_id = any(:partnerIds) and answered_in is null`,
      { programId: toUuid(programId), partnerIds: partnerIds.map(toUuid), period },
    );
  }

  async freezes(programId: Id<'prg'>): Promise<readonly Freeze[]> {
    await rowsOf(this.db, `select pg_advisory_xact_lock_shared(${SWITCH})`);
    return this.openFreezes([HOUSE, toUuid(programId)]);
  }

  async freezesToChange(programId: Id<'prg'> | undefined): Promise<readonly Freeze[]> {
    await rowsOf(this.db, `select pg_advisory_xact_lock(${SWITCH})`);
    return this.openFreezes([programId === undefined ? HOUSE : toUuid(programId)]);
  }

  async freeze(id: FreezeId): Promise<Freeze> {
    const [row] = await rowsOf<FreezeRow>(
      this.db,
      `select * from settlement.payout_freezes where id = :id for update`,
      { id: toUuid(id) },
    );
    if (row === undefined) throw noFreeze(id);
    return toFreeze(row);
  }

  async saveFreeze(freeze: Freeze): Promise<void> {
    await rowsOf(
      this.db,
      `insert into settlement.payout_freezes (
         id, program_id, state, reason, frozen_by, frozen_at, lift_asked_by, lift_asked_at, lift_reason, lifted_by, lifted_at
       ) values (
         :id, :programId, :state, :reason, :frozenBy, :frozenAt, :liftAskedBy, :liftAskedAt, :liftReason, :liftedBy, :liftedAt
       )
       on conflict (id) do update
       set state = excluded.state, lift_asked_by = excluded.lift_asked_by, lift_asked_at = excluded.lift_asked_at,
           lift_reason = excluded.lift_reason, lifted_by = excluded.lifted_by, lifted_at = excluded.lifted_at`,
      {
        id: toUuid(freeze.id),
        programId: freeze.programId === undefined ? HOUSE : toUuid(freeze.programId),
        state: freeze.state,
        reason: freeze.reason,
        frozenBy: freeze.frozenBy,
        frozenAt: freeze.frozenAt,
        liftAskedBy: freeze.liftAskedBy ?? null,
        liftAskedAt: freeze.liftAskedAt ?? null,
        liftReason: freeze.liftReason ?? null,
        liftedBy: freeze.liftedBy ?? null,
        liftedAt: freeze.liftedAt ?? null,
      },
    );
  }

  private async openFreezes(programIds: readonly string[]): Promise<readonly Freeze[]> {
    const rows = await rowsOf<FreezeRow>(
      this.db,
      `select * from settlement.payout_freezes
       where program_id = any(:programIds) and state <> 'lifted'
       order by frozen_at, id`,
      { programIds },
    );
    return rows.map(toFreeze);
  }
}

const toHeard = (row: HeardRow): Heard => ({
  openCases: (row.cases ?? []).map((id) => fromUuid('cas', id)),
  profileChangedAt: row.changed_at ?? undefined,
  hasRequested: row.requested,
  ...(row.refused && { refusedMethods: row.refused }),
});
