/** A partner cannot tell what is somebody else's from what does not exist. */
import { expect } from 'chai';
import { modules } from '../../../src/app.ts';
import { ApiClient } from '../../../src/cli/demo/client.ts';
import { seed } from '../../../src/cli/local/seed.ts';
import { PARTNER_SCOPES, SCOPES } from '../../../src/infrastructure/http/api-info.ts';
import type { Route } from '../../../src/infrastructure/http/route.ts';
import { IdentityPort } from '../../../src/modules/identity/index.ts';
import { idOf } from '../../support/clock.ts';
import { withRunningApp } from '../../support/running-app.ts';
import { aProfile } from '../../support/settling-partners.ts';

/** Nobody's own: each partner sees them all. */
const EVERYBODYS = new Set(['programId', 'termsId', 'period', 'year']);

/** Where staff finds one of somebody else's. */
const LISTS: Readonly<Record<string, string>> = {
  partnerId: '/v1/partners',
  linkId: '/v1/links',
  conversionId: '/v1/conversions?outcome=attributed',
  commissionId: '/v1/commissions',
  statementId: '/v1/statements',
  payoutId: '/v1/payouts',
  batchId: '/v1/payout-batches',
  endpointId: '/v1/webhook-endpoints',
  deliveryId: '/v1/webhook-deliveries',
  couponId: '/v1/coupons',
  postbackId: '/v1/postbacks',
};

const ownIds = ({ path }: Route): string[] =>
  [...path.matchAll(/\{(\w+)\}/g)].flatMap(([, name = '']) => (EVERYBODYS.has(name) ? [] : [name]));

const forPartners = ({ access }: Route): boolean =>
  access !== 'public' && PARTNER_SCOPES.some((scope) => scope === access.scope);

/** Attestations are known by their number. */
const NUMBERED = 'number';

/** What is put where, as far as it must be well-formed to be refused for whose it is. */
const PUTS: Readonly<Record<string, object>> = {
  'tax-profile': {
    form: 'self_certified',
    legalName: 'Ada',
    entity: 'person',
    country: 'DE',
    address: { town: 'Köln', country: 'DE' },
    signedOn: '2018-01-01',
  },
  'vat-profile': { name: 'Ada', address: ['Köln'], country: 'DE', scheme: 'none', language: 'en' },
  'self-billing': { agrees: true },
};

const filled = (address: string, programId: string): string => {
  const path = address.replace('{period}', '2018-01').replace('{year}', '2026').replace('{programId}', programId);
  if (path.endsWith('/balance')) return `${path}?programId=${programId}`;
  if (path.endsWith('/as-of')) return `${path}?recorded=2018-01-01T00:00:00Z`;
  return path.includes('/tax-years/') ? `${path}?jurisdiction=US` : path;
};

const firstOf = (orders: readonly { readonly orderId: string }[]): string => orders[0]?.orderId ?? 'no order';

