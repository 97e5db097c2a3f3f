import type { Knex } from 'knex';
import { rowsOf } from '../../../../../infrastructure/postgres/database.ts';
import { type Id, toUuid } from '../../../../../shared/ids.ts';
import type { Instant } from '../../../../../shared/instant.ts';
import type { TaxSettings } from '../../../domain/tax/clearance.ts';
import type { Jurisdiction } from '../../../domain/tax/rules.ts';
import type { StoredTaxSettings, TaxSettingsStore } from '../../../ports/tax.ts';

interface SettingsRow {
  readonly version: number;
  readonly jurisdictions: readonly Jurisdiction[];
  readonly source: TaxSettings['source'];
  readonly changed_by: string;
  readonly changed_at: Instant;
}

export class PostgresTaxSettings implements TaxSettingsStore {
  constructor(private readonly db: Knex) {}

  async current(programId: Id<'prg'>): Promise<StoredTaxSettings | undefined> {
    const [row] = await rowsOf<SettingsRow>(
      this.db,
      `select * from settlement.tax_settings where program_id = :id order by version desc limit 1`,
      { id: toUuid(programId) },
    );
    if (row === undefined) return undefined;
    const { version, jurisdictions, source, changed_by: changedBy, changed_at: changedAt } = row;
    return { programId, version, jurisdictions, source, changedBy, changedAt };
  }

  async add(settings: StoredTaxSettings): Promise<boolean> {
    const { programId, version, jurisdictions, source, changedBy, changedAt } = settings;
    const rows = await rowsOf(
      this.db,
      `insert into settlement.tax_settings (program_id, version, jurisdictions, source, changed_by, changed_at)
       values (:id, :version, :jurisdictions, :source, :changedBy, :changedAt)
       on conflict (program_id, version) do nothing
       returning version`,
      { id: toUuid(programId), version, jurisdictions: [...jurisdictions], source, changedBy, changedAt },
    );
    return rows.length > 0;
  }
}
