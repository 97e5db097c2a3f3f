import { expect } from 'chai';
import { GroupCommit } from '../../../src/infrastructure/group-commit.ts';

/** A store whose writes end when the test says so. */
class SlowStore {
  readonly batches: (readonly number[])[] = [];
  private readonly ends: ((error?: Error) => void)[] = [];

  readonly write = (items: readonly number[]): Promise<void> => {
    this.batches.push(items);
    return new Promise((resolve, reject) => {
      this.ends.push((error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  };

  end(index: number, error?: Error): void {
    this.ends[index]?.(error);
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const turns = async (): Promise<void> => {
  for (let count = 0; count < 5; count += 1) await turn();
};

describe('a group commit', () => {
  const groupOf = (store: SlowStore, { writers = 1, most = 100 } = {}) =>
    new GroupCommit<number>({ write: store.write, writers, most });

  it('writes a lone item at once', async () => {
    const store = new SlowStore();
    const added = groupOf(store).add(1);
    await turns();

    expect(store.batches).to.deep.equal([[1]]);
    store.end(0);
    await added;
  });

  it('takes along what arrives while a write is under way, in the order of arrival', async () => {
    const store = new SlowStore();
    const group = groupOf(store);
    const first = group.add(1);
    await turns();
    const rest = [2, 3, 4].map((item) => group.add(item));
    await turns();
    expect(store.batches).to.deep.equal([[1]]);

    store.end(0);
    await first;
    await turns();
    expect(store.batches).to.deep.equal([[1], [2, 3, 4]]);
    store.end(1);
    await Promise.all(rest);
  });

  it('keeps as many writes under way as it has writers, each within the bound', async () => {
    const store = new SlowStore();
    const group = groupOf(store, { writers: 2, most: 2 });
    const all = [1, 2, 3, 4, 5].map((item) => group.add(item));
    await turns();
    expect(store.batches).to.deep.equal([
      [1, 2],
      [3, 4],
    ]);
    expect(group.waiting).to.equal(1);

    store.end(0);
    await turns();
    expect(store.batches[2]).to.deep.equal([5]);
    store.end(1);
    store.end(2);
    await Promise.all(all);
  });

  it('tells those of a failed write why, and goes on with the others', async () => {
    const store = new SlowStore();
    const group = groupOf(store, { most: 1 });
    const [first, second] = [group.add(1), group.add(2)];
    await turns();
    const full = new Error('the disk is full');
    const failed = first.catch((error: unknown) => error);
    store.end(0, full);
    expect(await failed).to.equal(full);
    await turns();

    store.end(1);
    await second;
    expect(store.batches).to.deep.equal([[1], [2]]);
  });
});
