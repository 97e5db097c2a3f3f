import { AppError } from '../../../shared/errors.ts';
import type { Id } from '../../../shared/ids.ts';
import type { PartnersPort } from '../../partners/index.ts';
import { DEFAULT_POLICY, type Policy } from '../domain/policy.ts';
import type { AttributionTransaction } from '../ports/attribution-stores.ts';

export interface PolicyRequest {
  readonly programId: Id<'prg'>;
  readonly windowDays: number;
}

/** Gives a program its next policy. Orders decided before keep theirs. */
export class PublishPolicy {
  constructor(
    private readonly partners: PartnersPort,
    private readonly transaction: AttributionTransaction,
  ) {}

  /** Throws `attribution.unknown_program`, `attribution.policy_stale`. */
  async run({ programId, windowDays }: PolicyRequest): Promise<PolicyRequest & Policy> {
    if ((await this.partners.program(programId)) === undefined)
      throw new AppError('refused', 'attribution.unknown_program', 'there is no such program');
    return this.transaction.run(async ({ policies }) => {
      const newest = (await policies.inForce([programId])).get(programId) ?? DEFAULT_POLICY;
      const policy = { ...DEFAULT_POLICY, version: newest.version + 1, windowDays };
      if (!(await policies.add(programId, policy)))
        throw new AppError('conflict', 'attribution.policy_stale', 'somebody published a policy meanwhile; look again');
      return { programId, ...policy };
    });
  }
}
