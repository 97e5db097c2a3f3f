import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { type Id, toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { PostbackName } from '../../domain/postback.ts';
import { Postbacks, type PostbackSecrets } from '../../ports/postbacks.ts';

interface SecretsRow {
  readonly secret: string;
  readonly old_secret: string | null;
  readonly old_secret_until: Instant | null;
}

export class PostgresPostbacks extends Postbacks {
  constructor(private readonly db: Knex) {
    super();
  }

  async secrets(programId: Id<'prg'>): Promise<PostbackSecrets | undefined> {
    const [row] = await rowsOf<SecretsRow>(
      this.db,
      'select secret, old_secret, old_secret_until from pipeline.postback_secrets where program_id = :programId',
      { programId: toUuid(programId) },
    );
    if (row === undefined) return undefined;
    const { secret: current, old_secret: sealed, old_secret_until: until } = row;
    return sealed === null || until === null ? { current } : { current, old: { sealed, until } };
  }

  async keep(programId: Id<'prg'>, { current, old }: PostbackSecrets, at: Instant): Promise<void> {
    await rowsOf(
      this.db,
      `insert into pipeline.postback_secrets (program_id, secret, old_secret, old_secret_until, made_at)
       values (:programId, :current, :old, :until::timestamptz, :at)
       on conflict (program_id) do update
       set secret = excluded.secret, old_secret = excluded.old_secret,
         old_secret_until = excluded.old_secret_until, made_at = excluded.made_at`,
      { programId: toUuid(programId), current, old: old?.sealed ?? null, until: old?.until ?? null, at },
    );
  }

  /** What another request has just written is seen by a statement of its own alone. */
  async firstTold({ source, eventId }: PostbackName, now: Instant): Promise<Instant> {
    await rowsOf(
      this.db,
      `insert into pipeline.postback_times (source, event_id, first_told_at)
       values (:source, :eventId, :now)
       on conflict do nothing`,
      { source, eventId, now },
    );
    const [row] = await rowsOf<{ first_told_at: Instant }>(
      this.db,
      'select first_told_at from pipeline.postback_times where source = :source and event_id = :eventId',
      { source, eventId },
    );
    return row?.first_told_at ?? now;
  }
}
