import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import type { Month } from '../../../../shared/calendar.ts';
import { AppError } from '../../../../shared/errors.ts';
import { grouped } from '../../../../shared/grouped.ts';
import { fromUuid, type Id, toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { OpenItem } from '../../domain/payouts/allocation.ts';
import { leavingOf } from '../../domain/payouts/leaving.ts';
import type { PayoutAnswer, PayoutDecision, Standing } from '../../domain/payouts/payout-decision.ts';
import type { Allocation, Batch, Payout } from '../../domain/payouts/payout.ts';
import type { BatchId, PayoutId } from '../../index.ts';
import type { NextPartners, Payouts, SealedFile, ShareOfPayout } from '../../ports/settlement-stores.ts';
import { giveAllOpen, openItemsOf } from './payouts/open-items.ts';
import { standingsOf } from './payouts/standings.ts';
import { addShares, sharesOf, toShare } from './payout-shares.ts';
import { type BatchRow, type PayoutRow, toBatch, toPayout } from './rows.ts';

export class PostgresPayouts implements Payouts {
  constructor(private readonly db: Knex) {}

  standings(programId: Id<'prg'>, period: Month, until: Instant, next?: NextPartners): Promise<readonly Standing[]> {
    return standingsOf(this.db, { programId, period, until, ...next });
  }

  async lastDecided(programId: Id<'prg'>, period: Month): Promise<Id<'par'> | undefined> {
    const [row] = await rowsOf<{ readonly partner_id: string }>(
      this.db,
      `select partner_id from settlement.payout_decisions
       where program_id = :programId and period = :period
       order by partner_id desc
       limit 1`,
      { programId: toUuid(programId), period },
    );
    return row && fromUuid('par', row.partner_id);
  }

  async batchesOf(programId: Id<'prg'>, period: Month): Promise<readonly Batch[]> {
    const rows = await rowsOf<BatchRow>(
      this.db,
      `select * from settlement.payout_batches where program_id = :programId and period = :period order by id`,
      { programId: toUuid(programId), period },
    );
    return rows.map(toBatch);
  }

  openItems(
    programId: Id<'prg'>,
    partnerIds: readonly Id<'par'>[],
    until: Instant,
  ): Promise<ReadonlyMap<Id<'par'>, readonly OpenItem[]>> {
    return openItemsOf(this.db, programId, partnerIds, until);
  }

  async add({ batches, payouts, decisions }: PayoutAnswer): Promise<void> {
    for (const batch of batches) await this.addBatch(batch);
    if (payouts.length > 0) await this.addPayouts(payouts);
    await this.addDecisions(decisions);
  }

  giveAllOpen(programId: Id<'prg'>, payouts: readonly Payout[], until: Instant): Promise<ReadonlySet<PayoutId>> {
    return giveAllOpen(this.db, programId, payouts, until);
  }

  addAllocations(allocations: readonly Allocation[]): Promise<void> {
    return addShares(this.db, allocations);
  }

  async batch(batchId: BatchId): Promise<Batch> {
    const [row] = await rowsOf<BatchRow>(this.db, `select * from settlement.payout_batches where id = :id for update`, {
      id: toUuid(batchId),
    });
    if (row === undefined) throw noBatch(batchId);
    return toBatch(row);
  }

  async ofBatch(batchId: BatchId): Promise<readonly Payout[]> {
    const rows = await rowsOf<PayoutRow>(
      this.db,
      `select * from settlement.payouts where batch_id = :id order by id for update`,
      { id: toUuid(batchId) },
    );
    return rows.map(toPayout);
  }

  async ofIds(programId: Id<'prg'>, payoutIds: readonly PayoutId[]): Promise<readonly Payout[]> {
    const rows = await rowsOf<PayoutRow>(
      this.db,
      `select * from settlement.payouts where id = any(:ids) and program_id = :programId order by id for update`,
      { ids: payoutIds.map(toUuid), programId: toUuid(programId) },
    );
    return rows.map(toPayout);
  }

  async saveBatch({ id, state, approvedBy, approvedAt, submittedAt }: Batch): Promise<void> {
    await rowsOf(
      this.db,
      `update settlement.payout_batches
       set state = :state, approved_by = :approvedBy, approved_at = :approvedAt, submitted_at = :submittedAt
       where id = :id`,
      {
        id: toUuid(id),
        state,
        approvedBy: approvedBy ?? null,
        approvedAt: approvedAt ?? null,
        submittedAt: submittedAt ?? null,
      },
    );
  }

  async save(payouts: readonly Payout[]): Promise<void> {
    await rowsOf(
      this.db,
      `update settlement.payouts
       set state = new.state, reason = new.reason, submitted_at = new.submitted_at, settled_at = new.settled_at,
           ended_at = new.ended_at, bounces = new.bounces, leaves_minor = new.leaves_minor,
           leaves_currency = new.leaves_currency, exchange = new.exchange, withholding = new.withholding,
           profile_version = new.profile_version, held_back_at = new.held_back_at,
           held_back_because = new.held_back_because
       from unnest(
         :ids::uuid[], :states::text[], :reasons::text[], :submitted::timestamptz[], :settled::timestamptz[],
         :ended::timestamptz[], :bounces::integer[], :leaves::bigint[], :leavesCurrencies::text[], :exchanges::jsonb[],
         :withholdings::jsonb[], :profiles::integer[], :heldBack::timestamptz[], :because::text[]
       ) as new (
         id, state, reason, submitted_at, settled_at, ended_at, bounces, leaves_minor, leaves_currency, exchange,
         withholding, profile_version, held_back_at, held_back_because
       )
       where payouts.id = new.id`,
      {
        ids: payouts.map(({ id }) => toUuid(id)),
        states: payouts.map(({ state }) => state),
        reasons: payouts.map(({ reason }) => reason ?? null),
        submitted: payouts.map(({ submittedAt }) => submittedAt ?? null),
        settled: payouts.map(({ settledAt }) => settledAt ?? null),
        ended: payouts.map(({ endedAt }) => endedAt ?? null),
        bounces: payouts.map(({ bounces }) => bounces),
        profiles: payouts.map(({ profileVersion }) => profileVersion ?? null),
        heldBack: payouts.map(({ heldBack }) => heldBack?.at ?? null),
        because: payouts.map(({ heldBack }) => heldBack?.because ?? null),
        ...leavingOfAll(payouts),
      },
    );
  }

  async allocations(payoutIds: readonly PayoutId[]): Promise<ReadonlyMap<PayoutId, readonly ShareOfPayout[]>> {
    const rows = await sharesOf(this.db, payoutIds);
    const byPayout = grouped(rows, ({ payout_id }) => fromUuid('pay', payout_id));
    return new Map([...byPayout].map(([payoutId, shares]) => [payoutId, shares.map(toShare)]));
  }

  async addFile(batchId: BatchId, { sealed, digest, writtenAt }: SealedFile): Promise<void> {
    await rowsOf(
      this.db,
      `insert into settlement.payout_files (batch_id, sealed, digest, written_at)
       values (:id, :sealed, decode(:digest, 'hex'), :writtenAt)`,
      { id: toUuid(batchId), sealed, digest, writtenAt },
    );
  }

  private async addBatch({ id, programId, period, rail, currency, state, closedBy, createdAt }: Batch): Promise<void> {
    await rowsOf(
      this.db,
      `insert into settlement.payout_batches (id, program_id, period, rail, currency, state, closed_by, created_at)
       values (:id, :programId, :period, :rail, :currency, :state, :closedBy, :createdAt)
       on conflict (id) do nothing`,
      { id: toUuid(id), programId: toUuid(programId), period, rail, currency, state, closedBy, createdAt },
    );
  }

  private async addPayouts(payouts: readonly Payout[]): Promise<void> {
    await rowsOf(
      this.db,
      `insert into settlement.payouts
         (id, batch_id, program_id, partner_id, period, amount_minor, currency, state, created_at,
          cleared_by_batch, rail, bounces)
       select * from unnest(
         :ids::uuid[], :batchIds::uuid[], :programIds::uuid[], :partnerIds::uuid[], :periods::text[], :minors::bigint[],
         :currencies::text[], :states::text[], :created::timestamptz[], :byBatch::boolean[], :rails::text[],
         :bounces::integer[]
       )`,
      {
        ids: payouts.map(({ id }) => toUuid(id)),
        batchIds: payouts.map(({ batchId }) => toUuid(batchId)),
        programIds: payouts.map(({ programId }) => toUuid(programId)),
        partnerIds: payouts.map(({ partnerId }) => toUuid(partnerId)),
        periods: payouts.map(({ period }) => period),
        minors: payouts.map(({ amount }) => amount.minor.toString()),
        currencies: payouts.map(({ amount }) => amount.currency),
        states: payouts.map(({ state }) => state),
        byBatch: payouts.map(({ clearedByBatch }) => clearedByBatch),
        rails: payouts.map(({ rail }) => rail),
        bounces: payouts.map(({ bounces }) => bounces),
        created: payouts.map(({ createdAt }) => createdAt),
      },
    );
  }

  private async addDecisions(decisions: readonly PayoutDecision[]): Promise<void> {
    await rowsOf(
      this.db,
      `insert into settlement.payout_decisions
         (program_id, period, partner_id, outcome, payable_minor, payout_id, reasons)
       select * from unnest(
         :programIds::uuid[], :periods::text[], :partnerIds::uuid[], :outcomes::text[], :minors::bigint[],
         :payoutIds::uuid[], :reasons::jsonb[]
       )`,
      {
        programIds: decisions.map(({ programId }) => toUuid(programId)),
        periods: decisions.map(({ period }) => period),
        partnerIds: decisions.map(({ partnerId }) => toUuid(partnerId)),
        outcomes: decisions.map(({ outcome }) => outcome),
        minors: decisions.map(({ payable }) => payable.minor.toString()),
        payoutIds: decisions.map(({ payoutId }) => (payoutId === undefined ? null : toUuid(payoutId))),
        reasons: decisions.map(({ reasons }) => JSON.stringify(reasons)),
      },
    );
  }
}

/** Only where it is not the amount itself. */
const leavingOfAll = (payouts: readonly Payout[]) => {
  const leaves = payouts.map((payout) => (leavingOf(payout).equals(payout.amount) ? undefined : leavingOf(payout)));
  return {
    leaves: leaves.map((money) => money?.minor.toString() ?? null),
    leavesCurrencies: leaves.map((money) => money?.currency ?? null),
    exchanges: payouts.map(({ exchange }) => (exchange === undefined ? null : JSON.stringify(exchange))),
    withholdings: payouts.map(({ withholding }) =>
      withholding === undefined ? null : JSON.stringify({ ...withholding, minor: withholding.minor.toString() }),
    ),
  };
};

export const noBatch = (batchId: BatchId): AppError =>
  new AppError('not_found', 'settlement.batch_not_found', `there is no payout batch ${batchId}`);
