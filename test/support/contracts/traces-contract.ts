import { expect } from 'chai';
import type { Touchpoint } from '../../../src/modules/attribution/domain/traffic/touchpoint.ts';
import type { AttributionTransaction } from '../../../src/modules/attribution/ports/attribution-stores.ts';
import type { Traces } from '../../../src/modules/attribution/ports/traces.ts';
import { instant } from '../../../src/shared/instant.ts';
import { idOf } from '../clock.ts';
import { aTouch } from './attribution-contract.ts';

export interface TraceSides {
  readonly transaction: AttributionTransaction;
  readonly traces: Traces;
  readonly hashOf: (touch: Pick<Touchpoint, 'clickId'>) => Promise<string | undefined>;
}

const on = (day: number) => instant(`2018-01-${String(day).padStart(2, '0')}T12:00:00Z`);
const NETWORK = '203.0.113.0/24';

/** What every memory of networks promises; the fake and the real one both run through it. */
export const tracesContract = (make: () => Promise<TraceSides>): void => {
  it('shows the oldest that still say something, of before a moment', async () => {
    const { transaction, traces } = await make();
    await transaction.run(({ touchpoints }) =>
      touchpoints.record([
        aTouch(1, { recordedAt: on(3), network: NETWORK }),
        aTouch(2, { recordedAt: on(1), userAgent: 'Firefox' }),
        aTouch(3, { recordedAt: on(2) }),
        aTouch(4, { recordedAt: on(4), network: NETWORK, userAgent: 'Firefox' }),
        aTouch(5, { recordedAt: on(5), network: NETWORK }),
      ]),
    );

    const second = { clickId: idOf('clk', 2), recordedAt: on(1), network: undefined };
    const first = { clickId: idOf('clk', 1), recordedAt: on(3), network: NETWORK };
    expect(await traces.before(on(5), 2)).to.deep.equal([second, first]);
    expect((await traces.before(on(5), 9)).map(({ clickId }) => clickId)).to.deep.equal(
      [2, 1, 4].map((n) => idOf('clk', n)),
    );
  });

  it('puts a hash in the place of a network and nothing in that of a user agent, and shows neither again', async () => {
    const { transaction, traces, hashOf } = await make();
    const [whole, browser] = [aTouch(1, { network: NETWORK, userAgent: 'Firefox' }), aTouch(2, { userAgent: 'Opera' })];
    await transaction.run(({ touchpoints }) => touchpoints.record([whole, browser]));

    const faded = [{ clickId: whole.clickId, networkHash: 'first' }, { clickId: browser.clickId }];
    await traces.fade(faded);
    await traces.fade([{ clickId: whole.clickId, networkHash: 'second' }]);

    expect(await traces.before(on(31), 9)).to.be.empty;
    expect(await hashOf(whole)).to.equal('first');
    expect(await hashOf(browser)).to.equal(undefined);
  });

  it('has one salt a month, until it is destroyed', async () => {
    const { traces } = await make();
    const offered = (n: number) => new Uint8Array(32).fill(n);
    const salt = async (month: string, n: number) => [...(await traces.salt(month, offered(n)))][0];

    expect(await salt('2018-01', 1)).to.equal(1);
    expect(await salt('2018-02', 2)).to.equal(2);
    expect(await salt('2018-01', 3)).to.equal(1);
    await traces.destroySaltsBefore('2018-02');
    expect(await salt('2018-02', 4)).to.equal(2);
    expect(await salt('2018-01', 5)).to.equal(5);
  });
};
