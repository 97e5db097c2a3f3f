import { ContainerModule } from 'inversify';
import { Clock } from '../../../shared/clock.ts';
import { NamedOrdersPort } from '../../orders/index.ts';
import { PartnersPort } from '../../partners/index.ts';
import { AdjustForOthers } from '../application/adjustments/adjust-for-others.ts';
import { AdjustmentLimits } from '../application/adjustments/adjustment-limits.ts';
import { GatherEvidence } from '../application/explaining/gather-evidence.ts';
import { WhyOrder } from '../application/explaining/why-order.ts';
import { AdjustmentsPort, EvidencePort } from '../index.ts';
import { CommissionReader } from '../ports/commission-reader.ts';
import { CommissionTransaction } from '../ports/commissions.ts';

/** What settlement asks when somebody disputes. */
export const forDisputes = new ContainerModule(({ bind }) => {
  bind(AdjustmentsPort).toResolvedValue(
    (tx, limits, partners, clock) => new AdjustForOthers(tx, limits, partners, clock),
    [CommissionTransaction, AdjustmentLimits, PartnersPort, Clock],
  );
  bind(EvidencePort).toResolvedValue(
    (why, reader, named) => new GatherEvidence(why, reader, named),
    [WhyOrder, CommissionReader, NamedOrdersPort],
  );
});
