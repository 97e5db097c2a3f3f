/** Every audit of every module: for whoever looks at the whole house. */
export abstract class HouseAudits {
  abstract readonly all: readonly Audit[];
}

/** Something that must always be true, and can be looked at. `tributary verify` looks at all of them. */
export interface Audit {
  /** A sentence: "every balance is the sum of its postings". */
  readonly promise: string;
  /** What contradicts it, a line each; empty when it holds. Bounded: the first hundred say enough. */
  run(): Promise<readonly string[]>;
}
