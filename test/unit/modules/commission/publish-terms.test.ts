import { expect } from 'chai';
import { DraftTerms } from '../../../../src/modules/commission/application/terms/draft-terms.ts';
import {
  type DirectPublication,
  PublishTerms,
} from '../../../../src/modules/commission/application/terms/publish-terms.ts';
import { believed } from '../../../../src/modules/commission/domain/terms/believed-terms.ts';
import { digest } from '../../../../src/shared/digest.ts';
import { nameOf } from '../../../../src/shared/events.ts';
import { type Instant, instant } from '../../../../src/shared/instant.ts';
import { aTermsVersion, olistTerms } from '../../../support/builders.ts';
import { at, CountingIds, idOf } from '../../../support/clock.ts';
import { termsDraftsContract } from '../../../support/contracts/terms-drafts-contract.ts';
import { FakeCommissionTransaction } from '../../../support/fakes/fake-commission.ts';
import { rejects } from '../../../support/rejects.ts';
import { StandingPartners } from '../../../support/standing-partners.ts';

const programId = idOf('prg', 1);

const world = (now = '2018-01-01T00:00:00Z') => {
  const transaction = new FakeCommissionTransaction();
  const [partners, ids, clock] = [new StandingPartners(), new CountingIds(), at(now)];
  const publish = new PublishTerms(transaction, partners, ids, clock);
  const drafts = new DraftTerms(transaction, partners, ids, clock);
  const from = (effectiveFrom: string, changes: Partial<DirectPublication> = {}) =>
    publish.run({
      programId,
      terms: olistTerms,
      effectiveFrom: instant(effectiveFrom),
      by: 'ada',
      mayReplace: true,
      ...changes,
    });
  return { transaction, partners, clock, publish, drafts, from };
};

const changedTerms = { ...olistTerms, returnWindowDays: 45 };

