import { expect } from 'chai';
import { exportJWK, generateKeyPair, type JWK, SignJWT, UnsecuredJWT } from 'jose';
import { ForeignIssuer } from '../../../../src/modules/identity/adapters/tokens/foreign-issuer.ts';
import { ForeignKeys } from '../../../../src/modules/identity/adapters/tokens/foreign-keys.ts';
import { idOf, TestWallClock } from '../../../support/clock.ts';
import { rejects } from '../../../support/rejects.ts';

const ISSUER = 'https://id.example.com/realm';
const DISCOVERY = `${ISSUER}/.well-known/openid-configuration`;
const KEYS = 'https://id.example.com/keys';
const catalogue = { all: new Set(['links:read', 'ledger:write']), forPartners: new Set(['links:read']) };

const setUp = () => {
  const clock = new TestWallClock();
  const pages = new Map<string, unknown>([[DISCOVERY, { issuer: ISSUER, jwks_uri: KEYS }]]);
  const asked: string[] = [];
  const fetchJson = (address: string): Promise<unknown> => {
    asked.push(address);
    const page = pages.get(address);
    return page === undefined ? Promise.reject(new Error('nobody answers')) : Promise.resolve(page);
  };
  const rotate = async (kid: string, algorithm = 'ES256') => {
    const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
    const jwk: JWK = { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' };
    pages.set(KEYS, { keys: [jwk] });
    return (changes: object = {}, header: object = {}) => {
      const exp = Math.floor(clock.nowMs() / 1_000) + 3_600;
      return new SignJWT({
        iss: ISSUER,
        aud: 'tributary',
        sub: 'ada',
        azp: 'portal',
        scope: 'links:read',
        exp,
        ...changes,
      })
        .setProtectedHeader({ alg: algorithm, kid, ...header })
        .sign(privateKey);
    };
  };
  const keys = new ForeignKeys(ISSUER, fetchJson, clock);
  const issuer = new ForeignIssuer({ issuer: ISSUER, audience: 'tributary', catalogue }, keys, clock);
  return { clock, pages, asked, rotate, issuer };
};

describe('a foreign issuer', () => {
  it('is believed for tokens its published keys verify, asked for once', async () => {
    const { rotate, issuer, asked } = setUp();
    const sign = await rotate('one');

    const [{ actor }] = await Promise.all([issuer.verify(await sign()), issuer.verify(await sign({ sub: 'bob' }))]);
    await issuer.verify(await sign({ sub: 'eve' }));

    expect(actor).to.deep.equal({
      subject: 'foreign:ada',
      clientId: 'foreign:portal',
      scopes: new Set(['links:read']),
      partnerId: undefined,
    });
    expect(asked).to.deep.equal([DISCOVERY, KEYS]);
  });

  it('confines whom it calls a partner, whatever scopes it gives', async () => {
    const { rotate, issuer } = setUp();
    const sign = await rotate('one');

    const { actor } = await issuer.verify(await sign({ partner: idOf('par', 1), scope: 'links:read ledger:write' }));

    expect(actor.partnerId).to.equal(idOf('par', 1));
    expect(actor.scopes).to.deep.equal(new Set(['links:read']));
  });

  const attacks: readonly [string, object, object][] = [
    ['for another audience', { aud: 'portal' }, {}],
    ['of another issuer', { iss: 'https://evil.example.com' }, {}],
    ['that has expired', { exp: 1 }, {}],
    ['that never expires', { exp: undefined }, {}],
    ['of nobody', { sub: undefined }, {}],
    ['whose partner cannot be read', { partner: 'acme' }, {}],
    ['that is a logout token', {}, { typ: 'logout+jwt' }],
  ];
  for (const [what, changes, header] of attacks) {
    it(`is not believed for a token ${what}`, async () => {
      const { rotate, issuer } = setUp();
      const sign = await rotate('one');

      await rejects(issuer.verify(await sign(changes, header)), 'http.unauthenticated');
    });
  }

  it('is not believed for a token that is not signed', async () => {
    const { rotate, issuer } = setUp();
    await rotate('one');

    const token = new UnsecuredJWT({ iss: ISSUER, aud: 'tributary', sub: 'ada' }).setExpirationTime('1h').encode();

    await rejects(issuer.verify(token), 'http.unauthenticated');
  });

  it('may change its keys: an unknown one is looked for, at most once a minute', async () => {
    const { clock, rotate, issuer, asked } = setUp();
    const old = await rotate('one');
    await issuer.verify(await old());
    const fresh = await rotate('two', 'RS256');

    await rejects(issuer.verify(await fresh()), 'http.unauthenticated');
    clock.pass(60_000);
    const { actor } = await issuer.verify(await fresh());
    await rejects(issuer.verify(await old()), 'http.unauthenticated');
    await rejects(issuer.verify(await old()), 'http.unauthenticated');

    expect(actor.subject).to.equal('foreign:ada');
    expect(asked.filter((address) => address === KEYS)).to.have.length(2);
  });

  it('that does not answer is "not now", and is left alone for a while', async () => {
    const { clock, pages, rotate, issuer, asked } = setUp();
    const sign = await rotate('one');
    const discovery = pages.get(DISCOVERY);
    pages.delete(DISCOVERY);

    for (let n = 0; n < 3; n += 1) await rejects(issuer.verify(await sign()), 'identity.issuer_unreachable');
    const triesWhileAway = asked.length;
    pages.set(DISCOVERY, discovery);
    clock.pass(5_000);
    await issuer.verify(await sign());

    expect(triesWhileAway).to.equal(1);
  });

  it('that stops answering is believed by its last keys for an hour, and no longer', async () => {
    const { clock, pages, rotate, issuer } = setUp();
    const sign = await rotate('one');
    await issuer.verify(await sign());
    pages.delete(DISCOVERY);

    clock.pass(3_000_000);
    await issuer.verify(await sign());
    clock.pass(600_000);

    await rejects(issuer.verify(await sign()), 'identity.issuer_unreachable');
  });

  for (const [what, document] of [
    ['names another issuer', { issuer: 'https://evil.example.com', jwks_uri: KEYS }],
    ['names no keys', { issuer: ISSUER }],
    ['sends us to keys without https', { issuer: ISSUER, jwks_uri: 'http://id.example.com/keys' }],
    ['is a list', []],
    ['is nothing', null],
  ] as const) {
    it(`is not believed when its discovery document ${what}`, async () => {
      const { pages, rotate, issuer } = setUp();
      const sign = await rotate('one');
      pages.set(DISCOVERY, document);

      await rejects(issuer.verify(await sign()), 'identity.issuer_unreachable');
    });
  }
});
