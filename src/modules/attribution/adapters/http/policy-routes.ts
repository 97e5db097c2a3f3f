import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { created, type Route, route } from '../../../../infrastructure/http/route.ts';
import { IsIdOf, IsText, IsWhole } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { PublishPolicy } from '../../application/publish-policy.ts';

const MAX_WINDOW_DAYS = 400;

class PolicyRequestBody {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsWhole({ min: 1, max: MAX_WINDOW_DAYS, description: 'Half-open: a touch exactly so long before is outside' })
  readonly windowDays!: number;
}

class AttributionPolicyView {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsWhole({ min: 1, max: 1_000_000 }) readonly version!: number;
  @IsText({ max: 50 }) readonly model!: string;
  @IsWhole({ min: 1, max: MAX_WINDOW_DAYS }) readonly windowDays!: number;
}

export const policyRoutes = (publishPolicy: PublishPolicy): readonly Route[] => [
  route({
    method: 'post',
    path: '/v1/attribution-policies',
    operationId: 'publishAttributionPolicy',
    tag: 'attribution',
    summary: 'Give a program its next attribution policy',
    description: 'Every program starts with version 1: last touch, 30 days. Orders decided before keep their policy.',
    access: { scope: 'programs:write' },
    body: PolicyRequestBody,
    success: { 201: AttributionPolicyView },
    errors: ['attribution.unknown_program', 'attribution.policy_stale'],
    handle: ({ actor, body }) => {
      mustBeStaff(actor);
      return publishPolicy.run(body);
    },
    respond: (policy) => created('/v1/attribution-policies', policy),
  }),
];
