import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { toUuid } from '../../../../shared/ids.ts';
import type { Enrolment } from '../../domain/enrolment.ts';
import type { EnrolmentId, PartnerId, ProgramId } from '../../index.ts';
import { notFound } from '../../application/refusals.ts';
import type { Enrolments } from '../../ports/partner-stores.ts';
import { type EnrolmentRow, toEnrolment } from './rows.ts';

export class PostgresEnrolments implements Enrolments {
  constructor(private readonly db: Knex) {}

  async get(enrolmentId: EnrolmentId): Promise<Enrolment> {
    const [row] = await rowsOf<EnrolmentRow>(this.db, 'select * from partners.enrolments where id = :id for update', {
      id: toUuid(enrolmentId),
    });
    if (row === undefined) throw notFound('enrolment', enrolmentId);
    return toEnrolment(row);
  }

  async called(programId: ProgramId, externalRefs: readonly string[]): Promise<readonly Enrolment[]> {
    const rows = await rowsOf<EnrolmentRow>(
      this.db,
      `select *
       from partners.enrolments
       where program_id = :programId and external_ref = any(:externalRefs)
       order by id
       for update`,
      { programId: toUuid(programId), externalRefs },
    );
    return rows.map(toEnrolment);
  }

  async has(programId: ProgramId, who: { partnerId?: PartnerId; emailFingerprint?: string }): Promise<boolean> {
    const rows = await rowsOf(
      this.db,
      `select 1
       from partners.enrolments
       join partners.partners on partners.id = partner_id
       where program_id = :programId and (partner_id = :partnerId or email_fingerprint = :emailFingerprint)
       limit 1`,
      {
        programId: toUuid(programId),
        partnerId: who.partnerId === undefined ? null : toUuid(who.partnerId),
        emailFingerprint: who.emailFingerprint ?? null,
      },
    );
    return rows.length > 0;
  }

  async save(enrolments: readonly Enrolment[]): Promise<void> {
    await rowsOf(
      this.db,
      `insert into partners.enrolments
         (id, program_id, partner_id, external_ref, state, reason, approved_at, created_at, changed_at, changed_by)
       select * from unnest(
         :ids::uuid[], :programIds::uuid[], :partnerIds::uuid[], :externalRefs::text[], :states::text[],
         :reasons::text[], :approved::timestamptz[], :created::timestamptz[], :changed::timestamptz[],
         :changedBy::text[]
       ) as wanted (id)
       order by id
       on conflict (id) do update
       set state = excluded.state, reason = excluded.reason, approved_at = excluded.approved_at,
           changed_at = excluded.changed_at, changed_by = excluded.changed_by`,
      {
        ids: enrolments.map(({ enrolmentId }) => toUuid(enrolmentId)),
        programIds: enrolments.map(({ programId }) => toUuid(programId)),
        partnerIds: enrolments.map(({ partnerId }) => toUuid(partnerId)),
        externalRefs: enrolments.map(({ externalRef }) => externalRef ?? null),
        states: enrolments.map(({ state }) => state),
        reasons: enrolments.map(({ reason }) => reason ?? null),
        approved: enrolments.map(({ approvedAt }) => approvedAt ?? null),
        created: enrolments.map(({ createdAt }) => createdAt),
        changed: enrolments.map(({ changedAt }) => changedAt),
        changedBy: enrolments.map(({ changedBy }) => changedBy),
      },
    );
  }
}
