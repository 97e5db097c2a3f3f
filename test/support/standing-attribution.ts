import { ContainerModule } from 'inversify';
import type { Module } from '../../src/infrastructure/module.ts';
import { AttributionPort, type CreditFacts, type TouchpointFacts } from '../../src/modules/attribution/index.ts';

/** Credits that stand as a test says; nobody has clicked anything. */
export class StandingAttribution extends AttributionPort {
  private readonly known = new Map<string, CreditFacts>();

  put(credit: CreditFacts): void {
    this.known.set(nameOf(credit), credit);
  }

  touchpoints(): Promise<readonly TouchpointFacts[]> {
    return Promise.resolve([]);
  }

  credits(asked: readonly Pick<CreditFacts, 'orderId' | 'partnerId'>[]): Promise<readonly CreditFacts[]> {
    return Promise.resolve(asked.flatMap((each) => this.known.get(nameOf(each)) ?? []));
  }

  decision(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
}

const nameOf = ({ orderId, partnerId }: Pick<CreditFacts, 'orderId' | 'partnerId'>): string =>
  `${orderId}/${partnerId}`;

export const standingAttributionModule = (attribution: StandingAttribution): Module => ({
  name: 'attribution',
  bindings: new ContainerModule(({ bind }) => {
    bind(AttributionPort).toConstantValue(attribution);
  }),
  offers: [AttributionPort],
});
