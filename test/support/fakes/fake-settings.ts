import type {
  SettingChange,
  SettingChangeId,
  SettingSubject,
} from '../../../src/modules/settlement/domain/settings/change.ts';
import { SettingChanges } from '../../../src/modules/settlement/ports/setting-changes.ts';
import { type StoredTaxSettings, TaxSettingsStore } from '../../../src/modules/settlement/ports/tax.ts';
import { AppError } from '../../../src/shared/errors.ts';
import type { Id } from '../../../src/shared/ids.ts';
import type { Table } from './fake-transaction.ts';

export class FakeSettingChanges extends SettingChanges {
  constructor(private readonly table: Table<SettingChange>) {
    super();
  }

  pending({ setting, programId, partnerId }: SettingSubject): Promise<SettingChange | undefined> {
    const isAbout = (each: SettingChange): boolean =>
      each.setting === setting && each.programId === programId && each.partnerId === partnerId;
    return Promise.resolve(this.table.values().find((each) => each.state === 'asked' && isAbout(each)));
  }

  async add(change: SettingChange): Promise<void> {
    if ((await this.pending(change)) !== undefined) throw new Error('one waits at a time');
    this.table.set(change.id, change);
  }

  get(id: SettingChangeId): Promise<SettingChange> {
    const found = this.table.get(id);
    return found === undefined
      ? Promise.reject(new AppError('not_found', 'settlement.change_not_found', 'there is none'))
      : Promise.resolve(found);
  }

  save(change: SettingChange): Promise<void> {
    this.table.set(change.id, change);
    return Promise.resolve();
  }
}

export class FakeTaxSettings extends TaxSettingsStore {
  constructor(private readonly table: Table<StoredTaxSettings>) {
    super();
  }

  current(programId: Id<'prg'>): Promise<StoredTaxSettings | undefined> {
    const own = this.table.values().filter((each) => each.programId === programId);
    return Promise.resolve(own.toSorted((a, b) => a.version - b.version).at(-1));
  }

  add(settings: StoredTaxSettings): Promise<boolean> {
    const key = `${settings.programId}/${settings.version}`;
    if (this.table.has(key)) return Promise.resolve(false);
    this.table.set(key, settings);
    return Promise.resolve(true);
  }
}
