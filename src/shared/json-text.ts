/**
 * A JSON value that is written already: it goes into other JSON, or to the database, without being read and written once
 * more. It is kept as bytes, outside the heap: thousands wait at a time, and as texts the garbage collector would carry
 * each from place to place.
 */
export class JsonText {
  readonly bytes: Buffer;

  constructor(text: string) {
    this.bytes = Buffer.from(text);
  }

  get text(): string {
    return this.bytes.toString();
  }

  /** For whoever writes it with `JSON.stringify`. */
  toJSON(): unknown {
    return JSON.parse(this.text);
  }
}

export const jsonOf = (value: object): string => (value instanceof JsonText ? value.text : JSON.stringify(value));
