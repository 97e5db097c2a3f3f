import { expect } from 'chai';
import { HttpRail } from '../../../../../src/modules/settlement/adapters/http-rail/http-rail.ts';
import { uetrOf } from '../../../../../src/modules/settlement/domain/rails/uetr.ts';
import type { PaymentOrder } from '../../../../../src/modules/settlement/ports/payment-files.ts';
import { Money } from '../../../../../src/shared/money.ts';
import { at, idOf } from '../../../../support/clock.ts';
import { rejects } from '../../../../support/rejects.ts';
import { noonOf } from '../../../../support/settlement-story.ts';
import { aProfile } from '../../../../support/settling-partners.ts';
import { WalletProvider } from '../../../../support/wallet-provider.ts';

const reference = idOf('pay', 1);
const order: PaymentOrder = {
  messageId: idOf('bat', 1),
  createdAt: noonOf('02-05'),
  executeOn: '2018-02-05',
  debtor: aProfile(idOf('par', 2)),
  payments: [
    {
      endToEndId: reference,
      uetr: uetrOf(reference),
      amount: Money.of(5_000n, 'BRL'),
      creditor: { ...aProfile(idOf('par', 1)), method: 'wallet', wallet: { id: 'ana@example.com' } },
      remittance: 'Commission 2018-01',
    },
  ],
};

describe('the rail of wallets, over HTTP', () => {
  const clock = at('2018-02-05T12:00:00Z');
  let provider: WalletProvider;
  let rail: HttpRail;
  let url: string;

  beforeEach(async () => {
    provider = new WalletProvider({ dialect: 'paypal', seed: 'a', skewMs: 0 }, clock);
    url = await provider.listen();
    rail = new HttpRail({ url, token: 'secret', dialect: 'paypal', timeoutMs: 300 });
  });

  afterEach(async () => {
    await rail.close();
    await provider.close();
  });

  it('sends a payment with the payout’s id as the key, and says whose wallet it is for', async () => {
    provider.script(reference, { call: 'answered', fate: 'paid' });

    expect(await rail.submit(order)).to.deep.equal({ verdict: 'accepted' });

    const [sent] = provider.sent;
    expect(sent?.key).to.equal(reference);
    expect(sent?.body).to.deep.include({ reference, amount: { minor: '5000', currency: 'BRL' } });
    expect(sent?.body['payee']).to.deep.include({ wallet: 'ana@example.com', country: 'BR' });
    expect(JSON.stringify(sent?.body)).to.not.contain('0001234567-8');
  });

  it('asks by our reference, and knows the provider’s words', async () => {
    provider.script(reference, { call: 'answered', fate: 'never_claimed' });
    await rail.submit(order);

    expect(await rail.ask(reference)).to.deep.include({ reference, progress: 'accepted', word: 'PENDING' });
    clock.moveTo('2018-03-08T12:00:00Z');
    expect(await rail.ask(reference)).to.deep.include({ progress: 'returned', reason: 'RECEIVER_UNREGISTERED' });
    expect(await rail.ask(idOf('pay', 2))).to.equal(undefined);
  });

  it('takes a silence for what it is: nobody knows, and nothing is sent again', async () => {
    provider.script(reference, { call: 'lost_after', fate: 'paid' });

    expect((await rail.submit(order)).verdict).to.equal('unknown');

    expect(provider.sent).to.have.length(1);
    expect(await rail.ask(reference)).to.include({ reference });
  });

  it('sends again with the same key when the provider is busy, for it knows the key', async () => {
    provider.script(reference, { call: 'busy_once', fate: 'paid' });

    expect((await rail.submit(order)).verdict).to.equal('accepted');

    expect(provider.sent.map(({ key }) => key)).to.deep.equal([reference, reference]);
    expect([...provider.items.values()].filter(({ takenAt }) => takenAt !== undefined)).to.have.length(1);
  });

  for (const [status, verdict, sends] of [
    [400, 'refused', 1],
    [422, 'refused', 1],
    [409, 'unknown', 1],
    [302, 'unknown', 1],
    [500, 'unknown', 3],
    [429, 'unknown', 3],
  ] as const) {
    it(`takes ${status} for ${verdict}, after sending ${sends} times`, async () => {
      provider.answersOnly = status;

      expect((await rail.submit(order)).verdict).to.equal(verdict);

      expect(provider.sent).to.have.length(sends);
    }).timeout(5_000);
  }

  for (const status of [401, 403, 404]) {
    it(`goes on waiting after ${status}: nobody looked at the payment`, async () => {
      provider.answersOnly = status;

      await rejects(rail.submit(order), 'settlement.rail_unreachable');
    });
  }

  it('knows that nothing was sent where nobody listens', async () => {
    await provider.close();

    await rejects(rail.submit(order), 'settlement.rail_unreachable');
    await rejects(rail.ask(reference), 'settlement.rail_unreachable');
  });

  it('does not take a payee without a wallet', () => {
    const [payment] = order.payments;
    const without = { ...order, payments: [{ ...payment!, creditor: aProfile(idOf('par', 1)) }] };

    expect(rail.refusals(without)).to.deep.equal([{ reference, reason: 'no_wallet' }]);
    expect(rail.refusals(order)).to.be.empty;
  });
});
