import type { StoredTaxProfile } from '../../../src/modules/partners/domain/tax-profile.ts';
import { expect } from 'chai';
import type { PublishedTerms } from '../../../src/modules/partners/domain/acceptance.ts';
import type { Enrolment } from '../../../src/modules/partners/domain/enrolment.ts';
import type { Partner } from '../../../src/modules/partners/domain/partner.ts';
import type { StoredProfile } from '../../../src/modules/partners/domain/payout-profile.ts';
import type { Program } from '../../../src/modules/partners/domain/program.ts';
import type { PartnerReader } from '../../../src/modules/partners/ports/partner-reader.ts';
import type { PartnersTransaction } from '../../../src/modules/partners/ports/partner-stores.ts';
import { instant } from '../../../src/shared/instant.ts';
import { decodeCursor } from '../../../src/shared/page.ts';
import { idOf } from '../clock.ts';
import { rejects } from '../rejects.ts';

const alone = { groups: [], recruitedBy: undefined };
const noon = instant('2026-01-01T12:00:00Z');
const later = instant('2026-01-02T12:00:00Z');

export const aProgram = (overrides: Partial<Program> = {}): Program => ({
  programId: idOf('prg', 1),
  name: 'Robots',
  currency: 'BRL',
  timeZone: 'America/Sao_Paulo',
  destination: 'https://shop.example.com/',
  allowedHosts: ['shop.example.com', 'www.example.com:8443'],
  clickParameter: 'ref',
  minimumPayout: { minor: '2000', currency: 'BRL' },
  requiresAcceptance: false,
  createdAt: noon,
  ...overrides,
});

export const aPublishedTerms = (n = 1): PublishedTerms => ({
  termsId: idOf('trm', n),
  programId: idOf('prg', 1),
  version: n,
  hash: String(n).repeat(64),
  effectiveFrom: later,
  publishedAt: noon,
});

export const aPartner = (n = 1, overrides: Partial<Partner> = {}): Partner => ({
  partnerId: idOf('par', n),
  name: `Partner ${n}`,
  email: `partner${n}@example.com`,
  kind: 'affiliate',
  emailFingerprint: `fingerprint ${n}`,
  createdAt: noon,
  ...overrides,
});

export const anEnrolment = (n = 1, overrides: Partial<Enrolment> = {}): Enrolment => ({
  enrolmentId: idOf('enr', n),
  programId: idOf('prg', 1),
  partnerId: idOf('par', n),
  externalRef: `ref-${n}`,
  state: 'applied',
  groups: [],
  recruitedBy: undefined,
  reason: undefined,
  approvedAt: undefined,
  createdAt: noon,
  changedAt: noon,
  changedBy: 'cli_admin',
  ...overrides,
});

export const aTaxProfile = (version = 1, details: Partial<StoredTaxProfile['profile']> = {}): StoredTaxProfile => ({
  profile: {
    partnerId: idOf('par', 1),
    form: 'self_certified',
    legalName: 'Ada Motors Ltda',
    entity: 'company',
    country: 'BR',
    taxId: '12345678000195',
    address: { town: 'São Paulo', country: 'BR' },
    signedOn: '2018-01-05',
    ...details,
  },
  version,
  changedAt: noon,
  changedBy: 'cli_admin',
});

export const aProfile = (n = 1, overrides: Partial<StoredProfile> = {}): StoredProfile => ({
  profile: {
    partnerId: idOf('par', n),
    holder: 'Ada Motors Ltda',
    account: { scheme: 'iban', number: 'BR1800360305000010009795493C1' },
    bank: { scheme: 'bic', code: 'BRASBRRJXXX' },
    town: 'São Paulo',
    country: 'BR',
  },
  version: 1,
  changedAt: noon,
  changedBy: 'cli_admin',
  ...overrides,
});

interface Made {
  readonly transaction: PartnersTransaction;
  readonly reader: PartnerReader;
}

