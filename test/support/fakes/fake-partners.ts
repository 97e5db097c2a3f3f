import type { Acceptance, PublishedTerms } from '../../../src/modules/partners/domain/acceptance.ts';
import type { Enrolment } from '../../../src/modules/partners/domain/enrolment.ts';
import type { Partner } from '../../../src/modules/partners/domain/partner.ts';
import type { StoredTaxProfile } from '../../../src/modules/partners/domain/tax-profile.ts';
import { TaxProfiles } from '../../../src/modules/partners/ports/tax-profiles.ts';
import type { StoredProfile } from '../../../src/modules/partners/domain/payout-profile.ts';
import type { Program } from '../../../src/modules/partners/domain/program.ts';
import {
  type EnrolmentFacts,
  type EnrolmentId,
  type GroupCount,
  type PartnerFacts,
  type PartnerId,
  PartnersPort,
  type PayoutProfile,
  type TaxProfile,
  type ProgramFacts,
  type ProgramId,
  type TermsAcceptance,
} from '../../../src/modules/partners/index.ts';
import { notFound } from '../../../src/modules/partners/application/refusals.ts';
import {
  type ListedPartner,
  type PartnerFilter,
  PartnerReader,
} from '../../../src/modules/partners/ports/partner-reader.ts';
import { Acceptances } from '../../../src/modules/partners/ports/acceptances.ts';
import {
  Enrolments,
  Partners,
  type PartnersTransaction,
  type PartnerStores,
  PayoutProfiles,
  Programs,
} from '../../../src/modules/partners/ports/partner-stores.ts';
import type { Id } from '../../../src/shared/ids.ts';
import { type Page, pageOf, type PageRequest } from '../../../src/shared/page.ts';
import { type FakeParts, FakeTransaction, type Rows, Table } from './fake-transaction.ts';

interface Tables {
  readonly programs: Table<Program>;
  readonly partners: Table<Partner>;
  readonly enrolments: Table<Enrolment>;
  readonly profiles: Table<StoredProfile>;
  readonly taxProfiles: Table<StoredTaxProfile>;
  readonly terms: Table<PublishedTerms>;
  readonly acceptances: Table<Acceptance>;
}

class FakePrograms extends Programs {
  constructor(private readonly tables: Tables) {
    super();
  }

  add(program: Program): Promise<boolean> {
    const isNew = !this.tables.programs.has(program.programId);
    if (isNew) this.tables.programs.set(program.programId, program);
    return Promise.resolve(isNew);
  }

  requireAcceptance(programId: ProgramId, requiresAcceptance: boolean): Promise<Program | undefined> {
    const program = this.tables.programs.get(programId);
    if (program === undefined) return Promise.resolve(undefined);
    const after = { ...program, requiresAcceptance };
    this.tables.programs.set(programId, after);
    return Promise.resolve(after);
  }

  enrolOneAtATime(programId: ProgramId): Promise<boolean> {
    return Promise.resolve(this.tables.programs.has(programId));
  }
}

class FakePartners extends Partners {
  constructor(private readonly tables: Tables) {
    super();
  }

  find(partnerIds: readonly PartnerId[]): Promise<readonly Partner[]> {
    return Promise.resolve(found(this.tables.partners, partnerIds));
  }

  save(partners: readonly Partner[]): Promise<void> {
    for (const partner of partners) this.tables.partners.set(partner.partnerId, partner);
    return Promise.resolve();
  }
}

class FakeEnrolments extends Enrolments {
  constructor(private readonly tables: Tables) {
    super();
  }

  get(enrolmentId: EnrolmentId): Promise<Enrolment> {
    const enrolment = this.tables.enrolments.get(enrolmentId);
    return enrolment === undefined ? Promise.reject(notFound('enrolment', enrolmentId)) : Promise.resolve(enrolment);
  }

  called(programId: ProgramId, externalRefs: readonly string[]): Promise<readonly Enrolment[]> {
    const wanted = new Set<string | undefined>(externalRefs);
    return Promise.resolve(
      this.tables.enrolments.values().filter((each) => each.programId === programId && wanted.has(each.externalRef)),
    );
  }

  has(programId: ProgramId, who: { partnerId?: PartnerId; emailFingerprint?: string }): Promise<boolean> {
    return Promise.resolve(
      this.tables.enrolments.values().some(({ programId: program, partnerId }) => {
        if (program !== programId) return false;
        const fingerprint = this.tables.partners.get(partnerId)?.emailFingerprint;
        return partnerId === who.partnerId || (fingerprint !== undefined && fingerprint === who.emailFingerprint);
      }),
    );
  }

