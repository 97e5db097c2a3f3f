/**
 * What each of many did lately, in memory of a fixed size and without garbage. Whoever did it is a pair of hashes, what
 * they did a third one; nobody can tell from them who it was. The table remembers the last `depth` marks of each. When a
 * place is wanted by too many, the one that did nothing for longest is forgotten: memory that is too small forgets sooner,
 * and grows no larger.
 */

/** Places that one key may be found in. */
const WAYS = 4;

export class RecentMarks {
  private readonly tags: Int32Array;
  private readonly heads: Uint8Array;
  private readonly marks: Int32Array;
  /** In ms since 1970; 0 when there is none. */
  private readonly times: Float64Array;
  /** The last of each place's, side by side: looking for the idlest place costs one visit to memory. */
  private readonly latest: Float64Array;

  /** `places` is a power of two. */
  constructor(
    private readonly places: number,
    private readonly depth: number,
  ) {
    this.tags = new Int32Array(places);
    this.heads = new Uint8Array(places);
    this.marks = new Int32Array(places * depth);
    this.times = new Float64Array(places * depth);
    this.latest = new Float64Array(places);
  }

  /** The place of the key, to be used at once; one that was not there takes over somebody's. */
  place(one: number, other: number): number {
    const tag = scrambled(one ^ Math.imul(other, 0x85eb_ca6b)) | 1;
    const start = scrambled(other ^ Math.imul(one, 0xc2b2_ae35)) & (this.places - 1) & -WAYS;
    let idlest = start;
    let idleSince = Infinity;
    for (let place = start; place < start + WAYS; place += 1) {
      if (this.tags[place] === tag) return place;
      const latest = this.latest[place] ?? 0;
      if (latest < idleSince) {
        idlest = place;
        idleSince = latest;
      }
    }
    this.tags[idlest] = tag;
    this.heads[idlest] = 0;
    const end = (idlest + 1) * this.depth;
    for (let index = idlest * this.depth; index < end; index += 1) this.times[index] = 0;
    return idlest;
  }

  add(place: number, mark: number, at: number): void {
    const next = (this.heads[place] ?? 0) + 1;
    const head = next === this.depth ? 0 : next;
    this.heads[place] = head;
    this.latest[place] = at;
    this.marks[place * this.depth + head] = mark;
    this.times[place * this.depth + head] = at;
  }

  /** How many of the marks are of after then. */
  countSince(place: number, since: number): number {
    let count = 0;
    const end = (place + 1) * this.depth;
    for (let index = place * this.depth; index < end; index += 1) if ((this.times[index] ?? 0) > since) count += 1;
    return count;
  }

  /** How many different ones there are of after then, besides this one. */
  othersSince(place: number, mark: number, since: number): number {
    const end = (place + 1) * this.depth;
    let count = 0;
    for (let index = place * this.depth; index < end; index += 1) {
      if ((this.times[index] ?? 0) <= since || this.marks[index] === mark) continue;
      if (!this.isRepeated(index, end, since)) count += 1;
    }
    return count;
  }

  private isRepeated(index: number, end: number, since: number): boolean {
    for (let later = index + 1; later < end; later += 1)
      if (this.marks[later] === this.marks[index] && (this.times[later] ?? 0) > since) return true;
    return false;
  }
}

/** 32 bits of a text; another seed, other bits. Not for secrets: for telling apart. */
export const hashOf = (text: string, seed: number): number => {
  let hash = seed ^ text.length;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x0100_0193);
  return scrambled(hash);
};

const scrambled = (bits: number): number => {
  let mixed = bits ^ (bits >>> 16);
  mixed = Math.imul(mixed, 0x7feb_352d);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x846c_a68b);
  return mixed ^ (mixed >>> 16);
};
