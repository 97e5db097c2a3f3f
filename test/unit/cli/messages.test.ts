import { expect } from 'chai';
import { match, replace, restore, fake } from 'sinon';
import { newMigration } from '../../../src/cli/migrate.ts';
import { listParked } from '../../../src/cli/parked.ts';
import { sayWhy } from '../../../src/infrastructure/system/process.ts';
import { AppError } from '../../../src/shared/errors.ts';
import type { App } from '../../../src/infrastructure/compose.ts';
import { rejects } from '../../support/rejects.ts';

describe('a command', () => {
  afterEach(restore);

  it('says so when nothing is parked', async () => {
    const said = fake();
    replace(console, 'log', said);
    const empty = { consumer: { name: 'commission' }, lot: { list: () => Promise.resolve([]) } };

    await listParked({ inbounds: [empty] } as unknown as App, 100);

    expect(said.calledOnceWith(match(/^nothing is parked/))).to.equal(true);
  });

  it('that fails says why in a line, and each place in one of its own', () => {
    const written = fake();
    const { exitCode } = process;
    replace(process.stderr, 'write', written);
    const faults = [{ pointer: '/terms/groups', code: 'commission.terms_unreadable', detail: 'must be a list' }];

    sayWhy(new AppError('invalid', 'commission.terms_invalid', 'the terms cannot be read', { faults }));

    restore();
    process.exitCode = exitCode;
    expect(written.firstCall.args).to.deep.equal([
      'tributary: the terms cannot be read (commission.terms_invalid)\n' +
        '  /terms/groups: must be a list (commission.terms_unreadable)\n',
    ]);
  });

  it('asks for the name of a new migration, by an example', async () => {
    const refusal = await rejects(() => newMigration(undefined, new Date(0)), 'migration.malformed');
    expect(refusal.message).to.include('NAME=module_what');
  });
});
