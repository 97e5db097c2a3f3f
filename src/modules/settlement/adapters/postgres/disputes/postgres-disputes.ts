import type { Knex } from 'knex';
import { rowsOf } from '../../../../../infrastructure/postgres/database.ts';
import { AppError } from '../../../../../shared/errors.ts';
import { fromUuid, type Id, toUuid } from '../../../../../shared/ids.ts';
import type { Instant } from '../../../../../shared/instant.ts';
import type { Dispute, DisputeEntry, Resolution } from '../../../domain/disputes/dispute.ts';
import type { ProgramDisputeTerms } from '../../../domain/disputes/dispute-terms.ts';
import type { DisputeId } from '../../../index.ts';
import type { Disputes, KeptSnapshot } from '../../../ports/disputes.ts';
import {
  type DisputeRow,
  fromDispute,
  fromResolution,
  type ResolutionRow,
  type TermsRow,
  toDispute,
  toDisputeTerms,
  toResolution,
} from './dispute-rows.ts';

export class PostgresDisputes implements Disputes {
  constructor(private readonly db: Knex) {}

  async claimedBy(programId: Id<'prg'>, partnerId: Id<'par'>): Promise<bigint> {
    const who = { programId: toUuid(programId), partnerId: toUuid(partnerId) };
    await rowsOf(this.db, `select pg_advisory_xact_lock(hashtextextended(:programId || :partnerId, 0))`, who);
    const [row] = await rowsOf<{ minor: string }>(
      this.db,
      `select coalesce(sum(claimed_minor), 0)::text as minor from settlement.disputes
       where program_id = :programId and partner_id = :partnerId and due_at is not null and kind <> 'payout_not_received'`,
      who,
    );
    return BigInt(row?.minor ?? 0);
  }

  async open(dispute: Dispute): Promise<DisputeId | undefined> {
    const added = await rowsOf(
      this.db,
      `insert into settlement.disputes
       select * from jsonb_populate_record(null::settlement.disputes, :row::jsonb)
       on conflict (partner_id, thing) where due_at is not null do nothing
       returning 1`,
      { row: JSON.stringify(fromDispute(dispute)) },
    );
    if (added.length > 0) return undefined;
    const [row] = await rowsOf<{ id: string }>(
      this.db,
      `select id from settlement.disputes where partner_id = :partnerId and thing = :thing and due_at is not null`,
      { partnerId: toUuid(dispute.partnerId), thing: dispute.thing },
    );
    // Decided in this very moment: whoever asks again finds it so.
    return row === undefined ? dispute.id : fromUuid('dsp', row.id);
  }

  async get(id: DisputeId): Promise<Dispute> {
    const [row] = await rowsOf<DisputeRow>(this.db, `select * from settlement.disputes where id = :id for update`, {
      id: toUuid(id),
    });
    if (row !== undefined) return toDispute(row);
    throw noDispute(id);
  }

  async decided({
    partnerId,
    kind,
    thing,
  }: Pick<Dispute, 'partnerId' | 'kind' | 'thing'>): Promise<DisputeId | undefined> {
    const [row] = await rowsOf<{ id: string }>(
      this.db,
      `select id from settlement.disputes
       where partner_id = :partnerId and thing = :thing and kind = :kind
         and exists (select from settlement.dispute_resolutions where dispute_id = disputes.id)
         and due_at is null
       order by opened_at desc
       limit 1`,
      { partnerId: toUuid(partnerId), thing, kind },
    );
    return row && fromUuid('dsp', row.id);
  }

  async overdue(now: Instant, limit: number): Promise<readonly Dispute[]> {
    const rows = await rowsOf<DisputeRow>(
      this.db,
      `select * from settlement.disputes
       where due_at is not null and due_at <= :now
       order by due_at, id
       limit :limit
       for update skip locked`,
      { now, limit },
    );
    return rows.map(toDispute);
  }

