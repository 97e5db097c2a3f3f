import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { type Id, parseId, toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { type Page, pageOf, type PageRequest } from '../../../../shared/page.ts';
import type { Commission } from '../../domain/life-cycle/commission.ts';
import type { PastStep } from '../../domain/life-cycle/history.ts';
import type { Explanation } from '../../domain/explaining/explanation.ts';
import type { TermsVersion } from '../../domain/terms/terms.ts';
import type { CommissionId, TermsId } from '../../index.ts';
import {
  type CommissionFilter,
  type CommissionReader,
  type ExplainedCommission,
  type RecruitWithParent,
  type StateTotal,
} from '../../ports/commission-reader.ts';
import {
  type CommissionRow,
  LOCKABLE,
  type StepRow,
  type TermsRow,
  toCommission,
  toPastStep,
  toTermsVersion,
} from './rows.ts';

/** Entries that explain themselves, and not the amount as it locked. */
const AFTER_LOCK = `('clawed_back', 'topped_up')`;

/** The explanation of the amount as it is. */
const CURRENT_EXPLANATION = `
  select explanation from commission.calculations
  where commission_id = commissions.id and kind not in ${AFTER_LOCK}
  order by sequence desc
  limit 1`;

/** Sums as text: a sum of many amounts outgrows what one amount may be, and 64 bits. */
interface TotalRow extends Pick<StateTotal, 'state' | 'currency'> {
  readonly count: bigint;
  readonly minor: string;
  readonly clawed_back: string;
}

const COLUMNS = { programId: 'program_id', partnerId: 'partner_id', state: 'state', orderRef: 'order_ref' } as const;

/** Of what the filter names. */
const valuesOf = ({ programId, partnerId, state, orderRef }: CommissionFilter) => {
  const values: Readonly<Record<keyof typeof COLUMNS, string | undefined>> = {
    programId: programId && toUuid(programId),
    partnerId: partnerId && toUuid(partnerId),
    state,
    orderRef,
  };
  return (Object.keys(COLUMNS) as (keyof typeof COLUMNS)[]).flatMap((name) => {
    const value = values[name];
    return value === undefined ? [] : [[name, value] as const];
  });
};

export class PostgresCommissionReader implements CommissionReader {
  constructor(private readonly db: Knex) {}

  async find(commissionId: CommissionId): Promise<Commission | undefined> {
    const [row] = await rowsOf<CommissionRow>(this.db, `select * from commission.commissions where id = :id`, {
      id: toUuid(commissionId),
    });
    return row && toCommission(row);
  }

  async explanation(commissionId: CommissionId): Promise<Explanation | undefined> {
    return this.lastCalculated(commissionId, `kind not in ${AFTER_LOCK}`);
  }

  async explanationSinceLock(commissionId: CommissionId): Promise<Explanation | undefined> {
    return this.lastCalculated(commissionId, `kind in ${AFTER_LOCK}`);
  }

  private async lastCalculated(commissionId: CommissionId, kinds: string): Promise<Explanation | undefined> {
    const [row] = await rowsOf<{ readonly explanation: Explanation; readonly calculated_at: Instant }>(
      this.db,
      `select explanation, calculated_at from commission.calculations
       where commission_id = :id and ${kinds}
       order by sequence desc
       limit 1`,
      { id: toUuid(commissionId) },
    );
    return row && { ...row.explanation, calculatedAt: row.calculated_at };
  }

  async page(filter: CommissionFilter, request: PageRequest): Promise<Page<Commission>> {
    const values = valuesOf(filter);
    const [after] = request.after ?? [];
    const { holdReason } = filter;
    const rows = await rowsOf<CommissionRow>(
      this.db,
      `select * from commission.commissions
       where true
         ${values.map(([name]) => `and ${COLUMNS[name]} = :${name}`).join('\n')}
         ${holdReason === undefined ? '' : 'and :holdReason = any(hold_reasons)'}
         ${after === undefined ? '' : 'and id > :after'}
       order by id
       limit :limit`,
      {
        limit: request.limit + 1,
        ...Object.fromEntries(values),
        ...(holdReason !== undefined && { holdReason }),
        ...(after !== undefined && { after: toUuid(parseId('com', after)) }),
      },
    );
    return pageOf(rows.map(toCommission), request, ({ id }) => [id]);
  }

  async totals(programId: Id<'prg'>): Promise<readonly StateTotal[]> {
    const rows = await rowsOf<TotalRow>(
      this.db,
      `select state, currency, count(*) as count, sum(amount_minor)::text as minor,
         sum(clawed_back_minor)::text as clawed_back
       from commission.commissions
       where program_id = :programId
       group by state, currency
       order by state, currency`,
      { programId: toUuid(programId) },
    );
    return rows.map(({ count, minor, clawed_back, ...row }) => ({
      ...row,
      count: Number(count),
      minor: BigInt(minor),
      clawedBackMinor: BigInt(clawed_back),
    }));
  }

  async lockedBefore(programId: Id<'prg'>, before: Instant): ReturnType<CommissionReader['lockedBefore']> {
    const [row] = await rowsOf<{ count: bigint; minor: string; currency: string | null; waiting: bigint }>(
      this.db,
      `select
         count(*) filter (where locked_at < :before) as count,
         coalesce(sum(amount_minor) filter (where locked_at < :before), 0)::text as minor,
         min(currency) as currency,
         count(*) filter (where ${LOCKABLE} and locks_at < :before) as waiting
       from commission.commissions
       where program_id = :programId`,
      { programId: toUuid(programId), before },
    );
    return {
      count: Number(row?.count ?? 0),
      minor: BigInt(row?.minor ?? 0),
      currency: row?.currency ?? undefined,
      waiting: Number(row?.waiting ?? 0),
    };
  }

  async isDueToLock(now: Instant): Promise<boolean> {
    const rows = await rowsOf(
      this.db,
      `select from commission.commissions where ${LOCKABLE} and locks_at <= :now limit 1`,
      { now },
    );
    return rows.length > 0;
  }

  async isDueForReview(now: Instant): Promise<boolean> {
    const rows = await rowsOf(
      this.db,
      `select from commission.commissions
       where state in ('estimated', 'pending', 'vesting') and parent_id is null and review_at <= :now limit 1`,
      { now },
    );
    return rows.length > 0;
  }

  async past(commissionId: CommissionId): Promise<readonly PastStep[]> {
    const rows = await rowsOf<StepRow>(
      this.db,
      `select * from commission.steps where commission_id = :id order by sequence`,
      { id: toUuid(commissionId) },
    );
    return rows.map(toPastStep);
  }

  async recruits(limit: number, after?: CommissionId): Promise<readonly RecruitWithParent[]> {
    const rows = await rowsOf<{ readonly recruit: string; readonly parent: string }>(
      this.db,
      `select id as recruit, parent_id as parent from commission.commissions
       where parent_id is not null ${after === undefined ? '' : 'and id > :after'}
       order by id
       limit :limit`,
      { limit, ...(after && { after: toUuid(after) }) },
    );
    const found = await rowsOf<CommissionRow>(this.db, `select * from commission.commissions where id = any(:ids)`, {
      ids: rows.flatMap(({ recruit, parent }) => [recruit, parent]),
    });
    const byId = new Map(found.map((row) => [row.id, toCommission(row)]));
    return rows.flatMap((row) => {
      const [recruit, parent] = [byId.get(row.recruit), byId.get(row.parent)];
      return recruit === undefined || parent === undefined ? [] : [{ recruit, parent }];
    });
  }

  async termsVersions(programId: Id<'prg'>): Promise<readonly TermsVersion[]> {
    const rows = await rowsOf<TermsRow>(
      this.db,
      `select * from commission.terms where program_id = :programId order by version`,
      { programId: toUuid(programId) },
    );
    return rows.map(toTermsVersion);
  }

  async termsVersion(termsId: TermsId): Promise<TermsVersion | undefined> {
    const [row] = await rowsOf<TermsRow>(this.db, `select * from commission.terms where id = :id`, {
      id: toUuid(termsId),
    });
    return row && toTermsVersion(row);
  }

  async explained(limit: number, after?: CommissionId): Promise<readonly ExplainedCommission[]> {
    const rows = await rowsOf<CommissionRow & { explanation: Explanation | null }>(
      this.db,
      `select *, (${CURRENT_EXPLANATION}) as explanation
       from commission.commissions
       where parent_id is null ${after === undefined ? '' : 'and id > :after'}
       order by id
       limit :limit`,
      { limit, ...(after && { after: toUuid(after) }) },
    );
    return rows.map(({ explanation, ...row }) => ({
      commission: toCommission(row),
      explanation: explanation ?? undefined,
    }));
  }
}
