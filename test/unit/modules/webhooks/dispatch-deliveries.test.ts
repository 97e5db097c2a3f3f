import { expect } from 'chai';
import { ChangeEndpoint } from '../../../../src/modules/webhooks/application/change-endpoint.ts';
import { DispatchDeliveries } from '../../../../src/modules/webhooks/application/dispatch-deliveries.ts';
import { FanOutEvents } from '../../../../src/modules/webhooks/application/fan-out-events.ts';
import { RegisterEndpoints } from '../../../../src/modules/webhooks/application/register-endpoints.ts';
import { Secrets } from '../../../../src/modules/webhooks/application/secrets.ts';
import { TestEndpoint } from '../../../../src/modules/webhooks/application/test-endpoint.ts';
import { type Announced } from '../../../../src/modules/webhooks/domain/fan-out.ts';
import type { EndpointId } from '../../../../src/modules/webhooks/index.ts';
import { MasterKeyVault } from '../../../../src/infrastructure/system/master-key-vault.ts';
import { nameOf } from '../../../../src/shared/events.ts';
import { instant, instantAt } from '../../../../src/shared/instant.ts';
import { CountingIds, idOf, SeededRandom, TestWallClock } from '../../../support/clock.ts';
import { answered, FakeSender, FakeWebhookTransaction, OpenGuard } from '../../../support/fakes/fake-webhooks.ts';
import { rejects } from '../../../support/rejects.ts';
import { StandingAttribution } from '../../../support/standing-attribution.ts';
import { StandingPartners } from '../../../support/standing-partners.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const description = (n: number) => ({
  url: `https://partner.example/${n}`,
  description: '',
  eventTypes: ['*'],
  partnerId: idOf('par', n),
});

let count = 0;
const anEvent = (partner: number): Announced => ({
  eventId: idOf('evt', 1_000 + (count += 1)),
  type: 'commission.accrued',
  occurredAt: instant('2018-03-01T12:00:00Z'),
  partnerId: idOf('par', partner),
  data: { count },
});

const setUp = () => {
  const transaction = new FakeWebhookTransaction();
  const wallClock = new TestWallClock();
  const random = new SeededRandom(7);
  const ids = new CountingIds();
  const sender = new FakeSender();
  const secrets = new Secrets(new MasterKeyVault(new Uint8Array(32)), random);
  const parts = { ids, wallClock, random, timeoutMs: 1_000 };
  const dispatch = new DispatchDeliveries(transaction, transaction.queue, sender, secrets, parts);
  const partners = new StandingPartners();
  const register = new RegisterEndpoints(transaction, partners, new OpenGuard(), secrets, ids, wallClock);
  const change = new ChangeEndpoint(transaction, secrets, wallClock);
  const test = new TestEndpoint(transaction, transaction, sender, secrets, ids, wallClock);
  const fanOut = new FanOutEvents(ids, wallClock, new StandingAttribution());
  const now = () => instantAt(wallClock.nowMs());
  return {
    transaction,
    wallClock,
    partners,
    sender,
    dispatch,
    register,
    change,
    test,
    now,
    tell: (...events: Announced[]) => transaction.run((stores) => fanOut.run(stores, events)),
    state: async (endpointId: EndpointId) => (await transaction.endpoint(endpointId))?.health.state,
    /** Sends all that is due now. */
    drain: async () => {
      while ((await dispatch.step()) || dispatch.isBusy) if (dispatch.isBusy) await dispatch.progress();
    },
  };
};

