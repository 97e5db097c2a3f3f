import { expect } from 'chai';
import { nameOf } from '../../../../src/shared/events.ts';
import { idOf } from '../../../support/clock.ts';
import { aProgram } from '../../../support/contracts/partners-contract.ts';
import { partnersWorld } from '../../../support/partners-world.ts';
import { rejects } from '../../../support/rejects.ts';

const ada = { name: 'Ada', email: 'Ada@Example.com', kind: 'dealer' } as const;

describe('applying to a program', () => {
  it('waits for a decision, and tells nobody yet', async () => {
    const { transaction, apply, programId } = await partnersWorld();

    const { partner, enrolments } = await apply.asNewPartner(ada, { programId, externalRef: 'A-1' }, 'cli_admin');

    expect(partner).to.include(ada);
    expect(enrolments).to.have.length(1);
    expect(enrolments[0]).to.include({ state: 'applied', externalRef: 'A-1', changedBy: 'cli_admin' });
    expect(transaction.published).to.be.empty;
  });

  it('as an invitation waits for the partner', async () => {
    const { apply, programId } = await partnersWorld();

    const { enrolments } = await apply.asNewPartner(ada, { programId, invite: true }, 'cli_admin');

    expect(enrolments[0]?.state).to.equal('invited');
  });

  it('makes the fingerprint by which fraud finds a customer with the same address, however it is spelt', async () => {
    const { apply, vault, programId } = await partnersWorld();

    const { partner } = await apply.asNewPartner({ ...ada, email: ' ADA@example.COM ' }, { programId }, 'a');

    expect(partner.emailFingerprint).to.equal(vault.fingerprint('email', 'ada@example.com'));
  });

  it('is refused for a program nobody knows, an address that is in it, and a name that is taken', async () => {
    const { transaction, apply, programId } = await partnersWorld();
    await apply.asNewPartner(ada, { programId, externalRef: 'A-1' }, 'a');

    const again = { ...ada, email: 'ada@example.com' };
    const bob = { ...ada, email: 'bob@example.com' };
    await rejects(apply.asNewPartner(bob, { programId: idOf('prg', 9) }, 'a'), 'partners.unknown_program');
    await rejects(apply.asNewPartner(again, { programId }, 'a'), 'partners.already_enrolled');
    await rejects(apply.asNewPartner(bob, { programId, externalRef: 'A-1' }, 'a'), 'partners.ref_taken');

    expect((await transaction.reader.partnerPage({ limit: 10 }, {})).data).to.have.length(1);
  });

  it('to another program keeps the partner one', async () => {
    const { transaction, apply, programId } = await partnersWorld();
    const other = idOf('prg', 2);
    await transaction.run(({ programs }) => programs.add(aProgram({ programId: other })));
    const { partner } = await apply.asNewPartner(ada, { programId }, 'a');

    await apply.asPartner(partner.partnerId, { programId: other }, 'a');
    await rejects(apply.asPartner(partner.partnerId, { programId: other }, 'a'), 'partners.already_enrolled');
    await rejects(apply.asPartner(idOf('par', 99), { programId: other }, 'a'), 'partners.not_found');

    const [listed] = (await transaction.reader.partnerPage({ limit: 10 }, {})).data;
    expect(listed?.enrolments.map((enrolment) => enrolment.programId)).to.deep.equal([programId, other]);
  });
});

describe('being recruited to a program', () => {
  it('is said when applying, by the recruiter’s id or by what it is called', async () => {
    const { apply, move, programId } = await partnersWorld();
    const { partner, enrolments } = await apply.asNewPartner(ada, { programId, externalRef: 'ADA' }, 'a');
    await move.run(enrolments[0]!.enrolmentId, 'approve', 'a');
    const recruited = async (email: string, by: object) =>
      (await apply.asNewPartner({ ...ada, email }, { programId, ...by }, 'a')).enrolments[0]?.recruitedBy;

    expect(await recruited('b@example.com', { recruitedBy: partner.partnerId })).to.equal(partner.partnerId);
    expect(await recruited('c@example.com', { recruiterRef: 'ADA' })).to.equal(partner.partnerId);
    expect(await recruited('d@example.com', {})).to.equal(undefined);
  });

  it('is refused by who is not approved in the program, by itself, and by two', async () => {
    const { apply, programId } = await partnersWorld();
    const { partner } = await apply.asNewPartner(ada, { programId, externalRef: 'ADA' }, 'a');
    const bob = { ...ada, email: 'bob@example.com' };
    const asBob = (by: object) => apply.asNewPartner(bob, { programId, ...by }, 'a');

    await rejects(asBob({ recruitedBy: partner.partnerId }), 'partners.unknown_recruiter');
    await rejects(asBob({ recruitedBy: idOf('par', 99) }), 'partners.unknown_recruiter');
    await rejects(asBob({ recruiterRef: 'nobody' }), 'partners.unknown_recruiter');
    await rejects(asBob({ recruiterRef: 'ADA', recruitedBy: partner.partnerId }), 'partners.recruiter_twice');
  });
});

