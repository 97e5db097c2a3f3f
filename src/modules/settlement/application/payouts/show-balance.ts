import type { Clock } from '../../../../shared/clock.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { monthOf } from '../../../../shared/calendar.ts';
import { FLOWS, type Place, type Purpose } from '../../domain/books/purpose.ts';
import {
  besidePayouts,
  type Block,
  blocksOfBalance,
  blocksOfPayee,
  nextPayoutAt,
} from '../../domain/payouts/blocks.ts';
import { type PayoutPolicy, policyOf } from '../../domain/payouts/payout-policy.ts';
import { NO_SECURITIES, type Securities } from '../../domain/payouts/securities.ts';
import type { SettlementStores, SettlementTransaction } from '../../ports/settlement-stores.ts';
import { knownProgram } from '../books/open-books.ts';
import { type AskedOfPartners, type AskPartners, circumstancesOf } from './circumstances.ts';

export interface PartnerBalance {
  readonly programId: Id<'prg'>;
  readonly partnerId: Id<'par'>;
  readonly currency: string;
  readonly pending: bigint;
  readonly available: bigint;
  readonly held: bigint;
  readonly reserve: bigint;
  readonly receivable: bigint;
  /** Of the available balance: in payouts that are decided and not sent. */
  readonly unsent: bigint;
  readonly securities: Securities;
  readonly policy: PayoutPolicy;
  /** What would stand against a payout, if it were decided now. */
  readonly blocks: readonly Block[];
  readonly nextPayoutAt: Instant;
}

interface Owner {
  readonly programId: Id<'prg'>;
  readonly partnerId: Id<'par'>;
  readonly currency: string;
  readonly timeZone: string;
  readonly minimum: bigint;
}

/** Where a partner stands in a program: what there is, where, why it is not paid yet, and when it could be. */
export class ShowBalance {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly partners: AskPartners,
    private readonly clock: Clock,
  ) {}

  /** Throws `settlement.unknown_program`. */
  async run(programId: Id<'prg'>, partnerId: Id<'par'>): Promise<PartnerBalance> {
    const { currency, timeZone, minimumPayout } = await knownProgram(this.partners, programId);
    const owner = { programId, partnerId, currency, timeZone, minimum: BigInt(minimumPayout.minor) };
    const now = this.clock.now();
    const known = await this.partners.about(programId, [partnerId], now);
    const asked = { ...known, objections: this.partners.objections(known, currency) };
    return this.transaction.run((stores) => shown(stores, owner, asked, now));
  }
}

const shown = async (
  { books, control }: SettlementStores,
  { programId, partnerId, minimum, ...usual }: Owner,
  asked: AskedOfPartners,
  now: Instant,
): Promise<PartnerBalance> => {
  const [own = usual] = await books.share([programId]);
  const { currency, timeZone } = own;
  const { byPurpose, unsent, underWay } = await control.securities.moved(programId, partnerId);
  const at = (place: Place): bigint => sumAt(byPurpose, place);
  const policy = policyOf(await control.policies.book(programId, [partnerId]), partnerId, minimum);
  const known = (await circumstancesOf(control, programId, [partnerId], asked)).get(partnerId);
  if (known === undefined) throw new Error(`${partnerId} was not asked about`);
  const held = at('held');
  const moment = { now, currency, timeZone };
  const month = monthOf(now, timeZone);
  return {
    ...{ programId, partnerId, currency, held, unsent, policy },
    pending: at('pending'),
    available: at('available'),
    reserve: at('reserve'),
    receivable: -at('receivable'),
    securities: (await control.securities.open(programId, [partnerId])).get(partnerId) ?? NO_SECURITIES,
    blocks: [
      ...besidePayouts(
        blocksOfBalance(at('available') - unsent, { ...known, held }, policy, month, moment),
        underWay,
        moment,
      ),
      ...blocksOfPayee(known, policy, moment),
    ],
    nextPayoutAt: nextPayoutAt(policy, moment),
  };
};

/** What was credited to a place, less what was debited. */
const sumAt = (byPurpose: ReadonlyMap<Purpose, bigint>, place: Place): bigint =>
  [...byPurpose].reduce((sum, [purpose, minor]) => {
    const { debit, credit } = FLOWS[purpose];
    return sum + (credit === place ? minor : 0n) - (debit === place ? minor : 0n);
  }, 0n);
