import type { Clock } from '../../../../shared/clock.ts';
import { grouped } from '../../../../shared/grouped.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import { type Conversion, decided } from '../../domain/deciding/conversion.ts';
import type { Standing } from '../../domain/deciding/journey.ts';
import type { Policy } from '../../domain/policy/policy.ts';
import type { Touchpoint } from '../../domain/traffic/touchpoint.ts';
import type { ReplayStores } from '../../ports/replays.ts';
import { gatherTouches } from './gather-touches.ts';

interface Question {
  readonly conversion: Conversion;
  readonly touches: readonly Touchpoint[];
}

/**
 * Decides orders as they would be decided now, from the touches and claims that are on disk, and keeps nothing. Partners
 * stand as they stood when they were first considered; those who never were, as they stand today.
 */
export class DecideAgain {
  constructor(
    private readonly partners: PartnersPort,
    private readonly clock: Clock,
  ) {}

  /** In the order asked. */
  async run(
    stores: Pick<ReplayStores, 'touchpoints' | 'claims'>,
    conversions: readonly Conversion[],
    policyOf: (conversion: Conversion) => Policy,
  ): Promise<readonly Conversion[]> {
    const ruled = conversions.map((conversion) => ({
      conversion,
      order: conversion.order,
      policy: policyOf(conversion),
    }));
    const gathered = await gatherTouches(stores, ruled, this.clock.now());
    const questions = ruled.map((each) => ({ ...each, touches: gathered.get(each.order.orderId)?.touches ?? [] }));
    const asked = await this.ask(questions);
    return questions.map(({ conversion, order, policy, touches }) => {
      const standings = standingsOf({ conversion, touches }, asked);
      const { programUnknown } = conversion.decision.inputs;
      const known = { candidates: touches, standings, policy, programUnknown };
      return decided(order, known, undefined, conversion.decision.decidedAt);
    });
  }

  private async ask(questions: readonly Question[]): Promise<ReadonlyMap<string, Standing>> {
    const standings = new Map<string, Standing>();
    for (const [programId, those] of grouped(questions, ({ conversion }) => conversion.order.programId)) {
      const partnerIds = [...new Set(those.flatMap(newcomersIn))];
      if (partnerIds.length === 0) continue;
      for (const { partnerId, state, groups = [] } of await this.partners.enrolments(programId, partnerIds))
        standings.set(nameOf(programId, partnerId), { partnerId, state, ...(groups.length > 0 && { groups }) });
    }
    return standings;
  }
}

const nameOf = (programId: Id<'prg'>, partnerId: Id<'par'>): string => `${programId}/${partnerId}`;

/** Those who were never considered for this order. */
const newcomersIn = ({ conversion, touches }: Question): readonly Id<'par'>[] => {
  const known = new Set(conversion.decision.inputs.standings.map(({ partnerId }) => partnerId));
  const partnerIds = touches.flatMap(({ partnerId }) => partnerId ?? []);
  return [...new Set(partnerIds)].filter((partnerId) => !known.has(partnerId));
};

const standingsOf = (question: Question, asked: ReadonlyMap<string, Standing>): readonly Standing[] => {
  const { programId } = question.conversion.order;
  return [
    ...question.conversion.decision.inputs.standings,
    ...newcomersIn(question).map(
      (partnerId): Standing => asked.get(nameOf(programId, partnerId)) ?? { partnerId, state: 'none' },
    ),
  ];
};
