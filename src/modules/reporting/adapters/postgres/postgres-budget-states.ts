import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { type Id, toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { BudgetState } from '../../domain/budget.ts';
import type { BudgetStates } from '../../ports/budget-states.ts';

export class PostgresBudgetStates implements BudgetStates {
  constructor(private readonly db: Knex) {}

  async ofProgram(programId: Id<'prg'>): Promise<readonly BudgetState[]> {
    const rows = await rowsOf<{ group_name: string; budget_minor: bigint; is_at_risk: boolean }>(
      this.db,
      `select group_name, budget_minor, is_at_risk from reporting.budgets
       where program_id = :programId order by group_name for update`,
      { programId: toUuid(programId) },
    );
    return rows.map(({ group_name, budget_minor, is_at_risk }) => ({
      group: group_name,
      budgetMinor: budget_minor,
      isAtRisk: is_at_risk,
    }));
  }

  async save(programId: Id<'prg'>, states: readonly BudgetState[], at: Instant): Promise<void> {
    await rowsOf(
      this.db,
      `insert into reporting.budgets (program_id, group_name, budget_minor, is_at_risk, changed_at)
       select :programId, told.name, told.minor, told.at_risk, :at
       from unnest(:groups::text[], :minors::bigint[], :atRisk::boolean[]) as told (name, minor, at_risk)
       order by told.name
       on conflict (program_id, group_name) do update set
         budget_minor = excluded.budget_minor, is_at_risk = excluded.is_at_risk, changed_at = excluded.changed_at`,
      {
        programId: toUuid(programId),
        at,
        groups: states.map(({ group }) => group),
        minors: states.map(({ budgetMinor }) => budgetMinor.toString()),
        atRisk: states.map(({ isAtRisk }) => isAtRisk),
      },
    );
  }

  async looked(at: Instant): Promise<void> {
    await rowsOf(
      this.db,
      `insert into reporting.budget_looks (looked_at) values (:at)
       on conflict (is_only) do update set looked_at = excluded.looked_at`,
      { at },
    );
  }
}
