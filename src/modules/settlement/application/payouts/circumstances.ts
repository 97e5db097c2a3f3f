import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { EnrolmentState, PartnersPort, PayoutProfile, ProgramFacts } from '../../../partners/index.ts';
import type { Circumstances } from '../../domain/payouts/blocks.ts';
import { accountFaultOf } from '../../domain/rails/account-faults.ts';
import type { Objection } from '../../domain/rails/objections.ts';
import type { PayoutControl } from '../../ports/payout-control.ts';
import type { Clearance } from '../../domain/tax/clearance.ts';
import type { Rails } from '../../ports/rails.ts';
import type { TaxClearance } from '../../ports/tax-clearance.ts';

/** As many as are asked for by one call. */
const CHUNK = 1_000;

/** What other modules know, asked outside any transaction. Where the money goes is a secret: it is not for keeping. */
export interface AskedOfPartners {
  readonly enrolments: ReadonlyMap<Id<'par'>, EnrolmentState>;
  readonly profiles: ReadonlyMap<Id<'par'>, PayoutProfile>;
  readonly clearances: ReadonlyMap<Id<'par'>, Clearance>;
  /** Only where it is decided; when a batch is sent its rail says so itself. */
  readonly objections?: ReadonlyMap<Id<'par'>, Objection> | undefined;
}

/** Asks whether partners may be paid. */
export class AskPartners {
  constructor(
    private readonly partners: PartnersPort,
    private readonly tax: TaxClearance,
    private readonly rails: Rails,
  ) {}

  program(programId: Id<'prg'>): Promise<ProgramFacts | undefined> {
    return this.partners.program(programId);
  }

  /** What their rails would refuse of what they have said, so that nothing is decided which cannot be sent. */
  objections(
    { profiles }: Pick<AskedOfPartners, 'profiles'>,
    booksCurrency: string | undefined,
  ): ReadonlyMap<Id<'par'>, Objection> {
    const objections = new Map<Id<'par'>, Objection>();
    for (const [partnerId, profile] of profiles) {
      const rail = this.rails.find(profile.method ?? 'bank');
      const currency = profile.currency ?? booksCurrency;
      const isCarried = currency === undefined || rail?.can.currencies?.includes(currency) !== false;
      const objection = isCarried ? rail?.objection(profile) : 'currency_not_carried';
      if (objection !== undefined) objections.set(partnerId, objection);
    }
    return objections;
  }

  async about(programId: Id<'prg'>, partnerIds: readonly Id<'par'>[], now: Instant): Promise<AskedOfPartners> {
    const enrolments = new Map<Id<'par'>, EnrolmentState>();
    const profiles = new Map<Id<'par'>, PayoutProfile>();
    const clearances = new Map<Id<'par'>, Clearance>();
    for (let start = 0; start < partnerIds.length; start += CHUNK) {
      const some = partnerIds.slice(start, start + CHUNK);
      const [enrolled, named, cleared] = await Promise.all([
        this.partners.enrolments(programId, some),
        this.partners.payoutProfiles(some),
        this.tax.clearances(programId, some, now),
      ]);
      for (const { partnerId, state } of enrolled) enrolments.set(partnerId, state);
      for (const profile of named) profiles.set(profile.partnerId, profile);
      for (const [partnerId, clearance] of cleared) clearances.set(partnerId, clearance);
    }
    return { enrolments, profiles, clearances };
  }
}

/** What was asked, and what settlement has heard itself. */
export const circumstancesOf = async (
  { guards }: Pick<PayoutControl, 'guards'>,
  programId: Id<'prg'>,
  partnerIds: readonly Id<'par'>[],
  { enrolments, profiles, clearances, objections }: AskedOfPartners,
): Promise<ReadonlyMap<Id<'par'>, Circumstances>> => {
  const [freeze] = await guards.freezes(programId);
  const heard = await guards.heard(programId, partnerIds);
  return new Map(
    partnerIds.map((partnerId) => {
      const {
        openCases = [],
        profileChangedAt,
        hasRequested = false,
        refusedMethods = [],
      } = heard.get(partnerId) ?? {};
      const profile = profiles.get(partnerId);
      const refused = refusedMethods.find(({ version }) => version === profile?.version);
      return [
        partnerId,
        {
          enrolment: enrolments.get(partnerId),
          hasProfile: profile !== undefined,
          objection: objections?.get(partnerId),
          accountFault: refused && accountFaultOf(refused.code),
          uncleared: missingOf(clearances.get(partnerId)),
          frozen: freeze?.reason,
          held: 0n,
          ...{ openCases, profileChangedAt, hasRequested },
        },
      ];
    }),
  );
};

const missingOf = (clearance: Clearance | undefined): string | undefined =>
  clearance?.clear === false ? clearance.missing : undefined;
