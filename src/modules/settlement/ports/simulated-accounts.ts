import type { PaymentState, SimulatedAccount, SimulatedPayment } from '../domain/rails/simulated-bank.ts';
import type { SimulatedItem } from '../domain/rails/simulated-rail.ts';

/** What the simulated bank of a sandbox, and its simulated provider of wallets, remember. */
export abstract class SimulatedAccounts {
  /** The account, opened if need be, and nobody else's until the transaction ends. */
  abstract open(account: SimulatedAccount): Promise<SimulatedAccount>;
  abstract payments(endToEndIds: readonly string[]): Promise<ReadonlyMap<string, PaymentState>>;
  abstract save(account: SimulatedAccount, payments: readonly SimulatedPayment[]): Promise<void>;
  /** A payment by wallet. */
  abstract item(reference: string): Promise<SimulatedItem | undefined>;
  abstract saveItem(item: SimulatedItem): Promise<void>;
}
