import { expect } from 'chai';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { signatures } from '../../../../src/modules/webhooks/adapters/outbound/standard-webhooks.ts';

const secretOf = (bytes: Uint8Array): string => `whsec_${Buffer.from(bytes).toString('base64')}`;
const timestamp = (): string => String(Math.floor(Date.now() / 1_000));
const headersOf = (id: string, at: string, signature: string) => ({
  'webhook-id': id,
  'webhook-timestamp': at,
  'webhook-signature': signature,
});

describe('signing by Standard Webhooks', () => {
  it('comes to what the specification’s own example says', () => {
    // Source: the Standard Webhooks specification and its libraries' tests.
    const signature = signatures(['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'], {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestamp: '1614265330',
      body: '{"test": 2432232314}',
    });

    expect(signature).to.equal('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it('is verified by the independent library, whatever is sent', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 24, maxLength: 64 }), fc.json(), (bytes, json) => {
        const [id, at, secret] = ['evt_1', timestamp(), secretOf(bytes)];
        const signature = signatures([secret], { id, timestamp: at, body: json });

        expect(new Webhook(secret).verify(json, headersOf(id, at, signature))).to.deep.equal(JSON.parse(json));
      }),
    );
  });

  it('is verified with either secret while a rotation is under way', () => {
    const secrets = [secretOf(new Uint8Array(32).fill(1)), secretOf(new Uint8Array(32).fill(2))];
    const at = timestamp();
    const signature = signatures(secrets, { id: 'evt_1', timestamp: at, body: '{}' });

    for (const secret of secrets) new Webhook(secret).verify('{}', headersOf('evt_1', at, signature));
  });

  it('fails for another body, another id, another time and another secret', () => {
    const secret = secretOf(new Uint8Array(32).fill(1));
    const at = timestamp();
    const signature = signatures([secret], { id: 'evt_1', timestamp: at, body: '{}' });
    const webhook = new Webhook(secret);
    const old = String(Number(at) - 301);
    const oldSignature = signatures([secret], { id: 'evt_1', timestamp: old, body: '{}' });

    expect(() => webhook.verify('{ }', headersOf('evt_1', at, signature))).to.throw();
    expect(() => webhook.verify('{}', headersOf('evt_2', at, signature))).to.throw();
    expect(() => webhook.verify('{}', headersOf('evt_1', String(Number(at) - 1), signature))).to.throw();
    expect(() => webhook.verify('{}', headersOf('evt_1', old, oldSignature))).to.throw('too old');
    expect(() =>
      new Webhook(secretOf(new Uint8Array(32).fill(9))).verify('{}', headersOf('evt_1', at, signature)),
    ).to.throw();
  });
});
