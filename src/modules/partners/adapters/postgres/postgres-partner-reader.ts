import type { Knex } from 'knex';
import { rowsOf, rowsOfOften } from '../../../../infrastructure/postgres/database.ts';
import { grouped } from '../../../../shared/grouped.ts';
import { fromUuid, type Id, parseId, toUuid } from '../../../../shared/ids.ts';
import { type Page, pageOf, type PageRequest } from '../../../../shared/page.ts';
import type { Vault } from '../../../../shared/vault.ts';
import type { Acceptance } from '../../domain/acceptance.ts';
import type { Enrolment } from '../../domain/enrolment.ts';
import type { StoredProfile } from '../../domain/payout-profile.ts';
import type { StoredTaxProfile } from '../../domain/tax-profile.ts';
import { taxProfilesOf } from './postgres-tax-profiles.ts';
import type { Program } from '../../domain/program.ts';
import type {
  EnrolmentFacts,
  EnrolmentId,
  GroupCount,
  PartnerFacts,
  PartnerId,
  PayoutProfile,
  TaxProfile,
  ProgramFacts,
  ProgramId,
  TermsAcceptance,
} from '../../index.ts';
import type { ListedPartner, PartnerFilter, PartnerReader } from '../../ports/partner-reader.ts';
import { type AcceptanceRow, toAcceptance } from './postgres-acceptances.ts';
import {
  type EnrolmentRow,
  type PartnerRow,
  type ProfileRow,
  type ProgramRow,
  toEnrolment,
  toPartner,
  toProfile,
  toProgram,
  toStoredProfile,
  uuids,
} from './rows.ts';

export class PostgresPartnerReader implements PartnerReader {
  constructor(
    private readonly db: Knex,
    private readonly vault: Vault,
  ) {}

  // ── what other modules ask ──────────────────────────────────────────────────────────────────────────────────────

  async program(programId: ProgramId): Promise<ProgramFacts | undefined> {
    const program = await this.programWhole(programId);
    return program && toFacts(program);
  }

  async programs(): Promise<readonly ProgramFacts[]> {
    const rows = await rowsOf<ProgramRow>(this.db, 'select * from partners.programs order by id');
    return rows.map((row) => toFacts(toProgram(row)));
  }

  async enrolments(programId: ProgramId, partnerIds: readonly PartnerId[]): Promise<readonly EnrolmentFacts[]> {
    const rows = await rowsOfOften<EnrolmentRow>(
      this.db,
      `select enrolment.*
       from (select distinct id from unnest(:ids::uuid[]) as id order by id) as wanted
       cross join lateral (
         select id, program_id, partner_id, external_ref, state, reason, groups, recruited_by, approved_at, created_at,
           changed_at, changed_by
         from partners.enrolments as own
         where own.program_id = :programId and own.partner_id = wanted.id
         offset 0
       ) as enrolment`,
      { programId: toUuid(programId), ids: uuids(partnerIds) },
    );
    return rows.map((row) => {
      const { partnerId, state, approvedAt, groups, recruitedBy, changedAt } = toEnrolment(row);
      const ended = state === 'terminated' && { endedAt: changedAt };
      return { programId, partnerId, state, approvedAt, groups, recruitedBy, ...ended };
    });
  }

  async acceptances(programId: ProgramId, partnerIds: readonly PartnerId[]): Promise<readonly TermsAcceptance[]> {
    const rows = await rowsOf<AcceptanceRow>(
      this.db,
      `select * from partners.acceptances
       where partner_id = any(:ids) and program_id = :programId
       order by partner_id, accepted_at`,
      { programId: toUuid(programId), ids: uuids(partnerIds) },
    );
    return rows.map((row) => {
      const { acceptedBy: _, ...told } = toAcceptance(row);
      return told;
    });
  }

  async partners(partnerIds: readonly PartnerId[]): Promise<readonly PartnerFacts[]> {
    const rows = await rowsOf<Pick<PartnerRow, 'id' | 'name' | 'email_fingerprint'>>(
      this.db,
      `select id, name, email_fingerprint from partners.partners where id = any(:ids) order by id`,
      { ids: uuids(partnerIds) },
    );
    return rows.map(({ id, name, email_fingerprint }) => ({
      partnerId: fromUuid('par', id),
      name,
      emailFingerprint: email_fingerprint,
    }));
  }

  async payoutProfiles(partnerIds: readonly PartnerId[]): Promise<readonly PayoutProfile[]> {
    const rows = await rowsOf<ProfileRow>(
      this.db,
      `select partner_id, version, sealed
       from partners.payout_profiles
       where partner_id = any(:ids)
       order by partner_id`,
      { ids: uuids(partnerIds) },
    );
    return rows.map((row) => ({ ...toProfile(row, this.vault), version: row.version }));
  }

  async taxProfiles(partnerIds: readonly PartnerId[]): Promise<readonly TaxProfile[]> {
    return (await taxProfilesOf(this.db, this.vault, partnerIds)).map(({ profile }) => profile);
  }

