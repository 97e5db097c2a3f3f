import { expect } from 'chai';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fetchJson } from '../../../../src/modules/identity/adapters/tokens/undici-json.ts';
import { identity } from '../../../../src/modules/identity/module.ts';
import { idOf } from '../../../support/clock.ts';
import { cloneDatabase } from '../../../support/database.ts';
import { type RunningApp, startApp } from '../../../support/running-app.ts';

type Answerer = (request: IncomingMessage, response: ServerResponse) => void;

const listen = async (answer: Answerer): Promise<{ server: Server; url: string }> => {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
};

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.closeAllConnections();
    server.close(() => {
      resolve();
    });
  });

describe('a program that trusts a foreign issuer', () => {
  let server: Server;
  let issuer: string;
  let program: RunningApp;
  let sign: (claims: JWTPayload) => Promise<string>;

  before(async () => {
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
    const jwk = { ...(await exportJWK(publicKey)), kid: 'theirs', alg: 'RS256' };
    const started = await listen((request, response) => {
      response.setHeader('content-type', 'application/json');
      if (request.url === '/.well-known/openid-configuration')
        response.end(JSON.stringify({ issuer, jwks_uri: `${issuer}/keys` }));
      else if (request.url === '/keys') response.end(JSON.stringify({ keys: [jwk] }));
      else response.writeHead(404).end();
    });
    ({ server, url: issuer } = started);
    sign = (claims) =>
      new SignJWT({ iss: issuer, aud: 'tributary', sub: 'ada', azp: 'portal', ...claims })
        .setProtectedHeader({ alg: 'RS256', kid: 'theirs' })
        .setExpirationTime('10m')
        .sign(privateKey);
    program = await startApp(await cloneDatabase(), [identity], { FOREIGN_ISSUER: issuer });
  });

  after(async () => {
    await program.stop();
    await program.database.drop();
    await close(server);
  });

  const listWith = async (token: string) => (await program.call('GET', '/v1/clients', { token })).status;

  it('lets its staff in by their scopes, and notes who they were', async () => {
    const token = await sign({ scope: 'clients:write openid' });

    const { status, body } = await program.call('POST', '/v1/clients', {
      token,
      body: { name: 'made by Ada', scopes: ['links:read'] },
    });

    expect([status, body['createdBy']]).to.deep.equal([201, 'foreign:ada']);
  });

  it('refuses its partners what is staff’s, even with the scope', async () => {
    expect(await listWith(await sign({ scope: 'clients:write', partner: idOf('par', 1) }))).to.equal(403);
  });

  it('refuses tokens for somebody else, and tokens of issuers it does not trust', async () => {
    expect(await listWith(await sign({ scope: 'clients:write', aud: 'billing' }))).to.equal(401);
    expect(await listWith(await sign({ scope: 'clients:write', iss: 'https://evil.example.com' }))).to.equal(401);
  });

  it('still believes its own tokens, and says whose else it believes', async () => {
    const { body } = await program.call('GET', '/.well-known/oauth-protected-resource');

    expect(await listWith(await program.tokenWith())).to.equal(200);
    expect(body['authorization_servers']).to.deep.equal(['http://localhost:3000', issuer]);
  });
});

describe('a program whose foreign issuer is away', () => {
  it('says "not now" to its tokens, and serves everybody else', async () => {
    const { server, url } = await listen((_, response) => response.writeHead(500).end());
    const program = await startApp(await cloneDatabase(), [identity], { FOREIGN_ISSUER: url });
    const { privateKey } = await generateKeyPair('ES256');
    const token = await new SignJWT({ iss: url, aud: 'tributary', sub: 'ada' })
      .setProtectedHeader({ alg: 'ES256', kid: 'theirs' })
      .setExpirationTime('10m')
      .sign(privateKey);

    const theirs = await program.call('GET', '/v1/clients', { token });
    const ours = await program.call('GET', '/v1/clients', { token: await program.tokenWith() });

    await program.stop();
    await program.database.drop();
    await close(server);
    expect([theirs.status, theirs.body['code']]).to.deep.equal([503, 'identity.issuer_unreachable']);
    expect(theirs.headers.get('retry-after')).to.equal('5');
    expect(ours.status).to.equal(200);
  });
});

describe('reading JSON from an issuer', () => {
  const cases: Readonly<Record<string, Answerer>> = {
    'a redirect': (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    'an error': (_, response) => response.writeHead(500).end('{}'),
    'something that is no JSON': (_, response) => response.end('<html>'),
    'more than half a megabyte': (_, response) => response.end(JSON.stringify('x'.repeat(600_000))),
    'a connection cut short': (_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{');
      setImmediate(() => response.destroy());
    },
  };
  for (const [what, answer] of Object.entries(cases)) {
    it(`fails on ${what}`, async () => {
      const { server, url } = await listen(answer);

      const outcome = await fetchJson(url).catch((error: unknown) => error);

      await close(server);
      expect(outcome).to.be.instanceOf(Error);
    });
  }
});
