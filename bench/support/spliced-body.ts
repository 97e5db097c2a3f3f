/**
 * A prepared body in which only the ids change: every `~~~~~~~~` becomes a serial in Crockford base32, which may stand
 * at the end of a TypeID as well as of any other id. Writing the serials of 500 events costs a few microseconds where
 * making the JSON anew would cost more than the server's work.
 *
 * With duplicates, so many events of a batch are events of the batch before it, word for word: the first group of them
 * in every second batch, a second group in the others, so that each is told twice and no oftener.
 */
const MARK = '~~~~~~~~';
const DIGITS = Buffer.from('0123456789abcdefghjkmnpqrstvwxyz', 'latin1');

export interface SplicedBodyOptions {
  /** With the same number of marks for each item, in order. */
  readonly template: string;
  readonly items: number;
  /** Of `items`; at most half of them. */
  readonly duplicates?: number;
}

export class SplicedBody {
  readonly bytes: Buffer;
  private readonly marks: readonly number[];
  private readonly items: number;
  private readonly duplicates: number;
  private batches = 0;

  constructor({ template, items, duplicates = 0 }: SplicedBodyOptions) {
    this.bytes = Buffer.from(template, 'utf8');
    this.items = items;
    this.duplicates = duplicates;
    const marks: number[] = [];
    for (let at = this.bytes.indexOf(MARK); at !== -1; at = this.bytes.indexOf(MARK, at + MARK.length)) marks.push(at);
    this.marks = marks;
    if (marks.length === 0 || marks.length % items !== 0)
      throw new Error(`${marks.length} marks cannot be those of ${items} items`);
    if (duplicates * 2 > items) throw new Error(`${duplicates} of ${items} is more than half`);
  }

  /** Gives the items of the next batch their serials; answers how many serials it used, counting up from `first`. */
  renew(first: number): number {
    const repeated = this.batches === 0 ? -1 : (this.batches - 1) % 2;
    this.batches += 1;
    const perItem = this.marks.length / this.items;
    let serial = first;
    for (let item = 0; item < this.items; item += 1) {
      if (this.duplicates > 0 && Math.floor(item / this.duplicates) === repeated) continue;
      for (let mark = 0; mark < perItem; mark += 1) this.write(this.marks[item * perItem + mark] ?? 0, serial);
      serial += 1;
    }
    return serial - first;
  }

  private write(at: number, serial: number): void {
    let rest = serial;
    for (let place = at + MARK.length - 1; place >= at; place -= 1) {
      this.bytes[place] = DIGITS[rest % 32] ?? 0;
      rest = Math.floor(rest / 32);
    }
  }
}
