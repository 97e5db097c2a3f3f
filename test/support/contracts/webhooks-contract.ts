import { expect } from 'chai';
import type { AttemptedDelivery } from '../../../src/modules/webhooks/domain/delivery.ts';
import { UNVERIFIED } from '../../../src/modules/webhooks/domain/health.ts';
import type { DeliveryQueue } from '../../../src/modules/webhooks/ports/delivery-queue.ts';
import type { NewEndpoint, WebhookTransaction } from '../../../src/modules/webhooks/ports/webhooks.ts';
import { type Instant, instant, plusDays, plusMs } from '../../../src/shared/instant.ts';
import { idOf } from '../clock.ts';
import { rejects } from '../rejects.ts';

const noon = instant('2026-01-01T12:00:00Z');
const ENABLED = { ...UNVERIFIED, state: 'enabled' } as const;

const anEndpoint = (n: number, overrides: Partial<NewEndpoint> = {}): NewEndpoint => ({
  endpointId: idOf('whe', n),
  url: `https://partner.example/${n}`,
  description: '',
  eventTypes: ['*'],
  partnerId: idOf('par', 1),
  secrets: { current: 'sealed' },
  health: ENABLED,
  ...overrides,
});

const attempted = (n: number, overrides: Partial<AttemptedDelivery> = {}): AttemptedDelivery => ({
  deliveryId: idOf('whd', n),
  endpointId: idOf('whe', 1),
  sequence: n,
  state: 'delivered',
  attempts: 1,
  tries: 1,
  firstTriedAt: noon,
  at: noon,
  durationMs: 5,
  outcome: { kind: 'answered', status: 204, bodyHash: 'e3b0', bodyHead: '' },
  ...overrides,
});

export interface WebhookStoreParts {
  readonly transaction: WebhookTransaction;
  readonly queue: DeliveryQueue;
}

