import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalDoorbell } from '../../../../src/infrastructure/messaging/doorbell.ts';
import { LinkSnapshot } from '../../../../src/modules/attribution/adapters/edge/link-snapshot.ts';
import { SignpostFile } from '../../../../src/modules/attribution/adapters/edge/signpost-file.ts';
import type { Signposts } from '../../../../src/modules/attribution/application/traffic/signposts.ts';
import type { Signpost } from '../../../../src/modules/attribution/ports/link-directory.ts';
import { idOf, TestWallClock } from '../../../support/clock.ts';
import { eventually } from '../../../support/signals.ts';

const signpost = (code: string, page = 'https://shop.example/'): Signpost => ({
  code,
  linkId: idOf('lnk', 1),
  programId: idOf('prg', 1),
  partnerId: idOf('par', 1),
  page,
  allowedHosts: [],
  clickParameter: 'click_id',
});

/** Links as a database has them, which may be away, or silent. */
class Known {
  readonly pages = new Map<string, string>();
  asked = 0;
  answer: () => Promise<void> = () => Promise.resolve();

  readonly signposts = {
    find: async (codes: readonly string[]) => {
      this.asked += 1;
      await this.answer();
      return new Map(
        codes.flatMap((code) => {
          const page = this.pages.get(code);
          return page === undefined ? [] : [[code, signpost(code, page)] as const];
        }),
      );
    },
    newest: () => Promise.resolve([...this.pages.keys()]),
  } as unknown as Signposts;
}

describe('the links of this moment', () => {
  let folder: string;
  let known: Known;
  let doorbell: LocalDoorbell;
  let clock: TestWallClock;
  const ends: (() => Promise<void>)[] = [];

  const open = async (): Promise<LinkSnapshot> => {
    const snapshot = new LinkSnapshot({
      signposts: known.signposts,
      doorbell,
      wallClock: clock,
      trouble: { report: () => undefined },
      file: new SignpostFile(join(folder, 'links.ndjson')),
    });
    const stop = new AbortController();
    await snapshot.start(stop.signal);
    ends.push(async () => {
      stop.abort();
      await snapshot.close();
    });
    return snapshot;
  };
  const end = async (): Promise<void> => {
    for (const each of ends.splice(0)) await each();
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tributary-links-'));
    known = new Known();
    known.pages.set('summer', 'https://shop.example/1');
    doorbell = new LocalDoorbell();
    clock = new TestWallClock();
  });
  afterEach(async () => {
    await end();
    rmSync(folder, { recursive: true, force: true });
  });

  it('are known from the start, and change when somebody rings', async () => {
    const snapshot = await open();
    expect(snapshot.atHand('summer')?.page).to.equal('https://shop.example/1');

    known.pages.set('summer', 'https://shop.example/2');
    doorbell.ring('partners');
    await eventually('it is heard', () => snapshot.atHand('summer')?.page === 'https://shop.example/2');
  });

  it('are not at hand when nobody has asked for long, and are looked up then', async () => {
    const snapshot = await open();
    clock.pass(45_001);
    expect(snapshot.atHand('summer')).to.equal(undefined);
    expect((await snapshot.find('summer'))?.page).to.equal('https://shop.example/1');
    expect(snapshot.atHand('summer')?.page).to.equal('https://shop.example/1');
  });

  it('stand as they were while the database is away or silent', async () => {
    const snapshot = await open();
    clock.pass(45_001);
    known.answer = () => Promise.reject(new Error('away'));
    expect((await snapshot.find('summer'))?.page).to.equal('https://shop.example/1');

    known.answer = () => new Promise(() => undefined);
    expect((await snapshot.find('summer'))?.page).to.equal('https://shop.example/1');
  });

  it('are never of before a change that was made here', async () => {
    const snapshot = await open();
    let release: () => void = () => undefined;
    known.answer = () => new Promise((resolve) => (release = resolve));
    doorbell.ring('partners');
    await eventually('it is being asked', () => known.asked > 1);
    await snapshot.forget(['summer']);
    known.answer = () => Promise.resolve();
    release();
    known.pages.set('summer', 'https://shop.example/new');

    expect((await snapshot.find('summer'))?.page).to.equal('https://shop.example/new');
  });

  it('are remembered by the next process, even if the database is away by then', async () => {
    await open();
    await end();
    known.answer = () => Promise.reject(new Error('away'));

    const next = await open();

    expect(next.atHand('summer')?.page).to.equal('https://shop.example/1');
    expect(await next.find('autumn').catch((error: unknown) => String(error))).to.contain('away');
  });
});
