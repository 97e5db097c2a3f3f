import type { Clock, Random } from '../../../../shared/clock.ts';
import { grouped } from '../../../../shared/grouped.ts';
import { type Instant, plusDays } from '../../../../shared/instant.ts';
import type { Vault } from '../../../../shared/vault.ts';
import type { Faded, Trace, Traces } from '../../ports/traces.ts';

const PIECE = 1_000;
const SALT_BYTES = 32;

/**
 * After some days a click's network becomes a hash and its user agent nothing. Two clicks of one month out of one network
 * can still be told to be that. The hash is keyed twice: by the program's own key, and by the salt of the month, which is
 * chance, and is destroyed once all clicks of the month have been hashed. From then on nobody can try networks against it,
 * we ourselves included.
 */
export class ForgetNetworks {
  constructor(
    private readonly traces: Traces,
    private readonly vault: Vault,
    private readonly random: Random,
    private readonly clock: Clock,
    private readonly afterDays: number,
  ) {}

  /** True when there may be more. */
  async run(): Promise<boolean> {
    const traces = await this.traces.before(this.deadline(), PIECE);
    for (const [month, ofMonth] of grouped(traces, ({ recordedAt }) => monthOf(recordedAt)))
      await this.traces.fade(await this.faded(month, ofMonth));
    if (traces.length === PIECE) return true;
    // All there is of the month before the deadline's is hashed.
    await this.traces.destroySaltsBefore(monthOf(this.deadline()));
    return false;
  }

  async due(): Promise<boolean> {
    return (await this.traces.before(this.deadline(), 1)).length > 0;
  }

  private deadline(): Instant {
    return plusDays(this.clock.now(), -this.afterDays);
  }

  private async faded(month: string, traces: readonly Trace[]): Promise<readonly Faded[]> {
    const salt = Buffer.from(await this.traces.salt(month, this.random.bytes(SALT_BYTES))).toString('base64url');
    return traces.map(({ clickId, network }) => ({
      clickId,
      networkHash: network && this.vault.fingerprint(`attribution network ${salt}`, network),
    }));
  }
}

const monthOf = (at: Instant): string => at.slice(0, 7);
