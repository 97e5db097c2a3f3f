import { expect } from 'chai';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { identity } from '../../../../src/modules/identity/module.ts';
import type { ClientId } from '../../../../src/modules/identity/index.ts';
import { idOf } from '../../../support/clock.ts';
import { askForToken, basic } from '../../../support/oauth.ts';
import { withRunningApp } from '../../../support/running-app.ts';

interface Created {
  readonly id: ClientId;
  readonly clientSecret: string;
}

describe('the token endpoint', () => {
  const program = withRunningApp([identity]);
  let admin: string;
  let client: Created;

  before(async () => {
    admin = await program().tokenWith();
    client = (
      await program().call<Created>('POST', '/v1/clients', {
        token: admin,
        body: { name: 'portal', scopes: ['links:read', 'reports:read'], partnerId: idOf('par', 7) },
      })
    ).body;
  });

  const grant = { grant_type: 'client_credentials' };

  it('gives a token to a client that shows its secret in HTTP Basic, and lets nobody store it', async () => {
    const reply = await askForToken(program(), grant, basic(client.id, client.clientSecret));

    expect(reply.status).to.equal(200);
    expect(reply.body).to.include({ token_type: 'Bearer', expires_in: 3_600, scope: 'links:read reports:read' });
    expect(reply.headers.get('cache-control')).to.equal('no-store');
  });

  it('gives one to a client that shows it in the form, or in JSON', async () => {
    const own = { client_id: client.id, client_secret: client.clientSecret };

    const byForm = await askForToken(program(), { ...grant, ...own });
    const byJson = await program().call('POST', '/oauth2/token', { body: { ...grant, ...own } });

    expect([byForm.status, byJson.status]).to.deep.equal([200, 200]);
  });

  it('narrows the scopes to those asked for, and refuses one that was not granted', async () => {
    const own = basic(client.id, client.clientSecret);

    const narrow = await askForToken(program(), { ...grant, scope: 'reports:read' }, own);
    const wide = await askForToken(program(), { ...grant, scope: 'reports:read ledger:read' }, own);

    expect(narrow.body.scope).to.equal('reports:read');
    expect([wide.status, wide.body.error]).to.deep.equal([400, 'invalid_scope']);
  });

  it('issues what RFC 9068 asks for, verifiable by anybody with the published keys', async () => {
    const { body } = await askForToken(program(), grant, basic(client.id, client.clientSecret));

    const keys = createRemoteJWKSet(new URL(`${program().url}/.well-known/jwks.json`));
    const { payload, protectedHeader } = await jwtVerify(body.access_token, keys, {
      issuer: 'http://localhost:3000',
      audience: 'tributary',
      typ: 'at+jwt',
      algorithms: ['ES256'],
    });

    expect(protectedHeader).to.have.all.keys('alg', 'typ', 'kid');
    expect(payload).to.include({ sub: client.id, client_id: client.id, scope: 'links:read reports:read' });
    expect(payload).to.include({ partner: idOf('par', 7) });
    expect(payload.jti).to.match(/^tok_/);
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).to.equal(3_600);
  });

  const refusals: readonly [string, Readonly<Record<string, string>>, () => string | undefined, number, string][] = [
    ['no grant type', {}, () => basic(client.id, client.clientSecret), 400, 'invalid_request'],
    [
      'another grant',
      { grant_type: 'password' },
      () => basic(client.id, client.clientSecret),
      400,
      'unsupported_grant_type',
    ],
    ['no client', grant, () => undefined, 401, 'invalid_client'],
    ['a wrong secret', grant, () => basic(client.id, 'tcs_wrong'), 401, 'invalid_client'],
    ['a client nobody knows', grant, () => basic(idOf('cli', 9), client.clientSecret), 401, 'invalid_client'],
    ['a name that is no id', grant, () => basic("' or 1=1 --", client.clientSecret), 401, 'invalid_client'],
    ['a bearer token for a name', grant, () => `Bearer ${admin}`, 401, 'invalid_client'],
    [
      'two ways at once',
      { ...grant, client_secret: 'x' },
      () => basic(client.id, client.clientSecret),
      400,
      'invalid_request',
    ],
  ];
  for (const [what, parameters, authorization, status, error] of refusals) {
    it(`refuses ${what} in the words of OAuth2`, async () => {
      const reply = await askForToken(program(), parameters, authorization());

      expect([reply.status, reply.body.error]).to.deep.equal([status, error]);
      expect(reply.headers.get('cache-control')).to.equal('no-store');
      if (status === 401) expect(reply.headers.get('www-authenticate')).to.match(/^Basic /);
    });
  }

  it('replays nobody’s token to a stranger who guesses an Idempotency-Key', async () => {
    const key = { 'idempotency-key': 'guessable' };

    const owner = await askForToken(program(), grant, basic(client.id, client.clientSecret), key);
    const stranger = await askForToken(program(), grant, basic(client.id, 'tcs_wrong'), key);

    expect(owner.status).to.equal(200);
    expect(stranger.status).to.equal(401);
  });

  it('slows down whoever guesses, and still lets the right secret in', async () => {
    const other = await program().call<Created>('POST', '/v1/clients', {
      token: admin,
      body: { name: 'guessed at', scopes: ['links:read'] },
    });
    const guess = () => askForToken(program(), grant, basic(other.body.id, 'tcs_wrong'));

    const statuses: number[] = [];
    for (let n = 0; n < 12; n += 1) statuses.push((await guess()).status);
    const right = await askForToken(program(), grant, basic(other.body.id, other.body.clientSecret));

    expect(statuses.slice(0, 10)).to.deep.equal(Array.from({ length: 10 }, () => 401));
    expect(statuses.slice(10)).to.deep.equal([429, 429]);
    expect(right.status).to.equal(200);
  });

  it('says where tokens come from and whose are accepted', async () => {
    const server = await program().call('GET', '/.well-known/oauth-authorization-server');
    const resource = await program().call('GET', '/.well-known/oauth-protected-resource');

    expect(server.body).to.include({
      issuer: 'http://localhost:3000',
      token_endpoint: `${program().url}/oauth2/token`,
      jwks_uri: `${program().url}/.well-known/jwks.json`,
    });
    expect(resource.body).to.deep.include({ authorization_servers: ['http://localhost:3000'] });
  });

  it('keeps private keys sealed and publishes public halves only', async () => {
    const { body } = await program().call<{ keys: object[] }>('GET', '/.well-known/jwks.json');
    const rows = await rowsOf<{ sealed_private: string }>(
      program().database.owner.knex,
      'select sealed_private, public_jwk from identity.signing_keys',
    );

    expect(body.keys[0]).to.have.all.keys('kty', 'crv', 'x', 'y', 'kid', 'alg', 'use');
    expect(rows[0]?.sealed_private).to.match(/^v1\./);
    expect(JSON.stringify(rows)).not.to.contain('"d"');
  });

  it('answers a token that it cannot use with 401, without saying what would have been right', async () => {
    const { body } = await askForToken(program(), grant, basic(client.id, client.clientSecret));
    const [head = '', payload = ''] = body.access_token.split('.');
    expect(decodeProtectedHeader(body.access_token).alg).to.equal('ES256');

    const reply = await program().call('GET', '/v1/clients', { token: `${head}.${payload}.AAAA` });

    expect([reply.status, reply.body['code']]).to.deep.equal([401, 'http.unauthenticated']);
    expect(reply.headers.get('www-authenticate')).to.match(/^Bearer/);
  });
});
