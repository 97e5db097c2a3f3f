/**
 * What touches that count may lose by to others that count. The stages come in this order, each asking only those that
 * are left:
 *
 *   own click needed → exclusive code → stand-down → in the cart → preferred partner → precedence
 *
 * A stage never leaves nobody where somebody else was its reason: who makes a touch lose goes on itself.
 */
import type { Id } from '../../../../shared/ids.ts';
import { type Case, type Contender, type Loss, seconds } from './contenders.ts';
import type { Fate } from './journey.ts';
import type { StandDown } from '../policy/policy.ts';
import { preferredAt, type Ruling } from '../policy/ruling.ts';
import { SESSION_MS } from '../traffic/signals.ts';
import { isClick, type TouchKind } from '../traffic/touchpoint.ts';

type Judgement = (contender: Contender) => Loss | undefined;
/** Nothing: the stage has nothing to say about these. */
type Stage = (contenders: readonly Contender[], about: Case) => Judgement | undefined;

/** Those that are left, and what the others lost by. */
export const whoIsLeft = (
  contenders: readonly Contender[],
  about: Case,
  onLoss: (contender: Contender, loss: Loss) => void,
): readonly Contender[] => {
  let left = contenders;
  for (const stage of STAGES) {
    const judge = left.length > 0 ? stage(left, about) : undefined;
    if (judge === undefined) continue;
    left = left.filter((contender) => {
      const loss = judge(contender);
      if (loss !== undefined) onLoss(contender, loss);
      return loss === undefined;
    });
  }
  return left;
};

const ownClick: Stage = (contenders) => {
  if (!contenders.some(({ needsClick }) => needsClick)) return undefined;
  const clicked = new Set(contenders.filter(({ kind }) => isClick(kind)).map(({ partnerId }) => partnerId));
  return ({ needsClick, partnerId }) => (needsClick && !clicked.has(partnerId) ? NO_CLICK : undefined);
};

const exclusiveCode: Stage = (contenders) => {
  const first = contenders.reduce<Contender | undefined>(
    (best, each) => (each.exclusive >= 0 && (best === undefined || each.exclusive < best.exclusive) ? each : best),
    undefined,
  );
  if (first === undefined) return undefined;
  const yields = yieldsTo(new Set([first.partnerId]), 'exclusive_code');
  return (contender) => (contender.exclusive === first.exclusive ? undefined : (yields(contender) ?? OF_THE_SAME));
};

const standDown: Stage = (contenders, { ruling: { rules } }) => {
  if (rules.standDown === undefined || !contenders.some(({ isMarked }) => isMarked)) return undefined;
  const clicks = contenders.filter(({ isMarked, kind }) => !isMarked && isClick(kind));
  const isShortlyBefore = nearness(rules.standDown, contenders);
  return (contender) => {
    if (!contender.isMarked || contender.exclusive >= 0) return undefined;
    const other = clicks.findLast(
      (click) =>
        click.partnerId !== contender.partnerId && click.atMs <= contender.atMs && isShortlyBefore(click, contender),
    );
    return other && { fate: 'stood_down', figures: { secondsSinceClick: seconds(contender.atMs - other.atMs) } };
  };
};

const nearness = (
  rule: StandDown,
  contenders: readonly Contender[],
): ((click: Contender, contender: Contender) => boolean) => {
  if ('withinMinutes' in rule) return (click, { atMs }) => atMs - click.atMs < rule.withinMinutes * 60_000;
  const sessionOf = sessions(contenders);
  return (click, contender) => (sessionOf.get(contender) ?? 0) - (sessionOf.get(click) ?? 0) < rule.withinSessions;
};

/** Numbers the visits: one ends when nothing happens for half an hour. */
const sessions = (contenders: readonly Contender[]): ReadonlyMap<Contender, number> => {
  let [number, lastMs] = [0, Number.NEGATIVE_INFINITY];
  return new Map(
    contenders.map((contender) => {
      if (contender.atMs - lastMs >= SESSION_MS) number += 1;
      lastMs = contender.atMs;
      return [contender, number];
    }),
  );
};

/** What came to the customer when the cart was full already. Codes and claims have no time of their own. */
const CAME_BY: ReadonlySet<TouchKind> = new Set(['click', 'qr', 'impression', 'postback']);

const inCart: Stage = (contenders, { ruling }) => {
  if (!hasCart(ruling) || !contenders.some(isInCart)) return undefined;
  const earlier = new Set<Id<'par'>>();
  for (const contender of contenders)
    if (!isInCart(contender) && CAME_BY.has(contender.kind)) earlier.add(contender.partnerId);
  return (contender) => {
    if (!isInCart(contender)) return undefined;
    if (earlier.size === 0 || (earlier.size === 1 && earlier.has(contender.partnerId))) return undefined;
    const { beforeMs, personal } = contender;
    return {
      fate: 'in_cart',
      figures: { secondsBefore: seconds(beforeMs), thresholdSeconds: seconds(personal.inCartMs) },
    };
  };
};

const isInCart = ({ kind, beforeMs, personal }: Contender): boolean =>
  beforeMs < personal.inCartMs && CAME_BY.has(kind);

const hasCart = ({ personal, ofGroups }: Ruling): boolean =>
  personal.inCartMs > 0 || ofGroups.some(([, { inCartMs }]) => inCartMs > 0);

const preferredPartner: Stage = (contenders, { order: { placedAt }, ruling: { rules } }) => {
  if (rules.preferredPartners === undefined) return undefined;
  const preferred = preferredAt(rules.preferredPartners, placedAt);
  if (!contenders.some(({ partnerId }) => preferred.has(partnerId))) return undefined;
  return yieldsTo(preferred, 'preferred_partner');
};

const precedence: Stage = (contenders, { ruling: { tierOf } }) => {
  const tierOfKind = (kind: TouchKind): number => tierOf.get(kind) ?? Number.MAX_SAFE_INTEGER;
  const first = contenders.reduce((least, { kind }) => Math.min(least, tierOfKind(kind)), Number.MAX_SAFE_INTEGER);
  return ({ kind }) => {
    const tier = tierOfKind(kind);
    return tier === first ? undefined : { fate: 'lower_precedence', figures: { tier, firstTier: first } };
  };
};

const STAGES: readonly Stage[] = [ownClick, exclusiveCode, standDown, inCart, preferredPartner, precedence];

const yieldsTo =
  (partners: ReadonlySet<Id<'par'>>, fate: Fate): Judgement =>
  ({ partnerId }) =>
    partners.has(partnerId) ? undefined : { fate };

const NO_CLICK: Loss = { fate: 'code_without_click' };
const OF_THE_SAME: Loss = { fate: 'same_partner' };
