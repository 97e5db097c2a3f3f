import { expect } from 'chai';
import { commission } from '../../../../src/modules/commission/module.ts';
import { identity } from '../../../../src/modules/identity/module.ts';
import { orders } from '../../../../src/modules/orders/module.ts';
import { digest } from '../../../../src/shared/digest.ts';
import type { Id } from '../../../../src/shared/ids.ts';
import { olistTerms } from '../../../support/builders.ts';
import { idOf } from '../../../support/clock.ts';
import { withRunningApp } from '../../../support/running-app.ts';
import { StandingAttribution, standingAttributionModule } from '../../../support/standing-attribution.ts';
import { aProgram, StandingPartners, standingPartnersModule } from '../../../support/standing-partners.ts';

interface DraftJson {
  readonly id: string;
  readonly state: string;
  readonly revision: number;
  readonly errors: readonly { readonly pointer: string }[];
  readonly termsId?: string;
}

interface VersionJson {
  readonly termsId: Id<'trm'>;
  readonly version: number;
  readonly hash: string;
  readonly publishedAt: string;
}

describe('terms over HTTP', () => {
  const partners = new StandingPartners();
  partners.known.set(idOf('prg', 2), aProgram({ programId: idOf('prg', 2) }));
  const program = withRunningApp([
    identity,
    orders,
    standingPartnersModule(partners),
    standingAttributionModule(new StandingAttribution()),
    commission,
  ]);
  const path = `/v1/programs/${idOf('prg', 1)}/terms`;
  const [ada, bob] = [{ token: '' }, { token: '' }];

  before(async () => {
    ada.token = await program().tokenWith(['terms:read', 'terms:write', 'terms:review']);
    bob.token = await program().tokenWith(['terms:read', 'terms:write', 'terms:review', 'terms:publish']);
  });

  let keys = 0;
  /** Writes are sent twice under one key: the second answer is the first. */
  const send = async <Body>(who: { token: string }, method: string, to: string, body?: unknown, etag?: string) => {
    keys += 1;
    const headers = {
      ...(etag !== undefined && { 'if-match': etag }),
      ...(method !== 'GET' && { 'idempotency-key': `key-${keys}` }),
    };
    const first = await program().call<Body>(method, to, { token: who.token, body, headers });
    const second = await program().call<Body>(method, to, { token: who.token, body, headers });
    if (first.status < 400) expect(second.body).to.deep.equal(first.body);
    return first;
  };

  it('are drafted by one, reviewed by another, published once, and told apart by two clocks', async () => {
    const words = { terms: { ...olistTerms, groups: [] }, effectiveFrom: '2099-01-01T00:00:00Z' };
    const begun = await send<DraftJson>(ada, 'POST', `${path}/drafts`, words);
    const draft = `${path}/drafts/${begun.body.id}`;
    const unready = await send<{ errors: readonly { pointer: string }[] }>(ada, 'POST', `${draft}/submit`, {});
    const blind = await send(ada, 'PUT', draft, { ...words, terms: olistTerms });
    const mended = await send<DraftJson>(ada, 'PUT', draft, { ...words, terms: olistTerms }, '"1"');
    const stale = await send(ada, 'PUT', draft, words, '"1"');
    const submitted = await send<DraftJson>(ada, 'POST', `${draft}/submit`, {});
    const etag = submitted.headers.get('etag') ?? '';
    const own = await send<{ code: string }>(ada, 'POST', `${draft}/review`, { decision: 'approve' }, etag);
    const early = await send<{ code: string }>(ada, 'POST', `${draft}/publish`, {});
    const diff = await send<{ comparedWith: unknown; differences: readonly object[] }>(bob, 'GET', `${draft}/diff`);
    const approved = await send<DraftJson>(bob, 'POST', `${draft}/review`, { decision: 'approve' }, etag);
    const published = await send<VersionJson>(ada, 'POST', `${draft}/publish`, {});
    const again = await send(ada, 'POST', `${draft}/publish`, {});
    const shown = await send<DraftJson>(bob, 'GET', draft);

    expect([begun.status, begun.body.errors.map(({ pointer }) => pointer)]).to.deep.equal([201, ['/terms/groups']]);
    expect([unready.status, unready.body.errors[0]?.pointer]).to.deep.equal([400, '/terms/groups']);
    expect([blind.status, mended.status, stale.status]).to.deep.equal([428, 200, 412]);
    expect([own.status, own.body.code, early.status]).to.deep.equal([403, 'commission.own_words', 409]);
    expect(diff.body.comparedWith).to.equal(null);
    expect(diff.body.differences[0]).to.deep.equal({ kind: 'added', what: 'currency', says: 'currency is new: "BRL"' });
    expect([approved.body.state, published.status, again.status]).to.deep.equal(['approved', 201, 409]);
    expect(published.body).to.include({ version: 1, hash: digest(olistTerms) });
    expect(shown.body).to.include({ state: 'published', termsId: published.body.termsId });

    const listed = async (query: string) =>
      (await send<{ data: readonly VersionJson[] }>(ada, 'GET', `${path}?${query}`)).body.data.length;
    expect(await listed('effectiveAt=2099-06-01T00:00:00Z')).to.equal(1);
    expect(await listed('effectiveAt=2098-06-01T00:00:00Z')).to.equal(0);
    expect(await listed('effectiveAt=2099-06-01T00:00:00Z&knownAt=2020-01-01T00:00:00Z')).to.equal(0);
    expect((await send<{ data: readonly DraftJson[] }>(ada, 'GET', `${path}/drafts`)).body.data).to.have.length(1);
  });

  it('in another currency than the program’s show so while they are a draft', async () => {
    const terms = { ...olistTerms, currency: 'EUR', limits: [] };
    const begun = await send<DraftJson>(ada, 'POST', `${path}/drafts`, {
      terms,
      effectiveFrom: '2099-01-01T00:00:00Z',
    });
    const listed = await send<{ data: readonly DraftJson[] }>(ada, 'GET', `${path}/drafts`);

    const shown = { pointer: '/terms/currency', code: 'commission.terms_other_currency' };
    for (const { errors } of [begun.body, listed.body.data.at(-1)!]) expect(errors[0]).to.include(shown);
  });

  it('that are there are replaced directly only with the scope for it', async () => {
    const change = { terms: { ...olistTerms, returnWindowDays: 45 }, effectiveFrom: '2099-02-01T00:00:00Z' };

    const refused = await send<{ code: string }>(ada, 'POST', path, change);
    const done = await send<VersionJson>(bob, 'POST', path, change);
    const again = await send<VersionJson>(ada, 'POST', path, change);

    expect([refused.status, refused.body.code]).to.deep.equal([403, 'commission.review_needed']);
    expect([done.status, again.status]).to.deep.equal([201, 200]);
    expect(again.body).to.deep.equal(done.body);
  });

  it('sent at once as a program’s first by who may not replace any are one version, and refused but for it', async () => {
    const first = (days: number) =>
      program().call('POST', `/v1/programs/${idOf('prg', 2)}/terms`, {
        token: ada.token,
        body: { terms: { ...olistTerms, returnWindowDays: days }, effectiveFrom: '2099-01-01T00:00:00Z' },
        headers: { 'idempotency-key': `first-${days}` },
      });

    const replies = await Promise.all([1, 2, 3, 4, 5].map(first));

    expect(replies.map(({ status }) => status).toSorted()).to.deep.equal([201, 403, 403, 403, 403]);
  });

  it('on their way are nothing for partners to see', async () => {
    const token = await program().tokenWith(['terms:read'], idOf('par', 1));

    expect((await send({ token }, 'GET', `${path}/drafts`)).status).to.equal(403);
    expect((await send({ token }, 'GET', path)).status).to.equal(200);
  });

  it('nobody drafted are not found', async () => {
    expect((await send(ada, 'GET', `${path}/drafts/${idOf('tdr', 9)}`)).status).to.equal(404);
    expect((await send(ada, 'GET', `${path}/drafts/${idOf('tdr', 9)}/diff`)).status).to.equal(404);
  });

  it('give a partner its own agreements, and nothing of what others have agreed on', async () => {
    const [lena, kupfer] = [idOf('par', 1), idOf('par', 2)];
    const overrides = [
      { name: 'Kupfer deal', partners: [kupfer], returnWindowDays: 1 },
      { name: 'Lena deal', partners: [kupfer, lena], returnWindowDays: 2 },
    ];
    const words = { terms: { ...olistTerms, overrides }, effectiveFrom: '2099-02-01T00:00:00Z' };
    const published = await send<VersionJson>(bob, 'POST', path, { ...words, acknowledged: [] });
    const partner = { token: await program().tokenWith(['terms:read'], lena) };
    const one = await send<{ terms: object }>(partner, 'GET', `/v1/terms/${published.body.termsId}`);
    const all = await send<object>(partner, 'GET', path);
    const whole = await send<{ terms: object }>(bob, 'GET', `/v1/terms/${published.body.termsId}`);

    expect(published.status, JSON.stringify(published.body)).to.equal(201);
    expect(one.body.terms).to.deep.equal({
      ...olistTerms,
      overrides: [{ name: 'Lena deal', partners: [lena], returnWindowDays: 2 }],
    });
    expect(JSON.stringify(all.body)).to.include('Lena deal').and.not.include('Kupfer').and.not.include(kupfer);
    expect(whole.body.terms).to.deep.equal(words.terms);
  });
});
