import type { Clock } from '../../../../shared/clock.ts';
import { digest } from '../../../../shared/digest.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import {
  DEFAULT_POLICY,
  inRules,
  type PolicyVersion,
  type RuledPolicy,
  type Rules,
} from '../../domain/policy/policy.ts';
import { readRules } from '../../domain/policy/read-policy.ts';
import type { AttributionTransaction } from '../../ports/attribution-stores.ts';

/** By rules, or by no more than a window for a last touch of any kind. */
export type PolicyDraft = { readonly programId: Id<'prg'> } & (
  | { readonly windowDays: number }
  | {
      readonly rules: unknown;
      /** Of orders placed from then on; absent: from now on. */
      readonly effectiveFrom?: Instant | undefined;
    }
);

/** Gives a program its next policy. What is published never changes, and orders decided before keep theirs. */
export class PublishPolicy {
  constructor(
    private readonly partners: PartnersPort,
    private readonly transaction: AttributionTransaction,
    private readonly clock: Clock,
  ) {}

  /**
   * The same rules from the same moment, sent again, are the version they were. Throws `attribution.policy_invalid` with
   * every fault at once, `attribution.unknown_program`, `attribution.policy_stale`, and `attribution.policy_back_dated`
   * where orders may have been decided by another version: who gets them would depend on when somebody looked.
   */
  async run(draft: PolicyDraft, publishedBy: string): Promise<PolicyVersion> {
    const { programId } = draft;
    const rules = 'rules' in draft ? readableRules(draft.rules) : undefined;
    if ((await this.partners.program(programId)) === undefined)
      throw new AppError('refused', 'attribution.unknown_program', 'there is no such program');
    return this.transaction.run(async ({ policies }) => {
      const newest = newestOf(programId, await policies.ofPrograms([programId]));
      const publishedAt = this.clock.now();
      const asked = 'rules' in draft ? draft.effectiveFrom : undefined;
      if (isSame(newest, rules, asked)) return newest;
      const effectiveFrom = startOf(newest, { rules, asked, now: publishedAt });
      const policy = policyOf(draft, newest.policy.version + 1, rules);
      const version = { programId, policy, effectiveFrom, publishedAt, publishedBy };
      if (!(await policies.add(version)))
        throw new AppError('conflict', 'attribution.policy_stale', 'somebody published a policy meanwhile; look again');
      return version;
    });
  }

  /** Every one the program has of its own, newest first. */
  async versions(programId: Id<'prg'>): Promise<readonly PolicyVersion[]> {
    const versions = await this.transaction.run(({ policies }) => policies.ofPrograms([programId]));
    return versions.toSorted((a, b) => b.policy.version - a.policy.version);
  }
}

/** Throws `attribution.policy_invalid`. */
export const readableRules = (input: unknown): Rules => {
  const reading = readRules(input);
  if ('rules' in reading) return reading.rules;
  const faults = reading.faults.map((fault) => ({ ...fault, pointer: `/rules${fault.pointer}` }));
  const text = faults.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; ');
  throw new AppError('invalid', 'attribution.policy_invalid', text, { faults });
};

const newestOf = (programId: Id<'prg'>, versions: readonly PolicyVersion[]): PolicyVersion =>
  versions.reduce((newest, each) => (each.policy.version > newest.policy.version ? each : newest), {
    programId,
    policy: DEFAULT_POLICY,
  });

const isSame = ({ policy, effectiveFrom }: PolicyVersion, rules: Rules | undefined, asked: Instant | undefined) =>
  rules !== undefined &&
  'rules' in policy &&
  digest(policy.rules) === digest(rules) &&
  (asked === undefined || asked === effectiveFrom);

/**
 * Versions start in the order of their numbers, and none in the past. A bare window of a program that never had rules
 * starts with whatever is not decided yet, as it always did.
 */
const startOf = (
  newest: PolicyVersion,
  {
    rules,
    asked,
    now,
  }: { readonly rules: Rules | undefined; readonly asked: Instant | undefined; readonly now: Instant },
): Instant | undefined => {
  if (rules === undefined && newest.effectiveFrom === undefined) return undefined;
  const from = asked ?? now;
  const least = newest.effectiveFrom !== undefined && newest.effectiveFrom > now ? newest.effectiveFrom : now;
  if (from >= least) return from;
  const version = newest.policy.version;
  const detail = `must not lie before ${least}: until then another version is in force, version ${version} or an earlier one`;
  const faults = [{ pointer: '/effectiveFrom', code: 'attribution.policy_back_dated', detail }];
  throw new AppError('refused', 'attribution.policy_back_dated', `effectiveFrom ${detail}`, { faults });
};

const policyOf = (draft: PolicyDraft, version: number, rules: Rules | undefined): RuledPolicy =>
  rules === undefined
    ? inRules({ ...DEFAULT_POLICY, version, ...('windowDays' in draft && { windowDays: draft.windowDays }) })
    : { version, rules };
