import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { fromUuid, toUuid } from '../../../../shared/ids.ts';
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

  async of(programId: ProgramId, partnerId: PartnerId): Promise<Enrolment | undefined> {
    const [row] = await rowsOf<EnrolmentRow>(
      this.db,
      'select * from partners.enrolments where program_id = :programId and partner_id = :partnerId for update',
      { programId: toUuid(programId), partnerId: toUuid(partnerId) },
    );
    return row && toEnrolment(row);
  }

  async recruitersAbove(
    programId: ProgramId,
    partnerIds: readonly PartnerId[],
  ): Promise<ReadonlyMap<PartnerId, PartnerId>> {
    const rows = await rowsOf<{ partner_id: string; recruited_by: string }>(
      this.db,
      `with recursive above as (
         select partner_id, recruited_by
         from partners.enrolments
         where program_id = :programId and partner_id = any(:partnerIds::uuid[]) and recruited_by is not null
         union
         select enrolments.partner_id, enrolments.recruited_by
         from above
         join partners.enrolments on program_id = :programId and enrolments.partner_id = above.recruited_by
         where enrolments.recruited_by is not null
       )
       select partner_id, recruited_by from above`,
      { programId: toUuid(programId), partnerIds: partnerIds.map(toUuid) },
    );
    return new Map(rows.map((row) => [fromUuid('par', row.partner_id), fromUuid('par', row.recruited_by)]));
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
         (id, program_id, partner_id, external_ref, state, reason, approved_at, created_at, changed_at, changed_by,
          recruited_by, groups)
       select id, program_id, partner_id, external_ref, state, reason, approved_at, created_at, changed_at, changed_by,
              recruited_by, array(select jsonb_array_elements_text(groups))
       from unnest(
         :ids::uuid[], :programIds::uuid[], :partnerIds::uuid[], :externalRefs::text[], :states::text[],
         :reasons::text[], :approved::timestamptz[], :created::timestamptz[], :changed::timestamptz[],
         :changedBy::text[], :recruiters::uuid[], :groups::jsonb[]
       ) as wanted (id, program_id, partner_id, external_ref, state, reason, approved_at, created_at, changed_at,
                    changed_by, recruited_by, groups)
       order by id
       on conflict (id) do update
       set state = excluded.state, reason = excluded.reason, approved_at = excluded.approved_at,
           changed_at = excluded.changed_at, changed_by = excluded.changed_by, recruited_by = excluded.recruited_by,
           groups = excluded.groups`,
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
        recruiters: enrolments.map(({ recruitedBy }) => (recruitedBy === undefined ? null : toUuid(recruitedBy))),
        groups: enrolments.map(({ groups }) => JSON.stringify(groups)),
      },
    );
  }
}
