import {
  BURST_MS,
  DUPLICATE_MS,
  RATE_CLICKS,
  RATE_MS,
  SESSION_MS,
  type Sighting,
  signalsIn,
} from '../domain/traffic/signals.ts';
import { hashOf, RecentMarks } from './recent-marks.ts';
import { isClick, type TouchKind } from '../domain/traffic/touchpoint.ts';
import { keepable, type Visit } from '../domain/traffic/visit.ts';
import { epochMs, type Instant } from '../../../shared/instant.ts';
import type { BotDetector } from '../ports/bot-detector.ts';
import type { Signpost } from '../ports/link-directory.ts';
import type { NetworkLists } from '../ports/network-lists.ts';
import { VisitSignals } from '../ports/visit-signals.ts';

/** Who remembers how many, and how much of each: 23 MB in all. */
const REPEATERS = 2 ** 18;
const ADDRESSES = 2 ** 16;
const VISITORS = 2 ** 16;
const VISITOR_DEPTH = 4;

type Remembered = Pick<Sighting, 'wasHere' | 'clicksOfAddress' | 'programsAtOnce' | 'cameByAnother'>;

/** Hashes of where a link leads from and to. */
interface Ends {
  readonly link: number;
  readonly program: number;
  readonly partner: number;
}

const NOTHING: Remembered = { wasHere: false, clicksOfAddress: 0, programsAtOnce: 0, cameByAnother: false };

/**
 * Looks at visits as they come, each process for itself, and remembers hashes of those of the last hour. They are keyed
 * by chance, live in memory alone and are gone with the process: they name nobody, also when somebody copies them.
 */
export class MemoryVisitSignals extends VisitSignals {
  private readonly repeats = new RecentMarks(REPEATERS, 1);
  private readonly rates = new RecentMarks(ADDRESSES, RATE_CLICKS);
  private readonly bursts = new RecentMarks(VISITORS, VISITOR_DEPTH);
  private readonly sessions = new RecentMarks(VISITORS, VISITOR_DEPTH);

  private readonly known = new WeakMap<Signpost, Ends>();

  /** `seed`: 32 bits of chance. */
  constructor(
    private readonly detector: BotDetector,
    private readonly lists: NetworkLists,
    private readonly seed: number,
  ) {
    super();
  }

  of(visit: Visit, signpost: Signpost, at: Instant, kind: TouchKind): readonly string[] {
    const userAgent = (keepable(visit.header('user-agent')) ?? '').trim();
    const { address } = visit;
    const referrer = visit.header('referer');
    const counts = isClick(kind);
    const { wasHere, clicksOfAddress, programsAtOnce, cameByAnother } = counts
      ? this.remember(visit, userAgent, signpost, epochMs(at))
      : NOTHING;
    const sighting: Sighting = {
      visit,
      userAgent,
      saysItIsABot: userAgent !== '' && this.detector.isBot(userAgent),
      isHosting: address !== undefined && this.lists.isHosting(address),
      isProxy: address !== undefined && this.lists.isProxy(address),
      isBannedReferrer: referrer !== undefined && this.lists.isBannedReferrer(referrer),
      wasHere,
      clicksOfAddress,
      programsAtOnce,
      cameByAnother,
    };
    return signalsIn(sighting, counts);
  }

  /** What was known of the visitor before this click; from now on the click is part of it. */
  private remember({ visitorId, address }: Visit, userAgent: string, signpost: Signpost, now: number): Remembered {
    const place = this.hash(address, 0);
    const machine = place === undefined ? undefined : place ^ hashOf(userAgent, this.seed + 1);
    const cookie = this.hash(visitorId, 2);
    const who = cookie ?? machine;
    // Nobody in particular: all who have no address are the same.
    if (who === undefined) return NOTHING;
    const { link, program, partner } = this.ends(signpost);
    // Both are noted, whichever is asked for the next time.
    const byMachine = this.wasHere(machine, link, now);
    const byCookie = this.wasHere(cookie, link, now);
    return {
      wasHere: byMachine || byCookie,
      clicksOfAddress: this.clicksOf(place, link, now),
      programsAtOnce: 1 + others(this.bursts, this.bursts.place(who, 0), program, now, BURST_MS),
      cameByAnother: others(this.sessions, this.sessions.place(who, program), partner, now, SESSION_MS) > 0,
    };
  }

  private ends(signpost: Signpost): Ends {
    const known = this.known.get(signpost);
    if (known !== undefined) return known;
    const { linkId, programId, partnerId } = signpost;
    const { seed } = this;
    const ends = { link: hashOf(linkId, seed), program: hashOf(programId, seed), partner: hashOf(partnerId, seed) };
    this.known.set(signpost, ends);
    return ends;
  }

  private hash(text: string | undefined, salt: number): number | undefined {
    return text === undefined ? undefined : hashOf(text, this.seed + salt);
  }

  private wasHere(who: number | undefined, link: number, now: number): boolean {
    if (who === undefined) return false;
    const place = this.repeats.place(who, link);
    const was = this.repeats.countSince(place, now - DUPLICATE_MS) > 0;
    this.repeats.add(place, 0, now);
    return was;
  }

  private clicksOf(address: number | undefined, link: number, now: number): number {
    if (address === undefined) return 1;
    const place = this.rates.place(address, link);
    const before = this.rates.countSince(place, now - RATE_MS);
    this.rates.add(place, 0, now);
    return before + 1;
  }
}

const others = (marks: RecentMarks, place: number, mark: number, now: number, ms: number): number => {
  const count = marks.othersSince(place, mark, now - ms);
  marks.add(place, mark, now);
  return count;
};
