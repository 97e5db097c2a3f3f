import { ContainerModule } from 'inversify';
import { Database } from '../../../infrastructure/postgres/database.ts';
import { Clock } from '../../../shared/clock.ts';
import { Ids } from '../../../shared/ids.ts';
import { PartnersPort } from '../../partners/index.ts';
import { PostgresAdjustmentReader } from '../adapters/postgres/postgres-adjustment-reader.ts';
import { AdjustmentLimits } from '../application/adjustments/adjustment-limits.ts';
import { DecideAdjustment } from '../application/adjustments/decide-adjustment.ts';
import { HoldCommission, ReleaseCommission } from '../application/reckoning/hold-commission.ts';
import { HoldForReview } from '../application/reckoning/hold-for-review.ts';
import { LockDue } from '../application/reckoning/lock-due.ts';
import { LookAtCommission } from '../application/explaining/look-at-commission.ts';
import { MakeAdjustment } from '../application/adjustments/make-adjustment.ts';
import { ReckonCommissions } from '../application/reckoning/reckon-commissions.ts';
import { RecruitAudit } from '../application/reckoning/recruit-audit.ts';
import { ReviewCommission } from '../application/reckoning/review-commission.ts';
import { AdjustmentReader } from '../ports/adjustment-reader.ts';
import { CommissionReader } from '../ports/commission-reader.ts';
import { CommissionTransaction } from '../ports/commissions.ts';

/** What brings a commission from its order to the bank, and who may say something about it. */
export const lifeCycle = new ContainerModule(({ bind }) => {
  bind(LockDue).toResolvedValue(
    (tx, reader, partners, clock) => new LockDue(tx, reader, partners, clock),
    [CommissionTransaction, CommissionReader, PartnersPort, Clock],
  );
  bind(HoldForReview).toResolvedValue(
    (tx, reader, clock) => new HoldForReview(tx, reader, clock),
    [CommissionTransaction, CommissionReader, Clock],
  );
  bind(ReviewCommission).toResolvedValue(
    (tx, reckon, clock) => new ReviewCommission(tx, reckon, clock),
    [CommissionTransaction, ReckonCommissions, Clock],
  );
  bind(HoldCommission).toResolvedValue((tx, clock) => new HoldCommission(tx, clock), [CommissionTransaction, Clock]);
  bind(ReleaseCommission).toResolvedValue(
    (tx, reckon, clock) => new ReleaseCommission(tx, reckon, clock),
    [CommissionTransaction, ReckonCommissions, Clock],
  );
  bind(AdjustmentReader).toResolvedValue(({ knex }) => new PostgresAdjustmentReader(knex), [Database]);
  bind(MakeAdjustment).toResolvedValue(
    (tx, partners, ids, clock) => new MakeAdjustment(tx, partners, ids, clock),
    [CommissionTransaction, PartnersPort, Ids, Clock],
  );
  bind(DecideAdjustment).toResolvedValue(
    (tx, clock) => new DecideAdjustment(tx, clock),
    [CommissionTransaction, Clock],
  );
  bind(AdjustmentLimits).toResolvedValue(
    (tx, reader, partners, ids, clock) => new AdjustmentLimits(tx, reader, partners, ids, clock),
    [CommissionTransaction, AdjustmentReader, PartnersPort, Ids, Clock],
  );
  bind(LookAtCommission).toResolvedValue(
    (reader, adjustments, partners, clock) => new LookAtCommission(reader, adjustments, partners, clock),
    [CommissionReader, AdjustmentReader, PartnersPort, Clock],
  );
  bind(RecruitAudit).toResolvedValue((reader) => new RecruitAudit(reader), [CommissionReader]);
});
