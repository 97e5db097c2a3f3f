import type { Knex } from 'knex';
import { rowsOf } from '../../../../../infrastructure/postgres/database.ts';
import { AppError } from '../../../../../shared/errors.ts';
import { fromUuid, type Id, parseId, toUuid } from '../../../../../shared/ids.ts';
import { type Page, pageOf, type PageRequest } from '../../../../../shared/page.ts';
import type { ProposalState } from '../../../domain/proposals/proposal.ts';
import type { SettingChange, SettingChangeId, SettingName, SettingSubject } from '../../../domain/settings/change.ts';
import type { SettingChangeReader, SettingChanges } from '../../../ports/setting-changes.ts';
import { type ProposalRow, saveDecision, toProposal } from '../proposal-rows.ts';

interface ChangeRow extends ProposalRow {
  readonly id: string;
  readonly setting: SettingName;
  readonly program_id: string;
  readonly partner_id: string | null;
  readonly seen: number;
  readonly wanted: object;
  readonly loosens: readonly string[];
}

export class PostgresSettingChanges implements SettingChanges {
  constructor(private readonly db: Knex) {}

  pending(subject: SettingSubject): Promise<SettingChange | undefined> {
    return pendingOf(this.db, subject);
  }

  async add(change: SettingChange): Promise<void> {
    const { id, setting, programId, partnerId, seen, wanted, loosens, state, askedBy, askedAt } = change;
    await rowsOf(
      this.db,
      `insert into settlement.setting_changes
         (id, setting, program_id, partner_id, seen, wanted, loosens, state, asked_by, asked_at)
       values (:id, :setting, :program, :partner, :seen, :wanted::jsonb, :loosens, :state, :askedBy, :askedAt)`,
      {
        ...{ setting, seen, state, askedBy, askedAt },
        id: toUuid(id),
        program: toUuid(programId),
        partner: partnerId === undefined ? null : toUuid(partnerId),
        wanted: JSON.stringify(wanted),
        loosens: [...loosens],
      },
    );
  }

  async get(id: SettingChangeId): Promise<SettingChange> {
    const [row] = await rowsOf<ChangeRow>(
      this.db,
      `select * from settlement.setting_changes where id = :id for update`,
      { id: toUuid(id) },
    );
    if (row !== undefined) return toChange(row);
    throw new AppError('not_found', 'settlement.change_not_found', `there is no change ${id}`);
  }

  save(change: SettingChange): Promise<void> {
    return saveDecision(this.db, 'setting_changes', change);
  }
}

export class PostgresSettingChangeReader implements SettingChangeReader {
  constructor(private readonly db: Knex) {}

  pending(subject: SettingSubject): Promise<SettingChange | undefined> {
    return pendingOf(this.db, subject);
  }

  async page(
    programId: Id<'prg'>,
    state: ProposalState | undefined,
    request: PageRequest,
  ): Promise<Page<SettingChange>> {
    const [after] = request.after ?? [];
    const rows = await rowsOf<ChangeRow>(
      this.db,
      `select * from settlement.setting_changes
       where program_id = :program
         ${state === undefined ? '' : 'and state = :state'}
         ${after === undefined ? '' : 'and id > :after'}
       order by id
       limit :limit`,
      {
        program: toUuid(programId),
        limit: request.limit + 1,
        ...(state !== undefined && { state }),
        ...(after !== undefined && { after: toUuid(parseId('sch', after)) }),
      },
    );
    return pageOf(rows.map(toChange), request, ({ id }) => [id]);
  }
}

const pendingOf = async (
  db: Knex,
  { setting, programId, partnerId }: SettingSubject,
): Promise<SettingChange | undefined> => {
  const [row] = await rowsOf<ChangeRow>(
    db,
    `select * from settlement.setting_changes
     where setting = :setting and program_id = :program and partner_id is not distinct from :partner::uuid
       and state = 'asked'`,
    { setting, program: toUuid(programId), partner: partnerId === undefined ? null : toUuid(partnerId) },
  );
  return row && toChange(row);
};

const toChange = (row: ChangeRow): SettingChange => ({
  id: fromUuid('sch', row.id),
  setting: row.setting,
  programId: fromUuid('prg', row.program_id),
  ...(row.partner_id !== null && { partnerId: fromUuid('par', row.partner_id) }),
  seen: row.seen,
  wanted: row.wanted,
  loosens: row.loosens,
  ...toProposal(row),
});
