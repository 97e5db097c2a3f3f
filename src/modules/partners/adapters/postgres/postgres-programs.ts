import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { toUuid } from '../../../../shared/ids.ts';
import type { Program } from '../../domain/program.ts';
import type { ProgramId } from '../../index.ts';
import type { Programs } from '../../ports/partner-stores.ts';
import { type ProgramRow, toProgram } from './rows.ts';

export class PostgresPrograms implements Programs {
  constructor(private readonly db: Knex) {}

  async add(program: Program): Promise<boolean> {
    const rows = await rowsOf(
      this.db,
      `insert into partners.programs
         (id, name, currency, time_zone, destination, allowed_hosts, click_parameter, minimum_payout_minor,
          requires_acceptance, created_at)
       values
         (:id, :name, :currency, :timeZone, :destination, :allowedHosts::text[], :clickParameter, :minimumPayout,
          :requiresAcceptance, :createdAt)
       on conflict do nothing
       returning id`,
      {
        id: toUuid(program.programId),
        name: program.name,
        currency: program.currency,
        timeZone: program.timeZone,
        destination: program.destination,
        allowedHosts: program.allowedHosts,
        clickParameter: program.clickParameter,
        minimumPayout: program.minimumPayout.minor,
        requiresAcceptance: program.requiresAcceptance ?? false,
        createdAt: program.createdAt,
      },
    );
    return rows.length > 0;
  }

  async requireAcceptance(programId: ProgramId, required: boolean): Promise<Program | undefined> {
    const [row] = await rowsOf<ProgramRow>(
      this.db,
      'update partners.programs set requires_acceptance = :required where id = :id returning *',
      { id: toUuid(programId), required },
    );
    return row && toProgram(row);
  }

  async enrolOneAtATime(programId: ProgramId): Promise<boolean> {
    // The weakest lock that excludes itself: enrolments of those who know the program already are not held up by it.
    const rows = await rowsOf(this.db, 'select id from partners.programs where id = :id for no key update', {
      id: toUuid(programId),
    });
    return rows.length > 0;
  }
}
