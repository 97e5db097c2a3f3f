import { expect } from 'chai';
import { idOf } from '../../../support/clock.ts';
import { aProfile, aProgram, partnersContract } from '../../../support/contracts/partners-contract.ts';
import { FakePartnersPort, FakePartnersTransaction } from '../../../support/fakes/fake-partners.ts';

describe('the fake store of partners', () => {
  partnersContract(() => {
    const transaction = new FakePartnersTransaction();
    return Promise.resolve({ transaction, reader: transaction.reader });
  });
});

describe('the fake that other modules ask', () => {
  it('answers with the facts put in, and with nothing else', async () => {
    const [programId, partnerId] = [idOf('prg', 1), idOf('par', 1)];
    const port = new FakePartnersPort()
      .withProgram(aProgram())
      .withEnrolment({ programId, partnerId, state: 'approved' })
      .withPartner({ partnerId, name: 'Ada', emailFingerprint: 'f' })
      .withPayoutProfile(aProfile(1).profile);

    expect((await port.program(programId))?.name).to.equal('Robots');
    expect(await port.programs()).to.have.length(1);
    expect(await port.enrolments(programId, [partnerId, idOf('par', 2)])).to.have.length(1);
    expect(await port.partners([partnerId, idOf('par', 2)])).to.have.length(1);
    expect(await port.payoutProfiles([partnerId, idOf('par', 2)])).to.have.length(1);
  });
});