describe('publishing terms directly', () => {
  it('numbers versions, and gives the same terms the same hash', async () => {
    const { from } = world();

    const { version: first } = await from('2018-02-01T00:00:00Z');
    const { version: second } = await from('2018-03-01T00:00:00Z');

    expect([first.version, second.version]).to.deep.equal([1, 2]);
    expect([first.hash, second.hash]).to.deep.equal([digest(olistTerms), digest(olistTerms)]);
  });

  it('asks whether an override means a partner that was never in the program, on drafts too', async () => {
    const { partners, drafts, from } = world();
    const [known, stranger] = [idOf('par', 1), idOf('par', 2)];
    partners.leave(stranger);
    const terms = { ...olistTerms, overrides: [{ name: 'VIP', partners: [known, stranger], returnWindowDays: 3 }] };
    const code = 'commission.terms_unknown_partner';

    const refusal = await rejects(from('2018-02-01T00:00:00Z', { terms }), 'commission.warnings_open');
    expect(refusal.details.faults?.map((fault) => [fault.pointer, fault.code])).to.deep.equal([
      ['/terms/overrides/0/partners/1', code],
    ]);
    const effectiveFrom = instant('2018-02-01T00:00:00Z');
    const { findings } = await drafts.begin(programId, { terms, effectiveFrom }, 'ada');
    expect(findings.warnings.map(({ pointer }) => pointer)).to.deep.equal(['/overrides/0/partners/1']);

    const acknowledged = [{ pointer: '/overrides/0/partners/1', code }];
    expect((await from('2018-02-01T00:00:00Z', { terms, acknowledged })).isNew).to.equal(true);
  });

  it('asks whether a group is meant that no partner of the program is in, wherever it is named', async () => {
    const { partners, drafts } = world();
    partners.groupsOf.set(idOf('par', 1), ['gold']);
    const groups = (words: object) => ({ fact: 'partner.groups', ...words });
    const [always] = olistTerms.groups.slice(-1);
    const when = { any: [groups({ in: ['gold', 'silver'] }), groups({ equals: 'gold' }), groups({ contains: 'tin' })] };
    const terms = {
      ...olistTerms,
      groups: [{ ...always, name: 'metals', rank: 90, when }, ...olistTerms.groups],
      bonuses: [{ name: 'lead', when: { all: [groups({ equals: 'lead' })] }, amount: { percent: '1' } }],
      overrides: [{ name: 'few', partnerGroups: ['gold', 'gldo'], returnWindowDays: 3 }],
    };

    const { findings } = await drafts.begin(
      programId,
      { terms, effectiveFrom: instant('2018-02-01T00:00:00Z') },
      'ada',
    );

    expect(
      findings.warnings.flatMap(({ pointer, code }) => (code === 'commission.terms_empty_group' ? [pointer] : [])),
    ).to.deep.equal([
      '/groups/0/when/any/0/in/1',
      '/groups/0/when/any/2/contains',
      '/bonuses/0/when/all/0/equals',
      '/overrides/0/partnerGroups/1',
    ]);
  });

  it('publishes the newest version once, however often and however late it is sent, and says so once', async () => {
    const { transaction, clock, from } = world();
    const publishAt = (now: string, changes: Partial<DirectPublication> = {}) => {
      clock.moveTo(now);
      return from('2018-02-01T00:00:00Z', changes);
    };

    const first = await publishAt('2018-01-01T00:00:00Z');
    const again = await publishAt('2018-06-01T00:00:00Z', { mayReplace: false });
    const changed = await publishAt('2018-01-02T00:00:00Z', { terms: changedTerms });
    const back = await publishAt('2018-01-03T00:00:00Z');

    expect(again).to.deep.equal({ version: first.version, isNew: false });
    expect([first, changed, back].map(({ version, isNew }) => [version.version, isNew])).to.deep.equal([
      [1, true],
      [2, true],
      [3, true],
    ]);
    expect(transaction.published.map(nameOf)).to.deep.equal(Array(3).fill('commission.terms_published.v1'));
  });

  it('is a draft that somebody answers for alone: anybody’s for the first version, a scope’s for later ones', async () => {
    const { transaction, from } = world();

    await from('2018-02-01T00:00:00Z', { mayReplace: false });
    await rejects(
      () => from('2018-03-01T00:00:00Z', { mayReplace: false, terms: changedTerms }),
      'commission.review_needed',
    );
    const { version } = await from('2018-03-01T00:00:00Z', { terms: changedTerms });

    expect(transaction.drafts().map(({ state, publishedBy }) => [state, publishedBy])).to.deep.equal([
      ['published', 'ada'],
      ['published', 'ada'],
    ]);
    expect(transaction.drafts().at(-1)?.termsId).to.equal(version.termsId);
  });

  it('has terms of programs alone that there are', async () => {
    const { from } = world();

    await rejects(from('2018-02-01T00:00:00Z', { programId: idOf('prg', 9) }), 'commission.unknown_program');
  });

  it('refuses to change what orders have been judged by, and takes terms for a time that had none', async () => {
    const { from } = world();
    await from('2017-06-01T00:00:00Z');

    const refusal = await rejects(() => from('2017-12-31T23:59:59Z'), 'commission.terms_back_dated');

    expect(refusal.details.faults?.map(({ pointer }) => pointer)).to.deep.equal(['/effectiveFrom']);
    expect((await from('2018-01-01T00:00:00Z')).version.version).to.equal(2);
    expect((await from('2017-01-01T00:00:00Z')).version.version).to.equal(3);
  });

  it('refuses what it cannot read with every fault at once, pointing into the request', async () => {
    const refusal = await rejects(
      () => world().from('2018-02-01T00:00:00Z', { terms: { ...olistTerms, returnWindowDays: 1.5, rounding: 'up!' } }),
      'commission.terms_invalid',
    );

    expect(refusal.details.faults?.map(({ pointer }) => pointer)).to.have.members([
      '/terms/rounding',
      '/terms/returnWindowDays',
    ]);
  });

  it('refuses terms in another currency than the program’s, whose books could never take what they earn', async () => {
    const { publish, drafts, from } = world();
    const limits = [{ per: 'order', amount: { minor: '25000', currency: 'EUR' } }];
    const terms = { ...olistTerms, currency: 'EUR', limits };
    const { draftId } = await drafts.begin(programId, { terms, effectiveFrom: instant('2018-02-01T00:00:00Z') }, 'ada');

    for (const refused of [
      await rejects(() => from('2018-02-01T00:00:00Z', { terms }), 'commission.terms_invalid'),
      await rejects(() => drafts.submit({ programId, draftId }), 'commission.terms_invalid'),
    ])
      expect(refused.details.faults).to.deep.equal([
        {
          pointer: '/terms/currency',
          code: 'commission.terms_other_currency',
          detail:
            'must be BRL, as the program: its books know no other; convert orders in other currencies by exchange',
        },
      ]);
    await rejects(publish.draft({ programId, draftId }, 'ada'), 'commission.illegal_move');
  });

  it('gives partners the notice that the version in force promises, whoever publishes', async () => {
    const { transaction, from } = world();
    const promising = aTermsVersion({ noticeDays: 30 }, { programId });
    await transaction.run(({ terms }) => terms.add(promising));

    await rejects(() => from('2018-01-30T23:59:59Z', { terms: changedTerms }), 'commission.notice_too_short');
    expect((await from('2018-01-31T00:00:00Z', { terms: changedTerms })).version.version).to.equal(2);
  });
});

