import { unreachable } from '../../../../shared/errors.ts';
import type { Model } from '../policy/policy.ts';
import { type ModelTouch, type Share, sharesByWeight } from '../models/share.ts';

type Split = Extract<Model, { kind: 'split' }>;

/**
 * By what partners were: the first touch's partner initiated, the last one's converted, each other contributed; the
 * contributors have their percentage in equal parts. Who was first and last has both. Each partner stands in it once:
 * the initiator by its first touch, the others by their last.
 */
export const split = (touches: readonly ModelTouch[], rules: Split): readonly Share[] => {
  const [first, last] = [touches[0], touches.at(-1)];
  if (first === undefined || last === undefined) return [];
  const between = contributors(touches, first, last);
  const [initiator, contributor, converter] = partsOf(rules, between.length);
  const count = BigInt(Math.max(between.length, 1));
  const ends =
    first.partnerId === last.partnerId
      ? ([[last, initiator + converter]] as const)
      : ([
          [first, initiator],
          [last, converter],
        ] as const);
  return sharesByWeight(
    [...between, ...ends.map(([touch]) => touch)],
    [...between.map(() => contributor), ...ends.map(([, percent]) => percent * count)],
  );
};

/** The last touch of each partner that was neither first nor last. */
const contributors = (touches: readonly ModelTouch[], first: ModelTouch, last: ModelTouch): readonly ModelTouch[] => [
  ...new Map(
    touches
      .filter(({ partnerId }) => partnerId !== first.partnerId && partnerId !== last.partnerId)
      .map((touch) => [touch.partnerId, touch]),
  ).values(),
];

const partsOf = (rules: Split, contributors: number): readonly [bigint, bigint, bigint] => {
  const [initiator, contributor, converter] = [rules.initiator, rules.contributor, rules.converter].map(BigInt) as [
    bigint,
    bigint,
    bigint,
  ];
  if (contributors > 0) return [initiator, contributor, converter];
  switch (rules.missing) {
    case 'initiator':
      return [initiator + contributor, 0n, converter];
    case 'converter':
      return [initiator, 0n, converter + contributor];
    case 'both':
      return initiator + converter === 0n ? [1n, 0n, 1n] : [initiator, 0n, converter];
    default:
      return unreachable(rules.missing);
  }
};
