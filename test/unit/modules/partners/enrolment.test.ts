import { expect } from 'chai';
import { stepTold } from '../../../../src/modules/partners/domain/announcements.ts';
import { type EnrolmentAction, lifecycle, moveEnrolment } from '../../../../src/modules/partners/domain/enrolment.ts';
import type { EnrolmentState } from '../../../../src/modules/partners/index.ts';
import { nameOf } from '../../../../src/shared/events.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { anEnrolment } from '../../../support/contracts/partners-contract.ts';
import { rejects } from '../../../support/rejects.ts';

const states = Object.keys(lifecycle) as EnrolmentState[];
const actions: readonly EnrolmentAction[] = ['approve', 'reject', 'decline', 'suspend', 'reinstate', 'terminate'];
const approvedAt = instant('2026-01-01T12:00:00Z');
const step = { at: instant('2026-02-01T00:00:00Z'), by: 'cli_admin', reason: 'because' };

/** As the drawing has it. */
const allowed: Readonly<Record<string, EnrolmentState>> = {
  'applied approve': 'approved',
  'applied reject': 'rejected',
  'invited approve': 'approved',
  'invited decline': 'declined',
  'approved suspend': 'suspended',
  'suspended reinstate': 'approved',
  'suspended terminate': 'terminated',
};

describe('the life of an enrolment', () => {
  for (const state of states) {
    for (const action of actions) {
      const next = allowed[`${state} ${action}`];
      it(next ? `goes from ${state} by ${action} to ${next}` : `refuses to ${action} what is ${state}`, async () => {
        const enrolment = anEnrolment(1, { state, approvedAt });

        if (next === undefined) {
          await rejects(() => moveEnrolment(enrolment, action, step), 'partners.illegal_move');
          return;
        }
        const moved = moveEnrolment(enrolment, action, step);
        expect(moved).to.include({ state: next, reason: 'because', changedAt: step.at, changedBy: 'cli_admin' });
      });
    }
  }

  it('counts earning from the approval; being let back in is no new beginning', () => {
    const approved = moveEnrolment(anEnrolment(1), 'approve', step);
    const suspended = moveEnrolment(approved, 'suspend', { ...step, at: instant('2026-03-01T00:00:00Z') });
    const back = moveEnrolment(suspended, 'reinstate', { ...step, at: instant('2026-04-01T00:00:00Z') });

    expect([approved.approvedAt, suspended.approvedAt, back.approvedAt]).to.deep.equal([step.at, step.at, step.at]);
  });

  it('forgets a reason that no longer holds', () => {
    const suspended = moveEnrolment(anEnrolment(1, { state: 'approved', approvedAt }), 'suspend', step);

    expect(moveEnrolment(suspended, 'reinstate', { at: step.at, by: 'x' }).reason).to.equal(undefined);
  });

  it('tells others when a partner may promote, and when it may not any more', () => {
    const told = Object.fromEntries(actions.map((action) => [action, stepTold(anEnrolment(1), action).map(nameOf)]));

    expect(told).to.deep.equal({
      approve: ['partners.partner_enrolled.v1'],
      reject: [],
      decline: [],
      suspend: ['partners.enrolment_suspended.v1'],
      reinstate: ['partners.partner_enrolled.v1'],
      terminate: [],
    });
  });
});
