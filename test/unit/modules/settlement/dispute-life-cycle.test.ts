import { expect } from 'chai';
import {
  type DisputeAction,
  disputeLifecycle,
  type DisputeState,
  isOpen,
  moveDispute,
  OPEN_STATES,
} from '../../../../src/modules/settlement/domain/disputes/dispute-life-cycle.ts';
import { DISPUTE_KINDS, DISPUTE_REASONS } from '../../../../src/modules/settlement/domain/disputes/reasons.ts';
import { rejects } from '../../../support/rejects.ts';

const STATES = Object.keys(disputeLifecycle) as DisputeState[];

/** What a person wrote down beside the table. */
const EXPECTED: Readonly<Record<string, string>> = {
  'opened review': 'under_review',
  'opened request_evidence': 'evidence_requested',
  'opened propose': 'awaiting_approval',
  'opened uphold': 'upheld',
  'opened uphold_partly': 'partially_upheld',
  'opened reject': 'rejected',
  'opened withdraw': 'withdrawn',
  'evidence_requested give_evidence': 'under_review',
  'evidence_requested lapse': 'rejected',
  'evidence_requested uphold': 'upheld',
  'evidence_requested withdraw': 'withdrawn',
  'under_review request_evidence': 'evidence_requested',
  'under_review propose': 'awaiting_approval',
  'under_review uphold': 'upheld',
  'under_review uphold_partly': 'partially_upheld',
  'under_review reject': 'rejected',
  'under_review withdraw': 'withdrawn',
  'awaiting_approval send_back': 'under_review',
  'awaiting_approval uphold': 'upheld',
  'awaiting_approval uphold_partly': 'partially_upheld',
  'awaiting_approval withdraw': 'withdrawn',
  'upheld appeal': 'under_review',
  'partially_upheld appeal': 'under_review',
  'rejected appeal': 'under_review',
};

describe('the life cycle of a dispute', () => {
  const actions = [...new Set(Object.values(disputeLifecycle).flatMap((row) => Object.keys(row)))] as DisputeAction[];

  for (const state of STATES) {
    for (const action of actions) {
      const next = EXPECTED[`${state} ${action}`];
      it(
        next === undefined ? `refuses to ${action} what is ${state}` : `${action} leads from ${state} to ${next}`,
        async () => {
          if (next === undefined) await rejects(() => moveDispute(state, action), 'settlement.illegal_move');
          else expect(moveDispute(state, action)).to.equal(next);
        },
      );
    }
  }

  it('has a way out of every open state without anybody doing anything', () => {
    for (const state of OPEN_STATES) {
      const byTime = state === 'evidence_requested' ? 'lapse' : 'uphold';
      expect(isOpen(moveDispute(state, byTime)), state).to.equal(false);
    }
    expect(STATES.filter(isOpen)).to.have.members([...OPEN_STATES]);
  });
});

describe('the reasons of disputes', () => {
  it('are told apart by their codes, and leave every kind a way out either way', () => {
    const codes = DISPUTE_REASONS.map(({ code }) => code);
    expect(new Set(codes).size).to.equal(codes.length);
    for (const kind of DISPUTE_KINDS) {
      for (const favours of ['partner', 'program'] as const) {
        const choice = DISPUTE_REASONS.filter(
          (each) => each.favours === favours && each.automatic !== true && (each.kinds?.includes(kind) ?? true),
        );
        expect(choice, `${kind}, for the ${favours}`).to.not.be.empty;
      }
    }
  });
});
