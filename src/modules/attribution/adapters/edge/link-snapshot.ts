/**
 * The links of this moment in memory, so that a visitor waits for nobody. What is followed stays fresh: whoever changes a
 * link, an enrolment or a program rings, and all that is remembered is asked for again; and what was followed lately is
 * asked for every few seconds anyway, for a ring may get lost. When the database is away, what is remembered stands; a
 * copy of it in a file outlives the process.
 */
import type { WallClock } from '../../../../shared/clock.ts';
import type { Doorbell } from '../../../../infrastructure/messaging/doorbell.ts';
import { pause } from '../../../../infrastructure/pause.ts';
import type { Service, Trouble } from '../../../../infrastructure/service.ts';
import { within } from '../../../../infrastructure/within.ts';
import type { Signposts } from '../../application/traffic/signposts.ts';
import { LinkDirectory, type Signpost } from '../../ports/link-directory.ts';
import type { SignpostFile } from './signpost-file.ts';

interface Remembered {
  signpost: Signpost;
  checkedAt: number;
  followed: boolean;
}

export interface LinkSnapshotParts {
  readonly signposts: Signposts;
  readonly doorbell: Doorbell;
  readonly wallClock: WallClock;
  readonly trouble: Trouble;
  readonly file: SignpostFile;
}

/** Rung by whoever changes a link. Enrolments and programs are told of in the outbox of partners, which rings too. */
export const LINKS_BELL = 'attribution.links';
const BELLS = [LINKS_BELL, 'partners'];

const REFRESH_MS = 15_000;
/** What nobody has asked for so long is asked for anew when somebody does. */
const FRESH_MS = 45_000;
const SAVE_MS = 30_000;
/** A visitor would notice a longer wait. */
const PATIENCE_MS = 250;
const CHUNK = 100;
/** Between two chunks when nobody has rung: whoever follows a link in between does not wait for them. */
const REST_MS = 10;
/** Known from the start; the others as they are followed. */
const NEWEST = 20_000;
const MOST = 100_000;

export class LinkSnapshot extends LinkDirectory implements Service {
  readonly name = 'attribution.link_snapshot';
  readonly roles = ['tracking', 'api'] as const;
  /** In order of first use: the oldest goes first when there is no room. */
  private readonly links = new Map<string, Remembered>();
  /** Of each question under way, the codes that were forgotten meanwhile: its answer may be of before. */
  private readonly outdated = new Set<Set<string>>();
  private isAway = false;
  private savedAt = 0;
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly parts: LinkSnapshotParts) {
    super();
  }

  atHand(code: string): Signpost | undefined {
    const known = this.links.get(code);
    if (known === undefined) return undefined;
    if (!this.isAway && this.parts.wallClock.nowMs() - known.checkedAt > FRESH_MS) return undefined;
    known.followed = true;
    return known.signpost;
  }

  /** Who is remembered from some time ago waits for the database only so long. */
  async find(code: string): Promise<Signpost | undefined> {
    const atHand = this.atHand(code);
    if (atHand !== undefined) return atHand;
    const known = this.links.get(code);
    if (known === undefined) return this.learn(code);
    return within(PATIENCE_MS, this.learn(code)).catch(() => known.signpost); // better of before than not at all
  }

  private async learn(code: string): Promise<Signpost | undefined> {
    await this.ask([code]);
    // Forgotten while we asked: it is asked for once more, and not remembered.
    return this.links.get(code)?.signpost ?? (await this.parts.signposts.find([code])).get(code);
  }

  async forget(codes: readonly string[]): Promise<void> {
    for (const code of codes) {
      this.links.delete(code);
      for (const each of this.outdated) each.add(code);
    }
    this.parts.doorbell.ring(LINKS_BELL);
    return Promise.resolve();
  }

  /** Begins with what was remembered last, and the newest links there are. */
  async start(stop: AbortSignal): Promise<void> {
    for (const signpost of await this.parts.file.read())
      this.links.set(signpost.code, { signpost, checkedAt: 0, followed: false });
    await this.refresh([...this.links.keys()]);
    // If the database goes away just now, they are learned as they are followed.
    if (!this.isAway) await this.refresh(await this.parts.signposts.newest(NEWEST).catch(() => []));
    this.running = this.follow(stop);
  }

  async close(): Promise<void> {
    await this.running;
  }

  standsAlone(): boolean {
    return this.links.size > 0;
  }

  private async follow(stop: AbortSignal): Promise<void> {
    const bell = this.parts.doorbell.listen(BELLS);
    while (!stop.aborted) {
      const rung = await bell.next(REFRESH_MS, stop);
      if (rung.size > 0) await this.refresh([...this.links.keys()]);
      else await this.refresh(this.followedLately(), stop);
      await this.save();
    }
    bell.hangUp();
    await this.parts.file.write(this.all()).catch(() => undefined); // a copy for worse days, no more
  }

  private followedLately(): readonly string[] {
    return [...this.links].filter(([, { followed }]) => followed).map(([code]) => code);
  }

  /** At once; or unhurried, until it is told to stop. */
  private async refresh(codes: readonly string[], unhurried?: AbortSignal): Promise<void> {
    try {
      for (let at = 0; at < codes.length; at += CHUNK) {
        await this.ask(codes.slice(at, at + CHUNK));
        if (unhurried !== undefined) await pause(REST_MS, unhurried);
      }
      this.isAway = false;
    } catch (error) {
      if (!this.isAway) this.parts.trouble.report('link snapshot', error);
      this.isAway = true;
    }
  }

  private async ask(codes: readonly string[]): Promise<void> {
    const outdated = new Set<string>();
    this.outdated.add(outdated);
    try {
      const found = await this.parts.signposts.find(codes);
      const checkedAt = this.parts.wallClock.nowMs();
      for (const code of codes.filter((each) => !outdated.has(each))) {
        const signpost = found.get(code);
        if (signpost === undefined) this.links.delete(code);
        else this.links.set(code, { signpost, checkedAt, followed: false });
      }
    } finally {
      this.outdated.delete(outdated);
    }
    this.makeRoom();
  }

  private makeRoom(): void {
    for (const code of this.links.keys()) {
      if (this.links.size <= MOST) return;
      this.links.delete(code);
    }
  }

  private async save(): Promise<void> {
    const now = this.parts.wallClock.nowMs();
    if (this.isAway || now - this.savedAt < SAVE_MS) return;
    this.savedAt = now;
    await this.parts.file.write(this.all()).catch((error: unknown) => {
      this.parts.trouble.report('link snapshot file', error);
    });
  }

  private all(): readonly Signpost[] {
    return [...this.links.values()].map(({ signpost }) => signpost);
  }
}
