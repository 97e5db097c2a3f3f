import { ContainerModule } from 'inversify';
import type { Module } from '../../src/infrastructure/module.ts';
import {
  CommissionAccruedV1,
  CommissionClawedBackV1,
  CommissionLockedV1,
} from '../../src/modules/commission/events.ts';
import {
  AdjustmentsPort,
  CommissionPort,
  EvidencePort,
  OutcomesPort,
  RatesPort,
} from '../../src/modules/commission/index.ts';
import { derivedId } from '../../src/shared/ids.ts';
import type { Instant } from '../../src/shared/instant.ts';
import { type Announcement, published } from '../../src/shared/outbox.ts';
import type { TestDatabase } from './database.ts';
import { idOf } from './clock.ts';
import { ToldAdjustments, ToldEvidence } from './dispute-story.ts';
import { programId, type ToldCommission, ToldRates } from './settlement-story.ts';
import { postgresTransaction } from './transaction.ts';

export interface ToldCommissionFact {
  readonly n: number;
  readonly partner: number;
  readonly minor: bigint;
  readonly at: Instant;
}

const aboutOf = ({ n, partner, minor, at }: ToldCommissionFact) => ({
  when: { aggregate: idOf('com', n), partitionKey: idOf('ord', n), occurredAt: at },
  payload: {
    commissionId: idOf('com', n),
    orderId: idOf('ord', n),
    orderRef: `A-${n}`,
    programId,
    partnerId: idOf('par', partner),
    amount: { minor: minor.toString(), currency: 'BRL' },
  },
});

export const accruedAndLocked = (fact: ToldCommissionFact): Announcement[] => {
  const { when, payload } = aboutOf(fact);
  return [
    published(CommissionAccruedV1, when, { ...payload, termsVersion: 1, accruedAt: fact.at }),
    published(CommissionLockedV1, when, { ...payload, lockedAt: fact.at }),
  ];
};

export const clawedBack = (fact: ToldCommissionFact): Announcement => {
  const { when, payload } = aboutOf(fact);
  const adjustmentId = derivedId('adj', payload.commissionId, fact.at);
  return published(CommissionClawedBackV1, when, {
    ...payload,
    adjustmentId,
    reason: 'order_returned',
    clawedBackAt: fact.at,
  });
};

/** Says it as commission would: by its own outbox, on its own schema. */
export const tell = (database: TestDatabase, ...said: readonly Announcement[]): Promise<void> =>
  postgresTransaction(database.as('commission'), (_, outbox) => ({ outbox })).run(({ outbox }) => {
    outbox.publish(...said);
    return Promise.resolve();
  });

/** In place of the commission module, for programs under test that hear it and ask it. */
export const tellingCommissionModule = (
  port: ToldCommission,
  evidence: EvidencePort = new ToldEvidence(),
  adjustments: AdjustmentsPort = new ToldAdjustments(),
  rates: RatesPort = new ToldRates(),
  outcomes: OutcomesPort = { delivered: () => Promise.resolve({ orders: [], next: null }) },
): Module => ({
  name: 'commission',
  offers: [AdjustmentsPort, CommissionPort, EvidencePort, OutcomesPort, RatesPort],
  bindings: new ContainerModule(({ bind }) => {
    bind(CommissionPort).toConstantValue(port);
    bind(EvidencePort).toConstantValue(evidence);
    bind(OutcomesPort).toConstantValue(outcomes);
    bind(AdjustmentsPort).toConstantValue(adjustments);
    bind(RatesPort).toConstantValue(rates);
  }),
});