  recruitersAbove(programId: ProgramId, partnerIds: readonly PartnerId[]): Promise<ReadonlyMap<PartnerId, PartnerId>> {
    const above = new Map<PartnerId, PartnerId>();
    const recruiterOf = new Map(
      this.tables.enrolments
        .values()
        .filter((each) => each.programId === programId)
        .map(({ partnerId, recruitedBy }) => [partnerId, recruitedBy]),
    );
    for (const start of partnerIds) {
      let recruiter = recruiterOf.get(start);
      for (let recruit = start; recruiter !== undefined; recruiter = recruiterOf.get(recruit)) {
        above.set(recruit, recruiter);
        recruit = recruiter;
      }
    }
    return Promise.resolve(above);
  }

  of(programId: ProgramId, partnerId: PartnerId): Promise<Enrolment | undefined> {
    const rows = this.tables.enrolments.values();
    return Promise.resolve(rows.find((each) => each.programId === programId && each.partnerId === partnerId));
  }

  save(enrolments: readonly Enrolment[]): Promise<void> {
    for (const enrolment of enrolments) this.tables.enrolments.set(enrolment.enrolmentId, enrolment);
    return Promise.resolve();
  }
}

class FakePayoutProfiles extends PayoutProfiles {
  constructor(private readonly tables: Tables) {
    super();
  }

  find(partnerIds: readonly PartnerId[]): Promise<readonly StoredProfile[]> {
    return Promise.resolve(found(this.tables.profiles, partnerIds));
  }

  save(profiles: readonly StoredProfile[]): Promise<boolean> {
    const stale = profiles.some(({ profile, version }) => {
      const before = this.tables.profiles.get(profile.partnerId);
      return before !== undefined && before.version !== version - 1;
    });
    if (stale) return Promise.resolve(false);
    for (const stored of profiles) this.tables.profiles.set(stored.profile.partnerId, stored);
    return Promise.resolve(true);
  }
}

class FakeTaxProfiles extends TaxProfiles {
  constructor(private readonly tables: Tables) {
    super();
  }

  version(partnerId: PartnerId): Promise<number> {
    return Promise.resolve(this.tables.taxProfiles.get(partnerId)?.version ?? 0);
  }

  add(stored: StoredTaxProfile): Promise<boolean> {
    const { partnerId } = stored.profile;
    if ((this.tables.taxProfiles.get(partnerId)?.version ?? 0) >= stored.version) return Promise.resolve(false);
    this.tables.taxProfiles.set(partnerId, stored);
    return Promise.resolve(true);
  }
}

class FakeAcceptances extends Acceptances {
  constructor(private readonly tables: Tables) {
    super();
  }

  hear(terms: readonly PublishedTerms[]): Promise<void> {
    for (const each of terms) if (!this.tables.terms.has(each.termsId)) this.tables.terms.set(each.termsId, each);
    return Promise.resolve();
  }

  terms(termsId: Id<'trm'>): Promise<PublishedTerms | undefined> {
    return Promise.resolve(this.tables.terms.get(termsId));
  }

  of(termsId: Id<'trm'>, partnerIds: readonly PartnerId[]): Promise<readonly Acceptance[]> {
    return Promise.resolve(
      found(
        this.tables.acceptances,
        partnerIds.map((partnerId) => `${partnerId}/${termsId}`),
      ),
    );
  }

  add(acceptance: Acceptance): Promise<void> {
    this.tables.acceptances.set(`${acceptance.partnerId}/${acceptance.termsId}`, acceptance);
    return Promise.resolve();
  }
}

const found = <Row>(table: Rows<Row>, ids: readonly string[]): Row[] => ids.flatMap((id) => table.get(id) ?? []);

class FakePartnerReader extends PartnerReader {
  constructor(private readonly tables: Tables) {
    super();
  }

  async program(programId: ProgramId): Promise<ProgramFacts | undefined> {
    const program = await this.programWhole(programId);
    return program && factsOf(program);
  }

  programs(): Promise<readonly ProgramFacts[]> {
    return Promise.resolve(sorted(this.tables.programs.committed.values(), ({ programId }) => programId).map(factsOf));
  }

  enrolments(programId: ProgramId, partnerIds: readonly PartnerId[]): Promise<readonly EnrolmentFacts[]> {
    const wanted = new Set(partnerIds);
    const rows = this.tables.enrolments.committed
      .values()
      .filter((each) => each.programId === programId && wanted.has(each.partnerId));
    return Promise.resolve(
      sorted(rows, ({ partnerId }) => partnerId).map(({ partnerId, state, approvedAt, groups, recruitedBy }) => ({
        programId,
        partnerId,
        state,
        approvedAt,
        groups,
        recruitedBy,
      })),
    );
  }