describe('dispatching deliveries', () => {
  it('sends an endpoint its events in order, numbered, with the same body and id at every attempt', async () => {
    const { sender, register, tell, drain, wallClock, transaction } = setUp();
    const { endpointId } = await register.one(description(1));
    await tell(anEvent(1), anEvent(1), anEvent(1));
    sender.answer = () => answered(sender.sent.length === 2 ? 500 : 204);

    await drain();
    expect(sender.sent.map(({ sequence }) => sequence)).to.deep.equal([1, 2]);
    wallClock.pass(6_000);
    await drain();

    expect(sender.sent.map(({ sequence }) => sequence)).to.deep.equal([1, 2, 2, 3]);
    const [, failed, repeated] = sender.sent;
    expect(repeated).to.deep.equal(failed);
    expect(transaction.deliveriesTo(endpointId).map(({ state, attempts }) => [state, attempts])).to.deep.equal([
      ['delivered', 1],
      ['delivered', 2],
      ['delivered', 1],
    ]);
  });

  it('holds back what comes after an event that failed, and nobody else’s', async () => {
    const { sender, register, tell, drain } = setUp();
    await register.one(description(1));
    await register.one(description(2));
    await tell(anEvent(1), anEvent(1), anEvent(2));
    sender.answer = ({ url }) => answered(url.endsWith('/1') ? 500 : 204);

    await drain();

    expect(sender.sent.map(({ url, sequence }) => `${url.slice(-1)}#${sequence}`)).to.have.members(['1#1', '2#1']);
  });

  it('never has two under way to one endpoint', async () => {
    const { sender, register, tell, drain } = setUp();
    await register.one(description(1));
    await tell(...Array.from({ length: 120 }, () => anEvent(1)));
    let underWay = 0;
    let most = 0;
    sender.answer = async () => {
      most = Math.max(most, (underWay += 1));
      await Promise.resolve();
      underWay -= 1;
      return answered(204);
    };

    await drain();

    expect(most).to.equal(1);
    expect(sender.sent.map(({ sequence }) => sequence)).to.deep.equal(Array.from({ length: 120 }, (_, n) => n + 1));
  });

  it('lets an endpoint that hangs keep its own place and nobody else’s', async () => {
    const { sender, register, tell, dispatch } = setUp();
    await register.one(description(1));
    await register.one(description(2));
    sender.answer = ({ url }) => (url.endsWith('/1') ? new Promise(() => undefined) : answered(204));

    await tell(anEvent(1));
    await dispatch.step();
    await tell(anEvent(2));
    await dispatch.step();

    expect(sender.sent.map(({ url }) => url.slice(-1))).to.deep.equal(['1', '2']);
    expect(dispatch.isBusy).to.equal(true);
  });

  it('writes down what a dead process had in hand once the lease is over, by sending it again', async () => {
    const { sender, register, tell, drain, wallClock, transaction, now } = setUp();
    const { endpointId } = await register.one(description(1));
    await tell(anEvent(1));
    const until = instantAt(wallClock.nowMs() + 1_000);
    await transaction.queue.take({ sound: 9, troubled: 9, now: now(), until, lease: 'of the dead' });

    await drain();
    expect(sender.sent).to.be.empty;
    wallClock.pass(1_000);
    await drain();

    expect(transaction.deliveriesTo(endpointId).map(({ state }) => state)).to.deep.equal(['delivered']);
  });

  it('takes an endpoint down step by step, probes it, and drains what waited once it heals', async () => {
    const { sender, register, tell, drain, wallClock, state } = setUp();
    const { endpointId } = await register.one(description(1));
    await tell(anEvent(1), anEvent(1));
    sender.answer = () => answered(503);
    const states: (string | undefined)[] = [];
    for (let failure = 1; failure <= 7; failure += 1) {
      await drain();
      states.push(await state(endpointId));
      wallClock.pass((30 * HOUR_MS) / 5);
    }
    expect(states).to.deep.equal(['unverified', 'unverified', 'degraded', 'degraded', 'degraded', 'paused', 'paused']);

    sender.answer = () => answered(204);
    wallClock.pass(2 * HOUR_MS);
    await drain();

    expect(await state(endpointId)).to.equal('enabled');
    expect(sender.sent.filter(({ sequence }) => sequence === 2)).to.have.length(1);
  });

  it('gives up an endpoint after five days, and says so once', async () => {
    const { sender, register, tell, drain, wallClock, state, transaction } = setUp();
    const { endpointId } = await register.one(description(1));
    await tell(anEvent(1), anEvent(1));
    sender.answer = () => ({ kind: 'unreachable', detail: 'ECONNREFUSED' });

    for (let hour = 0; hour < 6 * 24; hour += 1) {
      await drain();
      wallClock.pass(HOUR_MS);
    }

    expect(await state(endpointId)).to.equal('disabled');
    expect(transaction.published.map(nameOf)).to.deep.equal(['webhooks.endpoint_disabled.v1']);
    expect(transaction.published[0]?.payload).to.deep.include({ partnerId: idOf('par', 1), reason: 'failing' });
    // One event had its three days and gave way to the next; the outage did not use up any more.
    expect(transaction.deliveriesTo(endpointId).map(({ state: each }) => each)).to.deep.equal(['failed', 'pending']);
  });

  it('disables an endpoint at once when it answers 410, and keeps the event for it', async () => {
    const { sender, register, tell, drain, wallClock, state, transaction, change } = setUp();
    const { endpointId } = await register.one(description(1));
    await tell(anEvent(1));
    sender.answer = () => answered(410);

    await drain();
    expect(await state(endpointId)).to.equal('disabled');
    expect(transaction.published[0]?.payload).to.deep.include({ reason: 'gone' });
    wallClock.pass(DAY_MS);
    await drain();
    expect(sender.sent).to.have.length(1);

    sender.answer = () => answered(204);
    await change.enable(endpointId, idOf('par', 1));
    await drain();

    expect(transaction.deliveriesTo(endpointId).map(({ state: each }) => each)).to.deep.equal(['delivered']);
  });

  it('waits as long as the endpoint asks', async () => {
    const { sender, register, tell, drain, wallClock } = setUp();
    await register.one(description(1));
    await tell(anEvent(1));
    sender.answer = () => answered(429, 10 * 60_000);

    await drain();
    wallClock.pass(9 * 60_000);
    await drain();
    expect(sender.sent).to.have.length(1);
    wallClock.pass(60_000);
    await drain();

    expect(sender.sent).to.have.length(2);
  });

  it('is due while something can be sent now, and not for what is scheduled', async () => {
    const { sender, register, tell, drain, transaction, now } = setUp();
    await register.one(description(1));
    sender.answer = () => answered(500);
    expect(await transaction.queue.isDue(now())).to.equal(false);
    await tell(anEvent(1));
    expect(await transaction.queue.isDue(now())).to.equal(true);

    await drain();

    expect(await transaction.queue.isDue(now())).to.equal(false);
  });

  it('leaves an endpoint as it is when the trouble is our own, and says so', async () => {
    const { register, tell, dispatch, transaction, state, now } = setUp();
    const { endpointId } = await register.one(description(1));
    const secrets = { current: 'sealed with another key' };
    const { health } = (await transaction.endpoint(endpointId))!;
    await transaction.run(({ endpoints }) => endpoints.change({ endpointId, health, secrets }, now()));
    await tell(anEvent(1));

    await dispatch.step();
    await dispatch.progress();

    await rejects(dispatch.step(), 'vault.unreadable');
    expect(await state(endpointId)).to.equal('unverified');
    expect(await transaction.queue.isDue(now())).to.equal(false);
  });

  it('keeps what it could not write down for the next time', async () => {
    let broken = true;
    const { register, tell, dispatch, sender, transaction } = setUp();
    const { endpointId } = await register.one(description(1));
    await tell(anEvent(1));
    await dispatch.step();
    await dispatch.progress();
    const run = transaction.run.bind(transaction);
    transaction.run = (work) => (broken ? Promise.reject(new Error('the database is away')) : run(work));

    await dispatch.step().catch(() => undefined);
    broken = false;
    await dispatch.step();

    expect(sender.sent).to.have.length(1);
    expect(transaction.deliveriesTo(endpointId)[0]?.state).to.equal('delivered');
  });

  it('sends again what it could not write down while the lease ran, and goes on with the rest', async () => {
    const { register, tell, dispatch, drain, sender, transaction, wallClock } = setUp();
    const { endpointId } = await register.one(description(1));
    await tell(anEvent(1));
    await dispatch.step();
    await dispatch.progress();
    wallClock.pass(60_000);

    await drain();

    expect(sender.sent.map(({ sequence }) => sequence)).to.deep.equal([1, 1]);
    expect(transaction.deliveriesTo(endpointId)[0]?.state).to.equal('delivered');
  });
});

