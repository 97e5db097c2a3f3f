import { expect } from 'chai';
import { othersFirst } from '../../../../src/infrastructure/pause.ts';
import { Piecework } from '../../../../src/modules/pipeline/application/piecework.ts';

/** So many pieces, each noted when it is done. */
const pieces = (name: string, count: number, done: string[]) => {
  let left = count;
  return (): boolean => {
    done.push(name);
    left -= 1;
    return left > 0;
  };
};

describe('long work in pieces', () => {
  it('does small work at once, before anybody waits', () => {
    const done: string[] = [];
    void new Piecework(othersFirst).run('logs', pieces('log', 1, done));
    expect(done).to.deep.equal(['log']);
  });

  it('lets the more urgent go on between two pieces of the less urgent', async () => {
    const done: string[] = [];
    const work = new Piecework(othersFirst);
    const logs = work.run('logs', pieces('log', 3, done));
    const orders = work.run('money', pieces('order', 2, done));
    await Promise.all([logs, orders]);
    expect(done).to.deep.equal(['log', 'order', 'order', 'log', 'log']);
  });

  it('finishes in a lane what came first', async () => {
    const done: string[] = [];
    const work = new Piecework(othersFirst);
    await Promise.all([work.run('logs', pieces('a', 2, done)), work.run('logs', pieces('b', 2, done))]);
    expect(done).to.deep.equal(['a', 'a', 'b', 'b']);
  });

  it('goes on only after whoever came meanwhile', async () => {
    const done: string[] = [];
    const logs = new Piecework(othersFirst).run('logs', pieces('log', 3, done));
    setImmediate(() => done.push('somebody'));
    await logs;
    expect(done).to.deep.equal(['log', 'log', 'somebody', 'log']);
  });

  it('goes on with the next when a piece has failed, and says why', async () => {
    const done: string[] = [];
    const work = new Piecework(othersFirst);
    const bad = work
      .run('money', () => {
        throw new Error('unreadable');
      })
      .catch((error: unknown) => (error instanceof Error ? error.message : 'nothing'));
    const good = work.run('money', pieces('order', 1, done));
    expect(await bad).to.equal('unreadable');
    await good;
    expect(done).to.deep.equal(['order']);
  });
});
