import { expect } from 'chai';
import { type CryptoKey, exportSPKI, generateKeyPair, importJWK, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { createHmac } from 'node:crypto';
import sinon from 'sinon';
import { JoseTokenSigner } from '../../../../src/modules/identity/adapters/tokens/jose-token-signer.ts';
import { JoseTokenVerifier } from '../../../../src/modules/identity/adapters/tokens/jose-token-verifier.ts';
import { OwnIssuer } from '../../../../src/modules/identity/adapters/tokens/own-issuer.ts';
import { KeyRing } from '../../../../src/modules/identity/application/key-ring.ts';
import { MintToken } from '../../../../src/modules/identity/application/mint-token.ts';
import { RecentTokens } from '../../../../src/modules/identity/application/recent-tokens.ts';
import { CountingIds, idOf, TestWallClock } from '../../../support/clock.ts';
import { aClient } from '../../../support/contracts/identity-contract.ts';
import { FakeIdentityTransaction, FakeSigningKeys } from '../../../support/fakes/fake-identity.ts';
import { rejects } from '../../../support/rejects.ts';

const names = { issuer: 'https://api.example.com', audience: 'tributary' };

const setUp = async () => {
  const clock = new TestWallClock();
  const transaction = new FakeIdentityTransaction();
  const client = aClient({ partnerId: idOf('par', 1), scopes: ['links:read'] });
  await transaction.run(({ clients }) => clients.add(client));
  const signer = new JoseTokenSigner();
  const keyRing = new KeyRing(new FakeSigningKeys(), signer, clock);
  const verifierOfAProcess = () =>
    new JoseTokenVerifier([new OwnIssuer(names, keyRing, transaction.reader, clock)], new RecentTokens(clock));
  const mint = new MintToken(keyRing, signer, new CountingIds(), clock, names);
  const key = await keyRing.signing();
  const nowSeconds = Math.floor(clock.nowMs() / 1_000);
  const claims: JWTPayload = {
    iss: names.issuer,
    aud: names.audience,
    sub: client.clientId,
    client_id: client.clientId,
    jti: 'tok_1',
    iat: nowSeconds,
    exp: nowSeconds + 600,
    scope: 'links:read',
    partner: idOf('par', 1),
  };
  return { clock, transaction, keyRing, client, mint, key, claims, verifier: verifierOfAProcess(), verifierOfAProcess };
};

type World = Awaited<ReturnType<typeof setUp>>;

/** A token with our key, but for what the test changes. */
const signed = async ({ key, claims }: World, header: object = {}, changes: object = {}): Promise<string> =>
  new SignJWT({ ...claims, ...changes })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: key.kid, ...header })
    .sign(await importJWK({ ...key.privateJwk }, 'ES256'));

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The attack of RFC 8725, section 2.1: the public key, which everybody has, as the secret of an HMAC. */
const signedWithPublicKey = async ({ key, claims }: World): Promise<string> => {
  const pem = await exportSPKI((await importJWK({ ...key.publicJwk }, 'ES256', { extractable: true })) as CryptoKey);
  const text = `${encoded({ alg: 'HS256', typ: 'at+jwt', kid: key.kid })}.${encoded(claims)}`;
  return `${text}.${createHmac('sha256', pem).update(text).digest('base64url')}`;
};

/** A stranger's key, which the token itself brings along or points to. */
const withOwnKey = async ({ key, claims }: World, header: object): Promise<string> => {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: key.kid, ...header })
    .sign(privateKey);
};

const strangersJwk = {
  kty: 'EC',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
};

