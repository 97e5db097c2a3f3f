import { expect } from 'chai';
import {
  decided,
  mustBeAnother,
  type Proposal,
  type ProposalAction,
  proposalLifecycle,
} from '../../../../src/modules/settlement/domain/proposals/proposal.ts';
import { at } from '../../../support/clock.ts';
import { rejects } from '../../../support/rejects.ts';

const now = at('2026-01-01T00:00:00Z').now();
const asked: Proposal & { readonly what: string } = { what: 'all of it', state: 'asked', askedBy: 'ana', askedAt: now };

describe('what one person asks for and another decides', () => {
  it('is approved by somebody else, and says by whom and when', () => {
    expect(decided(asked, 'approve', 'bob', now)).to.deep.equal({
      ...asked,
      state: 'approved',
      decidedBy: 'bob',
      decidedAt: now,
    });
  });

  it('is not approved by whoever asked, who may take it back', async () => {
    await rejects(() => decided(asked, 'approve', 'ana', now), 'settlement.four_eyes');
    for (const by of ['ana', 'bob']) expect(decided(asked, 'refuse', by, now).state).to.equal('refused');
  });

  for (const state of ['approved', 'refused', 'taken_back'])
    for (const action of ['approve', 'refuse'] satisfies ProposalAction[])
      it(`is decided once: ${state} it does not ${action}, whoever says so`, async () => {
        for (const by of ['ana', 'bob'])
          await rejects(() => decided({ ...asked, state }, action, by, now), 'settlement.illegal_move');
      });

  it('moves by one table, wherever it is about', () => {
    expect(proposalLifecycle).to.deep.equal({
      asked: { approve: 'approved', refuse: 'refused' },
      approved: {},
      refused: {},
    });
  });

  it('tells whoever came first why it takes another', async () => {
    expect(() => mustBeAnother('bob', 'ana')).not.to.throw();
    expect(() => mustBeAnother('bob', undefined)).not.to.throw();
    await rejects(() => mustBeAnother('ana', 'ana', 'you have closed it'), 'settlement.four_eyes');
    expect(() => mustBeAnother('ana', 'ana', 'you have closed it')).to.throw('you have closed it');
  });
});
