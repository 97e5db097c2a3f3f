import { canonicalJson } from '../../../src/shared/canonical-json.ts';
import { plusMs } from '../../../src/shared/instant.ts';
import { netOf } from './promises-of-credit.ts';
import { CONSIDERED_WITHIN_MS, type OrderPlan, type Story } from './story.ts';
import { Violation } from './violation.ts';
import type { World } from './world.ts';

/** What must come out the same, however badly a story went. By the names the story has for things. */
export const figuresOf = ({ story, scene, stores }: World): ReadonlyMap<string, string> => {
  const conversions = new Map(
    stores.attribution.conversions().map((each) => [each.order.orderId, each.decision.outcome]),
  );
  const commissions = stores.commission.all();
  return new Map(
    story.orders.flatMap((plan) => {
      const { ref, program } = plan;
      const programId = scene.programs[program]?.programId;
      const order = stores.orders.all().find((each) => each.programId === programId && each.orderRef === ref);
      if (order?.facts === undefined) return [[ref, 'unknown'] as const];
      const { orderId: _, ...facts } = order.facts;
      if (!isCertain(plan, story)) return [[ref, canonicalJson(facts)] as const];
      const earned = commissions
        .filter((each) => each.orderId === order.orderId && netOf(each) !== 0n)
        .map((each) => [each.partnerId, netOf(each).toString()]);
      return [[ref, canonicalJson({ facts, credit: conversions.get(order.orderId) ?? null, earned })] as const];
    }),
  );
};

/** Whether nobody who might be credited was suspended while somebody may have been asking how he stands. */
const isCertain = ({ program, partners, begunAt }: OrderPlan, { suspensions }: Story): boolean =>
  !suspensions.some(
    (each) =>
      each.program === program &&
      partners.includes(each.partner) &&
      each.from <= plusMs(begunAt, CONSIDERED_WITHIN_MS) &&
      each.until >= begunAt,
  );

export const mustComeToTheSame = (bad: World, calm: World): void => {
  const expected = figuresOf(calm);
  const different = [...figuresOf(bad)].filter(([ref, figures]) => figures !== expected.get(ref));
  if (different.length === 0) return;
  throw new Violation(
    'a bad day comes to the same as a calm one',
    different.map(([ref, figures]) => `${ref} is ${figures}, calmly it is ${expected.get(ref) ?? 'nothing'}`),
  );
};
