/**
 * A local journal: texts are on this machine's disk when `append` resolves, and come out again in the order they went
 * in, in this process or a later one, when somebody drains it. For what must not wait for a database that is away.
 *
 * Segments are files of bounded size, named so that they sort by age; only their owner writes to them, and a segment is
 * drained by its owner, or by anybody once the owner is dead. It is removed when all of it has been handled: a crash in
 * between brings some of it again, so whoever handles it must know what he has had.
 */
import { randomBytes } from 'node:crypto';
import { appendFile, type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { faultPoint } from '../fault.ts';
import { isAlive } from '../system/process.ts';
import { decoded, encoded } from './record.ts';

export interface JournalOptions {
  readonly folder: string;
  /** Of all segments in the folder together; then it takes no more. */
  readonly maxBytes: number;
  readonly segmentBytes?: number;
  /** Hears of a segment that does not end with a whole record: after a crash, or when the disk forgets. */
  readonly onTorn?: (path: string, bytes: number) => void;
}

const SEGMENT_BYTES = 8_000_000;
/** Texts handled at once. */
const HANDFUL = 1_000;
const NAME = /^(\w+)-(\d+)-(\w+)-\d+\.journal$/;

/** Who of this process writes: a process may hold several programs, as tests do. */
const living = new Set<string>();

export class Journal {
  private readonly owner = randomBytes(4).toString('hex');
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
      if ((await this.bytes()) + bytes.length > this.options.maxBytes) throw full(this.options);
      const segment = await this.segmentFor(bytes.length);
      try {
        await segment.file.writeFile(bytes);
        faultPoint('journal.written');
        await segment.file.datasync();
        faultPoint('journal.synced');
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

  /** Keeps, for people, what can never be handled; one text a line. */
  async setAside(text: string): Promise<void> {
    await mkdir(this.options.folder, { recursive: true });
    await appendFile(join(this.options.folder, 'refused.ndjson'), `${text}\n`, { mode: 0o600 });
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
    const bytes = await readFile(path).catch(unlessGone);
    if (bytes === undefined) return 0; // somebody else has drained it
    const { texts, torn } = decoded(bytes);
    for (let at = 0; at < texts.length; at += HANDFUL) {
      await handle(texts.slice(at, at + HANDFUL));
      faultPoint('journal.handled');
    }
    // What is torn was promised to nobody; it is kept aside for whoever wants to look.
    if (torn === 0) await rm(path, { force: true });
    else {
      this.options.onTorn?.(`${path}.torn`, torn);
      await rename(path, `${path}.torn`).catch(unlessGone);
    }
    faultPoint('journal.removed');
    if (this.total !== undefined) this.total = Math.max(0, this.total - bytes.length);
    return texts.length;
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
    return !isAlive(Number(pid));
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
