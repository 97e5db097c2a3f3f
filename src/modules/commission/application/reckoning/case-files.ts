import { AppError } from '../../../../shared/errors.ts';
import { grouped } from '../../../../shared/grouped.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { OrderFacts, OrdersPort } from '../../../orders/index.ts';
import type { EnrolmentFacts, PartnersPort } from '../../../partners/index.ts';
import type { Commission } from '../../domain/life-cycle/commission.ts';
import { type Credit, creditFacts } from '../../domain/life-cycle/credit.ts';
import type { RateTaken } from '../../domain/rates/taken-rates.ts';
import type { CreditFacts, Exchange } from '../../domain/engine/facts.ts';
import { type Part, periodsAt } from '../../domain/periods/judge.ts';
import { recruitersOf } from '../../domain/life-cycle/recruits.ts';
import type { Cause } from '../../domain/life-cycle/step.ts';
import type { TermsVersion } from '../../domain/terms/terms.ts';
import { scopesOfProgram } from '../../domain/periods/thresholds.ts';
import { rateFor, type RateWanted, versionFor } from '../../domain/terms/version-for.ts';
import type { CommissionStores } from '../../ports/commissions.ts';
import type { Case } from './judge-orders.ts';
import { ratesForOrders } from './rates-for-orders.ts';
import { type Enrolled, type Enrolments, recruitments } from './recruitments.ts';

/** What is known of an order whose turn it is. */
interface File {
  readonly order: OrderFacts;
  readonly credit: Credit;
  readonly commissions: readonly Commission[];
  readonly versions: readonly TermsVersion[];
  /** Of the program; none, when there is no such program. */
  readonly timeZone: string | undefined;
}

interface CasesOfOrders {
  readonly cases: readonly Case[];
  readonly versions: readonly TermsVersion[];
  /** To be kept with the orders that are calculated by them. */
  readonly freshRates: readonly RateTaken[];
}

/** Puts together all that an order is judged by. */
export class CaseFiles {
  constructor(
    private readonly orders: OrdersPort,
    private readonly partners: PartnersPort,
  ) {}

  /** Given the commissions of the orders so far. Terms stay as they are until the transaction ends; whoever publishes some waits. */
  async of(
    { periods, terms, rates }: CommissionStores,
    credits: readonly Credit[],
    existing: ReadonlyMap<Id<'ord'>, readonly Commission[]>,
    because: Cause | undefined,
  ): Promise<CasesOfOrders> {
    const orderIds = credits.map(({ orderId }) => orderId);
    const programIds = [...new Set(credits.map(({ programId }) => programId))];
    await periods.holdTerms(programIds);
    const versions = await terms.ofPrograms(programIds);
    const ofProgram = grouped(versions, ({ programId }) => programId);
    const zones = await this.zonesOf(programIds);
    const facts = new Map((await this.orders.facts(orderIds)).map((order) => [order.orderId, order]));
    const files = credits.flatMap((credit): File[] => {
      const order = facts.get(credit.orderId);
      const own = existing.get(credit.orderId) ?? [];
      const { programId } = credit;
      const timeZone = zones.get(programId);
      const isNobodys = credit.credits.length === 0 && own.length === 0;
      // What names a program that does not exist is nobody's for that alone: it is listed, as what nobody can calculate.
      if (order === undefined || (isNobodys && timeZone !== undefined)) return [];
      return [{ order, credit, commissions: own, versions: ofProgram.get(programId) ?? [], timeZone }];
    });
    const drafts = files.map(draftOf);
    const exchanges = await ratesForOrders(
      rates,
      drafts.flatMap(({ parts }) => parts.flatMap(({ rate }) => rate ?? [])),
    );
    const enrolments = await recruitments(this.partners, drafts.flatMap(recruitable));
    const cases = drafts.map((draft) => caseOf(draft, exchanges.of, enrolments, because));
    return { cases, versions, freshRates: exchanges.fresh };
  }

  private async zonesOf(programIds: readonly Id<'prg'>[]): Promise<ReadonlyMap<string, string>> {
    const programs = await Promise.all(programIds.map((programId) => this.partners.program(programId)));
    return new Map(programs.flatMap((each) => (each === undefined ? [] : [[each.programId, each.timeZone] as const])));
  }
}

/** A file with the terms of each part; the rates they need are still to be found. */
interface Draft {
  readonly file: File;
  readonly parts: readonly (Omit<Part, 'exchange'> & { readonly rate: RateWanted | undefined })[];
  readonly refusal?: AppError | undefined;
}

const draftOf = (file: File): Draft => {
  const { order, credit, timeZone } = file;
  if (timeZone === undefined) return { file, parts: [], refusal: unknownProgram(order) };
  try {
    return { file, parts: creditFacts(credit, order.placedAt).map((facts) => draftPart(file, timeZone, facts)) };
  } catch (error) {
    if (error instanceof AppError && error.kind === 'refused') return { file, parts: [], refusal: error };
    throw error;
  }
};

const draftPart = ({ order, versions }: File, timeZone: string, credit: CreditFacts): Draft['parts'][number] => {
  const version = versionFor(versions, order, credit.touch.touchedAt);
  const place = { placedAt: order.placedAt, orderId: order.orderId, partnerId: credit.partnerId };
  const scopes = scopesOfProgram(versions, version.terms.currency);
  const periods = periodsAt(place, order.programId, scopes, version, timeZone);
  return { place, version, credit, periods, rate: rateFor(order, version) };
};

/** Partners somebody may have a percentage of, by the terms. */
const recruitable = ({ file: { order }, parts }: Draft): readonly Enrolled[] =>
  parts
    .filter(({ version }) => (version.terms.recruits ?? []).length > 0)
    .map(({ place: { partnerId } }) => ({ programId: order.programId, partnerId }));

const caseOf = (
  { file, parts, refusal }: Draft,
  exchangeFor: (wanted: RateWanted) => Exchange | undefined,
  enrolments: ReadonlyMap<Id<'prg'>, Enrolments>,
  because: Cause | undefined,
): Case => {
  const { order, credit, commissions, timeZone } = file;
  if (refusal !== undefined || timeZone === undefined) return { ...file, refusal: refusal ?? unknownProgram(order) };
  const when = { placedAt: order.placedAt, timeZone };
  const standing = enrolments.get(order.programId) ?? new Map<Id<'par'>, EnrolmentFacts>();
  const exchanged = parts.map(({ rate, ...part }) => ({
    ...part,
    exchange: rate && exchangeFor(rate),
    recruiters: recruitersOf(part.version.terms, part.place.partnerId, standing, when),
  }));
  return { ...file, subject: { order, credit, commissions, timeZone, parts: exchanged, because } };
};

const unknownProgram = ({ programId, orderId }: OrderFacts): AppError =>
  new AppError(
    'refused',
    'commission.unknown_program',
    `there is no program ${programId}; create it with this id, or tell the order again under its program and cancel it ` +
      'under this one',
    { ids: { orderId } },
  );