describe('what an owner does to an endpoint', () => {
  it('rotates the secret: for a day both sign', async () => {
    const { register, change, tell, drain, sender, wallClock } = setUp();
    const { endpointId, secret } = await register.one(description(1));

    const rotated = await change.rotateSecret(endpointId, idOf('par', 1));
    await tell(anEvent(1));
    await drain();
    wallClock.pass(DAY_MS);
    await tell(anEvent(1));
    await drain();

    expect(secret).to.match(/^whsec_[\w+/]{43}=$/);
    expect(sender.sent.map(({ secrets }) => secrets)).to.deep.equal([[rotated.secret, secret], [rotated.secret]]);
  });

  it('is not done to somebody else’s, and does not say that it exists', async () => {
    const { register, change, test, sender, tell, transaction, drain } = setUp();
    const { endpointId } = await register.one(description(1));
    await tell(anEvent(1));
    await drain();
    const [delivery] = transaction.deliveriesTo(endpointId);
    const other = idOf('par', 2);

    await rejects(change.rotateSecret(endpointId, other), 'webhooks.endpoint_not_found');
    await rejects(change.enable(endpointId, other), 'webhooks.endpoint_not_found');
    await rejects(change.disable(endpointId, other), 'webhooks.endpoint_not_found');
    await rejects(change.remove(endpointId, other), 'webhooks.endpoint_not_found');
    await rejects(test.run(endpointId, other), 'webhooks.endpoint_not_found');
    await rejects(change.redeliver(delivery!.deliveryId, other), 'webhooks.delivery_not_found');
    expect(sender.sent).to.have.length(1);
  });

  it('disables and enables, and doing it twice is doing it once', async () => {
    const { register, change, state } = setUp();
    const { endpointId } = await register.one(description(1));

    for (let time = 0; time < 2; time += 1) await change.disable(endpointId, undefined);
    expect(await state(endpointId)).to.equal('disabled');
    for (let time = 0; time < 2; time += 1) await change.enable(endpointId, undefined);

    expect(await state(endpointId)).to.equal('enabled');
  });

  it('tests it: a good answer verifies or heals it, a bad one costs nothing', async () => {
    const { register, test, sender, state, transaction } = setUp();
    const { endpointId } = await register.one(description(1));
    sender.answer = () => answered(500);

    expect(await test.run(endpointId, undefined)).to.deep.include({ delivered: false, status: 500 });
    expect(await state(endpointId)).to.equal('unverified');
    sender.answer = () => ({ kind: 'unreachable', detail: 'EPRIVATE' });
    expect(await test.run(endpointId, undefined)).to.deep.equal({ delivered: false, status: undefined, durationMs: 0 });
    sender.answer = () => answered(200);
    expect(await test.run(endpointId, undefined)).to.deep.include({ delivered: true, status: 200 });

    expect(await state(endpointId)).to.equal('enabled');
    expect(transaction.deliveriesTo(endpointId)).to.be.empty;
    expect(sender.sent[0]?.body).to.include('endpoint.ping');
  });

  it('asks for a delivery again: same id, same number, and asking twice is asking once', async () => {
    const { register, change, tell, drain, sender, transaction } = setUp();
    const { endpointId } = await register.one(description(1));
    await tell(anEvent(1), anEvent(1));
    await drain();
    const [first] = transaction.deliveriesTo(endpointId);

    for (let time = 0; time < 2; time += 1) await change.redeliver(first!.deliveryId, idOf('par', 1));
    await drain();

    expect(sender.sent.map(({ sequence }) => sequence)).to.deep.equal([1, 2, 1]);
    expect(sender.sent[2]?.id).to.equal(sender.sent[0]?.id);
  });

  it('asks for nothing again while the endpoint is disabled', async () => {
    const { register, change, tell, drain, transaction } = setUp();
    const { endpointId } = await register.one(description(1));
    await tell(anEvent(1));
    await drain();
    await change.disable(endpointId, undefined);

    const [delivery] = transaction.deliveriesTo(endpointId);

    await rejects(change.redeliver(delivery!.deliveryId, undefined), 'webhooks.endpoint_is_disabled');
  });
});

