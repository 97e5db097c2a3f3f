import { App } from './infrastructure/compose.ts';
import type { Config } from './infrastructure/config.ts';
import type { Module } from './infrastructure/module.ts';
import type { TelemetryOptions } from './infrastructure/telemetry/start.ts';
import { attribution } from './modules/attribution/module.ts';
import { commission } from './modules/commission/module.ts';
import { fraud } from './modules/fraud/module.ts';
import { identity } from './modules/identity/module.ts';
import { ledger } from './modules/ledger/module.ts';
import { orders } from './modules/orders/module.ts';
import { partners } from './modules/partners/module.ts';
import { pipeline } from './modules/pipeline/module.ts';
import { reporting } from './modules/reporting/module.ts';
import { settlement } from './modules/settlement/module.ts';
import { webhooks } from './modules/webhooks/module.ts';

/** All there are. A module comes after those it asks. */
export const modules: readonly Module[] = [
  identity,
  partners,
  pipeline,
  orders,
  attribution,
  fraud,
  commission,
  ledger,
  settlement,
  webhooks,
  reporting,
];

export const createApp = (config: Config, telemetry?: TelemetryOptions): App => new App(config, modules, telemetry);
