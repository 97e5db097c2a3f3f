import { expect } from 'chai';
import { describeConfig, readConfig, ROLES } from '../../../src/infrastructure/config.ts';
import { AppError } from '../../../src/shared/errors.ts';
import { rejects } from '../../support/rejects.ts';

const good = {
  DATABASE_URL: 'postgres://app:hunter2@db/tributary',
  MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
};

const faultsOf = (environment: Readonly<Record<string, string | undefined>>): readonly string[] => {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(error.code).to.equal('config.invalid');
    return error.message.split('\n').map((line) => line.split(' ')[0] ?? '');
  }
};

describe('the configuration', () => {
  it('needs a database and a key, and has a default for everything else', () => {
    const config = readConfig(good);
    expect(config.PORT).to.equal(3_000);
    expect([...config.ROLE]).to.deep.equal(ROLES);
    expect(config.AMQP_URL).to.equal(undefined);
    expect(config.SANDBOX).to.equal(false);
    expect(config.MASTER_KEY).to.have.length(32);
    expect(faultsOf({})).to.have.members(['DATABASE_URL', 'MASTER_KEY']);
  });

  it('names all faults at once, and repeats no value', async () => {
    const bad = {
      DATABASE_URL: 'mysql://app:hunter2@db/x',
      MASTER_KEY: 'c2hvcnQ=',
      PORT: '70000',
      ROLE: 'api,cook',
      SANDBOX: 'yes',
      LOG_LEVEL: 'loud',
      RATE_LIMIT_PER_MINUTE: '1e3',
      AMQP_URL: 'hunter2',
      BROKER_NAMESPACE: 'Has Space',
      DATABASE_POOL_SIZE: '-1',
    };
    expect(faultsOf(bad)).to.have.members(Object.keys(bad));
    const refusal = await rejects(() => readConfig(bad), 'config.invalid');
    for (const value of ['hunter2', 'c2hvcnQ=', 'cook']) expect(refusal.message).to.not.contain(value);
  });

  it('says what to do about a missing key and an unknown role', async () => {
    const refusal = await rejects(() => readConfig({ ...good, MASTER_KEY: '', ROLE: 'cook' }), 'config.invalid');
    expect(refusal.message.split('\n')).to.have.members([
      'ROLE must be all, or some of api, tracking, worker, relay, scheduler',
      'MASTER_KEY is missing: encrypts keys, secrets and payout profiles; 32 bytes in base64; ' +
        'make one with: openssl rand -base64 32',
    ]);
  });

  it('reads queues for programs outside: each a name and the types it hears', () => {
    const asked = 'warehouse=pipeline.event_received, commission.* ; crm=*';
    const config = readConfig({ ...good, AMQP_URL: 'amqp://broker', BROKER_OUTSIDE: asked });
    expect(config.BROKER_OUTSIDE).to.deep.equal([
      { name: 'warehouse', types: ['pipeline.event_received', 'commission.*'] },
      { name: 'crm', types: ['*'] },
    ]);
    for (const bad of ['warehouse', 'warehouse=', '=x.y', 'a=x.y;a=x.z', 'Big=x.y', 'a.1=x.y', 'a=x y'])
      expect(faultsOf({ ...good, BROKER_OUTSIDE: bad }), bad).to.deep.equal(['BROKER_OUTSIDE']);
  });

  it('takes a variable that is set to nothing as not set', () => {
    const config = readConfig({ ...good, PORT: '', AMQP_URL: '', ROLE: '', SANDBOX: '' });
    expect(config.PORT).to.equal(3_000);
    expect(config.ROLE.size).to.equal(ROLES.length);
    expect(faultsOf({ ...good, MASTER_KEY: '' })).to.deep.equal(['MASTER_KEY']);
  });

  it('leaves what it does not know to others', () => {
    expect(faultsOf({ ...good, PATH: '/bin', SOMETHING: 'else' })).to.deep.equal([]);
  });

  it('names roles singly, together, or all', () => {
    expect([...readConfig({ ...good, ROLE: 'api' }).ROLE]).to.deep.equal(['api']);
    expect([...readConfig({ ...good, ROLE: ' worker , relay ' }).ROLE]).to.deep.equal(['worker', 'relay']);
    expect(faultsOf({ ...good, ROLE: ',' })).to.deep.equal(['ROLE']);
  });
});

describe('printing the configuration', () => {
  const secrets = {
    DATABASE_URL: 'postgres://app:hunter2@db/x',
    AMQP_URL: 'amqp://u:hunter2@broker',
    REDIS_URL: 'redis://:hunter2@cache',
    MASTER_KEY: 'hunter2',
  };

  it('says of every setting its value, where it comes from, and what it is; secrets are masked', () => {
    const lines = describeConfig({ ...secrets, PORT: '8080', LOG_LEVEL: '' });

    expect(lines.join('\n')).to.not.contain('hunter2');
    for (const name of Object.keys(secrets))
      expect(lines.find((line) => line.startsWith(`${name}=`))).to.match(/=\*{8} {2}# environment; /);
    expect(lines).to.include('PORT=8080  # environment; the port to listen on; 0 takes a free one');
    expect(lines.find((line) => line.startsWith('LOG_LEVEL='))).to.match(/^LOG_LEVEL=info {2}# default; /);
  });

  it('names another origin where there is one', () => {
    const lines = describeConfig({ PORT: '8080', HOST: '::' }, (name) => (name === 'PORT' ? 'a file' : 'environment'));
    expect(lines).to.include('PORT=8080  # a file; the port to listen on; 0 takes a free one');
    expect(lines.find((line) => line.startsWith('HOST='))).to.match(/# environment; /);
    expect(lines.find((line) => line.startsWith('AUDIENCE='))).to.match(/# default; /);
  });

  it('shows what is wrong too: it is how one finds out', () => {
    expect(describeConfig({ PORT: 'many' })).to.include(
      'PORT=many  # environment; the port to listen on; 0 takes a free one',
    );
  });
});
