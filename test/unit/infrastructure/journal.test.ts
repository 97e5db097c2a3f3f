import { expect } from 'chai';
import fc from 'fast-check';
import { appendFileSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Journal } from '../../../src/infrastructure/journal/journal.ts';
import { decoded, encoded } from '../../../src/infrastructure/journal/record.ts';
import { birthOf } from '../../../src/infrastructure/system/process.ts';
import { rejects } from '../../support/rejects.ts';

/** A process number that nobody has. */
const NOBODY = 4_194_305;

describe('a journal’s records', () => {
  it('come out as they went in, whatever they hold', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', minLength: 1 })), (texts) => {
        expect(decoded(encoded(texts))).to.deep.equal({ texts, damaged: 0, torn: 0 });
      }),
    );
  });

  it('survive a cut at every byte: all that were whole, and nothing else', () => {
    const texts = ['one', '2', 'zwei — drei', '{"four":4}'];
    const ends = texts.map((_, index) => encoded(texts.slice(0, index + 1)).length);
    const whole = encoded(texts);
    for (let cut = 0; cut <= whole.length; cut += 1) {
      const kept = ends.filter((end) => end <= cut).length;
      expect(decoded(whole.subarray(0, cut)).texts, `cut at ${cut}`).to.deep.equal(texts.slice(0, kept));
    }
  });

  it('lose at most what lies behind a byte that is not as it was written, and are never anything else', () => {
    const texts = ['one', 'two', 'three'];
    const whole = encoded(texts);
    for (let at = 0; at < whole.length; at += 1) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 0x40;
      const before = texts.filter((_, index) => encoded(texts.slice(0, index + 1)).length <= at);
      const found = decoded(changed);
      expect(found.texts.slice(0, before.length), `changed at ${at}`).to.deep.equal(before);
      expect(texts, `changed at ${at}`).to.include.members([...found.texts]);
      expect(found.damaged + found.torn, `changed at ${at}`).to.be.greaterThan(0);
    }
  });

  it('go on behind one whose text is damaged', () => {
    const changed = encoded(['one', 'two', 'three']);
    changed[encoded(['one']).length + 9] = 0;
    expect(decoded(changed)).to.deep.equal({ texts: ['one', 'three'], damaged: 1, torn: 0 });
  });

  it('end where a crash has left zeros', () => {
    const zeros = Buffer.concat([encoded(['one']), Buffer.alloc(64)]);
    expect(decoded(zeros)).to.deep.equal({ texts: ['one'], damaged: 0, torn: 64 });
  });
});

