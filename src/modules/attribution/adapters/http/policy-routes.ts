import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { created, type Route, route } from '../../../../infrastructure/http/route.ts';
import { AppError } from '../../../../shared/errors.ts';
import { IsBag, IsIdOf, IsInstant, IsListOf, IsText, IsWhole } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import { type Instant, instant } from '../../../../shared/instant.ts';
import type { PolicyDraft, PublishPolicy } from '../../application/deciding/publish-policy.ts';
import { inRules, type PolicyVersion, spanMs } from '../../domain/policy/policy.ts';

const MAX_WINDOW_DAYS = 730;
const MAX_PLAIN_DAYS = 400;
const DAY_MS = 86_400_000;

class PolicyRequestBody {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsBag({ optional: true, description: 'The rules; docs/attribution.md teaches them' }) readonly rules?: object;
  @IsInstant({ optional: true, description: 'Of orders placed from then on; left out: from now on' })
  readonly effectiveFrom?: string;
  @IsWhole({
    min: 1,
    max: MAX_PLAIN_DAYS,
    optional: true,
    description:
      'Instead of rules: last touch of any kind but impressions, within so many days. Half-open: a touch exactly so ' +
      'long before is outside',
  })
  readonly windowDays?: number;
}

class PolicyQuery {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
}

class AttributionPolicyView {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsWhole({ min: 1, max: 1_000_000 }) readonly version!: number;
  @IsText({ max: 50 }) readonly model!: string;
  @IsWhole({ min: 1, max: MAX_WINDOW_DAYS, description: 'The longest window of any kind of touch, in days begun' })
  readonly windowDays!: number;
  @IsBag({ optional: true }) readonly rules?: object;
  @IsInstant({ nullable: true, optional: true, description: 'Null: of all orders that were not decided yet' })
  readonly effectiveFrom?: Instant | null;
  @IsInstant({ nullable: true, optional: true }) readonly publishedAt?: Instant | null;
  @IsText({ max: 200, nullable: true, optional: true }) readonly publishedBy?: string | null;
}

class AttributionPolicyListView {
  @IsListOf(() => AttributionPolicyView, { max: 100_000, description: 'Newest first; the default is not among them' })
  readonly data!: readonly AttributionPolicyView[];
}

export const policyRoutes = (publishPolicy: PublishPolicy): readonly Route[] => [
  route({
    method: 'post',
    path: '/v1/attribution-policies',
    operationId: 'publishAttributionPolicy',
    tag: 'attribution',
    summary: 'Give a program its next attribution policy',
    description:
      'Every program starts with version 1: last touch, 30 days. An order is decided by the policy in force when it was ' +
      'placed; orders decided before keep theirs. Every fault is told at once. The same rules again are the version they were.',
    access: { scope: 'programs:write' },
    body: PolicyRequestBody,
    success: { 201: AttributionPolicyView },
    errors: [
      'attribution.unknown_program',
      'attribution.policy_stale',
      'attribution.policy_invalid',
      'attribution.policy_back_dated',
      'attribution.policy_unclear',
    ],
    handle: ({ actor, body }) => {
      mustBeStaff(actor);
      return publishPolicy.run(draftOf(body), actor.subject);
    },
    respond: (version) => created('/v1/attribution-policies', policyView(version)),
  }),
  route({
    method: 'get',
    path: '/v1/attribution-policies',
    operationId: 'listAttributionPolicies',
    tag: 'attribution',
    summary: 'Every attribution policy a program has had (staff)',
    description: 'Staff alone, for rules may name partners.',
    access: { scope: 'programs:read' },
    query: PolicyQuery,
    success: { 200: AttributionPolicyListView },
    problems: [403],
    handle: async ({ actor, query }) => {
      mustBeStaff(actor);
      return { data: (await publishPolicy.versions(query.programId)).map(policyView) };
    },
  }),
];

/** Throws `attribution.policy_unclear`. */
const draftOf = ({ programId, rules, windowDays, effectiveFrom }: PolicyRequestBody): PolicyDraft => {
  if (rules !== undefined && windowDays === undefined)
    return { programId, rules, effectiveFrom: effectiveFrom === undefined ? undefined : instant(effectiveFrom) };
  if (rules === undefined && windowDays !== undefined && effectiveFrom === undefined) return { programId, windowDays };
  throw new AppError(
    'invalid',
    'attribution.policy_unclear',
    'send either rules, with effectiveFrom or without, or windowDays alone',
  );
};

const policyView = ({ programId, policy, effectiveFrom, publishedAt, publishedBy }: PolicyVersion) => {
  const { version, rules } = inRules(policy);
  const spans = [rules, ...(rules.groups ?? [])].flatMap(({ windows = {} }) => Object.values(windows));
  return {
    programId,
    version,
    model: rules.model.kind,
    windowDays: Math.ceil(Math.max(...spans.map(spanMs)) / DAY_MS),
    rules,
    effectiveFrom: effectiveFrom ?? null,
    publishedAt: publishedAt ?? null,
    publishedBy: publishedBy ?? null,
  };
};
