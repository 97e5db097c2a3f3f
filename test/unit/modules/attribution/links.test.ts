import { expect } from 'chai';
import { LocalDoorbell } from '../../../../src/infrastructure/messaging/doorbell.ts';
import { LinkSnapshot } from '../../../../src/modules/attribution/adapters/edge/link-snapshot.ts';
import { SignpostFile } from '../../../../src/modules/attribution/adapters/edge/signpost-file.ts';
import { HmacClickSigner } from '../../../../src/modules/attribution/adapters/hmac-click-signer.ts';
import { ClickTokens } from '../../../../src/modules/attribution/application/traffic/click-tokens.ts';
import { IsbotDetector } from '../../../../src/modules/attribution/adapters/isbot-detector.ts';
import { DecideConversions } from '../../../../src/modules/attribution/application/deciding/decide-conversions.ts';
import { FollowLink } from '../../../../src/modules/attribution/application/traffic/follow-link.ts';
import { ImportLinks } from '../../../../src/modules/attribution/application/traffic/import-links.ts';
import { MakeLink } from '../../../../src/modules/attribution/application/traffic/make-link.ts';
import { MoveLink } from '../../../../src/modules/attribution/application/traffic/move-link.ts';
import { PublishPolicy } from '../../../../src/modules/attribution/application/deciding/publish-policy.ts';
import { ReceiveTraffic } from '../../../../src/modules/attribution/application/traffic/receive-traffic.ts';
import { RecordTouchpoints } from '../../../../src/modules/attribution/application/traffic/record-touchpoints.ts';
import { Signposts } from '../../../../src/modules/attribution/application/traffic/signposts.ts';
import { inRules } from '../../../../src/modules/attribution/domain/policy/policy.ts';
import { nameOf } from '../../../../src/shared/events.ts';
import { at, CountingIds, idOf, SeededRandom, TestWallClock } from '../../../support/clock.ts';
import { FakeAttributionReader, FakeAttributionTransaction } from '../../../support/fakes/fake-attribution.ts';
import { rejects } from '../../../support/rejects.ts';
import { aProgram, StandingPartners } from '../../../support/standing-partners.ts';
import { aVeil } from '../../../support/veil.ts';

const programId = idOf('prg', 1);
const partnerId = idOf('par', 1);

