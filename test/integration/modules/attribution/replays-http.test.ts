import { expect } from 'chai';
import { compareReplay, listReplays, promoteReplay, showReplay, startReplay } from '../../../../src/cli/replay.ts';
import { attribution } from '../../../../src/modules/attribution/module.ts';
import { identity } from '../../../../src/modules/identity/module.ts';
import { orders } from '../../../../src/modules/orders/module.ts';
import { pipeline } from '../../../../src/modules/pipeline/module.ts';
import { idOf } from '../../../support/clock.ts';
import { rejects } from '../../../support/rejects.ts';
import { withRunningApp } from '../../../support/running-app.ts';
import { StandingPartners, standingPartnersModule } from '../../../support/standing-partners.ts';

const programId = idOf('prg', 1);
const [first, second] = [idOf('par', 1), idOf('par', 2)];
const PERIOD = { from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' };
const FIRST_TOUCH = { model: { kind: 'first_touch' }, windows: { click: { days: 30 } } };
const AHEAD = '2999-01-01T00:00:00Z';

describe('replays and models over HTTP', () => {
  const running = withRunningApp(
    [identity, standingPartnersModule(new StandingPartners()), pipeline, orders, attribution],
    {
      SANDBOX: 'true',
    },
  );
  let staff = '';
  let partner = '';

  const post = (path: string, body: unknown, token = staff, headers = {}) =>
    running().call('POST', path, { token, body, headers });
  const get = (path: string, token = staff) => running().call('GET', path, { token });
  const settle = () => post('/v1/sandbox/settle', { timeoutMs: 15_000 });
  const replays = `/v1/programs/${programId}/attribution/replays`;

  const event = (id: string, type: string, subject: string, time: string, data: object) => ({
    ...{ id, type, programId, subject, time, data },
  });
  const clicked = (n: number, linkCode: string, visitorId: string, time: string) =>
    event(`click ${n}`, 'click.recorded', `${n}`, time, { clickId: idOf('clk', n), linkCode, visitorId });
  const placed = (ref: string, visitorId: string, time: string) =>
    event(`placed ${ref}`, 'order.placed', ref, time, {
      ...{ currency: 'BRL', visitorId },
      lines: [{ lineRef: '1', quantity: 1, unitPrice: { minor: '1000', currency: 'BRL' } }],
    });

  before(async () => {
    staff = await running().tokenWith();
    partner = await running().tokenWith(['conversions:read'], first);
    const link = (code: string, partnerId: string) => ({ code, programId, partnerId });
    await post('/v1/links/import', { links: [link('one', first), link('two', second)] });
    const events = [
      clicked(1, 'one', 'v1', '2026-01-05T00:00:00Z'),
      clicked(2, 'two', 'v1', '2026-01-06T00:00:00Z'),
      clicked(3, 'two', 'v2', '2026-01-06T00:00:00Z'),
      clicked(4, 'one', 'v3', '2026-01-07T00:00:00Z'),
      placed('A', 'v1', '2026-01-08T00:00:00Z'),
      placed('B', 'v2', '2026-01-09T00:00:00Z'),
    ];
    expect((await post('/v1/events', { events })).status).to.be.lessThan(300);
    expect((await settle()).status).to.equal(200);
  });

  it('are started, decided by a job, compared and promoted', async () => {
    const started = await post(replays, { name: 'first touch', ...PERIOD, rules: FIRST_TOUCH });
    expect([started.status, started.body['state'], started.body['total']]).to.deep.equal([201, 'running', 2]);
    await settle();

    const path = started.headers.get('location') ?? '';
    expect((await get(path)).body).to.include({ state: 'finished', decided: 2, different: 1 });
    const { body } = await get(`${path}/comparison?samples=5`);
    const standings = body['standings'] as { partnerId: string; conversions: object; values: object[] }[];
    expect(standings.map(({ partnerId, conversions }) => [partnerId, conversions])).to.deep.equal([
      [second, { live: '2.000', replayed: '1.000', gain: '-1.000' }],
      [first, { live: '0.000', replayed: '1.000', gain: '1.000' }],
    ]);
    expect(standings[1]?.values[0]).to.deep.include({ liveShare: '0.000000', replayedShare: '0.500000' });
    expect(body['samples']).to.have.length(1);
    const promote = () => post(`${path}/promote`, { effectiveFrom: AHEAD }, staff, { 'idempotency-key': 'promote' });
    const promoted = await promote();
    expect((await promote()).body).to.deep.equal(promoted.body);
    expect([promoted.status, promoted.body['state'], promoted.body['promotedVersion']]).to.deep.equal([
      200,
      'promoted',
      2,
    ]);
    expect((await get(replays)).body['data']).to.deep.equal([promoted.body]);
  });

  it('are for staff alone, and say what is wrong by its place', async () => {
    expect((await get(replays, partner)).status).to.equal(403);
    const models = `/v1/programs/${programId}/attribution/models?model=markov&from=${PERIOD.from}&to=${PERIOD.to}`;
    expect((await get(models, partner)).status).to.equal(403);
    const empty = await post(replays, { name: 'x', from: PERIOD.to, to: PERIOD.from });
    expect([empty.status, empty.body['code']]).to.deep.equal([400, 'attribution.period_empty']);
    const unreadable = await post(replays, { name: 'x', ...PERIOD, rules: { model: { kind: 'best' } } });
    expect([unreadable.status, unreadable.body['code']]).to.deep.equal([400, 'attribution.policy_invalid']);
    expect(JSON.stringify(unreadable.body['errors'])).to.include('/rules/model/kind');
    expect((await get(`${replays}/${idOf('rpl', 9)}`)).status).to.equal(404);
  });

  it('report Markov and Shapley beside last touch, of journeys to orders and to nothing', async () => {
    const report = async (query: string) => {
      const period = `from=${PERIOD.from}&to=${PERIOD.to}`;
      const { status, body } = await get(`/v1/programs/${programId}/attribution/models?${period}&${query}`);
      expect(status, JSON.stringify(body)).to.equal(200);
      return body as {
        journeys: number;
        conversions: number;
        conversionProbability: string | null;
        channels: { channel: string; share: string; removalEffect: string | null; lastTouch: object }[];
      };
    };

    // Journeys: one, two -> order; two -> order; one -> nothing.
    const markov = await report('model=markov');
    expect(markov).to.include({ journeys: 3, conversions: 2, conversionProbability: '0.666667' });
    expect(markov.channels.map(({ channel, removalEffect }) => [channel, removalEffect])).to.deep.equal([
      [second, '1.000000'],
      [first, '0.500000'],
    ]);
    expect(markov.channels.map(({ lastTouch }) => lastTouch)).to.deep.equal([
      { share: '1.000000', conversions: 2 },
      { share: '0.000000', conversions: 0 },
    ]);
    // By conversions: the first order in halves, the second alone's.
    const shapley = await report('model=shapley&worth=conversions');
    expect(shapley.channels.map(({ channel, share }) => [channel, share])).to.deep.equal([
      [second, '0.750000'],
      [first, '0.250000'],
    ]);
    // By rate: one is worth 0, two 1, both 2/3.
    const byRate = await report('model=shapley');
    expect(byRate.channels.map(({ share }) => share)).to.deep.equal(['1.250000', '-0.250000']);
    const byChannel = await report('model=markov&order=2&by=channel');
    expect(byChannel.channels.map(({ channel, share }) => [channel, share])).to.deep.equal([['click', '1.000000']]);
  });

  it('are run from a shell as well', async () => {
    const said: string[] = [];
    const log = console.log;
    console.log = (text: string) => void said.push(text);
    try {
      const { app } = running();
      await startReplay(app, { program: programId, name: 'as it is', ...PERIOD });
      const id = /rpl_\w+/.exec(said[0] ?? '')?.[0] ?? '';
      await settle();
      await listReplays(app, { program: programId });
      await showReplay(app, id, { program: programId });
      await compareReplay(app, id, { program: programId, samples: '3' });
      await rejects(
        promoteReplay(app, id, { program: programId, effectiveFrom: AHEAD }),
        'attribution.nothing_to_promote',
      );
    } finally {
      console.log = log;
    }
    expect(said.join('\n')).to.match(/finished 2 of 2 decided, 0 different {2}as it is/);
    expect(said.join('\n')).to.include(`${second.padEnd(30)} 2.000 -> 2.000 (0.000)  BRL 2000 -> 2000`);
  });

  it('pass the audits: live is the replay of the live policy', async () => {
    for (const audit of running().app.audits) expect(await audit.run(), audit.promise).to.be.empty;
  });
});
