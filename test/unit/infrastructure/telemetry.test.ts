import { expect } from 'chai';
import { PassThrough } from 'node:stream';
import winston from 'winston';
import { createLogger, type Logger, masked } from '../../../src/infrastructure/telemetry/logger.ts';
import { Metrics } from '../../../src/infrastructure/telemetry/metrics.ts';
import { startTelemetry } from '../../../src/infrastructure/telemetry/start.ts';
import { AppError } from '../../../src/shared/errors.ts';
import { idOf } from '../../support/clock.ts';

/** Planted everywhere a careless line might put them. None may come out. */
const CANARIES = {
  email: 'canary.bird+1@mine.example.com',
  jwt: 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJlY2FuYXJ5',
  webhookSecret: 'whsec_Q0FOQVJZY2FuYXJ5Q0FOQVJZ',
  clientSecret: 'tcs_canary-CANARY_canary',
  password: 'canary-hunter2',
  iban: 'DE89370400440532013000',
  spacedIban: 'BR18 0036 0305 0000 1000 9795 493P 1',
  phone: '+55 11 91234-5678',
  opaque: 'canaryOpaqueToken123',
  name: 'Canária dos Santos',
  ip: '203.0.113.77',
  agent: 'Mozilla/5.0 (Canary)',
};

const lines = (): { logger: Logger; written: () => string } => {
  const logger = createLogger('debug', ['api']);
  const stream = new PassThrough();
  let text = '';
  stream.on('data', (bytes: Buffer) => (text += bytes.toString()));
  logger.clear().add(new winston.transports.Stream({ stream }));
  return { logger, written: () => text };
};

const expectNoCanary = (text: string): void => {
  for (const [what, canary] of Object.entries(CANARIES)) expect(text, what).to.not.contain(canary);
  expect(text).to.not.match(/canary/i);
};

describe('a log line', () => {
  it('is JSON with its time, its level and the process it is of', () => {
    const { logger, written } = lines();
    logger.info('started', { port: 3_000, count: 7n });

    const line = JSON.parse(written()) as Record<string, unknown>;
    expect(line).to.include({
      level: 'info',
      message: 'started',
      service: 'tributary',
      roles: 'api',
      port: 3_000,
      count: '7',
    });
    expect(line['timestamp']).to.match(/^\d{4}-\d\d-\d\dT/);
  });

  it('keeps ids and codes, which are what helps', () => {
    const { logger, written } = lines();
    const ids = { orderId: idOf('ord', 1), code: 'orders.not_found', consumer: 'commission', requestId: 'req_1' };
    logger.warn('trouble', ids);
    expect(JSON.parse(written())).to.include(ids);
  });

  it('names no person and no secret by its fields, at any depth', () => {
    const { logger, written } = lines();
    const careless = {
      email: CANARIES.email,
      customerEmail: CANARIES.email,
      phoneNumber: CANARIES.phone,
      iban: CANARIES.iban,
      accountHolder: CANARIES.name,
      name: CANARIES.name,
      partnerName: CANARIES.name,
      ip: CANARIES.ip,
      remote_ip: CANARIES.ip,
      userAgent: CANARIES.agent,
      clientSecret: CANARIES.opaque,
      password: CANARIES.password,
      accessToken: CANARIES.opaque,
      'set-cookie': CANARIES.opaque,
      apiKey: CANARIES.opaque,
      headers: { Authorization: `Bearer ${CANARIES.opaque}`, cookie: CANARIES.opaque, referer: CANARIES.email },
      payload: { anything: CANARIES.name },
      body: CANARIES.name,
      DATABASE_URL: `postgres://canary:${CANARIES.password}@db/x`,
      bytes: Buffer.from(CANARIES.opaque),
    };
    logger.info('careless', { ...careless, list: [[careless]], deep: { deeper: { deepest: careless } } });
    expectNoCanary(written());
  });

  it('names none in its sentences either', () => {
    const { logger, written } = lines();
    for (const sentence of [
      `wrote to ${CANARIES.email}`,
      `token ${CANARIES.jwt} has expired`,
      `Authorization: Bearer ${CANARIES.opaque}`,
      `cannot connect to amqp://canary:${CANARIES.password}@broker:5672/x`,
      `cannot connect to redis://:${CANARIES.password}@cache:6379`,
      `endpoint secret ${CANARIES.webhookSecret} was rotated`,
      `client ${CANARIES.clientSecret} was made`,
      `paid to ${CANARIES.iban} and ${CANARIES.spacedIban}.`,
      `POST /oauth2/token grant_type=x&client_secret=${CANARIES.opaque}&scope=y`,
      `{"password":"${CANARIES.password}"}`,
    ]) {
      logger.info(sentence);
      logger.info('in a field', { said: sentence });
    }
    expectNoCanary(written());
    expect(written()).to.contain('has expired').and.to.contain('was rotated').and.to.contain('scope=y');
  });

  it('names none in errors, their causes, their stacks, and what a database says of a row', () => {
    const { logger, written } = lines();
    const fromDatabase = Object.assign(
      new Error(
        `insert into partners.partners values ($1) - duplicate key value, ${CANARIES.email}\nDETAIL: ${CANARIES.name}`,
      ),
      {
        code: '23505',
        detail: `Key (email)=(${CANARIES.email}) already exists.`,
        where: CANARIES.name,
        hint: CANARIES.name,
        parameters: [CANARIES.iban],
        constraint: 'partners_email_key',
      },
    );
    const ours = new AppError('conflict', 'partners.email_taken', `${CANARIES.email} is taken`, {
      ids: { partner: CANARIES.email },
      cause: new Error(`nested: ${CANARIES.jwt}`, { cause: fromDatabase }),
    });
    logger.error('failed', { cause: ours });
    logger.error('failed', { cause: fromDatabase, error: new AggregateError([ours], CANARIES.email) });
    logger.error('failed', { cause: Object.assign(new Error('x'), { code: CANARIES.email }) });

    expectNoCanary(written());
    expect(written()).to.contain('partners.email_taken').and.to.contain('23505');
  });

  it('survives whatever it is given', () => {
    const circular: Record<string, unknown> = { a: 1 };
    circular['self'] = circular;
    const { logger, written } = lines();
    logger.info('odd', {
      circular,
      nothing: null,
      missing: undefined,
      at: new Date(0),
      fn: () => 1,
      big: 5n,
      nan: Number.NaN,
    });
    logger.info('odd', { proxy: Object.create(null) as object });
    expect(written().trim().split('\n').length).to.equal(2);
    expect(written()).to.contain('1970-01-01T00:00:00.000Z');
  });

  it('is masked no more than needed', () => {
    for (const harmless of [
      'orders.order_placed.v1',
      idOf('com', 7),
      '2018-12-31T00:00:00.000Z',
      'partition com_01h455vb4pex5vsknk084sn02q is parked',
      'a 404 at /v1/tokens',
      '3f0c9a1b7d',
    ]) {
      expect(masked(harmless)).to.equal(harmless);
    }
  });
});

describe('a metric', () => {
  it('is named after the program, with its unit', async () => {
    const telemetry = startTelemetry({});
    new Metrics().requestAnswered('GET', '/healthz', 200, 0.002);
    const scraped = await telemetry.scrape();
    await telemetry.stop();

    const names = scraped.split('\n').flatMap((line) => /^# TYPE (\S+)/.exec(line)?.[1] ?? []);
    expect(names.filter((name) => name !== 'target_info')).to.satisfy((own: readonly string[]) =>
      own.every((name) => /^tributary(_[a-z0-9]+)+$/.test(name)),
    );
    expect(names).to.include('tributary_http_request_duration');
  });
});