interface Following {
  readonly query?: string;
  readonly visitorId?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

const setUp = () => {
  const transaction = new FakeAttributionTransaction();
  const partners = new StandingPartners();
  const clock = at('2018-01-10T12:00:00Z');
  const wallClock = new TestWallClock();
  const ids = new CountingIds();
  const directory = new LinkSnapshot({
    signposts: new Signposts(new FakeAttributionReader(transaction), partners),
    doorbell: new LocalDoorbell(),
    wallClock,
    trouble: { report: () => undefined },
    file: new SignpostFile('/nowhere/links.ndjson'),
  });
  const decide = new DecideConversions(partners, clock);
  const receive = new ReceiveTraffic(new RecordTouchpoints(decide), decide, aVeil, new IsbotDetector());
  const tokens = new ClickTokens(new HmacClickSigner(Buffer.alloc(32, 1)), clock, 400);
  const followLink = new FollowLink(directory, tokens, { of: () => [] }, ids, clock);
  /** As the edge does it, and the consumer of what it keeps. */
  const follow = async (code: string, { query = '', visitorId, headers = {} }: Following = {}) => {
    const visit = {
      query,
      visitorId,
      address: '203.0.113.77',
      httpVersion: '1.1',
      header: (name: string) => headers[name],
    };
    const departure = followLink.depart(await followLink.signpost(code), visit);
    await transaction.run((stores) =>
      receive.run(stores, { clicks: [], touches: [departure.touch], placed: [], amended: [] }),
    );
    return departure;
  };
  return {
    transaction,
    partners,
    wallClock,
    tokens,
    follow,
    followLink,
    makeLink: new MakeLink(partners, transaction, ids, new SeededRandom(1), clock),
    importLinks: new ImportLinks(partners, transaction, directory, ids, clock),
    moveLink: new MoveLink(transaction, directory, clock),
    publishPolicy: new PublishPolicy(partners, transaction, clock),
  };
};

describe('making a link', () => {
  it('mints a short code, another one each time', async () => {
    const { makeLink } = setUp();

    const first = await makeLink.run({ programId, partnerId });
    const second = await makeLink.run({ programId, partnerId });

    expect(first.code).to.match(/^[0-9a-hjkmnp-tv-z]{8}$/);
    expect(second.code).not.to.equal(first.code);
  });

  it('takes a code of the partner’s choice once', async () => {
    const { makeLink } = setUp();
    const request = { programId, partnerId, code: 'summer', destination: 'https://shop.example/a' };

    expect(await makeLink.run(request)).to.include({ code: 'summer', destination: 'https://shop.example/a' });

    await rejects(makeLink.run(request), 'attribution.code_taken');
  });

  it('is refused to who is not enrolled, and to pages elsewhere, and makes nothing', async () => {
    const { transaction, partners, makeLink } = setUp();
    partners.put(idOf('par', 2), 'applied');

    await rejects(makeLink.run({ programId: idOf('prg', 9), partnerId }), 'attribution.unknown_program');
    await rejects(makeLink.run({ programId, partnerId: idOf('par', 2) }), 'attribution.not_enrolled');
    const refusal = await rejects(
      makeLink.run({ programId, partnerId, destination: 'https://evil.example/' }),
      'attribution.destination_not_allowed',
    );

    expect(refusal.details.faults?.[0]?.pointer).to.equal('/destination');
    expect(transaction.tables.links.values()).to.be.empty;
  });
});

describe('importing links', () => {
  const wanted = (code: string, n = 1) => ({ code, programId, partnerId: idOf('par', n) });

  it('judges each by itself', async () => {
    const { partners, makeLink, importLinks } = setUp();
    await makeLink.run({ programId, partnerId: idOf('par', 9), code: 'taken' });
    partners.put(idOf('par', 2), 'suspended');

    const results = await importLinks.run([
      wanted('one'),
      wanted('two', 2),
      wanted('taken'),
      wanted('one', 3),
      { ...wanted('three'), programId: idOf('prg', 9) },
      { ...wanted('four'), destination: 'https://evil.example/' },
    ]);

    expect(results.map(({ verdict, faults }) => faults[0]?.code ?? verdict)).to.deep.equal([
      'created',
      'attribution.not_enrolled',
      'attribution.code_taken',
      'attribution.code_repeated',
      'attribution.unknown_program',
      'attribution.destination_not_allowed',
    ]);
  });

  it('finds what it made when it is sent again, and leads where it says now', async () => {
    const { transaction, importLinks } = setUp();
    const [made] = await importLinks.run([wanted('one')]);

    const [again] = await importLinks.run([{ ...wanted('one'), destination: 'https://shop.example/new' }]);

    expect(again).to.deep.include({ verdict: 'kept', linkId: made?.linkId });
    expect(transaction.tables.links.get('one')).to.include({ destination: 'https://shop.example/new' });
  });

  it('asks of partners twice a program, however many links there are', async () => {
    const { partners, importLinks } = setUp();

    await importLinks.run(Array.from({ length: 500 }, (_, n) => wanted(`code-${n}`, n + 1)));

    expect(partners.asked).to.equal(2);
  });
});

describe('following a link', () => {
  it('keeps the click, tells of it, and leads to the page with the click’s id', async () => {
    const { transaction, makeLink, tokens, follow } = setUp();
    const { linkId } = await makeLink.run({
      programId,
      partnerId,
      code: 'summer',
      destination: 'https://shop.example/a?b=c',
    });

    const { page, visitorId } = await follow('summer', {
      headers: { 'user-agent': 'Firefox', referer: 'https://b.c/' },
    });

    const [click] = transaction.clicks();
    expect(page).to.match(/^https:\/\/shop\.example\/a\?b=c&click_id=clk_/);
    const verdict = tokens.verify(new URL(page).searchParams.get('click_id') ?? '');
    expect(verdict).to.deep.nested.include({ kind: 'genuine', 'claims.clickId': click?.clickId });
    expect(verdict).to.deep.nested.include({ 'claims.linkId': linkId, 'claims.partnerId': partnerId });
    expect(click).to.include({ partnerId, visitorId, live: true, userAgent: 'Firefox', referrer: 'https://b.c/' });
    expect(click).to.include({ kind: 'click', network: '203.0.113.0/24', consent: 'unknown' });
    expect(transaction.published.map(nameOf)).to.deep.equal(['attribution.click_recorded.v1']);
  });

  it('knows a visitor again', async () => {
    const { transaction, makeLink, follow } = setUp();
    await makeLink.run({ programId, partnerId, code: 'summer' });
    const { visitorId } = await follow('summer');

    await follow('summer', { visitorId });

    expect(new Set(transaction.clicks().map((click) => click.visitorId)).size).to.equal(1);
  });

  it('is refused for a link nobody knows, and keeps nothing', async () => {
    const { transaction, follow } = setUp();

    await rejects(follow('nobodys'), 'attribution.unknown_link');

    expect(transaction.clicks()).to.be.empty;
  });

  it('works the moment the link is made, even for who was too early', async () => {
    const { makeLink, follow } = setUp();
    await rejects(follow('summer'), 'attribution.unknown_link');

    await makeLink.run({ programId, partnerId, code: 'summer' });

    expect((await follow('summer')).page).to.contain('https://shop.example/?click_id=');
  });

  it('says where it leads to who only looks, and keeps nothing', async () => {
    const { transaction, makeLink, followLink } = setUp();
    await makeLink.run({ programId, partnerId, code: 'summer' });

    expect(followLink.look(await followLink.signpost('summer'), 'sub1=a&to=/b')).to.equal('https://shop.example/b');
    expect(transaction.clicks()).to.be.empty;
  });

  it('leads to the program’s page and credits nobody while the link is suspended', async () => {
    const { transaction, makeLink, moveLink, follow } = setUp();
    const { linkId } = await makeLink.run({
      programId,
      partnerId,
      code: 'summer',
      destination: 'https://shop.example/a',
    });
    await follow('summer');

    await moveLink.run(linkId, 'suspend');
    const { page } = await follow('summer');
    await moveLink.run(linkId, 'resume');
    await follow('summer');

    expect(page).to.match(/^https:\/\/shop\.example\/\?click_id=/);
    expect(transaction.clicks().map(({ objection }) => objection)).to.deep.equal([
      undefined,
      'link_suspended',
      undefined,
    ]);
    expect(transaction.published).to.have.length(2);
  });

  it('hears that a partner is suspended as soon as its copy has aged', async () => {
    const { transaction, partners, wallClock, makeLink, follow } = setUp();
    await makeLink.run({ programId, partnerId, code: 'summer', destination: 'https://shop.example/a' });
    await follow('summer');
    partners.put(partnerId, 'suspended');

    wallClock.pass(45_001);
    const { page } = await follow('summer');

    expect(page).to.match(/^https:\/\/shop\.example\/\?click_id=/);
    expect(transaction.clicks().at(-1)).to.include({ objection: 'not_enrolled' });
  });

  it('asks once for many visitors', async () => {
    const { partners, makeLink, follow } = setUp();
    await makeLink.run({ programId, partnerId, code: 'summer' });
    const { asked } = partners;

    for (let visit = 0; visit < 5; visit += 1) await follow('summer');

    expect(partners.asked - asked).to.equal(2);
  });

  it('leads away from a host that is allowed no more', async () => {
    const { partners, makeLink, follow } = setUp();
    await makeLink.run({ programId, partnerId, code: 'summer', destination: 'https://cars.shop.example/a' });
    partners.known.set(programId, aProgram({ allowedHosts: ['shop.example'] }));

    expect((await follow('summer')).page).to.match(/^https:\/\/shop\.example\//);
  });
});

describe('moving a link', () => {
  it('is refused twice in a row', async () => {
    const { makeLink, moveLink } = setUp();
    const { linkId } = await makeLink.run({ programId, partnerId });

    await moveLink.run(linkId, 'suspend');

    await rejects(moveLink.run(linkId, 'suspend'), 'attribution.illegal_move');
    await rejects(moveLink.run(idOf('lnk', 99), 'resume'), 'attribution.unknown_link');
  });
});

describe('publishing a policy', () => {
  it('gives the program its next version', async () => {
    const { publishPolicy } = setUp();

    const published = async (windowDays: number) => (await publishPolicy.run({ programId, windowDays }, 'ana')).policy;

    expect(await published(7)).to.deep.equal(inRules({ version: 2, model: 'last_touch', windowDays: 7 }));
    expect(await published(9)).to.deep.equal(inRules({ version: 3, model: 'last_touch', windowDays: 9 }));
  });

  it('is refused for a program nobody knows', async () => {
    const { publishPolicy } = setUp();

    await rejects(
      publishPolicy.run({ programId: idOf('prg', 9), windowDays: 7 }, 'ana'),
      'attribution.unknown_program',
    );
  });
});
