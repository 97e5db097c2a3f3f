/**
 * A local journal: texts are on this machine's disk when `append` resolves, and come out again in the order they went
 * in, in this process or a later one, when somebody drains it. For what must not wait for a database that is away.
 *
 * Segments are files of bounded size, named so that they sort by age; only their owner writes to them, and a segment is
 * drained by its owner, or by anybody once the owner is dead. It is removed when all of it has been handled: a crash in
 * between brings some of it again, so whoever handles it must know what he has had.
 */
import { randomBytes } from 'node:crypto';
import { appendFile, type FileHandle, mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { faultPoint } from '../fault.ts';
import { birthOf, isAlive } from '../system/process.ts';
import { decoded, encoded } from './record.ts';

export interface JournalOptions {
  readonly folder: string;
  /** Of all segments in the folder together; then it takes no more. */
  readonly maxBytes: number;
  readonly segmentBytes?: number;
  /** Hears of a segment that is not whole: cut short by a crash, or damaged by a disk that forgets. */
  readonly onTorn?: (path: string, found: { readonly damaged: number; readonly torn: number }) => void;
}

const SEGMENT_BYTES = 8_000_000;
/** Texts handled at once. */
const HANDFUL = 1_000;
const MOST_ASIDE_BYTES = 10_000_000;
const NAME = /^(\w+)-(\d+)-(\w+)-\d+\.journal$/;
/** With what tells a process from others that have its number later; where it is not said, the number alone counts. */
const OWNER = /^[0-9a-f]{8}_(\w+)$/;

/** Who of this process writes: a process may hold several programs, as tests do. */
const living = new Set<string>();

export class Journal {
  private readonly owner = `${randomBytes(4).toString('hex')}_${birthOf(process.pid) ?? ''}`;
  private readonly since = Date.now().toString(36).padStart(9, '0');
  private count = 0;
  private active: { readonly name: string; readonly file: FileHandle; bytes: number } | undefined;
  private inTurn: Promise<unknown> = Promise.resolve();
  private total: number | undefined;
  private undrained = false;

  constructor(private readonly options: JournalOptions) {
    living.add(this.owner);
  }

  /** Resolves once they are on disk. Throws `journal.full`, or what the disk says. */
  append(texts: readonly string[]): Promise<void> {
    return this.take(async () => {
      const bytes = encoded(texts);
      if (!(await this.hasRoom(bytes.length))) throw full(this.options);
      const segment = await this.segmentFor(bytes.length);
      try {
        await segment.file.writeFile(bytes);
        faultPoint('journal.written');
        await segment.file.datasync();
        faultPoint('journal.synced');
        if ((await segment.file.stat()).nlink === 0)
          throw new Error(`${segment.name} was removed while it was written`);
      } catch (error) {
        await this.closeActive(); // nobody knows what it holds behind the last promise
        throw error;
      }
      segment.bytes += bytes.length;
      this.undrained = true;
      this.total = (this.total ?? 0) + bytes.length;
    });
  }

  /**
   * Gives everything to `handle`, oldest first, a handful at a time, and forgets it when handled; how many texts there
   * were. Throws what `handle` throws: that handful and what follows stay for the next time.
   */
  async drain(handle: (texts: readonly string[]) => Promise<void>): Promise<number> {
    const closed = await this.take(async () => {
      await this.closeActive();
      this.undrained = false;
      return this.names();
    });
    let count = 0;
    for (const name of closed.filter((each) => this.isOurs(each))) count += await this.drainOne(name, handle);
    return count;
  }

  /** Keeps, for people, what can never be handled: one text a line, up to a bound. */
  async setAside(text: string): Promise<void> {
    const path = join(this.options.folder, 'refused.ndjson');
    await mkdir(this.options.folder, { recursive: true });
    if (((await stat(path).catch(unlessGone))?.size ?? 0) > MOST_ASIDE_BYTES) return;
    await appendFile(path, `${text}\n`, { mode: 0o600 });
  }

  /** Whether this one has taken anything since it was drained last. */
  get hasMore(): boolean {
    return this.undrained;
  }

  /** Of all that waits, as far as it was looked at. */
  get knownBytes(): number {
    return this.total ?? 0;
  }

  /** Of all that waits, whoever wrote it. */
  async bytes(): Promise<number> {
    this.total ??= await this.measure();
    return this.total;
  }

  async close(): Promise<void> {
    await this.take(() => this.closeActive());
    living.delete(this.owner);
  }

  private async drainOne(name: string, handle: (texts: readonly string[]) => Promise<void>): Promise<number> {
    const path = join(this.options.folder, name);
    let handled = 0;
    for (let size = -1; ;) {
      const bytes = await readFile(path).catch(unlessGone);
      if (bytes === undefined || bytes.length === size) break; // somebody else has drained it, or nothing was added
      size = bytes.length;
      const { texts, ...found } = decoded(bytes);
      for (; handled < texts.length; handled += HANDFUL) {
        await handle(texts.slice(handled, handled + HANDFUL));
        faultPoint('journal.handled');
      }
      handled = texts.length;
      if (found.damaged + found.torn > 0) this.options.onTorn?.(path, found);
    }
    await rm(path, { force: true });
    faultPoint('journal.removed');
    this.total = undefined; // others may drain too: it is measured when it matters
    return handled;
  }

  private async hasRoom(bytes: number): Promise<boolean> {
    if ((await this.bytes()) + bytes <= this.options.maxBytes) return true;
    this.total = undefined;
    return (await this.bytes()) + bytes <= this.options.maxBytes;
  }

  /** One at a time, in the order of asking. */
  private take<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.inTurn.then(work);
    this.inTurn = turn.catch(() => undefined); // whoever asked hears of it
    return turn;
  }

  private async segmentFor(bytes: number): Promise<NonNullable<typeof this.active>> {
    const most = this.options.segmentBytes ?? SEGMENT_BYTES;
    if (this.active !== undefined && this.active.bytes + bytes > most) await this.closeActive();
    if (this.active !== undefined) return this.active;
    const number = String(this.count).padStart(6, '0');
    this.count += 1;
    const name = `${this.since}-${process.pid}-${this.owner}-${number}.journal`;
    await mkdir(this.options.folder, { recursive: true });
    const file = await open(join(this.options.folder, name), 'ax', 0o600);
    await syncFolder(this.options.folder);
    this.active = { name, file, bytes: 0 };
    return this.active;
  }

  private async closeActive(): Promise<void> {
    const { active } = this;
    this.active = undefined;
    await active?.file.close();
  }

  private isOurs(name: string): boolean {
    const [, , pid, owner] = NAME.exec(name) ?? [];
    if (pid === undefined || owner === undefined) return false;
    if (Number(pid) === process.pid) return owner === this.owner || !living.has(owner);
    return !isStill(Number(pid), OWNER.exec(owner)?.[1]);
  }

  private async names(): Promise<readonly string[]> {
    const all = (await readdir(this.options.folder).catch(unlessGone)) ?? [];
    return all.filter((name) => NAME.test(name)).toSorted();
  }

  private async measure(): Promise<number> {
    const sizes = await Promise.all(
      (await this.names()).map(
        async (name) => (await stat(join(this.options.folder, name)).catch(unlessGone))?.size ?? 0,
      ),
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  }
}

const isStill = (pid: number, birth: string | undefined): boolean =>
  isAlive(pid) && (birth === undefined || (birthOf(pid) ?? birth) === birth);

/** A file is found after a crash only if its folder was made durable too. */
const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r');
  await handle.sync();
  await handle.close();
};

const unlessGone = (error: unknown): undefined => {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
};

const full = ({ folder, maxBytes }: JournalOptions): AppError =>
  new AppError(
    'unavailable',
    'journal.full',
    `the journal in ${folder} holds its ${maxBytes} bytes; bring the database back, or set JOURNAL_MAX_MB`,
  );