  groups(programId: ProgramId): Promise<readonly GroupCount[]> {
    const counts = new Map<string, number>();
    const rows = this.tables.enrolments.committed.values().filter((each) => each.programId === programId);
    for (const name of rows.flatMap(({ groups }) => groups)) counts.set(name, (counts.get(name) ?? 0) + 1);
    const groups = [...counts].map(([name, partners]) => ({ name, partners }));
    return Promise.resolve(sorted(groups, ({ name }) => name));
  }

  acceptances(programId: ProgramId, partnerIds: readonly PartnerId[]): Promise<readonly TermsAcceptance[]> {
    const rows = this.tables.acceptances.committed
      .values()
      .filter((each) => each.programId === programId && partnerIds.includes(each.partnerId));
    return Promise.resolve(sorted(rows, ({ partnerId }) => partnerId).map(({ acceptedBy: _, ...told }) => told));
  }

  acceptancePage(termsId: Id<'trm'>, request: PageRequest, partnerId?: PartnerId): Promise<Page<Acceptance>> {
    const rows = this.tables.acceptances.committed
      .values()
      .filter((each) => each.termsId === termsId && (partnerId === undefined || each.partnerId === partnerId));
    return Promise.resolve(paged(rows, request, (each) => each.partnerId));
  }

  partners(partnerIds: readonly PartnerId[]): Promise<readonly PartnerFacts[]> {
    const rows = sorted(found(this.tables.partners.committed, partnerIds), ({ partnerId }) => partnerId);
    return Promise.resolve(
      rows.map(({ partnerId, name, emailFingerprint }) => ({ partnerId, name, emailFingerprint })),
    );
  }

  payoutProfiles(partnerIds: readonly PartnerId[]): Promise<readonly PayoutProfile[]> {
    return Promise.resolve(
      found(this.tables.profiles.committed, partnerIds).map(({ profile, version }) => ({ ...profile, version })),
    );
  }

  taxProfiles(partnerIds: readonly PartnerId[]): Promise<readonly TaxProfile[]> {
    return Promise.resolve(found(this.tables.taxProfiles.committed, partnerIds).map(({ profile }) => profile));
  }

  taxProfile(partnerId: PartnerId): Promise<StoredTaxProfile | undefined> {
    return Promise.resolve(this.tables.taxProfiles.committed.get(partnerId));
  }

  programWhole(programId: ProgramId): Promise<Program | undefined> {
    return Promise.resolve(this.tables.programs.committed.get(programId));
  }

  programPage(request: PageRequest): Promise<Page<Program>> {
    return Promise.resolve(paged(this.tables.programs.committed.values(), request, ({ programId }) => programId));
  }

  partnerPage(request: PageRequest, filter: PartnerFilter): Promise<Page<ListedPartner>> {
    const listed = this.tables.partners.committed.values().map((partner) => ({
      partner,
      enrolments: sorted(
        this.tables.enrolments.committed.values().filter(({ partnerId }) => partnerId === partner.partnerId),
        ({ enrolmentId }) => enrolmentId,
      ),
    }));
    const fitting = listed.filter(
      ({ partner, enrolments }) =>
        (filter.partnerId === undefined || partner.partnerId === filter.partnerId) &&
        enrolments.some((enrolment) => fits(enrolment, filter)),
    );
    return Promise.resolve(paged(fitting, request, ({ partner }) => partner.partnerId));
  }

  enrolment(enrolmentId: EnrolmentId): Promise<Enrolment | undefined> {
    return Promise.resolve(this.tables.enrolments.committed.get(enrolmentId));
  }

  profile(partnerId: PartnerId): Promise<StoredProfile | undefined> {
    return Promise.resolve(this.tables.profiles.committed.get(partnerId));
  }
}

const fits = (enrolment: Enrolment, { programId, state, externalRef, group }: PartnerFilter): boolean =>
  (group === undefined || enrolment.groups.includes(group)) &&
  (programId === undefined || enrolment.programId === programId) &&
  (state === undefined || enrolment.state === state) &&
  (externalRef === undefined || enrolment.externalRef === externalRef);

const factsOf = ({ createdAt: _, ...facts }: Program): ProgramFacts => facts;

const sorted = <Row>(rows: readonly Row[], keyOf: (row: Row) => string): Row[] =>
  rows.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));

const paged = <Row>(rows: readonly Row[], request: PageRequest, keyOf: (row: Row) => string): Page<Row> => {
  const [after = ''] = request.after ?? [];
  return pageOf(
    sorted(rows, keyOf).filter((row) => keyOf(row) > after),
    request,
    (row) => [keyOf(row)],
  );
};

