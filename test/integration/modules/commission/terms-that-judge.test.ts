import { expect } from 'chai';
import { join } from 'node:path';
import { commissionStores } from '../../../../src/modules/commission/adapters/postgres/commission-stores.ts';
import { PostgresCommissionReader } from '../../../../src/modules/commission/adapters/postgres/postgres-commission-reader.ts';
import type { Commission } from '../../../../src/modules/commission/domain/life-cycle/commission.ts';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { readMigrations } from '../../../../src/infrastructure/postgres/migration-file.ts';
import { projectRoot } from '../../../../src/infrastructure/system/root.ts';
import { calculate } from '../../../../src/modules/commission/domain/engine/calculate.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { aCommission, anOrder, aTermsVersion, factsOn } from '../../../support/builders.ts';
import { idOf } from '../../../support/clock.ts';
import { withDatabase } from '../../../support/database.ts';
import { postgresTransaction } from '../../../support/transaction.ts';

const NAME = '202611221720_commission_terms_that_judge.sql';
const NOW = instant('2018-03-01T00:00:00Z');

describe('terms that old code left on commissions', () => {
  const database = withDatabase();

  const backfill = async (): Promise<number> => {
    const files = await readMigrations(join(projectRoot(), 'db/migrations'));
    const file = files.find(({ name }) => name === NAME);
    return (await rowsOf(database().owner.knex, file?.sql ?? '')).length;
  };

  it('become those that explain them, with what follows them, once, and who waited is looked at again', async () => {
    const transaction = postgresTransaction(database().as('commission'), commissionStores);
    const reader = new PostgresCommissionReader(database().as('commission').knex);
    const [first, later] = [
      aTermsVersion(),
      aTermsVersion({}, { termsId: idOf('trm', 2), version: 2, hash: 'b'.repeat(64) }),
    ];
    const explainedBy = (version: typeof first) => calculate(factsOn(anOrder()), version, new Map()).explanation;
    const stale = aCommission({ id: idOf('com', 1), state: 'vested', awaitsAcceptance: true });
    const recruited = aCommission({
      ...{ id: idOf('com', 2), partnerId: idOf('par', 2) },
      recruit: { parentId: stale.id, level: 1, percent: '10' },
    });
    const right = aCommission({ id: idOf('com', 3), partnerId: idOf('par', 3), awaitsAcceptance: true });
    const all: readonly Commission[] = [stale, recruited, right];
    await transaction.run(async ({ terms, commissions }) => {
      await terms.add(first);
      await terms.add(later);
      await commissions.save(all);
      const accrued = [stale, right].map(
        ({ id }) => ({ commissionId: id, kind: 'accrued', explanation: explainedBy(first) }) as const,
      );
      await commissions.explain(accrued, NOW);
      await commissions.explain([{ commissionId: stale.id, kind: 'raised', explanation: explainedBy(later) }], NOW);
      await commissions.explain([{ commissionId: right.id, kind: 'topped_up', explanation: explainedBy(later) }], NOW);
    });

    const changed = [await backfill(), await backfill()];

    expect(changed).to.deep.equal([2, 0]);
    const after = await Promise.all(all.map(({ id }) => reader.find(id)));
    expect(after.map((each) => [each?.termsId, each?.termsVersion, each?.awaitsAcceptance])).to.deep.equal([
      [later.termsId, 2, undefined],
      [later.termsId, 2, undefined],
      [first.termsId, 1, true],
    ]);
  });
});
