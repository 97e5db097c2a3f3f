import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { UndiciSender } from '../../../../src/modules/webhooks/adapters/outbound/undici-sender.ts';
import { SystemWallClock } from '../../../../src/infrastructure/system/system.ts';
import { verified, WebhookReceiver } from '../../../support/webhook-receiver.ts';

const SECRETS = [1, 2].map((fill) => `whsec_${Buffer.alloc(32, fill).toString('base64')}`);
/** For an endpoint that lets us wait; the others get all the time a busy machine may need. */
const IMPATIENT_MS = 1_000;
const PATIENT_MS = 15_000;

type Lookup = (host: string, options: object, done: (error: Error | null, addresses: object[]) => void) => void;

/** Resolves a name to these addresses, one set for each lookup; the last one stays. */
const resolving = (...answers: readonly (readonly string[])[]): Lookup => {
  let look = 0;
  return (_host, _options, done) => {
    const addresses = answers[Math.min(look, answers.length - 1)] ?? [];
    look += 1;
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
};

describe('sending a webhook over the network', () => {
  let receiver: WebhookReceiver;
  const senders: UndiciSender[] = [];
  const senderWith = (exempt: readonly string[], lookup?: Lookup, timeoutMs = PATIENT_MS): UndiciSender => {
    const sender = new UndiciSender(new SystemWallClock(), timeoutMs, {
      exempt,
      ...(lookup && { lookup: lookup as never }),
    });
    senders.push(sender);
    return sender;
  };
  const letter = (overrides: object = {}) => ({
    url: `${receiver.url}/hook?key=1`,
    secrets: SECRETS.slice(0, 1),
    id: 'evt_1',
    body: '{"type":"commission.paid","timestamp":"2018-03-01T12:00:00.000Z","data":{"name":"São Paulo"}}',
    sequence: 7,
    ...overrides,
  });
  const send = (overrides: object = {}) => senderWith([receiver.host]).send(letter(overrides));
  const sendImpatiently = () => senderWith([receiver.host], undefined, IMPATIENT_MS).send(letter());

  beforeEach(async () => {
    receiver = await new WebhookReceiver().start();
  });
  afterEach(async () => {
    await Promise.all(senders.splice(0).map((sender) => sender.close()));
    await receiver.stop();
  });

  it('carries what the specification asks for, and the independent library verifies it', async () => {
    const outcome = await send();

    expect(outcome).to.deep.include({ kind: 'answered', status: 204 });
    const [received] = receiver.received;
    expect(received?.path).to.equal('/hook?key=1');
    expect(received?.headers).to.include({
      'content-type': 'application/json',
      'webhook-id': 'evt_1',
      'webhook-sequence': '7',
    });
    expect(verified(SECRETS[0]!, received!)).to.deep.include({ data: { name: 'São Paulo' } });
  });

  it('signs with both secrets of a rotation, so that no receiver has to be first', async () => {
    await send({ secrets: SECRETS });

    for (const secret of SECRETS) verified(secret, receiver.received[0]!);
  });

  it('says each status as it is, and follows no redirect', async () => {
    for (const status of [200, 302, 404, 410, 500]) {
      receiver.behave = (_, response) => response.writeHead(status, { location: `${receiver.url}/elsewhere` }).end();
      expect(await send()).to.deep.include({ status });
    }

    expect(receiver.received.filter(({ path }) => path === '/elsewhere')).to.be.empty;
  });

  it('reads Retry-After, in seconds and as a date', async () => {
    receiver.behave = (_, response) => response.writeHead(429, { 'retry-after': '120' }).end();
    expect(await send()).to.deep.include({ retryAfterMs: 120_000 });

    const date = new Date(Date.now() + 60_000).toUTCString();
    receiver.behave = (_, response) => response.writeHead(503, { 'retry-after': date }).end();
    const outcome = await send();
    expect(outcome.kind === 'answered' && outcome.retryAfterMs).to.be.within(50_000, 60_000);

    receiver.behave = (_, response) => response.writeHead(503, { 'retry-after': 'soon' }).end();
    expect(await send()).to.deep.include({ retryAfterMs: undefined });
  });

  it('gives up on an endpoint that never answers', async () => {
    receiver.behave = () => undefined;
    const started = performance.now();

    expect(await sendImpatiently()).to.deep.include({ kind: 'unreachable' });
    expect(performance.now() - started).to.be.lessThan(PATIENT_MS / 2);
  });

  it('is not held up by an answer that trickles in or never ends, and reads no more than a KiB of it', async () => {
    const drips: NodeJS.Timeout[] = [];
    receiver.behave = (_, response) => {
      response.writeHead(200);
      drips.push(setInterval(() => response.write('x'), 20));
    };
    const started = performance.now();
    expect(await sendImpatiently()).to.deep.include({ status: 200 });
    expect(performance.now() - started).to.be.lessThan(PATIENT_MS / 2);
    drips.forEach(clearInterval);

    receiver.behave = (_, response) => response.writeHead(200).end(Buffer.alloc(50_000_000, 'y'));
    const expected = createHash('sha256').update('y'.repeat(1_024)).digest('hex');
    expect(await send()).to.deep.include({ status: 200, bodyHash: expected });
  });

  it('unpacks nothing: a compressed bomb is a KiB of bytes', async () => {
    const bomb = gzipSync(Buffer.alloc(5_000_000));
    receiver.behave = (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);

    const outcome = await send();

    expect(outcome.kind === 'answered' && outcome.bodyHash).to.equal(
      createHash('sha256').update(bomb.subarray(0, 1_024)).digest('hex'),
    );
  });

  it('keeps of an answer only how it begins, masked', async () => {
    receiver.behave = (_, response) =>
      response
        .writeHead(500)
        .end(
          'error\u0000\n for jane@partner.example card 4111111111111111 key sk_live_abcdefghijklmnop ' +
            'z'.repeat(200),
        );

    const outcome = await send();

    expect(outcome.kind === 'answered' && outcome.bodyHead).to.equal('error for … card … key … …');
  });

  it('says only that nobody answered when nobody is there', async () => {
    const { url } = receiver;
    await receiver.stop();

    expect(await senderWith([new URL(url).host]).send(letter({ url }))).to.deep.equal({
      kind: 'unreachable',
      detail: 'ECONNREFUSED',
    });
    receiver = await new WebhookReceiver().start();
  });

  describe('keeps out of our own network', () => {
    const PORT = (): string => receiver.host.split(':')[1] ?? '';
    const spellings = (port: string) =>
      [
        '127.0.0.1',
        '127.1',
        '2130706433',
        '0x7f.1',
        '0x7f000001',
        '0177.0.0.1',
        '①②⑦.0.0.1',
        '[::1]',
        '[::ffff:127.0.0.1]',
        '[::ffff:7f00:1]',
        '[64:ff9b::7f00:1]',
        '[2002:7f00:1::]',
        '0.0.0.0',
        '[::]',
        '169.254.169.254',
        '100.100.100.200',
      ].map((host) => `http://${host}:${port}/`);

    it('whatever a literal address is spelt like: no lookup is made for those', async () => {
      const sender = senderWith([], () => {
        throw new Error('nobody looks a literal address up');
      });
      for (const url of spellings(PORT()))
        expect(await sender.send(letter({ url })), url).to.deep.equal({ kind: 'unreachable', detail: 'EPRIVATE' });
      expect(receiver.received).to.be.empty;
    });

    it('whatever a name resolves to at the moment of connecting', async () => {
      const url = `http://rebinding.example:${PORT()}/`;
      const sender = senderWith([], resolving(['127.0.0.1']));

      expect(await sender.send(letter({ url }))).to.deep.equal({ kind: 'unreachable', detail: 'EPRIVATE' });
      expect(receiver.received).to.be.empty;
    });

    it('though the name was public when somebody looked before', async () => {
      const lookup = resolving(['93.184.215.14'], ['10.0.0.1'], ['127.0.0.1']);
      lookup('rebinding.example', {}, () => undefined);
      const sender = senderWith([], lookup);
      const url = `http://rebinding.example:${PORT()}/`;

      for (let time = 0; time < 2; time += 1)
        expect(await sender.send(letter({ url }))).to.deep.equal({ kind: 'unreachable', detail: 'EPRIVATE' });
      expect(receiver.received).to.be.empty;
    });

    it('though only one of a name’s addresses is private', async () => {
      const sender = senderWith([], resolving(['93.184.215.14', '127.0.0.1']));

      expect(await sender.send(letter({ url: `http://both.example:${PORT()}/` }))).to.deep.equal({
        kind: 'unreachable',
        detail: 'EPRIVATE',
      });
    });

    it('and away from ports where something else than HTTP is spoken', async () => {
      const sender = senderWith([], () => {
        throw new Error('nobody is looked up for that');
      });

      for (const url of ['https://public.example:25/', 'https://1.1.1.1:22/', 'http://1.1.1.1:0/'])
        expect(await sender.send(letter({ url })), url).to.deep.equal({ kind: 'unreachable', detail: 'EBADPORT' });
    });

    it('though a public one redirects there', async () => {
      receiver.behave = ({ path }, response) =>
        path === '/secret' ? response.end('secret') : response.writeHead(302, { location: '/secret' }).end();

      await send();

      expect(receiver.received.map(({ path }) => path)).to.deep.equal(['/hook?key=1']);
    });

    it('with an exemption for exactly the host and port the operator named', async () => {
      const sender = senderWith([receiver.host]);

      expect(await sender.send(letter())).to.deep.include({ status: 204 });
      expect(await sender.send(letter({ url: `http://localhost:${PORT()}/` }))).to.deep.include({ detail: 'EPRIVATE' });
    });
  });
});