const attacks: Readonly<Record<string, (world: World) => Promise<string> | string>> = {
  'that is not signed (alg none)': ({ claims }) => new UnsecuredJWT(claims).encode(),
  'that says alg none and carries a signature': async (world) => {
    const [, payload = '', signature = ''] = (await signed(world)).split('.');
    return `${encoded({ alg: 'none', typ: 'at+jwt', kid: world.key.kid })}.${payload}.${signature}`;
  },
  'signed with our public key as an HMAC secret': signedWithPublicKey,
  'whose claims were changed': async (world) => {
    const [head = '', , signature = ''] = (await signed(world)).split('.');
    return `${head}.${encoded({ ...world.claims, scope: 'ledger:write' })}.${signature}`;
  },
  'for another audience': (world) => signed(world, {}, { aud: 'billing' }),
  'for no audience': (world) => signed(world, {}, { aud: undefined }),
  'of another issuer, signed with our key': (world) => signed(world, {}, { iss: 'https://evil.example.com' }),
  'of no issuer': (world) => signed(world, {}, { iss: undefined }),
  'of the type of an ID token': (world) => signed(world, { typ: 'JWT' }),
  'without a type': (world) => signed(world, { typ: undefined }),
  'of the type of a logout token': (world) => signed(world, { typ: 'logout+jwt' }),
  'that has expired': (world) => signed(world, {}, { exp: Math.floor(world.clock.nowMs() / 1_000) - 6 }),
  'that never expires': (world) => signed(world, {}, { exp: undefined }),
  'that is not valid yet': (world) => signed(world, {}, { nbf: Math.floor(world.clock.nowMs() / 1_000) + 60 }),
  'without an id': (world) => signed(world, {}, { jti: undefined }),
  'without a client': (world) => signed(world, {}, { client_id: undefined }),
  'without a scope': (world) => signed(world, {}, { scope: undefined }),
  'whose partner is not one': (world) => signed(world, {}, { partner: 'all' }),
  'of a client that never was': (world) => signed(world, {}, { client_id: idOf('cli', 99), sub: idOf('cli', 99) }),
  'signed with a key nobody knows': (world) => signed(world, { kid: 'unknown' }),
  'that names no key': (world) => signed(world, { kid: undefined }),
  'whose key name is a path': (world) => signed(world, { kid: '../../etc/passwd' }),
  'that brings its own key (jwk)': (world) => withOwnKey(world, { jwk: strangersJwk }),
  'that points to its own key (jku)': (world) => withOwnKey(world, { jku: 'https://evil.example.com/jwks.json' }),
  'that points to its own certificate (x5u)': (world) => withOwnKey(world, { x5u: 'https://evil.example.com/cert' }),
  'with a critical header nobody understands': async (world) => {
    const [, payload = '', signature = ''] = (await signed(world)).split('.');
    const head = { alg: 'ES256', typ: 'at+jwt', kid: world.key.kid, crit: ['moon'], moon: true };
    return `${encoded(head)}.${payload}.${signature}`;
  },
  'that is no token': () => 'abc.def',
  'that is five parts long': () => 'a.b.c.d.e',
};

describe('verifying a token', () => {
  it('tells whom it speaks for', async () => {
    const { verifier, mint, client } = await setUp();

    const actor = await verifier.verify(await mint.run(client, ['links:read'], 600));

    expect(actor).to.deep.equal({
      subject: client.clientId,
      clientId: client.clientId,
      scopes: new Set(['links:read']),
      partnerId: idOf('par', 1),
    });
  });

  it('accepts the untouched token that every attack below starts from', async () => {
    const world = await setUp();

    expect((await world.verifier.verify(await signed(world))).clientId).to.equal(world.client.clientId);
  });

  for (const [what, attack] of Object.entries(attacks)) {
    it(`refuses one ${what}`, async () => {
      const world = await setUp();
      const token = await attack(world);

      const error = await rejects(world.verifier.verify(token), 'http.unauthenticated');

      expect(error.message).not.to.contain(names.issuer).and.not.to.contain(names.audience);
    });
  }

  it('forgives clocks that differ by a few seconds, and no more', async () => {
    const world = await setUp();
    const token = await signed(world, {}, { exp: Math.floor(world.clock.nowMs() / 1_000) - 4 });

    expect((await world.verifier.verify(token)).clientId).to.equal(world.client.clientId);
    world.clock.pass(1_000);
    await rejects(world.verifier.verify(token), 'http.unauthenticated');
  });

  it('ends the tokens of a revoked client within a minute, in processes that did not hear of it', async () => {
    const { clock, transaction, client, mint, verifier, verifierOfAProcess } = await setUp();
    const token = await mint.run(client, ['links:read'], 3_600);
    await verifier.verify(token);

    await transaction.run(({ clients }) =>
      clients.revoke(client.clientId, { at: client.createdAt, by: 'a', reason: 'lost' }),
    );
    await rejects(verifierOfAProcess().verify(token), 'http.unauthenticated');
    clock.pass(60_000);

    await rejects(verifier.verify(token), 'http.unauthenticated');
  });

  it('asks the issuer once for a token that is shown again and again', async () => {
    const { client, mint, clock, keyRing, transaction } = await setUp();
    const issuer = new OwnIssuer(names, keyRing, transaction.reader, clock);
    const asked = sinon.spy(issuer, 'verify');
    const verifier = new JoseTokenVerifier([issuer], new RecentTokens(clock));
    const token = await mint.run(client, ['links:read'], 3_600);

    for (let n = 0; n < 100; n += 1) await verifier.verify(token);

    expect(asked.callCount).to.equal(1);
  });
});
