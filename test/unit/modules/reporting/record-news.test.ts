import { expect } from 'chai';
import fc from 'fast-check';
import { bring, everything, reportingContract } from '../../../support/contracts/reporting-contract.ts';
import { FakeReportTransaction } from '../../../support/fakes/fake-reporting.ts';
import { wholeStory } from '../../../support/reporting-story.ts';

describe('the fake store of reports', () => {
  reportingContract(() => {
    const transaction = new FakeReportTransaction();
    return Promise.resolve({ transaction, reader: transaction.reader });
  });
});

describe('reading along', () => {
  it('comes to the same for every order of arrival, cut into any batches, with anything repeated', async () => {
    const { told } = wholeStory();
    const inOrder = new FakeReportTransaction();
    await bring(inOrder, told);
    const expected = await everything(inOrder.reader);

    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(told, { minLength: told.length }),
        fc.subarray(told),
        fc.integer({ min: 1, max: told.length }),
        async (shuffled, repeated, size) => {
          const transaction = new FakeReportTransaction();

          await bring(transaction, [...repeated, ...shuffled], size);

          expect(await everything(transaction.reader)).to.deep.equal(expected);
        },
      ),
      { numRuns: 60 },
    );
  });
});
