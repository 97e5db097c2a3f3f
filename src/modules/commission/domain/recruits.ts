/**
 * Whoever recruited a partner has a percentage of what the partner earns. Such a commission goes every step of the way
 * with its parent: it is made larger and smaller, held, locked and taken back as the parent is, and by the same facts.
 */
import { derivedId, type Id } from '../../../shared/ids.ts';
import type { Money } from '../../../shared/money.ts';
import { Rate } from '../../../shared/rate.ts';
import { accrued, advanced, type Situation } from './advance.ts';
import { type Commission, netOf, type RecruitOf } from './commission.ts';
import { ending } from './ending.ts';
import { isOpen } from './life-cycle.ts';
import { at, type Cause, type Way } from './step.ts';

/** Who has a percentage of what a partner earns by an order. */
export interface Recruiter {
  readonly partnerId: Id<'par'>;
  readonly level: RecruitOf['level'];
  readonly percent: string;
}

/** Of a parent that has gone its way; without a situation, for it has lost the credit. */
export const recruitWays = (
  parent: Way,
  situation: Situation | undefined,
  recruiters: readonly Recruiter[],
  commissions: readonly Commission[],
): readonly Way[] => {
  const own = commissions.filter(({ recruit }) => recruit?.parentId === parent.commission.id);
  const live = own.filter(({ endReason }) => endReason === undefined).map(at);
  const { endReason: reason, endedAt } = parent.commission;
  const fresh =
    situation === undefined || !mayRecruit(parent)
      ? []
      : recruiters
          .filter(({ level }) => own.every(({ recruit }) => recruit?.level !== level))
          .map((recruiter) => recruited(parent.commission, recruiter, situation));
  const gone = [...live, ...fresh].map((way) =>
    situation === undefined || way.commission.recruit === undefined
      ? way
      : advanced(way, following(parent, situation, way.commission.recruit.percent)),
  );
  if (reason === undefined || endedAt === undefined) return gone;
  return gone.map((way) => (way.commission.endReason === undefined ? ending(way, { reason, at: endedAt }) : way));
};

/** Once the parent is locked, nobody new has a part in it. */
const mayRecruit = ({ commission, steps }: Way): boolean =>
  isOpen(commission.state) || steps.some(({ kind }) => kind === 'accrued');

const recruited = (parent: Commission, { partnerId, level, percent }: Recruiter, situation: Situation): Way => {
  const { id: parentId, orderId, orderRef, programId, conversionId, generation } = parent;
  const id = derivedId('com', parentId, 'recruit', String(level));
  const about = { orderId, orderRef, programId, conversionId, generation };
  return accrued(
    { ...about, id, partnerId, recruit: { parentId, level, percent } },
    { ...situation, ordered: percentOf(situation.ordered, percent) },
  );
};

/** What is so of the parent is so of its recruit commission, but the amount. */
const following = (parent: Way, situation: Situation, percent: string): Situation => {
  const { allowed, holds, share } = parent.commission;
  return {
    ...situation,
    share,
    allowed,
    holds: () => holds,
    kept: percentOf(situation.kept, percent),
    causeOf: (commission, by) => sizeCause(parent) ?? situation.causeOf(commission, by),
  };
};

/** Why the parent was made larger or smaller just now. */
const sizeCause = ({ steps }: Way): Cause | undefined => steps.flatMap((step) => ('by' in step ? [step] : [])).at(-1);

export const percentOf = (amount: Money, percent: string): Money => amount.times(Rate.percent(percent));

/** What a recruit commission has to come to, as its parent is. */
export const recruitTarget = (parent: Commission, { percent }: RecruitOf): Money => percentOf(netOf(parent), percent);
