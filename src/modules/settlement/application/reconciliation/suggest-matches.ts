import { AppError } from '../../../../shared/errors.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import { type Suggestion, suggestionsFor } from '../../domain/reconciliation/suggestions.ts';
import type { LineId } from '../../domain/reconciliation/reconciliation.ts';
import type { ReconciliationReader, SuspendedLine } from '../../ports/reconciliation-reader.ts';
import type { AccountMarks } from './account-marks.ts';

/** Profiles that are asked for at once. */
const MAX_ASKED = 500;

/** What a line in suspense may be about. */
export class SuggestMatches {
  constructor(
    private readonly reader: ReconciliationReader,
    private readonly partners: PartnersPort,
    private readonly marks: AccountMarks,
  ) {}

  /** Throws `settlement.line_not_found`. */
  async run(lineId: LineId): Promise<readonly Suggestion[]> {
    const { line, programId, state } = await this.known(lineId);
    if (state !== 'open') return [];
    const payouts = await this.reader.candidates(programId, [line]);
    const others = await this.reader.openLines(programId, line);
    const partnerIds = [...new Set(payouts.map(({ partnerId }) => partnerId))].slice(0, MAX_ASKED);
    const profiles = line.counterparty === undefined ? [] : await this.partners.payoutProfiles(partnerIds);
    const marks = new Map(profiles.map(({ partnerId, account }) => [partnerId, this.marks.of(account.number)]));
    const sent = payouts.map((payout) => ({ payout, counterparty: marks.get(payout.partnerId) }));
    return suggestionsFor(line, sent, others, await this.reader.expected(programId, [line]));
  }

  /** Throws `settlement.line_not_found`. */
  async known(lineId: LineId): Promise<SuspendedLine> {
    const found = await this.reader.line(lineId);
    if (found !== undefined) return found;
    throw new AppError('not_found', 'settlement.line_not_found', `no line ${lineId} ever stood in suspense`);
  }
}
