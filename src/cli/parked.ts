/** `tributary parked`: what consumers could not handle, why, and sending it through again. */
import type { App } from '../infrastructure/compose.ts';
import type { Inbound } from '../infrastructure/messaging/inbound.ts';
import type { Parked } from '../infrastructure/messaging/parking-lot.ts';
import { nameOf } from '../shared/events.ts';
import { AppError } from '../shared/errors.ts';

/** Parked messages are known by consumer and position: `commission/42`. */
const nameIn = (inbound: Inbound, { position }: Parked): string => `${inbound.consumer.name}/${position}`;

export const listParked = async (app: App, limit: number): Promise<void> => {
  let found = 0;
  for (const inbound of app.inbounds) {
    for (const parked of await inbound.lot.list(limit)) {
      found += 1;
      console.log(
        `${nameIn(inbound, parked).padEnd(20)} ${nameOf(parked.envelope).padEnd(40)} ${parked.envelope.partitionKey}  ${parked.code}: ${parked.reason}`,
      );
    }
  }
  if (found === 0) console.log('nothing is parked: every consumer has handled all it was given');
};

const find = async (app: App, name: string): Promise<readonly [Inbound, Parked]> => {
  const [consumer, position = ''] = name.split('/');
  const inbound = app.inbounds.find((each) => each.consumer.name === consumer);
  const parked = /^\d+$/.test(position) ? await inbound?.lot.find(BigInt(position)) : undefined;
  if (inbound === undefined || parked === undefined) {
    throw new AppError('not_found', 'messaging.not_parked', `nothing is parked as ${name}; see: tributary parked list`);
  }
  return [inbound, parked];
};

export const showParked = async (app: App, name: string): Promise<void> => {
  const [, parked] = await find(app, name);
  console.log(JSON.stringify({ ...parked, position: parked.position.toString() }, null, 2));
};

/** Re-drives what waits with that message, front first; `all` re-drives everything. Stops a key at its first failure. */
export const redriveParked = async (app: App, name: string): Promise<number> => {
  const targets =
    name === 'all'
      ? await fronts(app)
      : [await find(app, name).then(([inbound, { envelope }]) => [inbound, envelope.partitionKey] as const)];
  let failures = 0;
  for (const [inbound, key] of targets) {
    try {
      console.log(`${inbound.consumer.name} ${key}: ${await inbound.redrive(key)} re-driven`);
    } catch (error) {
      failures += 1;
      console.log(
        `${inbound.consumer.name} ${key}: still fails: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  return failures;
};

const fronts = async (app: App): Promise<readonly (readonly [Inbound, string])[]> => {
  const found = await Promise.all(
    app.inbounds.map(async (inbound) => {
      const keys = (await inbound.lot.list(10_000)).map(({ envelope }) => envelope.partitionKey);
      return [...new Set(keys)].map((key) => [inbound, key] as const);
    }),
  );
  return found.flat();
};
