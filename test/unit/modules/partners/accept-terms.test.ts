import { expect } from 'chai';
import { nameOf } from '../../../../src/shared/events.ts';
import { idOf } from '../../../support/clock.ts';
import { aPublishedTerms } from '../../../support/contracts/partners-contract.ts';
import { partnersWorld } from '../../../support/partners-world.ts';
import { rejects } from '../../../support/rejects.ts';

const world = async () => {
  const made = await partnersWorld();
  const terms = aPublishedTerms(1);
  const ada = { name: 'Ada', email: 'ada@example.com', kind: 'dealer' } as const;
  const { partner } = await made.apply.asNewPartner(ada, { programId: made.programId }, 'a');
  await made.transaction.run(({ acceptances }) => acceptances.hear([terms]));
  return { ...made, terms, partnerId: partner.partnerId };
};

describe('accepting terms', () => {
  it('is kept with the hash of what was read, who said so and when, and told', async () => {
    const { transaction, accept, programId, partnerId, terms } = await world();

    await accept.run(terms.termsId, { partnerId, hash: terms.hash, by: 'cli_ada' });

    const acceptance = { programId, partnerId, termsId: terms.termsId, hash: terms.hash };
    expect(await transaction.reader.acceptances(programId, [partnerId])).to.deep.equal([
      { ...acceptance, acceptedAt: '2026-01-01T00:00:00.000Z' },
    ]);
    expect(transaction.published.map(nameOf)).to.deep.equal(['partners.terms_accepted.v1']);
    expect(transaction.published[0]?.payload).to.deep.include({ ...acceptance, version: 1 });
  });

  it('said again is what was said first, and told once', async () => {
    const { transaction, clock, accept, partnerId, terms } = await world();
    const say = () => accept.run(terms.termsId, { partnerId, hash: terms.hash, by: 'cli_ada' });

    const first = await say();
    clock.moveTo('2026-05-01T00:00:00Z');
    const second = await say();

    expect(second).to.deep.equal(first);
    expect(transaction.published).to.have.length(1);
  });

  it('is refused for other words, for terms nobody published, and for who has no place in the program', async () => {
    const { transaction, accept, partnerId, terms } = await world();
    const say = (changes: object, termsId = terms.termsId) =>
      accept.run(termsId, { partnerId, hash: terms.hash, by: 'x', ...changes });

    await rejects(say({ hash: 'f'.repeat(64) }), 'partners.other_words');
    await rejects(say({}, idOf('trm', 9)), 'partners.not_found');
    await rejects(say({ partnerId: idOf('par', 99) }), 'partners.not_found');

    expect(transaction.published).to.be.empty;
  });
});
