import { expect } from 'chai';
import {
  PostgresTermsDraftReader,
  PostgresTermsDrafts,
} from '../../../../src/modules/commission/adapters/postgres/postgres-terms-drafts.ts';
import { decodeCursor } from '../../../../src/shared/page.ts';
import { idOf } from '../../../support/clock.ts';
import { aTermsDraft, termsDraftsContract } from '../../../support/contracts/terms-drafts-contract.ts';
import { withDatabase } from '../../../support/database.ts';
import { postgresTransaction } from '../../../support/transaction.ts';

describe('the PostgreSQL store of drafts', () => {
  const database = withDatabase();
  const make = () =>
    postgresTransaction(database().as('commission'), (trx) => ({ drafts: new PostgresTermsDrafts(trx) }));

  termsDraftsContract(() => Promise.resolve(make()));

  it('shows the drafts of a program in pages', async () => {
    const reader = new PostgresTermsDraftReader(database().as('commission').knex);
    await make().run(async ({ drafts }) => {
      for (const n of [1, 2, 3]) await drafts.add(aTermsDraft({ draftId: idOf('tdr', n) }));
    });

    const first = await reader.page(idOf('prg', 1), { limit: 2 });
    const second = await reader.page(idOf('prg', 1), { limit: 2, after: decodeCursor(first.nextCursor ?? '') });

    expect(first.data.map(({ draftId }) => draftId)).to.deep.equal([idOf('tdr', 1), idOf('tdr', 2)]);
    expect(second.data).to.deep.equal([aTermsDraft({ draftId: idOf('tdr', 3) })]);
    expect((await reader.page(idOf('prg', 2), { limit: 2 })).data).to.be.empty;
    expect(await reader.find(idOf('tdr', 9))).to.equal(undefined);
  });

  it('lets nobody’s own words be approved by them, whatever the code says', async () => {
    const own = aTermsDraft({ state: 'approved', reviewedBy: 'ada' });

    const refused = await make()
      .run(({ drafts }) => drafts.add(own))
      .then(
        () => 'kept',
        (error: unknown) => String(error),
      );

    expect(refused).to.match(/check constraint/);
  });
});
