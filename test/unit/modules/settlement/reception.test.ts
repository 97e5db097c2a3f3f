import { expect } from 'chai';
import { ReceiveStatement } from '../../../../src/modules/settlement/application/statements/receive-statement.ts';
import { answered, sent, unseen } from '../../../../src/modules/settlement/domain/statements/reception.ts';
import { StatementAnsweredV1 } from '../../../../src/modules/settlement/events.ts';
import { is, read } from '../../../../src/shared/events.ts';
import { idOf } from '../../../support/clock.ts';
import { rejects } from '../../../support/rejects.ts';
import { aStory, noonOf } from '../../../support/settlement-story.ts';

const at = noonOf('02-10');
const fresh = unseen(idOf('stm', 1));
const said = (answer: 'acknowledge' | 'dispute') => ({ answer, by: 'the partner', at, reason: 'because' });

describe('a statement outside the house', () => {
  it('is sent once, by whoever was first', () => {
    const first = sent(fresh, 'the partner', at);

    expect(first).to.include({ state: 'sent', sentBy: 'the partner', sentAt: at });
    expect(sent(first, 'staff', noonOf('02-11'))).to.equal(first);
  });

  it('has been seen by whoever answers', () => {
    expect(answered(fresh, said('acknowledge'))).to.include({ state: 'acknowledged', sentAt: at, answeredAt: at });
    expect(answered(fresh, said('dispute'))).to.include({ state: 'disputed', reason: 'because' });
  });

  it('may be agreed to after a dispute, and is then settled for good', async () => {
    const settled = answered(answered(fresh, said('dispute')), said('acknowledge'));

    expect(settled.state).to.equal('acknowledged');
    for (const answer of ['acknowledge', 'dispute'] as const)
      await rejects(() => answered(settled, said(answer)), 'settlement.illegal_move');
    await rejects(() => answered(answered(fresh, said('dispute')), said('dispute')), 'settlement.illegal_move');
  });

  it('tells the answer, once', async () => {
    const story = aStory();
    await story.earn();
    await story.closed('2018-01');
    const receive = new ReceiveStatement(story.db, story.clock);
    const [statement] = story.db.statements();

    await receive.send(statement!, 'finance');
    await receive.answer(statement!, { answer: 'dispute', by: 'the partner', reason: 'one is missing' });
    await rejects(receive.answer(statement!, { answer: 'dispute', by: 'x' }), 'settlement.illegal_move');

    const told = story.db.published.filter((event) => is(StatementAnsweredV1, event));
    expect(told.map((event) => read(StatementAnsweredV1, event))).to.have.length(1);
    expect(read(StatementAnsweredV1, told[0]!)).to.include({ state: 'disputed', reason: 'one is missing' });
  });
});

describe('the statements of a close', () => {
  it('carry the ledger’s sealed head, all of them the same, and hash it', async () => {
    const digests = [];
    for (const number of [7, 8]) {
      const story = aStory({ chunk: { partners: 1, lines: 1 } });
      await story.earn({ partner: 1, n: 1 });
      await story.earn({ partner: 2, n: 2 });
      story.ledger.sealed = { number, head: 'cd'.repeat(32) };
      await story.close.run(idOf('prg', 1), '2018-01', 'finance');
      await story.finish.run();
      story.ledger.sealed = { number: 99, head: 'ef'.repeat(32) };
      while (await story.finish.run());

      expect(story.db.statements().map(({ sealed }) => sealed?.number)).to.deep.equal([number, number]);
      digests.push(story.db.statements()[0]?.digest);
    }
    expect(digests[0]).not.to.equal(digests[1]);
  });
});
