import { expect } from 'chai';
import { narrowed, scopeFaults } from '../../../../src/modules/identity/domain/client.ts';
import { foreignActor, ownActor } from '../../../../src/modules/identity/domain/claims.ts';
import { idOf } from '../../../support/clock.ts';

const catalogue = { all: new Set(['links:read', 'ledger:write']), forPartners: new Set(['links:read']) };
const partnerId = idOf('par', 1);

describe('scopes of a client', () => {
  it('may be any there are for staff, and only some for a partner', () => {
    const scopes = ['links:read', 'ledger:write', 'moon:write'];

    expect(scopeFaults(scopes, false, catalogue).map(({ pointer, code }) => [pointer, code])).to.deep.equal([
      ['/scopes/2', 'identity.unknown_scope'],
    ]);
    expect(scopeFaults(scopes, true, catalogue).map(({ pointer, code }) => [pointer, code])).to.deep.equal([
      ['/scopes/1', 'identity.staff_scope'],
      ['/scopes/2', 'identity.unknown_scope'],
    ]);
  });

  const granted = ['a', 'b', 'c'];
  const cases: readonly [string | undefined, readonly string[] | undefined][] = [
    [undefined, ['a', 'b', 'c']],
    ['', ['a', 'b', 'c']],
    ['b', ['b']],
    ['c  a a', ['a', 'c']],
    ['a d', undefined],
    ['A', undefined],
  ];
  for (const [asked, given] of cases) {
    it(`narrowed by ${JSON.stringify(asked)} are ${JSON.stringify(given)}`, () => {
      expect(narrowed(granted, asked)).to.deep.equal(given);
    });
  }
});

describe('whom a token speaks for', () => {
  const own = { sub: idOf('cli', 1), client_id: idOf('cli', 1), scope: 'links:read  ledger:write' };

  it('is its client, with its scopes', () => {
    expect(ownActor(own)).to.deep.equal({
      subject: idOf('cli', 1),
      clientId: idOf('cli', 1),
      scopes: new Set(['links:read', 'ledger:write']),
      partnerId: undefined,
    });
    expect(ownActor({ ...own, partner: partnerId })?.partnerId).to.equal(partnerId);
  });

  for (const [what, claims] of [
    ['no subject', { ...own, sub: undefined }],
    ['a client that is no id', { ...own, client_id: 'root' }],
    ['no scope', { ...own, scope: undefined }],
    ['a partner that is no id', { ...own, partner: 'everybody' }],
    ['a partner that is null', { ...own, partner: null }],
  ] as const) {
    it(`is nobody with ${what}`, () => {
      expect(ownActor(claims)).to.equal(undefined);
    });
  }

  it('of a foreign issuer is marked as foreign, so that nobody there is called like somebody here', () => {
    const actor = foreignActor({ sub: idOf('cli', 1), azp: 'portal', scp: ['links:read', 'x'] }, catalogue);

    expect(actor).to.deep.equal({
      subject: `foreign:${idOf('cli', 1)}`,
      clientId: 'foreign:portal',
      scopes: new Set(['links:read']),
      partnerId: undefined,
    });
  });

  it('of a foreign issuer never holds staff scopes when it is a partner', () => {
    const claims = { sub: 'u', client_id: 'c', scope: 'links:read ledger:write' };

    expect(foreignActor(claims, catalogue)?.scopes).to.deep.equal(new Set(['links:read', 'ledger:write']));
    expect(foreignActor({ ...claims, partner: partnerId }, catalogue)?.scopes).to.deep.equal(new Set(['links:read']));
  });

  it('of a foreign issuer is nobody when its partner cannot be read, rather than staff', () => {
    expect(foreignActor({ sub: 'u', scope: 'links:read', partner: 'acme' }, catalogue)).to.equal(undefined);
    expect(foreignActor({ sub: 'u', scope: 'links:read', partner: '' }, catalogue)).to.equal(undefined);
    expect(foreignActor({ sub: 'u'.repeat(201), scope: 'links:read' }, catalogue)).to.equal(undefined);
  });
});
