/**
 * Who is credited with an order, and why nobody else is.
 *
 * Candidates are the touches that may have brought the customer: the click the order names, those of its visitor, its
 * coupons, claims. Each is asked by itself whether it may count (`contenders.ts`); those that may are asked whether
 * another one is in their way (`stages.ts`); those that are left divide the credit by the policy's model (`credit.ts`).
 * The answer depends on the set of touches alone, never on the order in which we heard of them or how often.
 */
import { epochMs } from '../../../../shared/instant.ts';
import {
  caseOf,
  type Case,
  type Contender,
  isContender,
  judged,
  type Loss,
  seconds,
  type Timed,
} from './contenders.ts';
import { creditedTo, creditsOf, sharesBy } from './credit.ts';
import { decidePlainly } from './decide-plainly.ts';
import {
  type Candidate,
  type Considered,
  type Decision,
  type OrderTouches,
  type Standing,
  whyNobody,
} from './journey.ts';
import type { FractionText, Share } from '../models/share.ts';
import type { Model, Policy } from '../policy/policy.ts';
import { rulingOf } from '../policy/ruling.ts';
import { whoIsLeft } from './stages.ts';

export const decide = (
  order: OrderTouches,
  candidates: readonly Candidate[],
  standings: readonly Standing[],
  policy: Policy,
): Decision =>
  'rules' in policy
    ? decideByRules(candidates, caseOf(order, standings, rulingOf(policy.rules)))
    : decidePlainly(order, candidates, standings, policy);

const decideByRules = (candidates: readonly Candidate[], about: Case): Decision => {
  const touches = inOrder(candidates, about.placedMs);
  const losses = new Array<Loss | undefined>(touches.length);
  const contenders: Contender[] = [];
  touches.forEach((timed, place) => {
    const judgement = judged(timed, place, about);
    if (isContender(judgement)) contenders.push(judgement);
    else losses[place] = judgement;
  });
  const left = whoIsLeft(contenders, about, ({ place }, loss) => {
    losses[place] = loss;
  });
  const { model } = about.ruling.rules;
  const shares = sharesBy(model, left);
  const considered = explained(touches, losses, shares, model);
  const [first, ...others] = creditsOf(left, shares);
  if (first === undefined) return { outcome: { kind: 'unattributed', reason: why(about, considered) }, considered };
  return { outcome: creditedTo([first, ...others]), considered };
};

/** By time, each once; of two in one millisecond the greater id is the later. */
const inOrder = (candidates: readonly Candidate[], placedMs: number): readonly Timed[] =>
  candidates
    .map((touch): Timed => {
      const atMs = epochMs(touch.occurredAt);
      return { touch, kind: touch.kind ?? 'click', atMs, beforeMs: placedMs - atMs };
    })
    .sort((a, b) => a.atMs - b.atMs || (a.touch.clickId < b.touch.clickId ? -1 : 1))
    .filter(({ touch }, index, all) => touch.clickId !== all[index - 1]?.touch.clickId);

const explained = (
  touches: readonly Timed[],
  losses: readonly (Loss | undefined)[],
  shares: readonly Share[],
  model: Model,
): readonly Considered[] => {
  const shareOf = new Map(shares.map(({ id, share }) => [id, share]));
  const credited = new Set(shares.map(({ partnerId }) => partnerId));
  return touches.map((timed, place) => {
    const { clickId, partnerId } = timed.touch;
    const loss = losses[place];
    if (loss !== undefined) return considered(timed, loss);
    const share = shareOf.get(clickId);
    if (share !== undefined) return considered(timed, WON, share);
    return considered(timed, leftOut(model, partnerId !== undefined && credited.has(partnerId)));
  });
};

/** Written field by field, for there are many of them. */
const considered = ({ touch, kind, beforeMs }: Timed, { fate, figures }: Loss, share?: FractionText): Considered => ({
  clickId: touch.clickId,
  partnerId: touch.partnerId,
  occurredAt: touch.occurredAt,
  kind: kind === 'click' ? undefined : kind,
  fate,
  share,
  figures: figures ?? { secondsBefore: seconds(beforeMs) },
});

const WON: Loss = { fate: 'won' };

/** What is lost by, where nobody was in the way and the model gives nothing. */
const leftOut = (model: Model, isCredited: boolean): Loss => {
  if (model.kind === 'last_touch') return EARLIER;
  if (model.kind === 'first_touch') return LATER;
  return model.kind === 'split' && isCredited ? SAME_PARTNER : NO_SHARE;
};

const EARLIER: Loss = { fate: 'earlier_touch' };
const LATER: Loss = { fate: 'later_touch' };
const SAME_PARTNER: Loss = { fate: 'same_partner' };
const NO_SHARE: Loss = { fate: 'no_share' };

const why = ({ order, isSuppressed }: Case, considered: readonly Considered[]): string =>
  isSuppressed ? 'order_suppressed' : whyNobody(order, considered);
