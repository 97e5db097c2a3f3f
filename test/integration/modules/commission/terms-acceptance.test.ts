import { expect } from 'chai';
import { attribution } from '../../../../src/modules/attribution/module.ts';
import { commission } from '../../../../src/modules/commission/module.ts';
import { identity } from '../../../../src/modules/identity/module.ts';
import { orders } from '../../../../src/modules/orders/module.ts';
import { type PartnerId, PartnersPort, type ProgramId } from '../../../../src/modules/partners/index.ts';
import { partners } from '../../../../src/modules/partners/module.ts';
import type { Id } from '../../../../src/shared/ids.ts';
import { olistTerms } from '../../../support/builders.ts';
import { withRunningApp } from '../../../support/running-app.ts';
import { eventually } from '../../../support/signals.ts';

const PROGRAM = {
  name: 'Robots',
  currency: 'BRL',
  timeZone: 'America/Sao_Paulo',
  destination: 'https://shop.example.com/',
  allowedHosts: ['shop.example.com'],
  minimumPayout: { minor: '2000', currency: 'BRL' },
  requiresAcceptance: true,
};

describe('terms that were published', () => {
  const program = withRunningApp([identity, orders, partners, attribution, commission]);

  it('can be accepted by partners a moment later, by the hash they were published with', async () => {
    const token = await program().tokenWith();
    const { body: made } = await program().call<{ id: ProgramId }>('POST', '/v1/programs', { token, body: PROGRAM });
    const ada = { programId: made.id, name: 'Ada', email: 'ada@example.com', kind: 'dealer' };
    const { body: partner } = await program().call<{ id: PartnerId }>('POST', '/v1/partners', { token, body: ada });
    const words = { terms: olistTerms, effectiveFrom: '2026-01-01T00:00:00Z' };
    const terms = await program().call<{ termsId: Id<'trm'>; hash: string }>('POST', `/v1/programs/${made.id}/terms`, {
      token,
      body: words,
    });
    const { termsId, hash } = terms.body;
    const own = await program().tokenWith(['terms:accept'], partner.id);

    await eventually('the version is known to be acceptable', async () => {
      const reply = await program().call('POST', `/v1/terms/${termsId}/acceptances`, { token: own, body: { hash } });
      return reply.status === 201;
    });

    const [accepted] = await program().app.ask(PartnersPort).acceptances(made.id, [partner.id]);
    expect(accepted).to.include({ termsId, hash });
  });
});
