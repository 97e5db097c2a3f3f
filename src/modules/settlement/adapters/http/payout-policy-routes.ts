import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { etagOf, seenVersion } from '../../../../infrastructure/http/precondition.ts';
import { type Answer, type Route, route } from '../../../../infrastructure/http/route.ts';
import { AppError } from '../../../../shared/errors.ts';
import { IsIdOf } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { PolicySubject, SetPayoutPolicy } from '../../application/payouts/set-payout-policy.ts';
import type { StoredPolicy } from '../../domain/payouts/payout-policy.ts';
import type { SettingChange } from '../../domain/settings/change.ts';
import type { PayoutControlReader } from '../../ports/payout-control-reader.ts';
import type { SettingChangeReader } from '../../ports/setting-changes.ts';
import { PayoutPolicyTerms, PayoutPolicyView, policyView } from './payout-control-views.ts';
import { changedAnswer, SettingChangeView } from './setting-change-views.ts';

class ProgramOfPolicyPath {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
}

class PartnerOfPolicyPath extends ProgramOfPolicyPath {
  @IsIdOf('par') readonly partnerId!: Id<'par'>;
}

const SEEN =
  'The first time send `If-None-Match: *`; later `If-Match` with the ETag you saw. What guards money less than before is ' +
  'answered with 202, and waits for somebody else: `POST /v1/setting-changes/{changeId}/approve`.';
const WRITE_ERRORS = [
  'settlement.unknown_program',
  'settlement.policy_refused',
  'settlement.change_pending',
  'http.precondition_required',
  'http.precondition_failed',
] as const;

/** `ring` tells whoever posts bookings that there are some: what a floor kept may be released. */
export const payoutPolicyRoutes = (
  reader: PayoutControlReader,
  changes: SettingChangeReader,
  setPolicy: SetPayoutPolicy,
  ring: () => void,
): readonly Route[] => [...writes(setPolicy, ring), ...reads(reader, changes)];

const writes = (setPolicy: SetPayoutPolicy, ring: () => void): readonly Route[] => [
  route({
    method: 'put',
    path: '/v1/programs/{programId}/payout-policy',
    operationId: 'setPayoutPolicy',
    tag: 'settlement',
    summary: 'Say when a program pays, what it keeps back, and who approves',
    description: `All of it at once: what is left out is as usual. ${SEEN}`,
    access: { scope: 'settlement:write' },
    params: ProgramOfPolicyPath,
    body: PayoutPolicyTerms,
    versioned: true,
    success: { 200: PayoutPolicyView, 202: SettingChangeView },
    errors: WRITE_ERRORS,
    handle: async ({ actor, params, body, header }) => {
      mustBeStaff(actor);
      const policy = await setPolicy.run(params, body, seenVersion(header), actor.subject);
      ring();
      return policy;
    },
    respond: (changed) => changedAnswer(changed, shown),
  }),
  route({
    method: 'put',
    path: '/v1/programs/{programId}/partners/{partnerId}/payout-policy',
    operationId: 'setPartnerPayoutPolicy',
    tag: 'settlement',
    summary: 'Say what differs for one partner',
    description: `All of it at once: what is left out is as the program says. ${SEEN}`,
    access: { scope: 'settlement:write' },
    params: PartnerOfPolicyPath,
    body: PayoutPolicyTerms,
    versioned: true,
    success: { 200: PayoutPolicyView, 202: SettingChangeView },
    errors: WRITE_ERRORS,
    handle: async ({ actor, params, body, header }) => {
      mustBeStaff(actor);
      const policy = await setPolicy.run(params, body, seenVersion(header), actor.subject);
      ring();
      return policy;
    },
    respond: (changed) => changedAnswer(changed, shown),
  }),
];

const reads = (reader: PayoutControlReader, changes: SettingChangeReader): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/programs/{programId}/payout-policy',
    operationId: 'getPayoutPolicy',
    tag: 'settlement',
    summary: 'When a program pays, what it keeps back, and who approves',
    access: { scope: 'settlement:read' },
    params: ProgramOfPolicyPath,
    versioned: true,
    success: { 200: PayoutPolicyView },
    errors: ['settlement.no_payout_policy'],
    handle: ({ actor, params }) => {
      mustBeStaff(actor);
      return saidOf(reader, changes, params);
    },
    respond: ({ policy, pending }) => shown(policy, pending),
  }),
  route({
    method: 'get',
    path: '/v1/programs/{programId}/partners/{partnerId}/payout-policy',
    operationId: 'getPartnerPayoutPolicy',
    tag: 'settlement',
    summary: 'What differs for one partner',
    access: { scope: 'settlement:read' },
    params: PartnerOfPolicyPath,
    versioned: true,
    success: { 200: PayoutPolicyView },
    errors: ['settlement.no_payout_policy'],
    handle: ({ actor, params }) => {
      mustBeStaff(actor);
      return saidOf(reader, changes, params);
    },
    respond: ({ policy, pending }) => shown(policy, pending),
  }),
];

/** What waits is shown with what is in force; where that is nothing, the refusal names it. */
const saidOf = async (
  reader: PayoutControlReader,
  changes: SettingChangeReader,
  { programId, partnerId }: PolicySubject,
): Promise<{ readonly policy: StoredPolicy; readonly pending: SettingChange | undefined }> => {
  const policy = await reader.policy(programId, partnerId);
  const pending = await changes.pending({ setting: 'payout_policy', programId, partnerId });
  if (policy !== undefined) return { policy, pending };
  const waits =
    pending && `; ${pending.id} waits for somebody else: POST /v1/setting-changes/${pending.id}/approve, or /refuse`;
  const detail = `nobody has said anything of it; it is as usual${waits ?? ''}`;
  throw new AppError('not_found', 'settlement.no_payout_policy', detail);
};

const shown = (policy: StoredPolicy, pending?: SettingChange): Answer => ({
  status: 200,
  headers: { ETag: etagOf(policy.version) },
  body: policyView(policy, pending),
});
