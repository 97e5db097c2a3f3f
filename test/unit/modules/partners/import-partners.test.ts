import { expect } from 'chai';
import type { ImportedPartner } from '../../../../src/modules/partners/application/import-partners.ts';
import { nameOf } from '../../../../src/shared/events.ts';
import { idOf } from '../../../support/clock.ts';
import { aProfile } from '../../../support/contracts/partners-contract.ts';
import { partnersWorld } from '../../../support/partners-world.ts';
import { rejects } from '../../../support/rejects.ts';

const { partnerId: _, ...payoutProfile } = aProfile(1).profile;

const imported = (n: number, changes: Partial<ImportedPartner> = {}): ImportedPartner => ({
  externalRef: `seller-${n}`,
  name: `Seller ${n}`,
  email: `seller${n}@example.com`,
  kind: 'dealer',
  approve: true,
  payoutProfile,
  ...changes,
});

describe('importing partners', () => {
  it('creates, approves and gives payout profiles in one go', async () => {
    const { transaction, importPartners, programId } = await partnersWorld();

    const results = await importPartners.run(programId, [imported(1), imported(2)], 'cli_admin');

    expect(results.map(({ verdict, enrolment }) => [verdict, enrolment?.state])).to.deep.equal([
      ['created', 'approved'],
      ['created', 'approved'],
    ]);
    expect(transaction.published.map(nameOf)).to.deep.equal([
      'partners.partner_enrolled.v1',
      'partners.payout_profile_changed.v1',
      'partners.partner_enrolled.v1',
      'partners.payout_profile_changed.v1',
    ]);
    expect(JSON.stringify(transaction.published)).not.to.match(/BR18|example\.com/);
  });

  it('sent again changes nothing, says nothing, and names the same partners', async () => {
    const { transaction, importPartners, programId } = await partnersWorld();
    const first = await importPartners.run(programId, [imported(1), imported(2)], 'a');
    const said = transaction.published.length;

    const second = await importPartners.run(programId, [imported(2), imported(1)], 'a');

    expect(second.map(({ verdict }) => verdict)).to.deep.equal(['unchanged', 'unchanged']);
    expect(second.map(({ enrolment }) => enrolment?.partnerId)).to.deep.equal(
      first.map(({ enrolment }) => enrolment?.partnerId).reverse(),
    );
    expect(transaction.published).to.have.length(said);
  });

  it('updates what is different, and tells of a profile only when it changed', async () => {
    const { transaction, importPartners, programId } = await partnersWorld();
    await importPartners.run(programId, [imported(1), imported(2)], 'a');
    const said = transaction.published.length;

    const results = await importPartners.run(
      programId,
      [
        imported(1, { name: 'Renamed', payoutProfile: undefined }),
        imported(2, { payoutProfile: { ...payoutProfile, town: 'Rio de Janeiro' } }),
      ],
      'a',
    );

    const [one, two] = results.map(({ enrolment }) => enrolment!.partnerId);
    expect(results.map(({ verdict }) => verdict)).to.deep.equal(['updated', 'updated']);
    expect(transaction.published.slice(said).map(nameOf)).to.deep.equal(['partners.payout_profile_changed.v1']);
    expect((await transaction.reader.partners([one!]))[0]?.name).to.equal('Renamed');
    expect((await transaction.reader.profile(one!))?.version).to.equal(1);
    expect(await transaction.reader.profile(two!)).to.deep.include({ version: 2 });
  });

  it('leaves who is not to be approved waiting, and approves later who waits', async () => {
    const { importPartners, programId } = await partnersWorld();

    const [waiting] = await importPartners.run(programId, [imported(1, { approve: false })], 'a');
    const [approved] = await importPartners.run(programId, [imported(1)], 'a');

    expect([waiting?.enrolment?.state, approved?.enrolment?.state]).to.deep.equal(['applied', 'approved']);
    expect([waiting?.verdict, approved?.verdict]).to.deep.equal(['created', 'updated']);
  });

  it('never undoes a decision: who is suspended stays so', async () => {
    const { importPartners, move, programId } = await partnersWorld();
    const [created] = await importPartners.run(programId, [imported(1)], 'a');
    await move.run(created!.enrolment!.enrolmentId, 'suspend', 'a', 'fraud');

    const [again] = await importPartners.run(programId, [imported(1)], 'a');

    expect([again?.verdict, again?.enrolment?.state]).to.deep.equal(['unchanged', 'suspended']);
  });

  it('judges each by itself: a wrong account or a repeated name refuses that one alone', async () => {
    const { transaction, importPartners, programId } = await partnersWorld();
    const wrongAccount = { ...payoutProfile, account: { scheme: 'iban', number: 'BR00' } as const };

    const results = await importPartners.run(
      programId,
      [imported(1), imported(2, { payoutProfile: wrongAccount }), imported(1, { name: 'Again' })],
      'a',
    );

    expect(
      results.map(({ verdict, faults }) => [verdict, faults.map(({ pointer, code }) => [pointer, code])]),
    ).to.deep.equal([
      ['created', []],
      ['refused', [['/payoutProfile/account/number', 'partners.malformed_account']]],
      ['refused', [['/externalRef', 'partners.ref_repeated']]],
    ]);
    expect((await transaction.reader.partnerPage({ limit: 10 }, {})).data).to.have.length(1);
  });

  it('is refused whole for a program nobody knows', async () => {
    const { importPartners } = await partnersWorld();

    await rejects(importPartners.run(idOf('prg', 9), [imported(1)], 'a'), 'partners.unknown_program');
  });
});