describe('a journal', () => {
  let folder: string;
  const opened: Journal[] = [];
  const open = (
    options: { maxBytes?: number; segmentBytes?: number; onTorn?: (path: string) => void } = {},
  ): Journal => {
    const journal = new Journal({ folder, maxBytes: 1_000_000, ...options });
    opened.push(journal);
    return journal;
  };
  const drained = async (journal: Journal): Promise<readonly string[]> => {
    const all: string[] = [];
    await journal.drain((texts) => {
      all.push(...texts);
      return Promise.resolve();
    });
    return all;
  };
  const segments = (): readonly string[] => readdirSync(folder).filter((name) => name.endsWith('.journal'));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tributary-journal-'));
  });
  afterEach(async () => {
    for (const journal of opened.splice(0)) await journal.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('gives back what was appended, in order, once, across segments', async () => {
    const journal = open({ segmentBytes: 60 });
    const texts = Array.from({ length: 20 }, (_, n) => `text ${n}`);
    await Promise.all(texts.map((text) => journal.append([text])));
    expect(segments().length).to.be.greaterThan(2);

    expect(await drained(journal)).to.deep.equal(texts);
    expect(await drained(journal)).to.deep.equal([]);
    expect([segments(), await journal.bytes()]).to.deep.equal([[], 0]);
  });

  it('takes more while it is drained, and loses none of it', async () => {
    const journal = open();
    await journal.append(['before']);
    const seen: string[] = [];
    await journal.drain(async (texts) => {
      seen.push(...texts);
      if (texts.includes('before')) await journal.append(['meanwhile']);
    });

    expect(journal.hasMore).to.equal(true);
    expect([...seen, ...(await drained(journal))]).to.deep.equal(['before', 'meanwhile']);
    expect(journal.hasMore).to.equal(false);
  });

  it('keeps what could not be handled for the next time', async () => {
    const journal = open();
    await journal.append(['one', 'two']);
    const failure = await journal.drain(() => Promise.reject(new Error('not now'))).catch((error: unknown) => error);

    expect(String(failure)).to.contain('not now');
    expect(await drained(journal)).to.deep.equal(['one', 'two']);
  });

  it('takes no more than its bound, says so, and takes again when there is room', async () => {
    const journal = open({ maxBytes: 100 });
    await journal.append(['x'.repeat(60)]);

    await rejects(journal.append(['y'.repeat(60)]), 'journal.full');

    await drained(journal);
    await journal.append(['y'.repeat(60)]);
    expect(await drained(journal)).to.deep.equal(['y'.repeat(60)]);
  });

  it('finds what one that died has left, as far as it was promised, and shows what is torn', async () => {
    const left = join(folder, `000000001-${NOBODY}-abcd1234-000000.journal`);
    writeFileSync(left, encoded(['one', 'two']));
    appendFileSync(left, encoded(['three']).subarray(0, 10));
    const torn: string[] = [];

    expect(await drained(open({ onTorn: (path) => torn.push(path) }))).to.deep.equal(['one', 'two']);

    expect(torn).to.deep.equal([left]);
    expect(readdirSync(folder)).to.deep.equal([]);
  });

  it('acknowledges nothing into a file that somebody has removed', async () => {
    const journal = open();
    await journal.append(['one']);
    for (const name of segments()) rmSync(join(folder, name));

    const refusal = await journal.append(['two']).catch((error: unknown) => error);
    await journal.append(['three']);

    expect(String(refusal)).to.contain('was removed');
    expect(await drained(journal)).to.deep.equal(['three']);
  });

  it('drains what is added to a file while it is drained, whoever adds it', async () => {
    const left = join(folder, `000000001-${NOBODY}-abcd1234-000000.journal`);
    writeFileSync(left, encoded(['one']));
    const seen: string[] = [];
    await open().drain((texts) => {
      if (seen.length === 0) appendFileSync(left, encoded(['two']));
      seen.push(...texts);
      return Promise.resolve();
    });

    expect(seen).to.deep.equal(['one', 'two']);
    expect(segments()).to.deep.equal([]);
  });

  it('measures anew what others have drained before it says that it is full', async () => {
    const left = join(folder, `000000001-${NOBODY}-abcd1234-000000.journal`);
    writeFileSync(left, encoded(['x'.repeat(80)]));
    const journal = open({ maxBytes: 120 });
    await rejects(journal.append(['y'.repeat(60)]), 'journal.full');

    await drained(open());
    await journal.append(['y'.repeat(60)]);
    expect(await journal.bytes()).to.equal(68);
  });

  it('leaves alone what another one is still writing', async () => {
    const [mine, theirs] = [open(), open()];
    await theirs.append(['theirs']);
    await mine.append(['mine']);

    expect(await drained(mine)).to.deep.equal(['mine']);
    expect(await drained(theirs)).to.deep.equal(['theirs']);
  });

  it('finds what one of before the machine was restarted has left, though its number is another process’s now', async () => {
    const left = join(folder, `000000001-${process.ppid}-abcd1234_0badb007_1-000000.journal`);
    writeFileSync(left, encoded(['one']));

    expect(await drained(open())).to.deep.equal(['one']);
  });

  it('leaves alone what another process is still writing', async () => {
    const theirs = [`abcd1234_${birthOf(process.ppid) ?? ''}`, 'abcd1234'].map((owner) =>
      join(folder, `000000001-${process.ppid}-${owner}-000000.journal`),
    );
    for (const each of theirs) writeFileSync(each, encoded(['theirs']));

    expect(await drained(open())).to.deep.equal([]);
    expect(segments()).to.have.length(2);
  });

  it('an empty segment, as a crash may leave it, is nothing', async () => {
    const left = join(folder, `000000001-${NOBODY}-abcd1234-000000.journal`);
    writeFileSync(left, 'x');
    truncateSync(left);

    expect(await drained(open())).to.deep.equal([]);
    expect(segments()).to.deep.equal([]);
  });
});