describe('registering webhook endpoints', () => {
  it('refuses types of events that do not exist, and points to each', async () => {
    const { register } = setUp();

    const error = await rejects(
      register.one({ ...description(1), eventTypes: ['commission.paid', 'order.placed'] }),
      'webhooks.unknown_event_type',
    );

    expect(error.details.faults?.map(({ pointer }) => pointer)).to.deep.equal(['/eventTypes/1']);
  });

  it('is for partners and programs that there are, also in an import', async () => {
    const { register, partners } = setUp();
    partners.unknown.add(idOf('par', 9));
    const [stranger, nowhere] = [description(9), { ...description(1), programId: idOf('prg', 9) }];

    await rejects(register.one(stranger), 'webhooks.unknown_partner');
    await rejects(register.one(nowhere), 'webhooks.unknown_program');
    const results = await register.many([stranger, nowhere, { ...description(1), programId: idOf('prg', 1) }]);

    expect(results.map(({ verdict }) => verdict)).to.deep.equal(['refused', 'refused', 'created']);
    expect(results.flatMap(({ faults }) => faults)).to.deep.equal([
      { pointer: '/partnerId', code: 'webhooks.unknown_partner', detail: `there is no partner ${idOf('par', 9)}` },
      { pointer: '/programId', code: 'webhooks.unknown_program', detail: `there is no program ${idOf('prg', 9)}` },
    ]);
  });

  it('refuses an address that is registered, and names the endpoint', async () => {
    const { register } = setUp();
    const { endpointId } = await register.one(description(1));

    const error = await rejects(register.one(description(1)), 'webhooks.endpoint_exists');

    expect(error.details.ids).to.deep.equal({ endpointId });
  });

  it('lets a partner have fifty', async () => {
    const { register } = setUp();
    for (let n = 1; n <= 50; n += 1) await register.one({ ...description(n), partnerId: idOf('par', 1) });

    await rejects(register.one({ ...description(51), partnerId: idOf('par', 1) }), 'webhooks.too_many_endpoints');
  });

  it('lets a partner have fifty, also of those that are imported, and each partner its own', async () => {
    const { register } = setUp();
    const owned = (n: number, partner: number) => ({ ...description(n), partnerId: idOf('par', partner) });
    await register.one(owned(1, 1));
    const items = [
      owned(1, 1),
      ...Array.from({ length: 60 }, (_, n) => owned(n + 2, 1)),
      ...Array.from({ length: 50 }, (_, n) => owned(n + 1, 2)),
      ...Array.from({ length: 51 }, (_, n) => ({ ...description(n), partnerId: undefined })),
    ];

    const first = await register.many(items);
    const again = await register.many(items);

    const verdicts = (results: typeof first) =>
      ['known', 'created', 'refused'].map((verdict) => results.filter((result) => result.verdict === verdict).length);
    expect(verdicts(first)).to.deep.equal([1, 49 + 50 + 51, 11]);
    expect(verdicts(again)).to.deep.equal([1 + 49 + 50 + 51, 0, 11]);
    expect(first[50]).to.deep.equal({
      index: 50,
      verdict: 'refused',
      faults: [
        {
          pointer: '/partnerId',
          code: 'webhooks.too_many_endpoints',
          detail: 'a partner has at most 50 endpoints; delete one that is not needed',
        },
      ],
    });
  });

  it('imports many, each judged by itself, and none twice', async () => {
    const { register } = setUp();
    const items = [description(1), { ...description(2), eventTypes: ['nonsense'] }, description(3)];

    const first = await register.many(items);
    const again = await register.many(items);

    expect(first.map(({ verdict }) => verdict)).to.deep.equal(['created', 'refused', 'created']);
    expect(first[1]?.faults[0]?.code).to.equal('webhooks.unknown_event_type');
    expect(again.map(({ verdict }) => verdict)).to.deep.equal(['known', 'refused', 'known']);
    expect(again[0]).to.deep.equal({ index: 0, verdict: 'known', endpointId: first[0]?.endpointId, faults: [] });
  });
});
