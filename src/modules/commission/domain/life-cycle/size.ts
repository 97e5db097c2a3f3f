/**
 * How large a commission is. Before the lock it follows what the order earns; after it, it never changes, and what the
 * order earns less or more is taken back or added by entries of their own.
 */
import { derivedId } from '../../../../shared/ids.ts';
import { Money } from '../../../../shared/money.ts';
import { divide } from '../../../../shared/rate.ts';
import { type Commission, netOf } from './commission.ts';
import { isOpen } from './life-cycle.ts';
import { type Cause, type Way, went } from './step.ts';

export const resized = (
  way: Way,
  target: Money,
  cause: Cause,
  terms: Pick<Commission, 'termsId' | 'termsVersion'>,
): Way => {
  const { commission } = way;
  if (!isOpen(commission.state)) return squared(way, target, cause);
  const by = target.minus(commission.amount);
  if (by.isZero) return judgedBy(way, terms);
  // Once every step of the plan is reached all of it has vested, also what grew from nothing.
  const whole = commission.locksAt !== undefined;
  const vested = whole ? target : share(target, commission.vested, commission.amount);
  // By other terms, perhaps, and they may be accepted already.
  const resizedTo = { ...commission, ...terms, amount: target, vested, awaitsAcceptance: undefined };
  const step = { at: cause.at, reason: cause.reason, commission: resizedTo };
  return by.isNegative
    ? went(way, { kind: 'reduced', by: by.negated(), ...step })
    : went(way, { kind: 'raised', by, ...step });
};

/** By other terms it comes to the same, perhaps; they may be accepted already. */
const judgedBy = (way: Way, terms: Pick<Commission, 'termsId' | 'termsVersion'>): Way =>
  way.commission.termsId === terms.termsId
    ? way
    : { ...way, commission: { ...way.commission, ...terms, awaitsAcceptance: undefined } };

/** As much of the new whole as the part was of the old one. */
const share = (whole: Money, part: Money, of: Money): Money =>
  of.isZero
    ? Money.zero(whole.currency)
    : Money.of(divide(whole.minor * part.minor, of.minor, 'half_up'), whole.currency);

/** After the lock: entries make up for the difference, each with an id that a repetition has too. */
export const squared = (way: Way, target: Money, cause: Cause): Way => {
  const by = target.minus(netOf(way.commission));
  if (by.isZero) return way;
  return by.isNegative ? clawedBack(way, by.negated(), cause) : toppedUp(way, by, cause);
};

const clawedBack = (way: Way, by: Money, { reason, at }: Cause): Way => {
  const total = way.commission.clawedBack.plus(by);
  const adjustmentId = derivedId('adj', way.commission.id, total.minor.toString());
  return went(way, {
    kind: 'clawed_back',
    at,
    by,
    reason,
    adjustmentId,
    commission: { ...way.commission, clawedBack: total },
  });
};

const toppedUp = (way: Way, by: Money, { reason, at }: Cause): Way => {
  const adjusted = way.commission.adjusted.plus(by);
  // What was taken back meanwhile tells one addition from another that comes to the same.
  const parts = [adjusted, way.commission.clawedBack].map(({ minor }) => minor.toString());
  const adjustmentId = derivedId('adj', way.commission.id, 'up', ...parts);
  return went(way, { kind: 'topped_up', at, by, reason, adjustmentId, commission: { ...way.commission, adjusted } });
};
