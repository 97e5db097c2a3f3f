import type { Clock, Random } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { Id, Ids } from '../../../../shared/ids.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import { allowedPage, type Link, linkFaults, MINTED_LENGTH, mintedCode } from '../../domain/traffic/link.ts';
import type { AttributionTransaction } from '../../ports/attribution-stores.ts';

export interface LinkRequest {
  readonly programId: Id<'prg'>;
  readonly partnerId: Id<'par'>;
  /** A name of the partner's own choice; without one a short code is minted. */
  readonly code?: string | undefined;
  readonly destination?: string | undefined;
}

/** Of 32^8 codes hardly any is taken; three in a row are no chance. */
const TRIES = 3;

export class MakeLink {
  constructor(
    private readonly partners: PartnersPort,
    private readonly transaction: AttributionTransaction,
    private readonly ids: Ids,
    private readonly random: Random,
    private readonly clock: Clock,
  ) {}

  /**
   * Throws `attribution.unknown_program`, `attribution.not_enrolled`, `attribution.destination_not_allowed`,
   * `attribution.code_taken`.
   */
  async run(request: LinkRequest): Promise<Link> {
    const link = await this.permitted(request);
    const codes =
      request.code === undefined
        ? Array.from({ length: TRIES }, () => mintedCode(this.random.bytes(MINTED_LENGTH)))
        : [request.code];
    return this.transaction.run(async ({ links }) => {
      for (const code of codes) {
        if (await links.add({ ...link, code })) return { ...link, code };
      }
      throw new AppError('conflict', 'attribution.code_taken', 'another link has this code; choose another one');
    });
  }

  private async permitted({ programId, partnerId, destination }: LinkRequest): Promise<Omit<Link, 'code'>> {
    const [program, [enrolment]] = await Promise.all([
      this.partners.program(programId),
      this.partners.enrolments(programId, [partnerId]),
    ]);
    const faults = linkFaults({ destination }, program, enrolment?.state);
    const [first] = faults;
    if (first !== undefined) throw new AppError('refused', first.code, first.detail, { faults });
    const page = program && destination !== undefined ? allowedPage(destination, program) : undefined;
    return {
      linkId: this.ids.next('lnk'),
      programId,
      partnerId,
      destination: page,
      state: 'active',
      createdAt: this.clock.now(),
    };
  }
}
