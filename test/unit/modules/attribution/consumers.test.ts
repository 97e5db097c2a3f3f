import { expect } from 'chai';
import { IsbotDetector } from '../../../../src/modules/attribution/adapters/isbot-detector.ts';
import { attributionConsumers } from '../../../../src/modules/attribution/adapters/messaging/consumers.ts';
import { DecideConversions } from '../../../../src/modules/attribution/application/deciding/decide-conversions.ts';
import { ReceiveTraffic } from '../../../../src/modules/attribution/application/traffic/receive-traffic.ts';
import { RecordTouchpoints } from '../../../../src/modules/attribution/application/traffic/record-touchpoints.ts';
import { OrderPlacedV1 } from '../../../../src/modules/orders/events.ts';
import { ClickReceivedV1 } from '../../../../src/modules/pipeline/events.ts';
import type { Contract, Envelope } from '../../../../src/shared/events.ts';
import type { Id } from '../../../../src/shared/ids.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { at, idOf } from '../../../support/clock.ts';
import { aLink, aPlacedOrder } from '../../../support/contracts/attribution-contract.ts';
import { FakeAttributionTransaction } from '../../../support/fakes/fake-attribution.ts';
import { StandingPartners } from '../../../support/standing-partners.ts';
import { aVeil } from '../../../support/veil.ts';

const noon = instant('2018-01-10T12:00:00Z');

const told = ({ type, version }: Contract, id: Id<'evt'>, aggregate: string, payload: object): Envelope => ({
  ...{ id, type, version, aggregate, payload },
  source: type.split('.')[0] ?? '',
  aggregateVersion: 1,
  partitionKey: aggregate,
  occurredAt: noon,
});

const click = (n: number): Envelope =>
  told(ClickReceivedV1, idOf('evt', n), idOf('clk', n), {
    clickId: idOf('clk', n),
    programId: idOf('prg', 1),
    linkCode: 'link-1',
    occurredAt: noon,
    receivedAt: noon,
  });

const order = (n: number): Envelope =>
  told(OrderPlacedV1, idOf('evt', 100 + n), idOf('ord', n), {
    ...aPlacedOrder(n, { clickId: idOf('clk', n) }),
    lines: [],
    commissionable: [],
  });

const setUp = async () => {
  const transaction = new FakeAttributionTransaction();
  const decide = new DecideConversions(new StandingPartners(), at('2018-02-01T00:00:00Z'));
  const receive = new ReceiveTraffic(new RecordTouchpoints(decide), decide, aVeil, new IsbotDetector());
  await transaction.run(({ links }) => links.put([aLink(1, { code: 'link-1', partnerId: idOf('par', 1) })]));
  const [consumer] = attributionConsumers(transaction, receive);
  const isNoted = async (event: Envelope): Promise<boolean> => {
    let fresh = false;
    await transaction.once('attribution', [event.id], () => {
      fresh = true;
      return Promise.resolve();
    });
    return !fresh;
  };
  return { transaction, isNoted, hear: (...batch: readonly Envelope[]) => consumer!.handle(batch) };
};

describe('what attribution hears', () => {
  it('of clicks alone is kept and told of once however often they come, and needs no note in the inbox', async () => {
    const { transaction, isNoted, hear } = await setUp();

    await hear(click(1), click(1));
    await hear(click(1), click(2));

    expect(transaction.clicks().map(({ clickId }) => clickId)).to.have.members([idOf('clk', 1), idOf('clk', 2)]);
    expect(transaction.published.map(({ aggregate }) => aggregate)).to.deep.equal([idOf('clk', 1), idOf('clk', 2)]);
    expect(await isNoted(click(1))).to.equal(false);
  });

  it('of a click that comes again with an order counts once, and the order is noted', async () => {
    const { transaction, isNoted, hear } = await setUp();

    await hear(click(1));
    await hear(order(1), click(1));
    await hear(order(1), click(1));

    expect(transaction.clicks()).to.have.lengthOf(1);
    expect(transaction.conversions()).to.have.lengthOf(1);
    expect(await isNoted(order(1))).to.equal(true);
  });
});
