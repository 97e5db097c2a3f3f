import { ContainerModule } from 'inversify';
import type { Module } from '../../src/infrastructure/module.ts';
import {
  type EnrolmentFacts,
  type EnrolmentState,
  type GroupCount,
  type PartnerFacts,
  type PartnerId,
  PartnersPort,
  type PayoutProfile,
  type TaxProfile,
  type ProgramFacts,
  type ProgramId,
  type TermsAcceptance,
} from '../../src/modules/partners/index.ts';
import type { Instant } from '../../src/shared/instant.ts';
import { idOf } from './clock.ts';

export const aProgram = (overrides: Partial<ProgramFacts> = {}): ProgramFacts => ({
  programId: idOf('prg', 1),
  name: 'Shop',
  currency: 'BRL',
  timeZone: 'America/Sao_Paulo',
  destination: 'https://shop.example/',
  allowedHosts: ['shop.example', 'cars.shop.example'],
  clickParameter: 'click_id',
  minimumPayout: { minor: '2000', currency: 'BRL' },
  ...overrides,
});

/** Programs and partners that stand as a test says; every partner is approved everywhere until it says otherwise. */
export class StandingPartners extends PartnersPort {
  readonly known = new Map<ProgramId, ProgramFacts>([[idOf('prg', 1), aProgram()]]);
  readonly unknown = new Set<PartnerId>();
  readonly emails = new Map<PartnerId, string>();
  readonly accepted: TermsAcceptance[] = [];
  /** Of the partners' enrolments, everywhere. */
  readonly groupsOf = new Map<PartnerId, readonly string[]>();
  private readonly states = new Map<PartnerId, EnrolmentState>();
  private readonly recruiters = new Map<PartnerId, PartnerId>();
  private readonly ended = new Map<PartnerId, Instant>();
  private readonly gone = new Set<PartnerId>();
  /** What it throws instead of answering, if anything. */
  away: Error | undefined;
  asked = 0;

  /** `at` is when it was terminated. */
  put(partnerId: PartnerId, state: EnrolmentState, at?: Instant): void {
    this.states.set(partnerId, state);
    if (at !== undefined) this.ended.set(partnerId, at);
  }

  /** As if it had never been enrolled. */
  leave(partnerId: PartnerId): void {
    this.gone.add(partnerId);
  }

  recruit(partnerId: PartnerId, recruitedBy: PartnerId): void {
    this.recruiters.set(partnerId, recruitedBy);
  }

  program(programId: ProgramId): Promise<ProgramFacts | undefined> {
    return this.answer(() => this.known.get(programId));
  }

  programs(): Promise<readonly ProgramFacts[]> {
    return this.answer(() => [...this.known.values()]);
  }

  enrolments(programId: ProgramId, partnerIds: readonly PartnerId[]): Promise<readonly EnrolmentFacts[]> {
    return this.answer(() =>
      this.known.has(programId)
        ? partnerIds
            .filter((partnerId) => !this.gone.has(partnerId))
            .map((partnerId) => ({
              programId,
              partnerId,
              state: this.states.get(partnerId) ?? 'approved',
              groups: this.groupsOf.get(partnerId),
              recruitedBy: this.recruiters.get(partnerId),
              ...(this.ended.has(partnerId) && { endedAt: this.ended.get(partnerId) }),
            }))
        : [],
    );
  }

  groups(programId: ProgramId): Promise<readonly GroupCount[]> {
    return this.answer(() =>
      this.known.has(programId)
        ? [...this.groupsOf.values()].flatMap((names) => names.map((name) => ({ name, partners: 1 })))
        : [],
    );
  }

  acceptances(programId: ProgramId, partnerIds: readonly PartnerId[]): Promise<readonly TermsAcceptance[]> {
    return this.answer(() =>
      this.accepted.filter((each) => each.programId === programId && partnerIds.includes(each.partnerId)),
    );
  }

  partners(partnerIds: readonly PartnerId[]): Promise<readonly PartnerFacts[]> {
    return this.answer(() =>
      partnerIds
        .filter((partnerId) => !this.unknown.has(partnerId))
        .map((partnerId) => ({
          partnerId,
          name: partnerId,
          emailFingerprint: this.emails.get(partnerId) ?? `of ${partnerId}`,
        })),
    );
  }

  payoutProfiles(): Promise<readonly PayoutProfile[]> {
    return this.answer(() => []);
  }

  taxProfiles(): Promise<readonly TaxProfile[]> {
    return this.answer(() => []);
  }

  private answer<Value>(value: () => Value): Promise<Value> {
    this.asked += 1;
    return this.away === undefined ? Promise.resolve(value()) : Promise.reject(this.away);
  }
}

/** In place of the partners module, for programs under test that only ask it. */
export const standingPartnersModule = (partners: StandingPartners): Module => ({
  name: 'partners',
  offers: [PartnersPort],
  bindings: new ContainerModule(({ bind }) => {
    bind(PartnersPort).toConstantValue(partners);
  }),
});
