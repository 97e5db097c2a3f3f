/** What can be disputed, by when, and for how much. */
import { AppError, invalid } from '../../../../shared/errors.ts';
import type { Id } from '../../../../shared/ids.ts';
import { type Instant, plusDays } from '../../../../shared/instant.ts';
import { Money, type MoneyJson } from '../../../../shared/money.ts';
import type { DisputeId, StatementId } from '../../index.ts';
import { type Dispute, type DisputeSubject, type Hand, reserveFact, type Turn, turn } from './dispute.ts';
import type { ProgramDisputeTerms } from './dispute-terms.ts';
import { type DisputeKind, paysByAdjustment } from './reasons.ts';

export interface DisputeRequest {
  readonly programId: Id<'prg'>;
  readonly partnerId: Id<'par'>;
  readonly kind: DisputeKind;
  readonly about: DisputeSubject;
  /** Needed where the thing itself does not say how much is missing. */
  readonly claimed?: MoneyJson | undefined;
  readonly text: string;
}

type SubjectName = keyof DisputeSubject;

const MAY_BE_ABOUT: Readonly<Record<DisputeKind, readonly SubjectName[]>> = {
  missing_conversion: ['orderId', 'orderRef', 'statementId'],
  wrong_rate: ['commissionId', 'statementId'],
  wrong_attribution: ['orderId', 'orderRef', 'commissionId', 'statementId'],
  wrongful_reversal: ['commissionId', 'statementId'],
  payout_not_received: ['payoutId'],
};

/** An order is called exactly as its system calls it; the blanks that a copied name brings along are none of it. */
export const withoutBlanks = (request: DisputeRequest): DisputeRequest => {
  const { orderRef, ...about } = request.about;
  const name = orderRef?.trim() ?? '';
  return { ...request, about: name === '' ? about : { ...about, orderRef: name } };
};

/** Throws `settlement.dispute_about`. */
export const mustBeAboutOne = ({ kind, about }: Pick<DisputeRequest, 'kind' | 'about'>): SubjectName => {
  const named = (Object.keys(about) as SubjectName[]).filter((name) => about[name] !== undefined);
  const [name] = named;
  if (name !== undefined && named.length === 1 && MAY_BE_ABOUT[kind].includes(name)) return name;
  const detail = `${kind} is about one of ${MAY_BE_ABOUT[kind].join(', ')}`;
  const faults = (named.length === 0 ? ['kind'] : named).map((each) => ({
    pointer: `/${each}`,
    code: 'settlement.dispute_about',
    detail,
  }));
  throw invalid('settlement.dispute_about', `${detail}; send exactly one`, faults);
};

/** What is known of the thing, as far as opening depends on it. */
export interface Disputed {
  readonly thing: string;
  readonly statementId?: StatementId | undefined;
  /** The decision, or the statement: the time to dispute runs from then. Unknown of what nobody has heard of. */
  readonly since?: Instant | undefined;
  /** No more than this can be missing. */
  readonly atMost?: Money | undefined;
  /** What is missing if nobody says how much. */
  readonly missing?: Money | undefined;
}

/** Throws `settlement.dispute_late`, `settlement.dispute_claim`. */
export const opened = (
  id: DisputeId,
  request: DisputeRequest,
  disputed: Disputed,
  { terms, hand }: { readonly terms: ProgramDisputeTerms; readonly hand: Hand },
): Turn => {
  const { programId, partnerId, kind, about, text } = request;
  const { windowDays, reviewDays, evidenceDays, appealDays, mostClaimed } = terms;
  mustBeInWindow(disputed, windowDays, hand.at);
  const claimed = claimOf(request, disputed, mostClaimed);
  const nothing = Money.zero(claimed.currency);
  const { thing, statementId } = disputed;
  const dispute: Dispute = {
    ...{ id, programId, partnerId, kind, about, thing, statementId },
    ...{ claimed, granted: nothing, reserved: claimed },
    terms: { windowDays, reviewDays, evidenceDays, appealDays },
    ...{ state: 'opened', round: 1, requests: 0, entries: 0 },
    openedBy: hand.by,
    openedAt: hand.at,
    dueAt: plusDays(hand.at, reviewDays),
  };
  const facts = [reserveFact(dispute, 'dispute_open', claimed, hand.at)];
  return turn(dispute, {}, hand, { what: 'opened', text, facts, news: 'opened' });
};

const mustBeInWindow = ({ since }: Disputed, windowDays: number, now: Instant): void => {
  if (since === undefined || now < plusDays(since, windowDays)) return;
  throw new AppError(
    'refused',
    'settlement.dispute_late',
    `it could be disputed for ${windowDays} days, until ${plusDays(since, windowDays)}`,
  );
};

const claimOf = ({ claimed, kind }: DisputeRequest, { atMost, missing }: Disputed, most: Money): Money => {
  const claim = claimed === undefined ? missing : Money.fromJson(claimed);
  if (claim === undefined) throw badClaim('/claimed', `is needed: how much ${kind} comes to`);
  if (claim.currency !== most.currency) throw badClaim('/claimed/currency', `must be ${most.currency}, the program’s`);
  if (claim.minor <= 0n) throw badClaim('/claimed/minor', 'must be more than 0');
  const bound = boundOf(kind, atMost?.currency === most.currency ? atMost : undefined, most);
  if (claim.compare(bound) > 0) throw badClaim('/claimed/minor', `must not be more than ${bound.minor}`);
  return claim;
};

/**
 * Time may decide for the partner, and then pays what it claims: so all that it claims is bounded, and not each claim by
 * itself. Throws `settlement.dispute_claim`.
 */
export const mustBeBounded = ({ kind, claimed }: Dispute, open: bigint, { mostClaimed }: ProgramDisputeTerms): void => {
  if (!paysByAdjustment(kind)) return;
  const left = mostClaimed.minor - open;
  if (claimed.minor <= left) return;
  throw badClaim('/claimed/minor', `must not be more than ${left > 0n ? left : 0n}: the rest is claimed already`);
};

/** A payout is claimed as it is: nothing is paid for it but what the bank gives back. */
const boundOf = (kind: DisputeKind, atMost: Money | undefined, most: Money): Money => {
  if (atMost === undefined) return most;
  return paysByAdjustment(kind) ? most.atMost(atMost) : atMost;
};

const badClaim = (pointer: string, detail: string): AppError =>
  invalid('settlement.dispute_claim', `${pointer.slice(1)} ${detail}`, [
    { pointer, code: 'settlement.dispute_claim', detail },
  ]);
