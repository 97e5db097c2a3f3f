import { expect } from 'chai';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import type { ClientId } from '../../../../src/modules/identity/index.ts';
import { identity } from '../../../../src/modules/identity/module.ts';
import { idOf } from '../../../support/clock.ts';
import { askForToken, basic } from '../../../support/oauth.ts';
import { type RunningApp, startApp, withRunningApp } from '../../../support/running-app.ts';

interface ClientJson {
  readonly id: ClientId;
  readonly state: string;
  readonly clientSecret: string;
}

interface Faulty {
  readonly code: string;
  readonly errors: readonly { readonly pointer: string; readonly code: string }[];
}

describe('clients over HTTP', () => {
  const program = withRunningApp([identity]);
  let admin: string;

  before(async () => {
    admin = await program().tokenWith();
  });

  const create = (body: object, headers: Record<string, string> = {}, token = admin) =>
    program().call<ClientJson>('POST', '/v1/clients', { token, body, headers });
  const grant = { grant_type: 'client_credentials' };

  it('are made with a secret that is shown once and kept as a hash', async () => {
    const made = await create({ name: 'OTD', scopes: ['events:write'] });
    const listed = await program().call<{ data: object[] }>('GET', '/v1/clients?limit=1000', { token: admin });
    const rows = await rowsOf(program().database.owner.knex, 'select * from identity.clients');

    expect(made.status).to.equal(201);
    expect(made.headers.get('location')).to.equal(`/v1/clients/${made.body.id}`);
    expect(made.body.clientSecret).to.match(/^tcs_[\w-]{43}$/);
    expect(JSON.stringify([listed.body, rows])).not.to.contain(made.body.clientSecret);
  });

  it('are made once under one Idempotency-Key: the same secret again, and none of it readable in the database', async () => {
    const key = { 'idempotency-key': 'client-for-otd' };
    const body = { name: 'OTD twice', scopes: ['events:write'] };

    const first = await create(body, key);
    const second = await create(body, key);
    const stored = await rowsOf(
      program().database.owner.knex,
      'select to_jsonb(idempotency_keys) as row from platform.idempotency_keys',
    );

    expect(second.body).to.deep.equal(first.body);
    expect(second.headers.get('idempotency-replayed')).to.equal('true');
    expect(JSON.stringify(stored)).not.to.contain(first.body.clientSecret);
    const { body: page } = await program().call<{ data: { name: string }[] }>('GET', '/v1/clients?limit=1000', {
      token: admin,
    });
    expect(page.data.filter(({ name }) => name === 'OTD twice')).to.have.length(1);
  });

  it('are refused scopes nobody knows, each pointed at', async () => {
    const { status, body } = await program().call<Faulty>('POST', '/v1/clients', {
      token: admin,
      body: { name: 'x', scopes: ['links:read', 'moon:write'] },
    });

    expect([status, body.code]).to.deep.equal([422, 'identity.scopes_refused']);
    expect(body.errors).to.deep.equal([
      {
        pointer: '/scopes/1',
        code: 'identity.unknown_scope',
        detail: 'is not a scope; see /openapi.json for those there are',
      },
    ]);
  });

  it('of a partner are refused scopes of staff', async () => {
    const { status, body } = await program().call<Faulty>('POST', '/v1/clients', {
      token: admin,
      body: { name: 'x', scopes: ['ledger:write', 'links:read'], partnerId: idOf('par', 1) },
    });

    expect(status).to.equal(422);
    expect(body.errors.map(({ pointer, code }) => [pointer, code])).to.deep.equal([
      ['/scopes/0', 'identity.staff_scope'],
    ]);
  });

  it('are refused to a token without the scope, and fields nobody knows are refused too', async () => {
    const reader = await program().tokenWith(['links:read'], idOf('par', 1));

    const forbidden = await create({ name: 'x', scopes: ['links:read'] }, {}, reader);
    const unknown = await create({ name: 'x', scopes: ['links:read'], admin: true });

    expect(forbidden.status).to.equal(403);
    expect([unknown.status, (unknown.body as unknown as Faulty).errors[0]?.pointer]).to.deep.equal([400, '/admin']);
  });

  it('come in pages', async () => {
    const first = await program().call<{ data: ClientJson[]; nextCursor: string }>('GET', '/v1/clients?limit=1', {
      token: admin,
    });
    const second = await program().call<{ data: ClientJson[] }>(
      'GET',
      `/v1/clients?limit=1&after=${first.body.nextCursor}`,
      { token: admin },
    );

    expect(first.body.data).to.have.length(1);
    expect(second.body.data[0]?.id).not.to.equal(first.body.data[0]?.id);
  });

  it('that are revoked get no token, lose those they had at once, and are announced once', async () => {
    const { body: client } = await create({ name: 'lost laptop', scopes: ['clients:write'] });
    const { body: granted } = await askForToken(program(), grant, basic(client.id, client.clientSecret));
    const before = await program().call('GET', '/v1/clients', { token: granted.access_token });

    const revoke = () =>
      program().call<ClientJson>('POST', `/v1/clients/${client.id}/revoke`, { token: admin, body: { reason: 'lost' } });
    const [first, second] = [await revoke(), await revoke()];

    const after = await program().call('GET', '/v1/clients', { token: granted.access_token });
    const again = await askForToken(program(), grant, basic(client.id, client.clientSecret));
    const events = await rowsOf<{ type: string }>(
      program().database.owner.knex,
      'select type from identity.outbox where aggregate = :id order by id',
      { id: client.id },
    );
    expect([before.status, after.status, again.status]).to.deep.equal([200, 401, 401]);
    expect([first.body.state, second.body.state]).to.deep.equal(['revoked', 'revoked']);
    expect(events.map(({ type }) => type)).to.deep.equal(['identity.client_created', 'identity.client_revoked']);
  });

  it('that do not exist cannot be revoked', async () => {
    const reply = await program().call('POST', `/v1/clients/${idOf('cli', 404)}/revoke`, {
      token: admin,
      body: { reason: 'lost' },
    });

    expect([reply.status, reply.body['code']]).to.deep.equal([404, 'identity.unknown_client']);
  });
});

describe('several processes on one database', () => {
  const program = withRunningApp([identity], { MASTER_KEY: Buffer.alloc(32, 7).toString('base64') });

  it('start at once on a fresh database with one first key, and believe each other’s tokens', async () => {
    const others = await Promise.all(
      [1, 2, 3].map(() =>
        startApp(program().database, [identity], { MASTER_KEY: Buffer.alloc(32, 7).toString('base64') }),
      ),
    );
    const all: readonly RunningApp[] = [program(), ...others];

    const tokens = await Promise.all(all.map((each) => each.tokenWith()));

    const statuses = await Promise.all(
      all.flatMap((each) => tokens.map(async (token) => (await each.call('GET', '/v1/clients', { token })).status)),
    );
    const keys = await rowsOf(program().database.owner.knex, 'select kid from identity.signing_keys');
    await Promise.all(others.map((each) => each.stop()));
    expect(keys).to.have.length(1);
    expect(new Set(statuses)).to.deep.equal(new Set([200]));
  });
});