describe('what is somebody else’s', () => {
  const running = withRunningApp(modules, { SANDBOX: 'true', WEBHOOK_PRIVATE_HOSTS: '127.0.0.1:9' });
  const theirs = new Map<string, string>();
  let stranger = '';
  let keys = 0;

  before(async () => {
    const identity = running().app.ask(IdentityPort);
    const clientOf = async (name: string) =>
      ApiClient.on(running().url, await identity.createClient({ name, scopes: Object.keys(SCOPES) })).signIn();
    const [staff, approver] = [await clientOf('one'), await clientOf('another')];
    await staff.post('/v1/webhook-endpoints', { url: 'http://127.0.0.1:9/' });
    await seed({ staff, approver });
    const { data: links } = await staff.get<{ data: readonly { programId: string; partnerId: string }[] }>('/v1/links');
    const [{ programId, partnerId }] = links as readonly [{ programId: string; partnerId: string }];
    await staff.post('/v1/coupons', { programId, partnerId, code: 'THEIRS-10' });
    await staff.post('/v1/postbacks', { partnerId, url: 'http://127.0.0.1:9/?cid={click_id}' });
    const { data: orders } = await staff.get<{ data: readonly { orderId: string }[] }>('/v1/conversions');
    theirs.set('programId', programId);
    theirs.set('orderId', firstOf(orders));
    const period = { from: '2026-01-01T00:00:00Z', until: '2026-02-01T00:00:00Z' };
    const madeAt = async (path: string, body: object): Promise<string> =>
      (await staff.post<{ id: string }>(`/v1/programs/${programId}${path}`, body)).id;
    const replay = { name: 'theirs', from: period.from, to: period.until };
    theirs.set('replayId', await madeAt('/attribution/replays', replay));
    theirs.set('backtestId', await madeAt('/backtests', period));
    theirs.set('draftId', await madeAt('/terms/drafts', { terms: {}, effectiveFrom: '2099-01-01T00:00:00Z' }));
    const adjustment = {
      programId,
      partnerId,
      kind: 'bonus',
      amount: { minor: '1', currency: 'EUR' },
      reason: 'goodwill',
      note: 'a test',
    };
    theirs.set('adjustmentId', (await staff.post<{ id: string }>('/v1/adjustments', adjustment)).id);
    const dispute = { programId, partnerId, kind: 'missing_conversion', orderRef: 'none', text: 'a test' };
    const disputed = { ...dispute, claimed: { minor: '1', currency: 'EUR' } };
    theirs.set('disputeId', (await staff.post<{ id: string }>('/v1/disputes', disputed)).id);
    // The policy that programs begin with takes no claims; `policies-http.test.ts` looks at those there are.
    theirs.set('claimId', idOf('clm', 1));
    // What the bank says is for staff alone; `reconciliation-http.test.ts` looks at what there is of it.
    for (const [name, prefix] of Object.entries({ lineId: 'lin', matchId: 'mtc', breakId: 'brk', invoiceId: 'inv' })) {
      theirs.set(name, idOf(prefix, 1));
    }
    theirs.set(NUMBERED, '1');
    for (const [name, path] of Object.entries(LISTS)) {
      const { data } = await staff.get<{ data: readonly { id: string; enrolments?: { id: string }[] }[] }>(path);
      theirs.set(name, data[0]?.id ?? `nothing at ${path}`);
      if (data[0]?.enrolments !== undefined) theirs.set('enrolmentId', data[0].enrolments[0]?.id ?? 'no enrolment');
    }
    await Promise.all([staff.close(), approver.close()]);
    stranger = await running().tokenWith(PARTNER_SCOPES, idOf('par', 99));
  });

  const answer = async ({ method, path }: Route, idNamed: (name: string) => string) => {
    const ids = ownIds({ path } as Route);
    const address = ids.reduce((left, name) => left.replace(`{${name}}`, idNamed(name)), path);
    const { partnerId: _, ...profile } = aProfile(idOf('par', 1));
    const { status, body } = await running().call(
      method.toUpperCase(),
      filled(address, theirs.get('programId') ?? ''),
      {
        token: stranger,
        headers: { 'if-match': '"1"', 'idempotency-key': `stranger-${(keys += 1)}` },
        ...(method === 'put' && {
          body: PUTS[path.split('/').at(-1) ?? ''] ?? PUTS[path.split('/').at(-2) ?? ''] ?? profile,
        }),
        ...(/\/(reject|dispute)$/.test(path) && { body: { reason: 'a test' } }),
        ...(/disputeId}\/(evidence|appeal)$/.test(path) && { body: { text: 'a test' } }),
      },
    );
    const detail = ids.reduce((text, name) => text.replaceAll(idNamed(name), 'ID'), String(body['detail']));
    return { status, code: body['code'], detail };
  };

  it('is answered to a partner as what does not exist, wherever an address holds an id', async () => {
    const routes = running().app.routes.filter((route) => forPartners(route) && ownIds(route).length > 0);
    expect(routes.length).to.be.greaterThan(20);

    const told: object[] = [];
    for (const route of routes) {
      const foreign = await answer(route, (name) => theirs.get(name) ?? `no example of ${name}`);
      const missing = await answer(route, (name) =>
        name === NUMBERED ? '7777' : idOf(theirs.get(name)?.slice(0, 3) ?? name, 7_777),
      );
      if (foreign.status < 403 || foreign.status > 404 || JSON.stringify(foreign) !== JSON.stringify(missing))
        told.push({ at: `${route.method} ${route.path}`, foreign, missing });
    }

    expect(told).to.deep.equal([]);
  });
});
