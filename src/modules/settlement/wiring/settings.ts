import { ContainerModule } from 'inversify';
import { Database } from '../../../infrastructure/postgres/database.ts';
import { Clock } from '../../../shared/clock.ts';
import { settingChangeRoutes } from '../adapters/http/setting-change-routes.ts';
import { PostgresSettingChangeReader } from '../adapters/postgres/settings/postgres-setting-changes.ts';
import { DecideSettingChange } from '../application/settings/decide-change.ts';
import { SettingChangeReader } from '../ports/setting-changes.ts';
import { SettlementTransaction } from '../ports/settlement-stores.ts';
import { bellOf, type Part, POST_JOB } from './part.ts';

/** What guards money is loosened by two people. */
export const settings: Part = {
  bindings: new ContainerModule(({ bind }) => {
    bind(SettingChangeReader).toResolvedValue(({ knex }) => new PostgresSettingChangeReader(knex), [Database]);
    bind(DecideSettingChange).toResolvedValue(
      (transaction, clock) => new DecideSettingChange(transaction, clock),
      [SettlementTransaction, Clock],
    );
  }),
  routes: (own) =>
    settingChangeRoutes(own.get(SettingChangeReader), own.get(DecideSettingChange), bellOf(own, POST_JOB)),
};
