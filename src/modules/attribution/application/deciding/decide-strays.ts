import type { Id } from '../../../../shared/ids.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import type { AttributionTransaction } from '../../ports/attribution-stores.ts';
import type { DecideConversions } from './decide-conversions.ts';

/** Orders in one transaction. */
const PIECE = 200;

/**
 * Orders that name a program that does not exist are nobody's, and stay listed; once it does, they are decided as if it
 * always had. It is looked for, not told: an order may be on its way to be decided while the program is created, and
 * whoever looks again misses neither.
 */
export class DecideStrays {
  constructor(
    private readonly partners: PartnersPort,
    private readonly transaction: AttributionTransaction,
    private readonly decideConversions: DecideConversions,
  ) {}

  async due(): Promise<boolean> {
    return (await this.found()).length > 0;
  }

  /** A piece; true when there may be more. */
  async run(): Promise<boolean> {
    const programIds = await this.found();
    if (programIds.length === 0) return false;
    return this.transaction.run(async (stores) => {
      const strays = await stores.conversions.strays(programIds, PIECE);
      await this.decideConversions.found(stores, strays);
      return strays.length === PIECE;
    });
  }

  /** Programs that orders waited for, and that there are now. */
  private async found(): Promise<readonly Id<'prg'>[]> {
    const missing = await this.transaction.run(({ conversions }) => conversions.programsOfStrays());
    if (missing.length === 0) return [];
    const known = new Set((await this.partners.programs()).map(({ programId }) => programId));
    return missing.filter((programId) => known.has(programId));
  }
}
