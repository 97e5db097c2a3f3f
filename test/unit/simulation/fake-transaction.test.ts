import { expect } from 'chai';
import { FakeTransaction, Table } from '../../support/fakes/fake-transaction.ts';

describe('a fake transaction', () => {
  const setUp = () => {
    const rows = new Table<number>();
    const transaction = new FakeTransaction({ schema: 'test', tables: [rows], stores: () => rows });
    return { rows, transaction };
  };

  it('shows others only what is committed', async () => {
    const { rows, transaction } = setUp();
    await transaction.run((own) => {
      own.set('a', 1);
      return Promise.resolve();
    });

    await transaction.run((own) => {
      own.set('a', 2);
      own.set('b', 3);
      expect(own.values()).to.deep.equal([2, 3]);
      expect(rows.committed.values()).to.deep.equal([1]);
      expect(rows.committed.has('b')).to.equal(false);
      return Promise.resolve();
    });

    expect(rows.committed.values()).to.deep.equal([2, 3]);
  });

  it('leaves nothing of what failed', async () => {
    const { rows, transaction } = setUp();

    const failed = transaction.run((own) => {
      own.set('a', 1);
      return Promise.reject(new Error('died'));
    });
    await failed.catch(() => undefined); // that it dies is the point

    expect(rows.values()).to.be.empty;
  });
});