/** What every store of webhooks promises; the fake and the real one both run through it. */
export const webhooksContract = (make: () => Promise<WebhookStoreParts>): void => {
  let parts: WebhookStoreParts;
  beforeEach(async () => {
    parts = await make();
  });

  const add = (...endpoints: readonly NewEndpoint[]) =>
    parts.transaction.run((stores) => stores.endpoints.add(endpoints, noon));
  const tell = (endpoint: number, ...numbers: readonly number[]) =>
    parts.transaction.run(({ deliveries }) =>
      deliveries.add(
        numbers.map((n) => ({ eventId: idOf('evt', n), type: 'commission.accrued', body: `body ${n}` })),
        numbers.map((n) => ({
          eventId: idOf('evt', n),
          endpointId: idOf('whe', endpoint),
          deliveryId: idOf('whd', n),
          sequence: n,
        })),
        noon,
      ),
    );
  const take = (now: Instant = noon, overrides: object = {}) =>
    parts.queue.take({
      sound: 10,
      troubled: 10,
      now,
      until: plusMs(now, 1_000),
      lease: `lease of ${now}`,
      ...overrides,
    });
  const giveBack = (nextAt: Instant | undefined, health: NewEndpoint['health'] = ENABLED) =>
    parts.transaction.run(({ endpoints }) => endpoints.release([{ endpointId: idOf('whe', 1), health, nextAt }]));

  it('registers an address once for an owner and a program, whoever asks how often', async () => {
    const everybodys = { partnerId: undefined, url: 'https://staff.example/' };

    const first = await add(anEndpoint(1), anEndpoint(2, everybodys));
    const again = await add(
      anEndpoint(3, everybodys),
      anEndpoint(4, { url: 'https://partner.example/1' }),
      anEndpoint(5, { url: 'https://partner.example/1', programId: idOf('prg', 1) }),
    );

    expect(first.map(({ isNew }) => isNew)).to.deep.equal([true, true]);
    expect(again).to.deep.equal([
      { endpointId: idOf('whe', 2), isNew: false },
      { endpointId: idOf('whe', 1), isNew: false },
      { endpointId: idOf('whe', 5), isNew: true },
    ]);
  });

  it('gives an endpoint back as it was registered', async () => {
    await add(anEndpoint(1, { eventTypes: ['commission.accrued', 'commission.paid'], programId: idOf('prg', 7) }));

    const found = await parts.transaction.run(({ endpoints }) => endpoints.get(idOf('whe', 1)));

    expect(found).to.deep.include({
      ...anEndpoint(1, { eventTypes: ['commission.accrued', 'commission.paid'], programId: idOf('prg', 7) }),
      health: found.health,
      createdAt: noon,
      lastSequence: 0,
    });
    expect(found.health).to.deep.include(ENABLED);
    await rejects(
      parts.transaction.run(({ endpoints }) => endpoints.get(idOf('whe', 9))),
      'webhooks.endpoint_not_found',
    );
  });

  it('finds who may subscribe: the partners’ own endpoints and everybody’s', async () => {
    await add(
      anEndpoint(1),
      anEndpoint(2, { partnerId: idOf('par', 2) }),
      anEndpoint(3, { partnerId: undefined }),
      anEndpoint(4, { partnerId: idOf('par', 4) }),
    );

    const found = await parts.transaction.run(({ endpoints }) =>
      endpoints.subscribers([idOf('par', 1), idOf('par', 2)]),
    );

    expect(found.map(({ endpointId }) => endpointId)).to.deep.equal([1, 2, 3].map((n) => idOf('whe', n)));
  });

  it('hands an endpoint’s deliveries to one sender at a time, in order', async () => {
    await add(anEndpoint(1));
    await tell(1, 1, 2, 3);

    const [run] = await take();
    const second = await take();

    expect(run?.dues.map(({ sequence, body }) => [sequence, body])).to.deep.equal([
      [1, 'body 1'],
      [2, 'body 2'],
      [3, 'body 3'],
    ]);
    expect(run).to.deep.include({ endpointId: idOf('whe', 1), url: 'https://partner.example/1', state: 'enabled' });
    expect(second).to.be.empty;
  });

  it('hands them to another once the lease is over, and takes nothing back from the first', async () => {
    await add(anEndpoint(1));
    await tell(1, 1);
    const [lost] = await take();

    const [taken] = await take(plusMs(noon, 1_000));

    expect(taken?.dues).to.have.length(1);
    const held = await parts.transaction.run(({ endpoints }) =>
      endpoints.inHand([
        { endpointId: idOf('whe', 1), lease: lost?.lease ?? '' },
        { endpointId: idOf('whe', 1), lease: taken?.lease ?? '' },
      ]),
    );
    expect(held).to.have.length(1);
  });

  it('takes no more endpoints in trouble than asked for, and one delivery of each', async () => {
    await add(anEndpoint(1, { health: UNVERIFIED }), anEndpoint(2, { health: UNVERIFIED }), anEndpoint(3));
    await tell(1, 1, 2);
    await parts.transaction.run(({ deliveries }) =>
      deliveries.add(
        [{ eventId: idOf('evt', 9), type: 'commission.accrued', body: '9' }],
        [2, 3].map((n) => ({
          eventId: idOf('evt', 9),
          endpointId: idOf('whe', n),
          deliveryId: idOf('whd', 90 + n),
          sequence: 1,
        })),
        noon,
      ),
    );

    const runs = await take(noon, { troubled: 1 });

    expect(runs.filter(({ state }) => state === 'unverified')).to.have.length(1);
    expect(runs.filter(({ state }) => state === 'enabled')).to.have.length(1);
    expect(runs.map(({ dues }) => dues.length)).to.deep.equal([1, 1]);
  });

  it('is due while something can be sent now, in hand or not, and not before its time', async () => {
    await add(anEndpoint(1));
    expect(await parts.queue.isDue(noon)).to.equal(false);
    await tell(1, 1);
    expect(await parts.queue.isDue(noon)).to.equal(true);
    await take();
    expect(await parts.queue.isDue(noon)).to.equal(true);

    await giveBack(plusMs(noon, 5_000));

    expect(await parts.queue.isDue(plusMs(noon, 4_999))).to.equal(false);
    expect(await take(plusMs(noon, 4_999))).to.be.empty;
    expect(await parts.queue.isDue(plusMs(noon, 5_000))).to.equal(true);
  });

  it('is due no more once all is delivered, and again with the next event', async () => {
    await add(anEndpoint(1));
    await tell(1, 1);
    await take();

    await parts.transaction.run(({ deliveries }) => deliveries.record([attempted(1)]));
    await giveBack(noon);
    const idle = await parts.queue.isDue(noon);
    await tell(1, 2);

    expect(idle).to.equal(false);
    expect((await take())[0]?.dues.map(({ sequence }) => sequence)).to.deep.equal([2]);
  });

  it('remembers tries and attempts of what failed', async () => {
    await add(anEndpoint(1));
    await tell(1, 1);
    await take();
    await parts.transaction.run(({ deliveries }) =>
      deliveries.record([
        attempted(1, { state: 'pending', outcome: { kind: 'unreachable', detail: 'ECONNREFUSED' }, tries: 1 }),
      ]),
    );
    await giveBack(noon);

    const [run] = await take();

    expect(run?.dues[0]).to.deep.include({ attempts: 1, tries: 1, firstTriedAt: noon });
  });

  it('keeps events for a disabled endpoint without being due, until it is enabled', async () => {
    await add(anEndpoint(1));
    const disabled = { ...ENABLED, state: 'disabled', disabledReason: 'by_owner' } as const;
    const change = { endpointId: idOf('whe', 1), secrets: { current: 'sealed' } };
    await parts.transaction.run(({ endpoints }) => endpoints.change({ ...change, health: disabled }, noon));
    await tell(1, 1);
    expect(await parts.queue.isDue(noon)).to.equal(false);

    await parts.transaction.run(({ endpoints }) => endpoints.change({ ...change, health: ENABLED }, noon));

    expect(await parts.queue.isDue(noon)).to.equal(true);
  });

  it('keeps both secrets of a rotation', async () => {
    await add(anEndpoint(1));
    const secrets = { current: 'new', old: { sealed: 'sealed', until: plusDays(noon, 1) } };

    await parts.transaction.run(({ endpoints }) =>
      endpoints.change({ endpointId: idOf('whe', 1), health: ENABLED, secrets }, noon),
    );
    await tell(1, 1);

    expect((await take())[0]?.secrets).to.deep.equal(secrets);
  });

  it('puts a delivery in line again in its old place, with fresh tries', async () => {
    await add(anEndpoint(1));
    await tell(1, 1, 2);
    await take();
    await parts.transaction.run(({ deliveries }) =>
      deliveries.record([attempted(1, { state: 'failed', attempts: 10, tries: 10 })]),
    );
    await giveBack(noon);

    for (let time = 0; time < 2; time += 1)
      await parts.transaction.run(({ deliveries }) => deliveries.repeat(idOf('whd', 1)));

    const [run] = await take();
    expect(run?.dues.map(({ sequence, attempts, tries }) => [sequence, attempts, tries])).to.deep.equal([
      [1, 10, 0],
      [2, 0, 0],
    ]);
    expect(await parts.transaction.run(({ deliveries }) => deliveries.endpointOf(idOf('whd', 1)))).to.equal(
      idOf('whe', 1),
    );
    await rejects(
      parts.transaction.run(({ deliveries }) => deliveries.endpointOf(idOf('whd', 77))),
      'webhooks.delivery_not_found',
    );
  });

  it('forgets an endpoint with all that was for it', async () => {
    await add(anEndpoint(1));
    await tell(1, 1);

    await parts.transaction.run(({ endpoints }) => endpoints.remove(idOf('whe', 1)));

    expect(await parts.queue.isDue(noon)).to.equal(false);
    expect((await parts.transaction.run(({ endpoints }) => endpoints.counts([idOf('par', 1)]))).size).to.equal(0);
    await rejects(
      parts.transaction.run(({ deliveries }) => deliveries.endpointOf(idOf('whd', 1))),
      'webhooks.delivery_not_found',
    );
  });

  it('forgets what is older than asked', async () => {
    await add(anEndpoint(1));
    await tell(1, 1, 2);

    expect(await parts.queue.forget(noon)).to.equal(0);
    expect(await parts.queue.forget(plusMs(noon, 1))).to.equal(2);
    expect((await take())[0]?.dues ?? []).to.be.empty;
  });
};
