import type { Knex } from 'knex';
import { rowsOf } from '../../../../../infrastructure/postgres/database.ts';
import { type Id, toUuid } from '../../../../../shared/ids.ts';
import type { CsvLayout } from '../../../domain/reconciliation/csv-layout.ts';
import { defaultSettings, type ReconciliationSettings } from '../../../domain/reconciliation/settings.ts';

interface SettingsRow {
  readonly version: number;
  readonly tolerances: Readonly<Record<string, string>>;
  readonly four_eyes_above_minor: bigint;
  readonly late_after_days: number;
  readonly missing_after_days: number;
  readonly pending_after_days: number;
}

export const settingsOf = async (db: Knex, programId: Id<'prg'>): Promise<ReconciliationSettings> => {
  const [row] = await rowsOf<SettingsRow>(
    db,
    `select * from settlement.reconciliation_settings where program_id = :programId`,
    { programId: toUuid(programId) },
  );
  if (row === undefined) return defaultSettings(programId);
  return {
    programId,
    version: row.version,
    tolerances: new Map(Object.entries(row.tolerances).map(([currency, minor]) => [currency, BigInt(minor)])),
    fourEyesAbove: row.four_eyes_above_minor,
    lateAfterDays: row.late_after_days,
    missingAfterDays: row.missing_after_days,
    pendingAfterDays: row.pending_after_days,
  };
};

export const saveSettings = async (db: Knex, settings: ReconciliationSettings): Promise<void> => {
  const { programId, tolerances, fourEyesAbove, ...others } = settings;
  await rowsOf(
    db,
    `insert into settlement.reconciliation_settings (
       program_id, tolerances, four_eyes_above_minor, late_after_days, missing_after_days, pending_after_days,
       version
     )
     values (:programId, :tolerances::jsonb, :fourEyesAbove, :lateAfterDays, :missingAfterDays, :pendingAfterDays, :version)
     on conflict (program_id) do update
     set tolerances = excluded.tolerances, four_eyes_above_minor = excluded.four_eyes_above_minor,
         late_after_days = excluded.late_after_days, missing_after_days = excluded.missing_after_days,
         pending_after_days = excluded.pending_after_days, version = excluded.version`,
    {
      ...others,
      programId: toUuid(programId),
      tolerances: JSON.stringify(Object.fromEntries([...tolerances].map(([key, minor]) => [key, minor.toString()]))),
      fourEyesAbove: fourEyesAbove.toString(),
    },
  );
};

export const csvLayoutOf = async (db: Knex, account: string): Promise<CsvLayout | undefined> => {
  const [row] = await rowsOf<{ layout: CsvLayout }>(
    db,
    `select layout from settlement.csv_layouts where account = :account`,
    { account },
  );
  return row?.layout;
};

export const saveCsvLayout = async (db: Knex, account: string, layout: CsvLayout): Promise<void> => {
  await rowsOf(
    db,
    `insert into settlement.csv_layouts (account, layout) values (:account, :layout::jsonb)
     on conflict (account) do update set layout = excluded.layout`,
    { account, layout: JSON.stringify(layout) },
  );
};
