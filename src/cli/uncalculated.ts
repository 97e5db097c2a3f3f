/** `tributary uncalculated`: orders that nobody can calculate as they are, and why. */
import type { App } from '../infrastructure/compose.ts';
import { UncalculatedPort } from '../modules/commission/index.ts';
import { parseId } from '../shared/ids.ts';

/** As commander gives them. */
export interface UncalculatedOptions {
  readonly program?: string;
  readonly code?: string;
  readonly limit?: string;
}

const MOST_LISTED = 1_000;

export const listUncalculated = async (app: App, { program, code, limit }: UncalculatedOptions): Promise<void> => {
  const which = { programId: program === undefined ? undefined : parseId('prg', program), code };
  const most = Math.min(Math.max(Number(limit ?? 100), 1), MOST_LISTED);
  const { data, nextCursor } = await app.ask(UncalculatedPort).uncalculated(which, { limit: most });
  for (const order of data)
    console.log(`${order.orderId}  ${order.orderRef.padEnd(20)} since ${order.since}  ${order.code}: ${order.detail}`);
  if (data.length === 0) console.log('every order that is credited to somebody is calculated');
  if (nextCursor !== null) console.log(`… and more; --limit shows up to ${MOST_LISTED}`);
};