  // ── what people see ─────────────────────────────────────────────────────────────────────────────────────────────

  async programWhole(programId: ProgramId): Promise<Program | undefined> {
    const [row] = await rowsOf<ProgramRow>(this.db, 'select * from partners.programs where id = :id', {
      id: toUuid(programId),
    });
    return row && toProgram(row);
  }

  async programPage(request: PageRequest): Promise<Page<Program>> {
    const rows = await rowsOf<ProgramRow>(
      this.db,
      `select * from partners.programs where id > :after order by id limit :limit`,
      { after: afterUuid('prg', request), limit: request.limit + 1 },
    );
    return pageOf(rows.map(toProgram), request, ({ programId }) => [programId]);
  }

  async partnerPage(request: PageRequest, filter: PartnerFilter): Promise<Page<ListedPartner>> {
    const { partnerId, programId, ...plain } = filter;
    const enrolledAs = {
      program_id: programId && toUuid(programId),
      state: plain.state,
      external_ref: plain.externalRef,
      groups: plain.group,
    };
    const asked = Object.entries(enrolledAs).filter(([, value]) => value !== undefined);
    const rows = await rowsOf<PartnerRow>(
      this.db,
      `select *
       from partners.partners
       where id > :after
         ${partnerId === undefined ? '' : 'and id = :partnerId'}
         and exists (
           select from partners.enrolments
           where partner_id = partners.id
             ${asked.map(([column]) => (column === 'groups' ? 'and :groups = any(groups)' : `and ${column} = :${column}`)).join(' ')}
         )
       order by id
       limit :limit`,
      {
        after: afterUuid('par', request),
        limit: request.limit + 1,
        ...(partnerId !== undefined && { partnerId: toUuid(partnerId) }),
        ...Object.fromEntries(asked),
      },
    );
    const enrolments = await this.enrolmentsOf(rows);
    const listed = rows.map((row) => ({
      partner: toPartner(row, this.vault),
      enrolments: enrolments.get(fromUuid('par', row.id)) ?? [],
    }));
    return pageOf(listed, request, ({ partner }) => [partner.partnerId]);
  }

  async groups(programId: ProgramId): Promise<readonly GroupCount[]> {
    const rows = await rowsOf<{ name: string; partners: bigint }>(
      this.db,
      `select name, count(*) as partners
       from partners.enrolments, unnest(groups) as name
       where program_id = :programId
       group by name
       order by name collate "C"`,
      { programId: toUuid(programId) },
    );
    return rows.map(({ name, partners }) => ({ name, partners: Number(partners) }));
  }

  async enrolment(enrolmentId: EnrolmentId): Promise<Enrolment | undefined> {
    const [row] = await rowsOf<EnrolmentRow>(this.db, 'select * from partners.enrolments where id = :id', {
      id: toUuid(enrolmentId),
    });
    return row && toEnrolment(row);
  }

  async acceptancePage(termsId: Id<'trm'>, request: PageRequest, partnerId?: PartnerId): Promise<Page<Acceptance>> {
    const rows = await rowsOf<AcceptanceRow>(
      this.db,
      `select * from partners.acceptances
       where terms_id = :termsId and partner_id > :after
         ${partnerId === undefined ? '' : 'and partner_id = :partnerId'}
       order by partner_id
       limit :limit`,
      {
        termsId: toUuid(termsId),
        after: afterUuid('par', request),
        limit: request.limit + 1,
        ...(partnerId !== undefined && { partnerId: toUuid(partnerId) }),
      },
    );
    return pageOf(rows.map(toAcceptance), request, (acceptance) => [acceptance.partnerId]);
  }

  async profile(partnerId: PartnerId): Promise<StoredProfile | undefined> {
    const [row] = await rowsOf<ProfileRow>(this.db, 'select * from partners.payout_profiles where partner_id = :id', {
      id: toUuid(partnerId),
    });
    return row && toStoredProfile(row, this.vault);
  }

  async taxProfile(partnerId: PartnerId): Promise<StoredTaxProfile | undefined> {
    return (await taxProfilesOf(this.db, this.vault, [partnerId]))[0];
  }

  private async enrolmentsOf(partners: readonly PartnerRow[]): Promise<ReadonlyMap<PartnerId, readonly Enrolment[]>> {
    const rows = await rowsOf<EnrolmentRow>(
      this.db,
      'select * from partners.enrolments where partner_id = any(:ids) order by partner_id, id',
      { ids: partners.map(({ id }) => id) },
    );
    return grouped(rows.map(toEnrolment), ({ partnerId }) => partnerId);
  }
}

const FIRST = '00000000-0000-0000-0000-000000000000';

const afterUuid = (prefix: string, { after }: PageRequest): string => {
  const [last] = after ?? [];
  return last === undefined ? FIRST : toUuid(parseId(prefix, last));
};

const toFacts = ({ createdAt: _, ...facts }: Program): ProgramFacts => facts;
