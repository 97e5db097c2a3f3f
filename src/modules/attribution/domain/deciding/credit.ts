/** Who gets how much of an order, of those whose touches count. */
import { unreachable } from '../../../../shared/errors.ts';
import { grouped } from '../../../../shared/grouped.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Credit, Outcome, Role } from './journey.ts';
import { firstTouch } from '../models/first-touch.ts';
import { lastTouch } from '../models/last-touch.ts';
import { linear } from '../models/linear.ts';
import { positionBased } from '../models/position-based.ts';
import { compareFractions, type ModelTouch, type Share, sumOf } from '../models/share.ts';
import { timeDecay } from '../models/time-decay.ts';
import type { Model } from '../policy/policy.ts';
import { split } from './split.ts';

const HOUR_MS = 3_600_000;

/** A model that is not in here stops the decision; it never becomes another one. */
export const sharesBy = (model: Model, touches: readonly ModelTouch[]): readonly Share[] => {
  switch (model.kind) {
    case 'last_touch':
      return lastTouch(touches);
    case 'first_touch':
      return firstTouch(touches);
    case 'linear':
      return linear(touches);
    case 'position_based':
      return positionBased(touches, model);
    case 'time_decay':
      return timeDecay(touches, model.halfLifeHours * HOUR_MS);
    case 'split':
      return split(touches, model);
    default:
      return unreachable(model);
  }
};

/** By partner. `touches`: all that count, in order of time; `shares`: of those of them that have one. */
export const creditsOf = (touches: readonly ModelTouch[], shares: readonly Share[]): readonly Credit[] => {
  const wanted = new Set(shares.map(({ id }) => id));
  const byId = new Map(touches.filter(({ id }) => wanted.has(id)).map((touch) => [touch.id, touch]));
  const roleOf = rolesOf(touches);
  return [...grouped(shares, ({ partnerId }) => partnerId)]
    .flatMap(([partnerId, parts]) => {
      const touch = byId.get(weightiest(parts, byId).id);
      if (touch === undefined) return [];
      const { id: clickId, kind: touchKind, occurredAt: touchedAt } = touch;
      const share = sumOf(parts.map((part) => part.share));
      return [{ partnerId, clickId, touchKind, touchedAt, share, role: roleOf(partnerId) }];
    })
    .toSorted((a, b) => (a.partnerId < b.partnerId ? -1 : 1));
};

const weightiest = (parts: readonly Share[], touches: ReadonlyMap<Share['id'], ModelTouch>): Share =>
  parts.reduce((best, part) => {
    const more =
      compareFractions(part.share, best.share) || (isLater(touches.get(part.id), touches.get(best.id)) ? 1 : -1);
    return more > 0 ? part : best;
  });

const isLater = (one: ModelTouch | undefined, other: ModelTouch | undefined): boolean =>
  one !== undefined &&
  other !== undefined &&
  (one.occurredAt === other.occurredAt ? one.id > other.id : one.occurredAt > other.occurredAt);

const rolesOf = (touches: readonly ModelTouch[]) => {
  const [first, last] = [touches[0]?.partnerId, touches.at(-1)?.partnerId];
  return (partnerId: Id<'par'>): Role => {
    if (partnerId === last) return 'converter';
    return partnerId === first ? 'initiator' : 'contributor';
  };
};

/** The largest part names the whole; of equal ones the one touched last, then the greater id. */
export const creditedTo = (credits: readonly [Credit, ...Credit[]]): Outcome => {
  const main = credits.reduce((best, each) => {
    const more = compareFractions(each.share, best.share);
    return more > 0 || (more === 0 && isAfter(each, best)) ? each : best;
  });
  const { partnerId, clickId, touchedAt } = main;
  return { kind: 'attributed', partnerId, clickId, touchedAt, credits };
};

const isAfter = (a: Credit, b: Credit): boolean =>
  a.touchedAt === b.touchedAt ? a.clickId > b.clickId : a.touchedAt > b.touchedAt;

/** What everybody has; of a decision of before there were parts, the one who has all of it, in the role it then had. */
export const partsOf = (outcome: Outcome): readonly Pick<Credit, 'partnerId' | 'share'>[] => {
  if (outcome.kind === 'unattributed') return [];
  return outcome.credits ?? [{ partnerId: outcome.partnerId, share: '1/1' }];
};
