import { expect } from 'chai';
import { CreateProgram } from '../../../../src/modules/partners/application/create-program.ts';
import { programFaults, type ProgramTerms, tidyProgram } from '../../../../src/modules/partners/domain/program.ts';
import { at, CountingIds, idOf } from '../../../support/clock.ts';
import { FakePartnersTransaction } from '../../../support/fakes/fake-partners.ts';
import { rejects } from '../../../support/rejects.ts';

const terms: ProgramTerms = {
  name: 'Robots',
  currency: 'BRL',
  timeZone: 'America/Sao_Paulo',
  destination: 'https://shop.example.com/robots',
  allowedHosts: ['shop.example.com'],
  clickParameter: 'click_id',
  minimumPayout: { minor: '2000', currency: 'BRL' },
};

describe('a program', () => {
  const cases: readonly [string, Partial<ProgramTerms>, readonly string[]][] = [
    ['that agrees with itself', {}, []],
    ['whose hosts are written in capitals', { allowedHosts: ['SHOP.example.com'] }, []],
    ['on a port of its own', { destination: 'http://localhost:4000/', allowedHosts: ['localhost:4000'] }, []],
    ['with a name in another script', { destination: 'https://bücher.example/', allowedHosts: ['bücher.example'] }, []],
    ['whose destination is elsewhere', { destination: 'https://evil.example.com/' }, ['/allowedHosts']],
    ['whose destination is on another port', { destination: 'https://shop.example.com:8443/' }, ['/allowedHosts']],
    ['with an address for a host', { allowedHosts: ['shop.example.com', 'https://x.example'] }, ['/allowedHosts/1']],
    ['with a path for a host', { allowedHosts: ['shop.example.com', 'x.example/a'] }, ['/allowedHosts/1']],
    ['with a user for a host', { allowedHosts: ['shop.example.com', 'a@x.example'] }, ['/allowedHosts/1']],
    ['with nothing for a host', { allowedHosts: ['shop.example.com', ' '] }, ['/allowedHosts/1']],
    ['that pays in two currencies', { minimumPayout: { minor: '1', currency: 'USD' } }, ['/minimumPayout/currency']],
  ];
  for (const [what, changes, pointers] of cases) {
    it(`${what} has ${pointers.length === 0 ? 'no faults' : `a fault at ${pointers.join()}`}`, () => {
      const faults = programFaults(tidyProgram({ ...terms, ...changes }));

      expect(faults.map(({ pointer }) => pointer)).to.deep.equal(pointers);
    });
  }

  it('is kept as browsers compare its hosts', async () => {
    const transaction = new FakePartnersTransaction();
    const create = new CreateProgram(transaction, new CountingIds(), at('2026-01-01T00:00:00Z'));

    const program = await create.run({ ...terms, allowedHosts: ['Shop.Example.com', 'shop.example.com'] });

    expect(program.allowedHosts).to.deep.equal(['shop.example.com']);
    expect(await transaction.reader.programWhole(program.programId)).to.deep.equal(program);
  });

  it('has the id that orders name already, and nobody else gets it', async () => {
    const transaction = new FakePartnersTransaction();
    const create = new CreateProgram(transaction, new CountingIds(), at('2026-01-01T00:00:00Z'));
    const programId = idOf('prg', 77);

    const program = await create.run(terms, programId);
    await rejects(create.run({ ...terms, name: 'Cars' }, programId), 'partners.program_exists');

    expect(program.programId).to.equal(programId);
    expect((await transaction.reader.programs()).map(({ name }) => name)).to.deep.equal(['Robots']);
  });

  it('that contradicts itself is refused whole', async () => {
    const transaction = new FakePartnersTransaction();
    const create = new CreateProgram(transaction, new CountingIds(), at('2026-01-01T00:00:00Z'));

    await rejects(create.run({ ...terms, allowedHosts: ['www.example.com'] }), 'partners.program_refused');

    expect(await transaction.reader.programs()).to.be.empty;
  });
});
