/** Disputes in the whole program: what other modules know is found, and kept. */
import { expect } from 'chai';
import { modules } from '../../../../src/app.ts';
import { ApiClient } from '../../../../src/cli/demo/client.ts';
import { seed } from '../../../../src/cli/local/seed.ts';
import { SCOPES } from '../../../../src/infrastructure/http/api-info.ts';
import { IdentityPort } from '../../../../src/modules/identity/index.ts';
import { withRunningApp } from '../../../support/running-app.ts';

type Row = Readonly<Record<string, unknown>>;

describe('a dispute in the whole program', () => {
  const running = withRunningApp(modules, { SANDBOX: 'true' });
  let staff: ApiClient | undefined;
  let commission: Row = {};

  const client = (): ApiClient => {
    if (staff === undefined) throw new Error('nobody is signed in');
    return staff;
  };
  const disputed = async (body: object): Promise<Row> => {
    const { programId, partnerId } = commission;
    const { id } = await client().post<{ id: string }>('/v1/disputes', { programId, partnerId, text: 'Why?', ...body });
    return client().get<Row>(`/v1/disputes/${id}`);
  };

  before(async () => {
    const identity = running().app.ask(IdentityPort);
    const clientOf = async (name: string) =>
      ApiClient.on(running().url, await identity.createClient({ name, scopes: Object.keys(SCOPES) })).signIn();
    const approver = await clientOf('another');
    staff = await clientOf('one');
    await seed({ staff, approver });
    const { data } = await staff.get<{ data: readonly Row[] }>('/v1/commissions');
    commission = data.find(({ state }) => state !== 'reversed') ?? {};
    await approver.close();
  });
  after(async () => {
    await staff?.close();
  });

  it('about a commission has the order, the candidates and the explanation with it', async () => {
    const { amount, id } = commission as { readonly amount: { readonly currency: string }; readonly id: string };

    const found = await disputed({
      kind: 'wrong_attribution',
      commissionId: id,
      claimed: { minor: '5', currency: amount.currency },
    });

    expect(found['state']).to.equal('opened');
    const [snapshot] = found['snapshots'] as { readonly evidence: Readonly<Record<string, Row>> }[];
    expect(snapshot?.evidence).to.include.keys('order', 'figures', 'statementLines');
    const { order = {}, figures = {} } = snapshot?.evidence ?? {};
    expect(order).to.include.keys('order', 'credit', 'commissions', 'lines');
    expect((order['credit'] as Row)['touches']).to.be.an('array').that.is.not.empty;
    expect((order['commissions'] as Row[])[0]?.['explanation']).to.include.keys('lines', 'total');
    expect(figures).to.deep.include({ commissionId: id, recomputed: figures['amount'] });
  });

  it('about an order that is credited is rejected at once, though it was named by the shop’s own name', async () => {
    const { currency } = commission['amount'] as { readonly currency: string };
    await client().post(`/v1/disputes/${await openOne()}/withdraw`, {});

    const found = await disputed({
      kind: 'missing_conversion',
      orderRef: commission['orderRef'],
      claimed: { minor: '5', currency },
    });

    expect(found['state']).to.equal('rejected');
    expect((found['resolutions'] as Row[])[0]).to.include({ rule: 'already_credited' });
  });

  const openOne = async (): Promise<string> => {
    const { data } = await client().get<{ data: readonly { readonly id: string }[] }>('/v1/disputes?open=true');
    return data[0]?.id ?? 'none';
  };
});