describe('terms on their way', () => {
  const words = { terms: olistTerms, effectiveFrom: instant('2018-02-01T00:00:00Z') };

  it('are drafted, reviewed by another person, and published word for word, and others hear of it', async () => {
    const { transaction, publish, drafts } = world();
    const { draftId } = await drafts.begin(programId, { ...words, terms: {} }, 'ada');
    const name = { programId, draftId };
    await drafts.change(name, words, 'ada', 1);
    await drafts.submit(name);
    await rejects(
      drafts.review(name, { decision: 'approve', by: 'ada', seen: 3, acknowledged: [] }),
      'commission.own_words',
    );
    await drafts.review(name, { decision: 'approve', by: 'bob', seen: 3, acknowledged: [] });

    const version = await publish.draft(name, 'ada');

    expect(version).to.include({ version: 1, hash: digest(olistTerms), publishedAt: '2018-01-01T00:00:00.000Z' });
    expect(transaction.drafts()[0]).to.include({
      state: 'published',
      reviewedBy: 'bob',
      publishedBy: 'ada',
      termsId: version.termsId,
    });
    expect(transaction.published.map(({ payload }) => payload)).to.deep.equal([
      {
        termsId: version.termsId,
        programId,
        version: 1,
        hash: version.hash,
        effectiveFrom: words.effectiveFrom,
        publishedAt: version.publishedAt,
      },
    ]);
    await rejects(publish.draft(name, 'ada'), 'commission.illegal_move');
    await rejects(drafts.change(name, words, 'ada', 5), 'commission.illegal_move');
  });

  it('are published by nobody before somebody approved them, and nothing is told then', async () => {
    const { transaction, publish, drafts } = world();
    const { draftId } = await drafts.begin(programId, words, 'ada');
    const name = { programId, draftId };

    await rejects(publish.draft(name, 'ada'), 'commission.illegal_move');
    await drafts.submit(name);
    await rejects(publish.draft(name, 'bob'), 'commission.illegal_move');

    expect(transaction.published).to.be.empty;
  });

  it('are not sent back without a word on what to change, and stay submitted', async () => {
    const { drafts } = world();
    const { draftId } = await drafts.begin(programId, words, 'ada');
    const name = { programId, draftId };
    await drafts.submit(name);
    const wordless = { decision: 'send_back', by: 'bob', seen: 2, acknowledged: [] } as const;

    await rejects(drafts.review(name, wordless), 'commission.note_missing');
    await rejects(drafts.review(name, { ...wordless, note: '  ' }), 'commission.note_missing');

    expect((await drafts.review(name, { ...wordless, note: 'too much' })).state).to.equal('draft');
  });

  it('sent back are written anew with the note in sight', async () => {
    const { drafts } = world();
    const { draftId } = await drafts.begin(programId, words, 'ada');
    const name = { programId, draftId };
    await drafts.submit(name);

    const back = await drafts.review(name, {
      decision: 'send_back',
      by: 'bob',
      seen: 2,
      note: 'too much',
      acknowledged: [],
    });

    expect(back).to.include({ state: 'draft', note: 'too much' });
    await rejects(drafts.change(name, words, 'ada', 2), 'http.precondition_failed');
    expect((await drafts.change(name, words, 'ada', back.revision)).state).to.equal('draft');
  });

  it('are of programs there are, and not found under another', async () => {
    const { drafts, publish } = world();
    const { draftId } = await drafts.begin(programId, words, 'ada');

    await rejects(drafts.begin(idOf('prg', 9), words, 'ada'), 'commission.unknown_program');
    for (const name of [
      { programId, draftId: idOf('tdr', 99) },
      { programId: idOf('prg', 2), draftId },
    ]) {
      await rejects(drafts.submit(name), 'commission.draft_not_found');
      await rejects(publish.draft(name, 'ada'), 'commission.draft_not_found');
    }
  });
});

describe('the fake store of drafts', () => {
  termsDraftsContract(() => Promise.resolve(new FakeCommissionTransaction()));
});

describe('what was believed about terms', () => {
  const version = (n: number, effectiveFrom: string, publishedAt: string) =>
    aTermsVersion(
      {},
      { version: n, termsId: idOf('trm', n), effectiveFrom: instant(effectiveFrom), publishedAt: instant(publishedAt) },
    );
  const versions = [
    version(1, '2018-01-01T00:00:00Z', '2017-12-01T00:00:00Z'),
    version(2, '2018-03-01T00:00:00Z', '2018-02-01T00:00:00Z'),
    version(3, '2018-03-01T00:00:00Z', '2018-02-10T00:00:00Z'),
  ];
  const asked = (effectiveAt?: string, knownAt?: string): readonly number[] => {
    const at = (text?: string): Instant | undefined => (text === undefined ? undefined : instant(text));
    return believed(versions, { effectiveAt: at(effectiveAt), knownAt: at(knownAt) }).map((each) => each.version);
  };

  it('on one day about another is the version known then to apply then', () => {
    expect(asked('2018-04-01T00:00:00Z', '2018-01-15T00:00:00Z')).to.deep.equal([1]);
    expect(asked('2018-04-01T00:00:00Z', '2018-02-05T00:00:00Z')).to.deep.equal([2]);
    expect(asked('2018-04-01T00:00:00Z')).to.deep.equal([3]);
    expect(asked('2018-02-28T23:59:59Z')).to.deep.equal([1]);
    expect(asked('2017-06-01T00:00:00Z')).to.deep.equal([]);
    expect(asked(undefined, '2018-02-01T00:00:00Z')).to.deep.equal([1, 2]);
    expect(asked()).to.deep.equal([1, 2, 3]);
  });
});
