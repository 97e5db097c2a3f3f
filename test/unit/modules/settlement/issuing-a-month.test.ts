import { expect } from 'chai';
import { AskMonth, DraftMonth } from '../../../../src/modules/settlement/application/invoices/draft-month.ts';
import { AskIssue, IssueMonth } from '../../../../src/modules/settlement/application/invoices/issue-month.ts';
import { InvoiceIssuedV1 } from '../../../../src/modules/settlement/events.ts';
import { is } from '../../../../src/shared/events.ts';
import { idOf } from '../../../support/clock.ts';
import { FakeSettlementTransaction } from '../../../support/fakes/fake-settlement.ts';
import { anInvoiceStory } from '../../../support/invoice-story.ts';
import { rejects } from '../../../support/rejects.ts';
import { programId } from '../../../support/settlement-story.ts';

/** January of five partners is drafted; the third has agreed no longer. It can be cut off before a commit to come. */
const draftedStory = async () => {
  let left = Number.POSITIVE_INFINITY;
  const beforeCommit = (): void => {
    left -= 1;
    if (left < 0) throw new Error('cut off');
  };
  const story = anInvoiceStory(undefined, new FakeSettlementTransaction({ beforeCommit }));
  const commits = (some: number): void => {
    left = some;
  };
  const partners = [1, 2, 3, 4, 5];
  for (const partner of partners) await story.earn({ n: partner, partner });
  for (const partner of partners) await story.billed(partner);
  await story.closed('2018-01');
  for (const partner of partners) await story.write.draft(story.statementOf('2018-01', partner));
  const agrees = (partner: number, isSo: boolean) =>
    story.billing.agree({ programId, partnerId: idOf('par', partner) }, 'the partner', isSo);
  await agrees(3, false);
  const ask = new AskIssue(story.db, story.clock);
  const issue = new IssueMonth(story.db, story.write, story.clock, 2);
  const asked = () => ask.run(programId, '2018-01', 'desk');
  const run = () => story.db.tables.issueRuns.runs.committed.values()[0];
  const refusals = () => story.db.tables.issueRuns.refusals.committed.values().flat();
  const invoices = () =>
    story.db.run(async ({ invoices: store }) =>
      (await Promise.all(partners.map((n) => store.ofStatement(story.statementOf('2018-01', n).id)))).flat(),
    );
  const states = async () => (await invoices()).map(({ state }) => state);
  const told = () => story.db.published.filter((event) => is(InvoiceIssuedV1, event)).length;
  return { ...story, issue, asked, run, refusals, invoices, states, told, agrees, commits };
};

describe('issuing the invoices of a month', () => {
  it('issues all drafts, some at a time, each with the next number of its partner, and names who is refused and why', async () => {
    const { asked, issue, run, refusals, invoices, states, told } = await draftedStory();

    expect(await asked()).to.include({ state: 'running', issued: 0 });
    expect(await issue.run()).to.equal(true);
    expect(run()).to.include({ state: 'running', issued: 2, after: idOf('par', 2) });
    while (await issue.run());

    expect(run()).to.include({ state: 'done', issued: 4, kept: 0, refused: 1 });
    expect(await states()).to.deep.equal(['issued', 'issued', 'draft', 'issued', 'issued']);
    expect((await invoices()).map(({ number }) => number)).to.deep.equal([1, 1, undefined, 1, 1]);
    expect(told()).to.equal(4);
    const [refusal] = refusals();
    expect(refusal).to.include({ partnerId: idOf('par', 3), code: 'settlement.not_agreed' });
    expect(refusal?.detail).to.match(/ask it to agree/);
  });

  it('goes on with the next wherever it is cut off, and issues nothing twice and counts nothing twice', async () => {
    const whole = await draftedStory();
    await whole.asked();
    while (await whole.issue.run());

    for (let some = 0; some < 9; some += 1) {
      const { asked, issue, run, invoices, told, commits } = await draftedStory();
      await asked();
      commits(some);
      const cutOff = await (async () => {
        while (await issue.run());
      })().catch((error: unknown) => (error as Error).message);
      commits(Number.POSITIVE_INFINITY);
      expect(cutOff, `before commit ${some}`).to.equal('cut off');
      await asked();
      while (await issue.run());

      expect(run(), `before commit ${some}`).to.deep.equal(whole.run());
      expect(await invoices()).to.deep.equal(await whole.invoices());
      expect(told()).to.equal(4);
    }
  });

  it('is done once, however many do it at the same time', async () => {
    const { asked, issue, run, told } = await draftedStory();
    await asked();

    await Promise.all([issue.run(), issue.run(), issue.run()]);
    while (await issue.run());

    expect(run()).to.include({ state: 'done', issued: 4, kept: 0, refused: 1 });
    expect(told()).to.equal(4);
  });

  it('only tells how far it is while it goes on; once done it takes what is a draft still, and leaves what is issued', async () => {
    const { asked, issue, run, refusals, states, told, agrees } = await draftedStory();
    await asked();
    await issue.run();
    expect(await asked()).to.include({ state: 'running', issued: 2 });
    while (await issue.run());
    await agrees(3, true);

    expect(await asked()).to.include({ state: 'running', issued: 0, refused: 0 });
    expect(refusals()).to.be.empty;
    while (await issue.run());

    expect(run()).to.include({ state: 'done', issued: 1, kept: 4, refused: 0 });
    expect(new Set(await states())).to.deep.equal(new Set(['issued']));
    expect(told()).to.equal(5);
    expect(await issue.run(), 'nothing is left').to.equal(false);
  });

  it('waits for the close and until the drafting is done, which it could overtake', async () => {
    const { asked, db, clock, write, run } = await draftedStory();
    const ask = new AskIssue(db, clock);
    await rejects(ask.run(programId, '2018-02', 'desk'), 'settlement.period_open');
    await new AskMonth(db, clock).run(programId, '2018-01', 'desk');

    await rejects(asked(), 'settlement.invoices_being_drafted');
    expect(run()).to.equal(undefined);
    const draft = new DraftMonth(db, write, clock);
    while (await draft.run());

    expect(await asked()).to.include({ state: 'running' });
  });

  it('refuses one by one what it refuses together; but what was issued is still taken back by a credit note', async () => {
    const { write, invoices, agrees } = await draftedStory();
    const [first, , third] = await invoices();
    await rejects(write.issue(third!.id), 'settlement.not_agreed');
    await write.issue(first!.id);
    await agrees(1, false);

    const credit = await write.void(first!.id, 'wrong');

    expect(credit).to.include({ state: 'issued', number: 2 });
  });
});
