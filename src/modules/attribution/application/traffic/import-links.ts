import type { Clock } from '../../../../shared/clock.ts';
import type { Fault } from '../../../../shared/errors.ts';
import { grouped } from '../../../../shared/grouped.ts';
import type { Id, Ids } from '../../../../shared/ids.ts';
import type { EnrolmentState, PartnersPort, ProgramFacts } from '../../../partners/index.ts';
import { allowedPage, type Link, linkFaults } from '../../domain/traffic/link.ts';
import type { LinkId } from '../../index.ts';
import type { AttributionTransaction } from '../../ports/attribution-stores.ts';
import type { LinkDirectory } from '../../ports/link-directory.ts';

export interface ImportedLink {
  readonly code: string;
  readonly programId: Id<'prg'>;
  readonly partnerId: Id<'par'>;
  readonly destination?: string | undefined;
}

export interface ImportResult {
  readonly index: number;
  readonly code: string;
  readonly verdict: 'created' | 'kept' | 'refused';
  readonly linkId: LinkId | null;
  readonly faults: readonly Fault[];
}

interface Known {
  readonly programs: ReadonlyMap<Id<'prg'>, ProgramFacts>;
  readonly standings: ReadonlyMap<string, EnrolmentState>;
}

/** Many links at once, each judged by itself. Sent again, it finds what it made and changes nothing. */
export class ImportLinks {
  constructor(
    private readonly partners: PartnersPort,
    private readonly transaction: AttributionTransaction,
    private readonly directory: LinkDirectory,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  async run(wanted: readonly ImportedLink[]): Promise<readonly ImportResult[]> {
    const known = await this.known(wanted);
    const repeated = repeatedIn(wanted);
    const faults = wanted.map((link, index) =>
      repeated.has(index)
        ? [fault('/code', 'attribution.code_repeated', 'stands in this import twice')]
        : linkFaults(link, known.programs.get(link.programId), known.standings.get(nameOf(link))),
    );
    const links = wanted.map((link) => this.link(link, known));
    const results = await this.transaction.run(async (stores) => {
      const put = await stores.links.put(links.filter((_, index) => faults[index]?.length === 0));
      const standing = new Map(put.map((link) => [link.code, link]));
      return links.map((link, index) => resultOf(link, index, faults[index] ?? [], standing.get(link.code)));
    });
    await this.directory.forget(results.flatMap(({ verdict, code }) => (verdict === 'kept' ? [code] : [])));
    return results;
  }

  private async known(wanted: readonly ImportedLink[]): Promise<Known> {
    const programs = new Map<Id<'prg'>, ProgramFacts>();
    const standings = new Map<string, EnrolmentState>();
    for (const [programId, ofProgram] of grouped(wanted, (link) => link.programId)) {
      const partnerIds = [...new Set(ofProgram.map(({ partnerId }) => partnerId))];
      const [program, enrolments] = await Promise.all([
        this.partners.program(programId),
        this.partners.enrolments(programId, partnerIds),
      ]);
      if (program !== undefined) programs.set(programId, program);
      for (const enrolment of enrolments) standings.set(nameOf(enrolment), enrolment.state);
    }
    return { programs, standings };
  }

  private link({ code, programId, partnerId, destination }: ImportedLink, { programs }: Known): Link {
    const program = programs.get(programId);
    return {
      linkId: this.ids.next('lnk'),
      code,
      programId,
      partnerId,
      destination: program && destination !== undefined ? allowedPage(destination, program) : undefined,
      state: 'active',
      createdAt: this.clock.now(),
    };
  }
}

const nameOf = ({ programId, partnerId }: Pick<Link, 'programId' | 'partnerId'>): string => `${programId}/${partnerId}`;

const fault = (pointer: string, code: string, detail: string): Fault => ({ pointer, code, detail });

/** Places of codes that stood further up already. */
const repeatedIn = (wanted: readonly ImportedLink[]): ReadonlySet<number> => {
  const seen = new Set<string>();
  const repeated = new Set<number>();
  for (const [index, { code }] of wanted.entries()) {
    if (seen.has(code)) repeated.add(index);
    seen.add(code);
  }
  return repeated;
};

const resultOf = (wanted: Link, index: number, faults: readonly Fault[], standing: Link | undefined): ImportResult => {
  const { code } = wanted;
  if (faults.length > 0 || standing === undefined) return { index, code, verdict: 'refused', linkId: null, faults };
  if (nameOf(standing) !== nameOf(wanted)) {
    const taken = fault('/code', 'attribution.code_taken', "is another partner's or program's; choose another one");
    return { index, code, verdict: 'refused', linkId: null, faults: [taken] };
  }
  const verdict = standing.linkId === wanted.linkId ? 'created' : 'kept';
  return { index, code, verdict, linkId: standing.linkId, faults: [] };
};
