import { expect } from 'chai';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Journal } from '../../../../src/infrastructure/journal/journal.ts';
import { EdgeTouchLog } from '../../../../src/modules/attribution/adapters/edge/edge-touch-log.ts';
import type { TakenTouch } from '../../../../src/modules/attribution/domain/traffic/touchpoint.ts';
import { AppError } from '../../../../src/shared/errors.ts';
import { type Announcement, BulkOutbox } from '../../../../src/shared/outbox.ts';
import { idOf } from '../../../support/clock.ts';
import { aTouch } from '../../../support/contracts/attribution-contract.ts';
import { eventually } from '../../../support/signals.ts';

const touch = (n: number): TakenTouch => ({ ...aTouch(n), partnerId: idOf('par', 1), live: true });
const away = new AppError('unavailable', 'database.unavailable', 'away');

/** An outbox which answers as the test says. */
class Outbox extends BulkOutbox {
  readonly clicks = new Set<string>();
  answer: (said: readonly Announcement[]) => Promise<void> = () => Promise.resolve();

  async append(said: readonly Announcement[]): Promise<void> {
    await this.answer(said);
    for (const { aggregate } of said) {
      if (this.clicks.has(aggregate)) throw new Error(`${aggregate} is told twice`);
      this.clicks.add(aggregate);
    }
  }

  async told(aggregates: readonly string[]): Promise<ReadonlySet<string>> {
    if (aggregates.length === 0) await this.answer([]);
    return new Set(aggregates.filter((aggregate) => this.clicks.has(aggregate)));
  }
}

describe('the touch log of the edge', () => {
  let folder: string;
  let outbox: Outbox;
  let log: EdgeTouchLog;
  let stop: AbortController;
  const troubles: string[] = [];

  const open = (maxBytes = 1_000_000): EdgeTouchLog =>
    new EdgeTouchLog({
      outbox,
      journal: new Journal({ folder, maxBytes }),
      trouble: { report: (where) => void troubles.push(where) },
    });
  const take = (n: number): Promise<unknown> =>
    new Promise((resolve) => {
      log.take(touch(n), resolve);
    });
  const segments = (): readonly string[] => readdirSync(folder).filter((name) => name.endsWith('.journal'));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tributary-touches-'));
    outbox = new Outbox();
    stop = new AbortController();
    log = open();
    troubles.length = 0;
  });
  afterEach(async () => {
    stop.abort();
    await log.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('has touches in the database before it says so, many in one transaction', async () => {
    let transactions = 0;
    outbox.answer = () => {
      transactions += 1;
      return Promise.resolve();
    };
    const answers = await Promise.all(Array.from({ length: 300 }, (_, n) => take(n + 1)));

    expect(answers).to.deep.equal(Array(300).fill(undefined));
    expect(outbox.clicks.size).to.equal(300);
    expect(transactions).to.be.below(10);
    expect(segments()).to.deep.equal([]);
  });

  it('keeps them on this machine while the database is away, and tells it once when it is back', async () => {
    outbox.answer = () => Promise.reject(away);
    expect(await Promise.all([1, 2, 3].map(take))).to.deep.equal([undefined, undefined, undefined]);
    expect([outbox.clicks.size, segments().length]).to.deep.equal([0, 1]);

    outbox.answer = () => Promise.resolve();
    await log.start(stop.signal);
    await eventually('they are told', () => outbox.clicks.size === 3);
    await take(4);
    expect(outbox.clicks.size).to.equal(4);
    await eventually('the journal is empty', () => segments().length === 0);
  });

  it('does not wait for a database that does not answer, nor tells a batch twice that comes through after all', async () => {
    let release: () => void = () => undefined;
    outbox.answer = () => new Promise((resolve) => (release = resolve));
    await take(1);
    expect(segments().length).to.equal(1);
    release();
    await eventually('it came through', () => outbox.clicks.size === 1);

    outbox.answer = () => Promise.resolve();
    await log.start(stop.signal);
    await eventually('the journal is empty', () => segments().length === 0);
    expect([outbox.clicks.size, log.counts.replayed]).to.deep.equal([1, 1]);
  });

  it('tells what came into the journal while it was being emptied', async () => {
    outbox.answer = () => Promise.reject(away);
    await take(1);
    let isLate = false;
    outbox.answer = async () => {
      if (!isLate) {
        isLate = true;
        await take(2); // still to the journal: nobody knows yet that the database is back
      }
    };
    await log.start(stop.signal);

    await eventually('both are told', () => outbox.clicks.size === 2);
    await eventually('the journal is empty', () => segments().length === 0);
  });

  it('sets aside the one touch that no database takes, and tells all others', async () => {
    outbox.answer = () => Promise.reject(away);
    await Promise.all(Array.from({ length: 50 }, (_, n) => take(n + 1)));
    const poison = `touch:${idOf('clk', 17)}`;
    outbox.answer = (said) =>
      said.some(({ aggregate }) => aggregate === poison) ? Promise.reject(new Error('unreadable')) : Promise.resolve();
    await log.start(stop.signal);

    await eventually('the others are told', () => outbox.clicks.size === 49);
    await eventually('the journal is empty', () => segments().length === 0);
    expect(JSON.parse(readFileSync(join(folder, 'refused.ndjson'), 'utf8'))).to.include({ clickId: idOf('clk', 17) });
  });

  it('sets that one aside at once, without sending the others to the journal', async () => {
    const poison = `touch:${idOf('clk', 17)}`;
    outbox.answer = (said) =>
      said.some(({ aggregate }) => aggregate === poison) ? Promise.reject(new Error('unreadable')) : Promise.resolve();
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => take(n + 1)));

    expect(answers).to.deep.equal(Array(50).fill(undefined));
    expect([outbox.clicks.size, segments().length]).to.deep.equal([49, 0]);
    expect(readFileSync(join(folder, 'refused.ndjson'), 'utf8')).to.contain(idOf('clk', 17));
  });

  it('is not held up by a line of the journal that is no touch', async () => {
    const journal = new Journal({ folder, maxBytes: 1_000_000 });
    await journal.append(['{"half":', JSON.stringify(touch(1))]);
    await journal.close();
    await log.start(stop.signal);

    await eventually('the touch is told', () => outbox.clicks.size === 1);
    await eventually('the journal is empty', () => segments().length === 0);
    expect(readFileSync(join(folder, 'refused.ndjson'), 'utf8')).to.equal('{"half":\n');
  });

  it('says which touches it could not keep, when there is no room on the disk either', async () => {
    log = open(10);
    outbox.answer = () => Promise.reject(away);

    expect(await take(1)).to.include({ code: 'journal.full' });
    expect(log.counts).to.deep.include({ dropped: 1, journaled: 0 });
    expect(troubles).to.include('click journal');
  });

  it('says so once until the database is back, and counts each', async () => {
    log = open(10);
    outbox.answer = () => Promise.reject(away);
    for (const n of [1, 2, 3]) await take(n);
    const told = () => troubles.filter((where) => where === 'click journal').length;
    expect([told(), log.counts.dropped]).to.deep.equal([1, 3]);

    outbox.answer = () => Promise.resolve();
    await log.start(stop.signal);
    await eventually('touches are stored again', async () => (await take(4)) === undefined);
    outbox.answer = () => Promise.reject(away);
    await take(5);
    expect(told()).to.equal(2);
  });
});
