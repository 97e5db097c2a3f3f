import { type CommissionStatus, statusOf } from '../../../src/modules/reporting/domain/commission-status.ts';
import type { Commission } from '../../../src/modules/commission/domain/life-cycle/commission.ts';
import { canonicalJson } from '../../../src/shared/canonical-json.ts';
import type { Findings, Promised } from './promises.ts';
import type { World } from './world.ts';

const seenFromOutside = ({ state, amountMinor, addedMinor, clawedBackMinor, paidMinor }: CommissionStatus) =>
  canonicalJson({ state, amount: amountMinor, added: addedMinor, clawedBack: clawedBackMinor, paid: paidMinor });

const seenFromInside = ({ state, amount, adjusted, clawedBack, paid }: Commission) =>
  canonicalJson({ state, amount: amount.minor, added: adjusted.minor, clawedBack: clawedBack.minor, paid: paid.minor });

const commissionsAreReported = async ({ stores }: World): Promise<Findings> => {
  const findings = stores.commission.all().map(async (commission) => {
    const facts = await stores.reporting.reader.commission(commission.id);
    const [said, is] = [facts && seenFromOutside(statusOf(facts)), seenFromInside(commission)];
    return said === is ? [] : [`${commission.id} is reported as ${said ?? 'nothing'}, and is ${is}`];
  });
  return (await Promise.all(findings)).flat();
};

const everythingIsCounted = async ({ stores, scene }: World): Promise<Findings> => {
  const findings = scene.programs.map(async ({ programId }) => {
    const { clicks, attributed, unattributed, statements } = await stores.reporting.reader.tally({ programId });
    const isOwn = (each: { readonly programId: string }): boolean => each.programId === programId;
    const outcomes = stores.attribution
      .conversions()
      .filter(({ order }) => isOwn(order))
      .map(({ decision }) => decision.outcome.kind);
    const is = {
      clicks: stores.attribution.clicks().filter((click) => isOwn(click) && click.objection === undefined).length,
      attributed: outcomes.filter((kind) => kind === 'attributed').length,
      unattributed: outcomes.filter((kind) => kind === 'unattributed').length,
      statements: stores.settlement.statements().filter(isOwn).length,
    };
    const said = canonicalJson({ clicks, attributed, unattributed, statements });
    return said === canonicalJson(is) ? [] : [`${programId} is reported as ${said}, and is ${canonicalJson(is)}`];
  });
  return (await Promise.all(findings)).flat();
};

export const promisesOfReports: readonly Promised[] = [
  { promise: 'a commission is reported as it is', findings: commissionsAreReported },
  { promise: 'reports count what there is, once', findings: everythingIsCounted },
];
