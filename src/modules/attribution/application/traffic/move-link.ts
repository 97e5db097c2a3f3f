import type { Clock } from '../../../../shared/clock.ts';
import { moved } from '../../../../shared/lifecycle.ts';
import type { Link } from '../../domain/traffic/link.ts';
import { lifecycle } from '../../domain/traffic/link-life-cycle.ts';
import type { LinkId } from '../../index.ts';
import type { AttributionTransaction } from '../../ports/attribution-stores.ts';
import type { LinkDirectory } from '../../ports/link-directory.ts';

/** Suspends a link, or lets it count again. */
export class MoveLink {
  constructor(
    private readonly transaction: AttributionTransaction,
    private readonly directory: LinkDirectory,
    private readonly clock: Clock,
  ) {}

  /** Throws `attribution.unknown_link`, `attribution.illegal_move`. */
  async run(linkId: LinkId, action: 'suspend' | 'resume'): Promise<Link> {
    const link = await this.transaction.run(async ({ links }) => {
      const before = await links.get(linkId);
      const state = moved('attribution', lifecycle, before.state, action);
      const after = { ...before, state, suspendedAt: state === 'suspended' ? this.clock.now() : undefined };
      await links.save(after);
      return after;
    });
    await this.directory.forget([link.code]);
    return link;
  }
}
