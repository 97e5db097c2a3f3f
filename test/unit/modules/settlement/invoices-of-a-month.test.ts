import { expect } from 'chai';
import { AskMonth, DraftMonth } from '../../../../src/modules/settlement/application/invoices/draft-month.ts';
import { idOf } from '../../../support/clock.ts';
import { anInvoiceStory } from '../../../support/invoice-story.ts';
import { rejects } from '../../../support/rejects.ts';
import { programId } from '../../../support/settlement-story.ts';

/** January of five partners is closed; all but the third have agreed. */
const closedStory = async () => {
  const story = anInvoiceStory();
  for (const partner of [1, 2, 3, 4, 5]) await story.earn({ n: partner, partner });
  for (const partner of [1, 2, 4, 5]) await story.billed(partner);
  await story.closed('2018-01');
  const ask = new AskMonth(story.db, story.clock);
  const draft = new DraftMonth(story.db, story.write, story.clock, 2);
  const asked = () => ask.run(programId, '2018-01', 'desk');
  const run = () => story.db.tables.invoiceRuns.runs.committed.values()[0];
  const refusals = () => story.db.tables.invoiceRuns.refusals.committed.values().flat();
  const invoices = () =>
    story.db.run(async ({ invoices: store }) =>
      (await Promise.all(story.db.statements().map(({ id }) => store.ofStatement(id)))).flat(),
    );
  return { ...story, draft, asked, run, refusals, invoices };
};

describe('the invoices of a month', () => {
  it('are drafted some at a time, and who cannot be billed is named with the reason', async () => {
    const { asked, draft, run, refusals, invoices } = await closedStory();

    expect(await asked()).to.include({ state: 'running', drafted: 0 });
    expect(await draft.run()).to.equal(true);
    expect(run()).to.include({ state: 'running', drafted: 2, after: idOf('par', 2) });
    while (await draft.run());

    expect(run()).to.include({ state: 'done', drafted: 4, kept: 0, refused: 1 });
    expect(refusals().map(({ partnerId, code }) => [partnerId, code])).to.deep.equal([
      [idOf('par', 3), 'settlement.not_agreed'],
    ]);
    expect((await invoices()).map(({ state }) => state)).to.deep.equal(['draft', 'draft', 'draft', 'draft']);
  });

  it('are the same when it is cut off before it noted how far it was, and none is there twice', async () => {
    const whole = await closedStory();
    await whole.asked();
    while (await whole.draft.run());
    const story = await closedStory();
    const { asked, draft, run, invoices, write } = story;
    await asked();
    await draft.run();

    await write.draft(story.statementOf('2018-01', 4)); // of the next page, and then it is gone
    while (await draft.run());

    expect(run()).to.include({ state: 'done', drafted: 4, refused: 1 });
    expect(await invoices()).to.deep.equal(await whole.invoices());
  });

  it('are asked for once while it goes on, and anew once it is done: issued ones stay, and who has agreed since is billed', async () => {
    const story = await closedStory();
    const { asked, draft, run, refusals, invoices, write } = story;
    await asked();
    await draft.run();
    expect(await asked(), 'only how far it is').to.include({ state: 'running', drafted: 2 });
    while (await draft.run());
    const [first] = await invoices();
    if (first !== undefined) await write.issue(first.id);
    await story.billed(3);

    expect(await asked()).to.include({ state: 'running', drafted: 0, refused: 0 });
    expect(refusals()).to.be.empty;
    while (await draft.run());

    expect(run()).to.include({ state: 'done', drafted: 4, kept: 1, refused: 0 });
    expect(await draft.run(), 'nothing is left').to.equal(false);
  });

  it('follow statements, and a program that says who buys', async () => {
    const story = anInvoiceStory();
    const ask = new AskMonth(story.db, story.clock);
    await story.earn();

    await rejects(ask.run(programId, '2018-01', 'desk'), 'settlement.period_open');
    await story.closed('2018-01');
    await rejects(ask.run(programId, '2018-01', 'desk'), 'settlement.no_billing_profile');
  });

  it('wait for the next try when something is away, and go on behind the last', async () => {
    const { asked, draft, run, partners } = await closedStory();
    await asked();
    await draft.run();
    partners.away = new Error('away');
    expect(await draft.run().catch((error: unknown) => error)).to.be.instanceOf(Error);
    expect(run()).to.include({ state: 'running', drafted: 2 });

    partners.away = undefined;
    while (await draft.run());

    expect(run()).to.include({ state: 'done', drafted: 4 });
  });
});
