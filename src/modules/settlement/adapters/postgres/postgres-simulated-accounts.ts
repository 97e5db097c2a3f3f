import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { Money } from '../../../../shared/money.ts';
import type { PaymentState, SimulatedAccount, SimulatedPayment } from '../../domain/rails/simulated-bank.ts';
import type { Call, SimulatedItem } from '../../domain/rails/simulated-rail.ts';
import type { SimulatedAccounts } from '../../ports/simulated-accounts.ts';

interface AccountRow {
  readonly number: string;
  readonly scheme: 'iban' | 'domestic';
  readonly currency: string;
  readonly balance_minor: bigint;
  readonly sequence: number;
}

interface ItemRow {
  readonly reference: string;
  readonly call: Call;
  readonly fate: string;
  readonly requests: number;
  readonly taken_at: Instant | null;
}

export class PostgresSimulatedAccounts implements SimulatedAccounts {
  constructor(private readonly db: Knex) {}

  async open({ number, scheme, balance, sequence }: SimulatedAccount): Promise<SimulatedAccount> {
    const [row] = await rowsOf<AccountRow>(
      this.db,
      `insert into settlement.simulated_accounts as account (number, scheme, currency, balance_minor, sequence)
       values (:number, :scheme, :currency, :balance, :sequence)
       on conflict (number) do update set sequence = account.sequence
       returning *`,
      { number, scheme, currency: balance.currency, balance: balance.minor.toString(), sequence },
    );
    if (row === undefined) throw new Error(`the simulated account ${number} is not there`);
    return {
      number: row.number,
      scheme: row.scheme,
      balance: Money.of(row.balance_minor, row.currency),
      sequence: row.sequence,
    };
  }

  async payments(endToEndIds: readonly string[]): Promise<ReadonlyMap<string, PaymentState>> {
    const rows = await rowsOf<{ end_to_end_id: string; state: PaymentState }>(
      this.db,
      `select end_to_end_id, state from settlement.simulated_payments where end_to_end_id = any(:ids)`,
      { ids: [...endToEndIds] },
    );
    return new Map(rows.map(({ end_to_end_id, state }) => [end_to_end_id, state]));
  }

  async item(reference: string): Promise<SimulatedItem | undefined> {
    const [row] = await rowsOf<ItemRow>(
      this.db,
      `select reference, call, fate, requests, taken_at from settlement.simulated_items
       where reference = :reference for update`,
      { reference },
    );
    if (row === undefined) return undefined;
    const { taken_at, ...item } = row;
    return { ...item, ...(taken_at !== null && { takenAt: taken_at }) };
  }

  async saveItem({ reference, call, fate, requests, takenAt }: SimulatedItem): Promise<void> {
    await rowsOf(
      this.db,
      `insert into settlement.simulated_items (reference, call, fate, requests, taken_at)
       values (:reference, :call, :fate, :requests, :takenAt)
       on conflict (reference) do update
       set call = excluded.call, fate = excluded.fate, requests = excluded.requests, taken_at = excluded.taken_at`,
      { reference, call, fate, requests, takenAt: takenAt ?? null },
    );
  }

  async save({ number, balance, sequence }: SimulatedAccount, payments: readonly SimulatedPayment[]): Promise<void> {
    await rowsOf(
      this.db,
      `update settlement.simulated_accounts set balance_minor = :balance, sequence = :sequence where number = :number`,
      { number, balance: balance.minor.toString(), sequence },
    );
    // A payment that is booked and returned in one go is named twice; its last state counts.
    const last = [...new Map(payments.map((payment) => [payment.endToEndId, payment])).values()];
    await rowsOf(
      this.db,
      `insert into settlement.simulated_payments (end_to_end_id, state)
       select * from unnest(:ids::text[], :states::text[])
       on conflict (end_to_end_id) do update set state = excluded.state`,
      { ids: last.map(({ endToEndId }) => endToEndId), states: last.map(({ state }) => state) },
    );
  }
}
