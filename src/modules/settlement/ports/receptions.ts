import type { Reception } from '../domain/statements/reception.ts';
import type { StatementId } from '../index.ts';

/** What has become of statements once they were closed. */
export abstract class Receptions {
  /** Nobody else's until the transaction ends. */
  abstract hold(statementId: StatementId): Promise<Reception>;
  abstract save(reception: Reception): Promise<void>;
}
