import { canonicalJson } from '../../../../shared/canonical-json.ts';
import { digest } from '../../../../shared/digest.ts';
import type { Id } from '../../../../shared/ids.ts';
import { conversionIdOf, decideBy, type RecordedDecision } from '../../domain/deciding/conversion.ts';
import { decisionFacts } from '../../domain/deciding/decision-facts.ts';
import {
  AttributionPort,
  type ClickId,
  type ConversionId,
  type CreditFacts,
  type DecidedOrder,
  type TouchpointFacts,
} from '../../index.ts';
import type { AttributionReader, DecisionHistory } from '../../ports/attribution-reader.ts';

const PIECE = 500;
const MAX_FINDINGS = 100;

export class AttributionQueries extends AttributionPort {
  constructor(private readonly reader: AttributionReader) {
    super();
  }

  touchpoints(clickIds: readonly ClickId[]): Promise<readonly TouchpointFacts[]> {
    return this.reader.touchpoints(clickIds);
  }

  credits(asked: readonly Pick<CreditFacts, 'orderId' | 'partnerId'>[]): Promise<readonly CreditFacts[]> {
    return this.reader.credits(asked);
  }

  async decision(orderId: Id<'ord'>): Promise<DecidedOrder | undefined> {
    const found = await this.reader.conversion(conversionIdOf({ orderId }));
    if (found === undefined) return undefined;
    const { conversionId, decision } = found;
    const { inputs, decidedAt } = decision;
    return { orderId, conversionId, policyVersion: inputs.policy.version, decidedAt, ...decisionFacts(decision) };
  }

  /** Decisions that would come out differently from their own inputs, and conversions that show another one. */
  async contradictions(): Promise<readonly string[]> {
    const findings: string[] = [];
    for (let after: ConversionId | undefined; findings.length < MAX_FINDINGS;) {
      const histories = await this.reader.histories(PIECE, after);
      if (histories.length === 0) break;
      findings.push(...histories.flatMap(contradictionsIn));
      after = histories.at(-1)?.conversionId;
    }
    return findings.slice(0, MAX_FINDINGS);
  }
}

const contradictionsIn = ({ conversionId, shown, decisions }: DecisionHistory): readonly string[] => {
  const last = decisions.at(-1);
  const found = decisions.flatMap((decision, index) => [
    ...(decision.number === index + 1 ? [] : [`${conversionId} has a decision ${decision.number} out of turn`]),
    ...(isOwn(decision) ? [] : [`${conversionId} decision ${decision.number} is not what its inputs decide`]),
  ]);
  const isShown = last?.number === shown.number && canonicalJson(last.outcome) === canonicalJson(shown.outcome);
  return isShown ? found : [...found, `${conversionId} does not show its last decision`];
};

/** Whether its inputs, as they are kept, still come to it. */
export const isOwn = ({ inputs, outcome, considered, digest: kept }: RecordedDecision): boolean =>
  kept === digest(inputs) && canonicalJson({ outcome, considered }) === canonicalJson(decideBy(inputs));