describe('groups and recruiters of an import', () => {
  const facts = async (world: Awaited<ReturnType<typeof partnersWorld>>, ref: string) => {
    const { data } = await world.transaction.reader.partnerPage({ limit: 10 }, { externalRef: ref });
    return data[0]!.enrolments[0]!;
  };

  it('puts partners into the groups it names, and leaves alone those of whom it names none', async () => {
    const world = await partnersWorld();
    const run = (row: ImportedPartner) => world.importPartners.run(world.programId, [row], 'a');

    const verdicts = [
      await run(imported(1, { groups: ['north', 'gold', 'north'] })),
      await run(imported(1)),
      await run(imported(1, { groups: ['gold', 'north'] })),
      await run(imported(1, { groups: [] })),
    ].map(([result]) => [result?.verdict, result?.enrolment?.groups]);

    expect(verdicts).to.deep.equal([
      ['created', ['gold', 'north']],
      ['unchanged', ['gold', 'north']],
      ['unchanged', ['gold', 'north']],
      ['updated', []],
    ]);
  });

  it('names recruiters in any order, also one of the same import, and is unchanged when sent again', async () => {
    const world = await partnersWorld();
    const rows = [imported(3, { recruiterRef: 'seller-2' }), imported(2, { recruiterRef: 'seller-1' }), imported(1)];

    const first = await world.importPartners.run(world.programId, rows, 'a');
    const second = await world.importPartners.run(world.programId, rows, 'a');

    expect(first.map(({ verdict }) => verdict)).to.deep.equal(['created', 'created', 'created']);
    expect(second.map(({ verdict }) => verdict)).to.deep.equal(['unchanged', 'unchanged', 'unchanged']);
    expect((await facts(world, 'seller-3')).recruitedBy).to.equal((await facts(world, 'seller-2')).partnerId);
    expect((await facts(world, 'seller-2')).recruitedBy).to.equal((await facts(world, 'seller-1')).partnerId);
  });

  const refused: readonly [string, readonly ImportedPartner[], readonly (readonly string[])[]][] = [
    ['nobody knows', [imported(1, { recruiterRef: 'nobody' })], [['partners.unknown_recruiter']]],
    [
      'is not approved',
      [imported(1, { recruiterRef: 'seller-2' }), imported(2, { approve: false })],
      [['partners.unknown_recruiter'], []],
    ],
    ['is itself', [imported(1, { recruiterRef: 'seller-1' })], [['partners.recruit_cycle']]],
    [
      'was recruited by it',
      [imported(1, { recruiterRef: 'seller-2' }), imported(2, { recruiterRef: 'seller-1' })],
      [['partners.recruit_cycle'], ['partners.recruit_cycle']],
    ],
    [
      'is refused itself, and so on',
      [
        imported(3, { recruiterRef: 'seller-2' }),
        imported(2, { recruiterRef: 'seller-1' }),
        imported(1, { recruiterRef: 'x' }),
      ],
      [['partners.unknown_recruiter'], ['partners.unknown_recruiter'], ['partners.unknown_recruiter']],
    ],
  ];
  for (const [what, rows, faults] of refused) {
    it(`refuses the row whose recruiter ${what}`, async () => {
      const { importPartners, programId } = await partnersWorld();

      const results = await importPartners.run(programId, rows, 'a');

      expect(results.map((result) => result.faults.map(({ code }) => code))).to.deep.equal(faults);
    });
  }

  it('gives a recruiter to who has none, and never another one, nor one in a circle', async () => {
    const { importPartners, programId } = await partnersWorld();
    const run = async (...rows: ImportedPartner[]) =>
      (await importPartners.run(programId, rows, 'a')).map(({ faults, verdict }) => faults[0]?.code ?? verdict);
    await run(imported(1), imported(2), imported(3));

    expect(await run(imported(2, { recruiterRef: 'seller-1' }))).to.deep.equal(['updated']);
    expect(await run(imported(2, { recruiterRef: 'seller-3' }))).to.deep.equal(['partners.recruiter_settled']);
    expect(await run(imported(1, { recruiterRef: 'seller-2' }))).to.deep.equal(['partners.recruit_cycle']);
    expect(await run(imported(2))).to.deep.equal(['unchanged']);
  });
});

describe('changing a payout profile', () => {
  it('counts versions, refuses who did not see the last one, and tells others only that it changed', async () => {
    const { transaction, apply, changeProfile, programId } = await partnersWorld();
    const { partner } = await apply.asNewPartner(imported(1), { programId }, 'a');
    const change = (seen: number) => changeProfile.run(partner.partnerId, payoutProfile, seen, 'a');

    const versions = [(await change(0)).version, (await change(1)).version];
    await rejects(change(0), 'http.precondition_failed');
    await rejects(change(1), 'http.precondition_failed');
    await rejects(change(3), 'http.precondition_failed');

    expect(versions).to.deep.equal([1, 2]);
    expect(transaction.published.map(({ payload }) => Object.keys(payload as object))).to.deep.equal([
      ['partnerId', 'changedAt'],
      ['partnerId', 'changedAt'],
    ]);
  });

  it('is refused for what no bank would pay to, and for a partner nobody knows', async () => {
    const { changeProfile } = await partnersWorld();

    await rejects(
      changeProfile.run(idOf('par', 9), { ...payoutProfile, town: ' ' }, 0, 'a'),
      'partners.profile_refused',
    );
    await rejects(changeProfile.run(idOf('par', 9), payoutProfile, 0, 'a'), 'partners.not_found');
  });
});