  async save(disputes: readonly Dispute[]): Promise<void> {
    await rowsOf(
      this.db,
      `update settlement.disputes
       set granted_minor = new.granted_minor, reserved_minor = new.reserved_minor, state = new.state, round = new.round,
           requests = new.requests, due_at = new.due_at, left_ms = new.left_ms, proposal = new.proposal,
           appeal_until = new.appeal_until, closed_at = new.closed_at, entries = new.entries
       from jsonb_populate_recordset(null::settlement.disputes, :rows::jsonb) as new
       where disputes.id = new.id`,
      { rows: JSON.stringify(disputes.map(fromDispute)) },
    );
  }

  async record(entries: readonly DisputeEntry[]): Promise<void> {
    const rows = entries.map(({ disputeId, n, what, side, by, at, text = null }) => ({
      ...{ dispute_id: toUuid(disputeId), n, what, side, said_by: by, at, said: text },
    }));
    await rowsOf(
      this.db,
      `insert into settlement.dispute_entries
       select * from jsonb_populate_recordset(null::settlement.dispute_entries, :rows::jsonb)`,
      { rows: JSON.stringify(rows) },
    );
  }

  async evidenceOf(id: DisputeId, side: DisputeEntry['side']): Promise<number> {
    const [row] = await rowsOf<{ given: number }>(
      this.db,
      `select count(*)::integer as given
       from settlement.dispute_entries
       where dispute_id = :id and side = :side and what = 'evidence_given'`,
      { id: toUuid(id), side },
    );
    return row?.given ?? 0;
  }

  async resolve(resolutions: readonly Resolution[]): Promise<void> {
    if (resolutions.length === 0) return;
    await rowsOf(
      this.db,
      `insert into settlement.dispute_resolutions
       select * from jsonb_populate_recordset(null::settlement.dispute_resolutions, :rows::jsonb)
       on conflict (dispute_id, round) do update set adjusted_at = excluded.adjusted_at`,
      { rows: JSON.stringify(resolutions.map(fromResolution)) },
    );
  }

  async resolutions(id: DisputeId): Promise<readonly Resolution[]> {
    const rows = await rowsOf<ResolutionRow>(
      this.db,
      `select * from settlement.dispute_resolutions where dispute_id = :id order by round`,
      { id: toUuid(id) },
    );
    return rows.map(toResolution);
  }

  async attach({ disputeId, round, takenAt, everything, shown, digest }: KeptSnapshot): Promise<void> {
    await rowsOf(
      this.db,
      `insert into settlement.dispute_snapshots (dispute_id, round, taken_at, everything, shown, digest)
       values (:id, :round, :takenAt, :everything::jsonb, :shown::jsonb, decode(:digest, 'hex'))`,
      {
        id: toUuid(disputeId),
        round,
        takenAt,
        everything: JSON.stringify(everything),
        shown: JSON.stringify(shown),
        digest,
      },
    );
  }

  terms(programId: Id<'prg'>): Promise<ProgramDisputeTerms | undefined> {
    return disputeTermsOf(this.db, programId);
  }

  async setTerms({ programId, mostClaimed, ...terms }: ProgramDisputeTerms): Promise<void> {
    await rowsOf(
      this.db,
      `insert into settlement.dispute_terms
         (program_id, window_days, review_days, evidence_days, appeal_days, most_minor, currency, version)
       values (:id, :windowDays, :reviewDays, :evidenceDays, :appealDays, :most, :currency, :version)
       on conflict (program_id) do update
       set window_days = excluded.window_days, review_days = excluded.review_days, evidence_days = excluded.evidence_days,
           appeal_days = excluded.appeal_days, most_minor = excluded.most_minor, currency = excluded.currency,
           version = excluded.version`,
      {
        ...terms,
        id: toUuid(programId),
        most: mostClaimed.minor.toString(),
        currency: mostClaimed.currency,
      },
    );
  }
}

export const disputeTermsOf = async (db: Knex, programId: Id<'prg'>): Promise<ProgramDisputeTerms | undefined> => {
  const [row] = await rowsOf<TermsRow>(db, `select * from settlement.dispute_terms where program_id = :id`, {
    id: toUuid(programId),
  });
  return row && toDisputeTerms(row);
};

const noDispute = (id: DisputeId): AppError =>
  new AppError('not_found', 'settlement.dispute_not_found', `there is no dispute ${id}`);
