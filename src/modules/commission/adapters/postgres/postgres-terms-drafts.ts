import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { fromUuid, type Id, parseId, toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { type Page, pageOf, type PageRequest } from '../../../../shared/page.ts';
import { draftNotFound } from '../../application/terms/draft-not-found.ts';
import type { TermsDraft } from '../../domain/terms/terms-draft.ts';
import type { TermsDraftId } from '../../index.ts';
import type { TermsDraftReader, TermsDrafts } from '../../ports/terms-drafts.ts';

interface DraftRow {
  readonly id: string;
  readonly program_id: string;
  readonly state: TermsDraft['state'];
  readonly revision: number;
  readonly terms: object;
  readonly effective_from: Instant;
  readonly written_by: readonly string[];
  readonly reviewed_by: string | null;
  readonly note: string | null;
  readonly acknowledged: TermsDraft['acknowledged'];
  readonly published_by: string | null;
  readonly terms_id: string | null;
  readonly created_at: Instant;
  readonly changed_at: Instant;
}

const toDraft = (row: DraftRow): TermsDraft => ({
  draftId: fromUuid('tdr', row.id),
  programId: fromUuid('prg', row.program_id),
  state: row.state,
  revision: row.revision,
  terms: row.terms,
  effectiveFrom: row.effective_from,
  writtenBy: row.written_by,
  reviewedBy: row.reviewed_by ?? undefined,
  note: row.note ?? undefined,
  acknowledged: row.acknowledged,
  publishedBy: row.published_by ?? undefined,
  termsId: row.terms_id === null ? undefined : fromUuid('trm', row.terms_id),
  createdAt: row.created_at,
  changedAt: row.changed_at,
});

const valuesOf = (draft: TermsDraft) => ({
  id: toUuid(draft.draftId),
  programId: toUuid(draft.programId),
  state: draft.state,
  revision: draft.revision,
  terms: JSON.stringify(draft.terms),
  effectiveFrom: draft.effectiveFrom,
  writtenBy: draft.writtenBy,
  reviewedBy: draft.reviewedBy ?? null,
  note: draft.note ?? null,
  acknowledged: JSON.stringify(draft.acknowledged),
  publishedBy: draft.publishedBy ?? null,
  termsId: draft.termsId === undefined ? null : toUuid(draft.termsId),
  createdAt: draft.createdAt,
  changedAt: draft.changedAt,
});

export class PostgresTermsDrafts implements TermsDrafts {
  constructor(private readonly db: Knex) {}

  async add(draft: TermsDraft): Promise<void> {
    await rowsOf(
      this.db,
      `insert into commission.terms_drafts
         (id, program_id, state, revision, terms, effective_from, written_by, reviewed_by, note, acknowledged,
          published_by, terms_id, created_at, changed_at)
       values
         (:id, :programId, :state, :revision, :terms::jsonb, :effectiveFrom, :writtenBy::text[], :reviewedBy, :note,
          :acknowledged::jsonb, :publishedBy, :termsId, :createdAt, :changedAt)`,
      valuesOf(draft),
    );
  }

  async get(draftId: TermsDraftId): Promise<TermsDraft> {
    const [row] = await rowsOf<DraftRow>(this.db, 'select * from commission.terms_drafts where id = :id for update', {
      id: toUuid(draftId),
    });
    if (row === undefined) throw draftNotFound(draftId);
    return toDraft(row);
  }

  async save(draft: TermsDraft): Promise<void> {
    await rowsOf(
      this.db,
      `update commission.terms_drafts
       set state = :state, revision = :revision, terms = :terms::jsonb, effective_from = :effectiveFrom,
           written_by = :writtenBy::text[], reviewed_by = :reviewedBy, note = :note,
           acknowledged = :acknowledged::jsonb, published_by = :publishedBy, terms_id = :termsId,
           changed_at = :changedAt
       where id = :id`,
      valuesOf(draft),
    );
  }
}

export class PostgresTermsDraftReader implements TermsDraftReader {
  constructor(private readonly db: Knex) {}

  async find(draftId: TermsDraftId): Promise<TermsDraft | undefined> {
    const [row] = await rowsOf<DraftRow>(this.db, 'select * from commission.terms_drafts where id = :id', {
      id: toUuid(draftId),
    });
    return row && toDraft(row);
  }

  async page(programId: Id<'prg'>, request: PageRequest): Promise<Page<TermsDraft>> {
    const [after] = request.after ?? [];
    const rows = await rowsOf<DraftRow>(
      this.db,
      `select * from commission.terms_drafts
       where program_id = :programId ${after === undefined ? '' : 'and id > :after'}
       order by id
       limit :limit`,
      {
        programId: toUuid(programId),
        limit: request.limit + 1,
        ...(after !== undefined && { after: toUuid(parseId('tdr', after)) }),
      },
    );
    return pageOf(rows.map(toDraft), request, ({ draftId }) => [draftId]);
  }
}
