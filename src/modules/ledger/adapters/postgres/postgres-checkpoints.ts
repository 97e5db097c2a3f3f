import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Checkpoint } from '../../domain/checkpoint.ts';
import { type Checkpoints } from '../../ports/seals.ts';

interface CheckpointRow {
  readonly seal: number;
  readonly head: string;
  readonly proven_at: Instant;
  readonly key_id: string;
  readonly signature: string;
}

export class PostgresCheckpoints implements Checkpoints {
  constructor(private readonly db: Knex) {}

  async last(): Promise<Checkpoint | undefined> {
    const rows = await rowsOf<CheckpointRow>(
      this.db,
      `select seal, encode(head, 'hex') as head, proven_at, key_id, encode(signature, 'hex') as signature
       from ledger.checkpoints order by nth desc limit 1`,
    );
    return rows.map(({ proven_at, key_id, ...row }) => ({ ...row, provenAt: proven_at, keyId: key_id })).at(0);
  }

  async add(checkpoint: Checkpoint): Promise<void> {
    await rowsOf(
      this.db,
      `insert into ledger.checkpoints (seal, head, proven_at, key_id, signature)
       values (:seal, decode(:head, 'hex'), :provenAt, :keyId, decode(:signature, 'hex'))`,
      { ...checkpoint },
    );
  }
}
