import { Random } from '../../../../shared/clock.ts';
import { digestOfText } from '../../../../shared/digest.ts';

const HEX_DIGITS = 13;

/** The same for the same seed, everywhere: for answers that must not change from one asking to the next. */
export class SeededChance extends Random {
  private drawn = 0;
  private digits = '';

  constructor(private readonly seed: string) {
    super();
  }

  fraction(): number {
    return Number.parseInt(this.next(HEX_DIGITS), 16) / 2 ** (4 * HEX_DIGITS);
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => Number.parseInt(this.next(2), 16));
  }

  private next(count: number): string {
    while (this.digits.length < count) this.digits = digestOfText(`${this.seed}/${(this.drawn += 1)}`);
    const taken = this.digits.slice(0, count);
    this.digits = this.digits.slice(count);
    return taken;
  }
}