/** What every store of partners promises; the fake and the real one both run through it. */
export const partnersContract = (make: () => Promise<Made>): void => {
  const withTwo = async (): Promise<Made> => {
    const made = await make();
    await made.transaction.run(async ({ programs, partners, enrolments }) => {
      await programs.add(aProgram());
      await partners.save([aPartner(2), aPartner(1)]);
      await enrolments.save([anEnrolment(2, { state: 'approved', approvedAt: noon }), anEnrolment(1)]);
    });
    return made;
  };

  it('gives back a program as it was added, and its facts to whoever asks', async () => {
    const { transaction, reader } = await make();
    const { createdAt: _, ...facts } = aProgram();

    const added = await transaction.run(({ programs }) => programs.add(aProgram()));
    const again = await transaction.run(({ programs }) => programs.add(aProgram({ name: 'another' })));

    expect([added, again]).to.deep.equal([true, false]);
    expect(await reader.programWhole(idOf('prg', 1))).to.deep.equal(aProgram());
    expect(await reader.program(idOf('prg', 1))).to.deep.equal(facts);
    expect(await reader.programs()).to.deep.equal([facts]);
    expect(await reader.program(idOf('prg', 2))).to.equal(undefined);
    expect((await reader.programPage({ limit: 1 })).data).to.deep.equal([aProgram()]);
  });

  it('knows which programs there are to enrol in', async () => {
    const { transaction } = await withTwo();

    const known = await transaction.run(({ programs }) => programs.enrolOneAtATime(idOf('prg', 1)));
    const unknown = await transaction.run(({ programs }) => programs.enrolOneAtATime(idOf('prg', 9)));

    expect([known, unknown]).to.deep.equal([true, false]);
  });

  it('gives back partners and enrolments as they were saved, the last time they were', async () => {
    const { transaction, reader } = await withTwo();
    const renamed = aPartner(1, { name: 'Ada', email: 'ada@example.org', emailFingerprint: 'ada', kind: 'dealer' });
    const approved = anEnrolment(1, { state: 'approved', approvedAt: later, reason: 'nice', changedAt: later });

    await transaction.run(async ({ partners, enrolments }) => {
      await partners.save([renamed]);
      await enrolments.save([approved]);
    });

    await transaction.run(async ({ partners, enrolments }) => {
      expect(await partners.find([idOf('par', 1), idOf('par', 9)])).to.deep.equal([renamed]);
      expect(await enrolments.get(idOf('enr', 1))).to.deep.equal(approved);
    });
    expect(await reader.enrolment(idOf('enr', 1))).to.deep.equal(approved);
  });

  it('finds enrolments by what others call them, within the program', async () => {
    const { transaction } = await withTwo();

    await transaction.run(async ({ enrolments }) => {
      expect(await enrolments.called(idOf('prg', 1), ['ref-1', 'nobody'])).to.deep.equal([anEnrolment(1)]);
      expect(await enrolments.called(idOf('prg', 2), ['ref-1'])).to.be.empty;
      await rejects(enrolments.get(idOf('enr', 9)), 'partners.not_found');
    });
  });

  it('knows who has a place in a program, by id or by address', async () => {
    const { transaction } = await withTwo();
    const has = (who: { partnerId?: `par_${string}`; emailFingerprint?: string }, program = 1) =>
      transaction.run(({ enrolments }) => enrolments.has(idOf('prg', program), who));

    expect(await has({ partnerId: idOf('par', 1) })).to.equal(true);
    expect(await has({ emailFingerprint: 'fingerprint 2' })).to.equal(true);
    expect(await has({ partnerId: idOf('par', 3) })).to.equal(false);
    expect(await has({ emailFingerprint: 'fingerprint 3' })).to.equal(false);
    expect(await has({ partnerId: idOf('par', 1) }, 2)).to.equal(false);
  });

  it('tells other modules the facts of those that exist', async () => {
    const { reader } = await withTwo();
    const ids = [idOf('par', 1), idOf('par', 2), idOf('par', 9)];

    expect(await reader.enrolments(idOf('prg', 1), ids)).to.deep.equal([
      { programId: idOf('prg', 1), partnerId: idOf('par', 1), state: 'applied', approvedAt: undefined, ...alone },
      { programId: idOf('prg', 1), partnerId: idOf('par', 2), state: 'approved', approvedAt: noon, ...alone },
    ]);
    expect(await reader.partners(ids)).to.deep.equal([
      { partnerId: idOf('par', 1), name: 'Partner 1', emailFingerprint: 'fingerprint 1' },
      { partnerId: idOf('par', 2), name: 'Partner 2', emailFingerprint: 'fingerprint 2' },
    ]);
    expect(await reader.enrolments(idOf('prg', 1), [])).to.be.empty;
  });

  it('keeps the groups of an enrolment as they were said last, and who recruited it for ever', async () => {
    const { transaction, reader } = await withTwo();
    const recruit = anEnrolment(3, { groups: ['gold', 'größte, "nördliche"'], recruitedBy: idOf('par', 2) });
    await transaction.run(async ({ partners, enrolments }) => {
      await partners.save([aPartner(3)]);
      await enrolments.save([recruit]);
    });
    const moved = { ...recruit, groups: ['silver'] };

    await transaction.run(({ enrolments }) => enrolments.save([moved]));

    expect(await reader.enrolment(recruit.enrolmentId)).to.deep.equal(moved);
    const [facts] = await reader.enrolments(idOf('prg', 1), [idOf('par', 3)]);
    expect(facts).to.include({ recruitedBy: idOf('par', 2) });
    expect(facts?.groups).to.deep.equal(['silver']);
  });

  it('names the groups of a program with how many are in each, and finds who is in one', async () => {
    const { transaction, reader } = await withTwo();
    await transaction.run(({ enrolments }) =>
      enrolments.save([anEnrolment(1, { groups: ['gold', 'north'] }), anEnrolment(2, { groups: ['gold'] })]),
    );

    expect(await reader.groups(idOf('prg', 1))).to.deep.equal([
      { name: 'gold', partners: 2 },
      { name: 'north', partners: 1 },
    ]);
    expect(await reader.groups(idOf('prg', 2))).to.be.empty;
    const { data } = await reader.partnerPage({ limit: 10 }, { group: 'north' });
    expect(data.map(({ partner }) => partner.partnerId)).to.deep.equal([idOf('par', 1)]);
  });

  it('knows who recruited whom, all the way up', async () => {
    const { transaction } = await withTwo();
    await transaction.run(async ({ partners, enrolments }) => {
      await partners.save([aPartner(3), aPartner(4)]);
      await enrolments.save([anEnrolment(3, { recruitedBy: idOf('par', 2) }), anEnrolment(4)]);
      await enrolments.save([anEnrolment(4, { recruitedBy: idOf('par', 3) })]);
    });

    const above = await transaction.run(({ enrolments }) =>
      enrolments.recruitersAbove(idOf('prg', 1), [idOf('par', 4), idOf('par', 1)]),
    );

    expect(above).to.deep.equal(
      new Map([
        [idOf('par', 4), idOf('par', 3)],
        [idOf('par', 3), idOf('par', 2)],
      ]),
    );
  });

  it('lists partners with their enrolments in pages, each once, and filters them', async () => {
    const { reader } = await withTwo();
    const idsOf = async (filter: Parameters<PartnerReader['partnerPage']>[1]) =>
      (await reader.partnerPage({ limit: 10 }, filter)).data.map(({ partner }) => partner.partnerId);

    const first = await reader.partnerPage({ limit: 1 }, {});
    const second = await reader.partnerPage({ limit: 1, after: decodeCursor(first.nextCursor ?? '') }, {});

    expect(first.data).to.deep.equal([{ partner: aPartner(1), enrolments: [anEnrolment(1)] }]);
    expect(second.data.map(({ partner }) => partner)).to.deep.equal([aPartner(2)]);
    expect(second.nextCursor).to.equal(null);
    expect(await idsOf({ state: 'approved' })).to.deep.equal([idOf('par', 2)]);
    expect(await idsOf({ programId: idOf('prg', 1) })).to.deep.equal([idOf('par', 1), idOf('par', 2)]);
    expect(await idsOf({ programId: idOf('prg', 2) })).to.be.empty;
    expect(await idsOf({ externalRef: 'ref-2' })).to.deep.equal([idOf('par', 2)]);
    expect(await idsOf({ partnerId: idOf('par', 1), state: 'approved' })).to.be.empty;
  });

  it('keeps every version of a tax profile, shows the last one, and lets one of two writers win', async () => {
    const { transaction, reader } = await withTwo();
    const first = aTaxProfile(1);
    const second = aTaxProfile(2);

    expect(await transaction.run(({ taxProfiles }) => taxProfiles.add(first))).to.equal(true);
    expect(await transaction.run(({ taxProfiles }) => taxProfiles.add(second))).to.equal(true);
    expect(await transaction.run(({ taxProfiles }) => taxProfiles.add(second))).to.equal(false);

    expect(await transaction.run(({ taxProfiles }) => taxProfiles.version(idOf('par', 1)))).to.equal(2);
    expect(await reader.taxProfile(idOf('par', 1))).to.deep.equal(second);
    expect(await reader.taxProfiles([idOf('par', 1), idOf('par', 2)])).to.deep.equal([second.profile]);
  });

  it('keeps a payout profile by version, and takes none that is based on an older one', async () => {
    const { transaction, reader } = await withTwo();
    const save = (stored: StoredProfile) => transaction.run(({ profiles }) => profiles.save([stored]));
    const second = aProfile(1, { version: 2, changedAt: later });

    const taken = [await save(aProfile(1)), await save(aProfile(1)), await save(second), await save(second)];

    expect(taken).to.deep.equal([true, false, true, false]);
    expect(await reader.profile(idOf('par', 1))).to.deep.equal(second);
    expect(await reader.profile(idOf('par', 2))).to.equal(undefined);
    expect(await reader.payoutProfiles([idOf('par', 1), idOf('par', 2)])).to.deep.equal([
      { ...second.profile, version: 2 },
    ]);
    await transaction.run(async ({ profiles }) => {
      expect(await profiles.find([idOf('par', 1), idOf('par', 2)])).to.deep.equal([second]);
    });
  });

  it('keeps which terms there are and who accepted them, the first time', async () => {
    const { transaction, reader } = await withTwo();
    const [first, second] = [aPublishedTerms(1), aPublishedTerms(2)];
    const accepted = (n: number) => ({
      programId: idOf('prg', 1),
      partnerId: idOf('par', n),
      termsId: first.termsId,
      hash: first.hash,
      acceptedAt: noon,
      acceptedBy: `cli_${n}`,
    });
    const { acceptedBy: _, ...told } = accepted(1);

    await transaction.run(({ acceptances }) => acceptances.hear([second, first]));
    await transaction.run(({ acceptances }) => acceptances.hear([{ ...first, hash: '0'.repeat(64) }]));
    await transaction.run(async ({ acceptances }) => {
      await acceptances.add(accepted(2));
      await acceptances.add(accepted(1));
    });

    await transaction.run(async ({ acceptances }) => {
      expect(await acceptances.terms(first.termsId)).to.deep.equal(first);
      expect(await acceptances.terms(idOf('trm', 9))).to.equal(undefined);
      expect(await acceptances.of(first.termsId, [idOf('par', 1)])).to.deep.equal([accepted(1)]);
      expect(await acceptances.of(second.termsId, [idOf('par', 1)])).to.be.empty;
    });
    expect(await reader.acceptances(idOf('prg', 1), [idOf('par', 1), idOf('par', 9)])).to.deep.equal([told]);
    expect(await reader.acceptances(idOf('prg', 2), [idOf('par', 1)])).to.be.empty;
    const page = await reader.acceptancePage(first.termsId, { limit: 1 });
    expect(page.data).to.deep.equal([accepted(1)]);
    expect(page.nextCursor).to.be.a('string');
    expect((await reader.acceptancePage(first.termsId, { limit: 9 }, idOf('par', 2))).data).to.deep.equal([
      accepted(2),
    ]);
  });

  it('keeps whether a program insists on acceptance', async () => {
    const { transaction, reader } = await withTwo();
    const require = (n: number) => transaction.run(({ programs }) => programs.requireAcceptance(idOf('prg', n), true));

    expect(await require(1)).to.deep.equal(aProgram({ requiresAcceptance: true }));
    expect(await require(9)).to.equal(undefined);
    expect((await reader.program(idOf('prg', 1)))?.requiresAcceptance).to.equal(true);
  });

  it('keeps nothing of a transaction that failed', async () => {
    const { transaction, reader } = await withTwo();

    await transaction
      .run(async ({ partners, profiles }) => {
        await partners.save([aPartner(3)]);
        await profiles.save([aProfile(1)]);
        throw new Error('too late');
      })
      .catch(() => undefined);

    expect(await reader.partners([idOf('par', 3)])).to.be.empty;
    expect(await reader.profile(idOf('par', 1))).to.equal(undefined);
  });
};
