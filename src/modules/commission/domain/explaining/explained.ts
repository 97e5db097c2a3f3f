/**
 * What is explained of orders that were judged: each step that set an amount, and amounts that are the same as before by
 * other goods or other terms, so that nobody reads of three pieces where the customer kept two.
 */
import type { CommissionId } from '../../index.ts';
import type { Commission } from '../life-cycle/commission.ts';
import { isOpen } from '../life-cycle/life-cycle.ts';
import type { Calculations, Known, Reckoned } from '../life-cycle/reckon.ts';
import type { Step } from '../life-cycle/step.ts';
import type { Judged } from '../periods/judge.ts';
import type { Explanation } from './explanation.ts';
import { groundsOf } from './grounds.ts';

const SETS_AMOUNT = [
  'accrued',
  'raised',
  'reduced',
  'clawed_back',
  'topped_up',
] as const satisfies readonly Step['kind'][];

/** Why an amount is what it is, from a step on. */
export interface Calculated {
  readonly commissionId: CommissionId;
  readonly kind: (typeof SETS_AMOUNT)[number] | 'restated';
  readonly explanation: Explanation;
}

interface Explained {
  /** As they were reckoned, with what they rest on; also those of which nothing else has changed. */
  readonly commissions: readonly Commission[];
  readonly calculated: readonly Calculated[];
}

export const explained = ({ known, reckoned }: Judged): Explained => {
  const bySteps = reckoned.steps.flatMap((step) => calculatedBy(known, step));
  const told = new Map(bySteps.map(({ commissionId, explanation }) => [commissionId, explanation]));
  const anew = latest(known, reckoned).flatMap((commission): readonly Anew[] => {
    const kept = keptOf(known, commission);
    const grounds = kept && groundsOf(kept);
    if (kept === undefined || grounds === commission.grounds) return [];
    const isTold = told.get(commission.id) === kept;
    const calculated = { commissionId: commission.id, kind: 'restated' as const, explanation: kept };
    return [{ commission: { ...commission, grounds }, calculated: isTold ? [] : [calculated] }];
  });
  const grounded = new Map([...reckoned.commissions, ...anew.map(({ commission }) => commission)].map(byId));
  return {
    commissions: [...grounded.values()],
    calculated: [...bySteps, ...anew.flatMap(({ calculated }) => calculated)],
  };
};

interface Anew {
  readonly commission: Commission;
  readonly calculated: readonly Calculated[];
}

const byId = (commission: Commission): readonly [CommissionId, Commission] => [commission.id, commission];

const latest = ({ commissions }: Known, reckoned: Reckoned): readonly Commission[] => [
  ...new Map([...commissions, ...reckoned.commissions].map(byId)).values(),
];

/** Whose credit is gone has nothing calculated any more: that says it all. */
const calculatedBy = (known: Known, { kind, commission }: Step): readonly Calculated[] => {
  const part = partOf(known, commission);
  const found = SETS_AMOUNT.find((each) => each === kind);
  if (part === undefined || found === undefined) return [];
  const { explanation } = kind === 'accrued' ? part.ordered : part.kept;
  return [{ commissionId: commission.id, kind: found, explanation }];
};

/** What is locked is explained as it locked. */
const keptOf = (known: Known, commission: Commission): Explanation | undefined =>
  isOpen(commission.state) ? partOf(known, commission)?.kept.explanation : undefined;

const partOf = ({ parts }: Known, { partnerId, recruit }: Commission): Calculations | undefined =>
  recruit === undefined ? parts.get(partnerId) : undefined;
