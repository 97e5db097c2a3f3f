import { pageOf } from '../domain/link.ts';
import type { PartnersPort } from '../../partners/index.ts';
import type { AttributionReader } from '../ports/attribution-reader.ts';
import { LinkDirectory, type Signpost } from '../ports/link-directory.ts';

/** Where links lead, asked of those who know. */
export class Signposts extends LinkDirectory {
  constructor(
    private readonly reader: AttributionReader,
    private readonly partners: PartnersPort,
  ) {
    super();
  }

  async find(code: string): Promise<Signpost | undefined> {
    const link = await this.reader.link({ code });
    if (link === undefined) return undefined;
    const { programId, partnerId } = link;
    const [program, [enrolment]] = await Promise.all([
      this.partners.program(programId),
      this.partners.enrolments(programId, [partnerId]),
    ]);
    if (program === undefined) return undefined;
    const name = { code, programId, partnerId };
    if (link.state === 'suspended') return { ...name, page: program.destination, objection: 'link_suspended' };
    if (enrolment?.state !== 'approved') return { ...name, page: program.destination, objection: 'not_enrolled' };
    return { ...name, page: pageOf(link, program) };
  }

  forget(): Promise<void> {
    return Promise.resolve(); // it keeps nothing
  }
}
