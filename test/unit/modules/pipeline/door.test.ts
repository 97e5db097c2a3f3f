import { expect } from 'chai';
import { Door } from '../../../../src/modules/pipeline/application/door.ts';
import { BOUNDS } from '../../../../src/modules/pipeline/domain/lanes.ts';

const one = { events: 1, bytes: 1 };

describe('the door of the lowest lane', () => {
  it('lets two in at a time, in the order in which they came, and the next when one has gone', async () => {
    const door = new Door();
    const inside: number[] = [];
    const come = async (n: number): Promise<() => void> => {
      const leave = await door.enter(one);
      inside.push(n);
      return leave;
    };

    const [first, second, third] = [come(1), come(2), come(3), come(4)];
    const [leaveFirst, leaveSecond] = [await first, await second];
    expect(inside).to.deep.equal([1, 2]);
    leaveSecond();
    await third;
    expect(inside).to.deep.equal([1, 2, 3]);
    leaveFirst();
    await Promise.resolve();

    expect(inside).to.deep.equal([1, 2, 3, 4]);
  });

  it('is bounded by events and by bytes, but for whoever finds nobody waiting', () => {
    const door = new Door();
    const { events, bytes } = BOUNDS.logs;
    for (let nth = 0; nth < 2; nth += 1) void door.enter(one);

    expect(door.hasRoom({ events: 2 * events, bytes: 2 * bytes })).to.equal(true);
    void door.enter({ events: events - 1, bytes: 1 });
    expect(door.waiting).to.deep.equal({ events: events - 1, bytes: 1 });
    expect(door.hasRoom(one)).to.equal(true);
    expect(door.hasRoom({ events: 2, bytes: 1 })).to.equal(false);
    expect(door.hasRoom({ events: 1, bytes })).to.equal(false);
  });
});
