/** Every audit of every module: for whoever looks at the whole house. */
export abstract class HouseAudits {
  abstract readonly all: readonly Audit[];
}

/** Asked for while modules are still being put together: what they promise is known afterwards. */
export class LateAudits extends HouseAudits {
  constructor(private readonly audits: () => readonly Audit[]) {
    super();
  }

  override get all(): readonly Audit[] {
    return this.audits();
  }
}

/** Something that must always be true, and can be looked at. `tributary verify` looks at all of them. */
export interface Audit {
  /** A sentence: "every balance is the sum of its postings". */
  readonly promise: string;
  /**
   * `progress`: it says how far work has come, and is not so while a program works. `operations`: somebody has to see to
   * it, but no cent is wrong. Otherwise it is about the truth of what is on disk.
   */
  readonly about?: 'progress' | 'operations';
  /** What contradicts it, a line each; empty when it holds. Bounded: the first hundred say enough. */
  run(): Promise<readonly string[]>;
}