describe('the groups of an enrolment', () => {
  it('are said whole, kept sorted and once each, and note who said so', async () => {
    const { transaction, clock, apply, group, programId } = await partnersWorld();
    const { enrolments } = await apply.asNewPartner(ada, { programId, groups: ['north'] }, 'a');
    clock.moveTo('2026-02-01T00:00:00Z');

    const after = await group.run(enrolments[0]!.enrolmentId, ['gold', 'north', 'gold'], 'manager');

    expect(enrolments[0]?.groups).to.deep.equal(['north']);
    expect(after).to.include({ changedBy: 'manager', changedAt: '2026-02-01T00:00:00.000Z' });
    expect((await transaction.reader.enrolment(after.enrolmentId))?.groups).to.deep.equal(['gold', 'north']);
    await rejects(group.run(idOf('enr', 99), [], 'manager'), 'partners.not_found');
  });
});

describe('deciding on an enrolment', () => {
  it('approves, suspends and lets back in, and says each once, in order, under the partner’s key', async () => {
    const { transaction, clock, apply, move, programId } = await partnersWorld();
    const { partner, enrolments } = await apply.asNewPartner(ada, { programId }, 'a');
    const { enrolmentId } = enrolments[0]!;

    await move.run(enrolmentId, 'approve', 'cli_admin');
    clock.moveTo('2026-02-01T00:00:00Z');
    await move.run(enrolmentId, 'suspend', 'cli_admin', 'bids on the brand');
    clock.moveTo('2026-03-01T00:00:00Z');
    const back = await move.run(enrolmentId, 'reinstate', 'cli_admin');

    expect(transaction.published.map(nameOf)).to.deep.equal([
      'partners.partner_enrolled.v1',
      'partners.enrolment_suspended.v1',
      'partners.partner_enrolled.v1',
    ]);
    expect(transaction.published.map(({ aggregateVersion }) => aggregateVersion)).to.deep.equal([1, 2, 3]);
    expect(new Set(transaction.published.map(({ partitionKey }) => partitionKey))).to.deep.equal(
      new Set([partner.partnerId]),
    );
    expect(transaction.published[1]?.payload).to.deep.equal({
      enrolmentId,
      programId,
      partnerId: partner.partnerId,
      reason: 'bids on the brand',
      suspendedAt: '2026-02-01T00:00:00.000Z',
    });
    expect(back.approvedAt).to.equal('2026-01-01T00:00:00.000Z');
  });

  it('is refused twice, and for an enrolment nobody knows, and says nothing then', async () => {
    const { transaction, apply, move, programId } = await partnersWorld();
    const { enrolments } = await apply.asNewPartner(ada, { programId }, 'a');
    const { enrolmentId } = enrolments[0]!;
    await move.run(enrolmentId, 'approve', 'a');

    await rejects(move.run(enrolmentId, 'approve', 'a'), 'partners.illegal_move');
    await rejects(move.run(idOf('enr', 99), 'approve', 'a'), 'partners.not_found');

    expect(transaction.published).to.have.length(1);
  });

  it('never tells an address', async () => {
    const { transaction, apply, move, programId } = await partnersWorld();
    const { enrolments } = await apply.asNewPartner(ada, { programId }, 'a');

    await move.run(enrolments[0]!.enrolmentId, 'approve', 'a');

    expect(JSON.stringify(transaction.published)).not.to.match(/ada@example/i);
  });
});
