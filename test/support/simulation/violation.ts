/** A promise that does not hold. */
export class Violation extends Error {
  constructor(
    readonly promise: string,
    readonly findings: readonly string[],
  ) {
    super(`${promise}: ${findings.slice(0, 5).join('; ')}`);
  }
}
