/**
 * Whoever recruited a partner has a percentage of what the partner earns. Such a commission goes every step of the way
 * with its parent: it is made larger and smaller, held, locked and taken back as the parent is, and by the same facts.
 */
import { derivedId, type Id } from '../../../../shared/ids.ts';
import type { Money } from '../../../../shared/money.ts';
import { Rate } from '../../../../shared/rate.ts';
import { localTimeOf, wholeMonths } from '../../../../shared/calendar.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { EnrolmentFacts } from '../../../partners/index.ts';
import { accrued, advanced, heldOrReleased, type Situation } from './advance.ts';
import { type Commission, netOf, type RecruitOf } from './commission.ts';
import { ending } from './ending.ts';
import { isOpen } from './life-cycle.ts';
import { at, type Cause, type Way } from './step.ts';
import type { Terms } from '../terms/terms.ts';

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
      : advanced(askedAgain(way, parent), following(parent, situation, way.commission.recruit.percent)),
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

/** What the parent has gone through may have brought terms that are accepted already. */
const askedAgain = (way: Way, { steps }: Way): Way =>
  steps.length === 0 || way.commission.awaitsAcceptance === undefined
    ? way
    : { ...way, commission: { ...way.commission, awaitsAcceptance: undefined } };

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

/** With its parent, from the same moment and for the same reasons. */
export const heldLike = (parent: Commission, recruit: Commission): Way =>
  heldOrReleased({ commission: { ...recruit, holds: parent.holds }, steps: [] });

/** Who has a percentage of what a partner earns by an order, by the terms and by who recruited whom. */
export const recruitersOf = (
  { recruits = [] }: Pick<Terms, 'recruits'>,
  partnerId: Id<'par'>,
  enrolments: ReadonlyMap<Id<'par'>, EnrolmentFacts>,
  { placedAt, timeZone }: { readonly placedAt: Instant; readonly timeZone: string },
): readonly Recruiter[] => {
  const own = enrolments.get(partnerId);
  const first = own?.recruitedBy;
  const second = first === undefined ? undefined : enrolments.get(first)?.recruitedBy;
  return recruits.flatMap(({ level, percent, months }) => {
    const recruiter = level === 1 ? first : second;
    if (recruiter === undefined || !STANDING.has(enrolments.get(recruiter)?.state)) return [];
    const isOver =
      months !== undefined &&
      own?.approvedAt !== undefined &&
      wholeMonths(localTimeOf(own.approvedAt, timeZone), localTimeOf(placedAt, timeZone)) >= months;
    return isOver ? [] : [{ partnerId: recruiter, level, percent }];
  });
};

/** Who is suspended goes on earning, and is paid when the suspension is over. */
const STANDING = new Set<EnrolmentFacts['state'] | undefined>(['approved', 'suspended']);
