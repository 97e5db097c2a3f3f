import { expect } from 'chai';
import { afterARest, othersFirst } from '../../../../src/infrastructure/pause.ts';
import { type Manners, Piecework } from '../../../../src/modules/pipeline/application/piecework.ts';

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
  const manners: Manners = { later: othersFirst, afterARest, isPressed: () => false };

  it('does small work at once, before anybody waits', () => {
    const done: string[] = [];
    void new Piecework(manners).run('logs', pieces('log', 1, done));
    expect(done).to.deep.equal(['log']);
  });

  it('lets the more urgent go on between two pieces of the less urgent', async () => {
    const done: string[] = [];
    const work = new Piecework(manners);
    const logs = work.run('logs', pieces('log', 3, done));
    const orders = work.run('money', pieces('order', 2, done));
    await Promise.all([logs, orders]);
    expect(done).to.deep.equal(['log', 'order', 'order', 'log', 'log']);
  });

  it('finishes in a lane what came first', async () => {
    const done: string[] = [];
    const work = new Piecework(manners);
    await Promise.all([work.run('logs', pieces('a', 2, done)), work.run('logs', pieces('b', 2, done))]);
    expect(done).to.deep.equal(['a', 'a', 'b', 'b']);
  });

  it('goes on only after whoever came meanwhile', async () => {
    const done: string[] = [];
    const logs = new Piecework(manners).run('logs', pieces('log', 3, done));
    setImmediate(() => done.push('somebody'));
    await logs;
    expect(done).to.deep.equal(['log', 'log', 'somebody', 'log']);
  });

  it('rests after a piece of logs while money is on its way, and not while it is not', async () => {
    const done: string[] = [];
    const resting: (() => void)[] = [];
    let isPressed = true;
    const work = new Piecework({
      later: othersFirst,
      afterARest: (call) => {
        resting.push(call);
        return () => resting.splice(0);
      },
      isPressed: () => isPressed,
    });
    const logs = work.run('logs', pieces('log', 4, done));
    await new Promise((resolve) => setImmediate(resolve));
    expect(done).to.deep.equal(['log']);

    await work.run('money', pieces('order', 1, done));
    expect(done).to.deep.equal(['log', 'order']);
    resting.shift()?.();
    expect(done).to.deep.equal(['log', 'order', 'log']);

    isPressed = false;
    resting.shift()?.();
    await logs;
    expect(done).to.deep.equal(['log', 'order', 'log', 'log', 'log']);
  });

  it('goes on with the next when a piece has failed, and says why', async () => {
    const done: string[] = [];
    const work = new Piecework(manners);
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