export class FakePartnersTransaction extends FakeTransaction<PartnerStores> implements PartnersTransaction {
  /** Sees what was committed here. */
  readonly reader: PartnerReader;

  constructor(parts: Partial<FakeParts<PartnerStores>> = {}) {
    const tables: Tables = {
      programs: new Table(),
      partners: new Table(),
      enrolments: new Table(),
      profiles: new Table(),
      taxProfiles: new Table(),
      terms: new Table(),
      acceptances: new Table(),
    };
    super({
      schema: 'partners',
      tables: Object.values(tables) as Table<unknown>[],
      stores: (outbox) => ({
        programs: new FakePrograms(tables),
        partners: new FakePartners(tables),
        enrolments: new FakeEnrolments(tables),
        profiles: new FakePayoutProfiles(tables),
        taxProfiles: new FakeTaxProfiles(tables),
        acceptances: new FakeAcceptances(tables),
        outbox,
      }),
      ...parts,
    });
    this.reader = new FakePartnerReader(tables);
  }
}

/** Answers other modules' questions from plain facts that their tests put in. */
export class FakePartnersPort extends PartnersPort {
  private readonly programsById = new Map<ProgramId, ProgramFacts>();
  private readonly enrolmentsByName = new Map<string, EnrolmentFacts>();
  private readonly partnersById = new Map<PartnerId, PartnerFacts>();
  private readonly profilesById = new Map<PartnerId, PayoutProfile>();
  private readonly taxProfilesById = new Map<PartnerId, TaxProfile>();
  private readonly accepted: TermsAcceptance[] = [];

  withProgram(...programs: readonly ProgramFacts[]): this {
    for (const program of programs) this.programsById.set(program.programId, program);
    return this;
  }

  withEnrolment(...enrolments: readonly EnrolmentFacts[]): this {
    for (const each of enrolments) this.enrolmentsByName.set(`${each.programId}/${each.partnerId}`, each);
    return this;
  }

  withPartner(...partners: readonly PartnerFacts[]): this {
    for (const partner of partners) this.partnersById.set(partner.partnerId, partner);
    return this;
  }

  withAcceptance(...acceptances: readonly TermsAcceptance[]): this {
    this.accepted.push(...acceptances);
    return this;
  }

  withTaxProfile(...profiles: readonly TaxProfile[]): this {
    for (const profile of profiles) this.taxProfilesById.set(profile.partnerId, profile);
    return this;
  }

  withPayoutProfile(...profiles: readonly PayoutProfile[]): this {
    for (const profile of profiles) this.profilesById.set(profile.partnerId, profile);
    return this;
  }

  program(programId: ProgramId): Promise<ProgramFacts | undefined> {
    return Promise.resolve(this.programsById.get(programId));
  }

  programs(): Promise<readonly ProgramFacts[]> {
    return Promise.resolve([...this.programsById.values()]);
  }

  enrolments(programId: ProgramId, partnerIds: readonly PartnerId[]): Promise<readonly EnrolmentFacts[]> {
    return Promise.resolve(partnerIds.flatMap((id) => this.enrolmentsByName.get(`${programId}/${id}`) ?? []));
  }

  groups(programId: ProgramId): Promise<readonly GroupCount[]> {
    const enrolled = [...this.enrolmentsByName.values()].filter((each) => each.programId === programId);
    const names = enrolled.flatMap(({ groups = [] }) => groups);
    return Promise.resolve(
      [...new Set(names)].map((name) => ({ name, partners: names.filter((each) => each === name).length })),
    );
  }

  acceptances(programId: ProgramId, partnerIds: readonly PartnerId[]): Promise<readonly TermsAcceptance[]> {
    return Promise.resolve(
      this.accepted.filter((each) => each.programId === programId && partnerIds.includes(each.partnerId)),
    );
  }

  partners(partnerIds: readonly PartnerId[]): Promise<readonly PartnerFacts[]> {
    return Promise.resolve(partnerIds.flatMap((id) => this.partnersById.get(id) ?? []));
  }

  payoutProfiles(partnerIds: readonly PartnerId[]): Promise<readonly PayoutProfile[]> {
    return Promise.resolve(partnerIds.flatMap((id) => this.profilesById.get(id) ?? []));
  }

  taxProfiles(partnerIds: readonly PartnerId[]): Promise<readonly TaxProfile[]> {
    return Promise.resolve(partnerIds.flatMap((id) => this.taxProfilesById.get(id) ?? []));
  }
}
