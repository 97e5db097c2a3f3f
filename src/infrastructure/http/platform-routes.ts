/** Routes that belong to no module: health, metrics, documents, the sandbox's clock. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { IsFlag, IsInstant, IsText, IsWhole } from '../../shared/fields.ts';
import { instant, type Instant } from '../../shared/instant.ts';
import type { Clock } from '../../shared/clock.ts';
import { type SandboxClock } from '../system/sandbox-clock.ts';
import { type Route, route } from './route.ts';

export interface PlatformParts {
  readonly root: string;
  readonly clock: Clock;
  /** What is missing before requests can be served; empty when ready. */
  readonly notReady: () => Promise<readonly string[]>;
  readonly scrape: () => Promise<string>;
  readonly openApi: () => unknown;
  /** Waits until everything that is due has been done; false when it took longer. */
  readonly settle: (timeoutMs: number) => Promise<boolean>;
}

class Health {
  @IsText({ max: 20 }) readonly status!: string;
}

class ClockRequest {
  @IsInstant({ description: 'The moment to set the clock to; it only goes forward', example: '2018-12-31T00:00:00Z' })
  readonly now!: string;
}

class SettleRequest {
  @IsWhole({ min: 0, max: 120_000, description: 'How long to wait' }) readonly timeoutMs!: number;
}

class ClockView {
  @IsInstant() readonly now!: Instant;
  @IsFlag({ description: 'Whether the clock stands where it was set, or runs' }) readonly standing!: boolean;
}

class SettledView {
  @IsInstant() readonly now!: Instant;
  @IsFlag({ description: 'False: some work was still under way when the time was up' }) readonly settled!: boolean;
}

export const platformRoutes = (parts: PlatformParts): readonly Route[] => [
  route({
    method: 'get',
    path: '/healthz',
    operationId: 'health',
    tag: 'operations',
    summary: 'The process is alive',
    access: 'public',
    success: { 200: Health },
    handle: () => Promise.resolve({ status: 'alive' }),
  }),
  route({
    method: 'get',
    path: '/readyz',
    operationId: 'readiness',
    tag: 'operations',
    summary: 'The process can serve requests',
    access: 'public',
    success: { 200: Health },
    handle: async () => {
      const missing = await parts.notReady();
      if (missing.length > 0)
        throw new AppError('unavailable', 'http.not_ready', missing.join('; '), { retryAfterSeconds: 1 });
      return { status: 'ready' };
    },
  }),
  route({
    method: 'get',
    path: '/metrics',
    operationId: 'metrics',
    tag: 'operations',
    summary: 'Metrics for Prometheus',
    access: 'public',
    success: { 200: { mediaType: 'text/plain' } },
    handle: parts.scrape,
    respond: (text) => ({ status: 200, headers: { 'Content-Type': 'text/plain; version=0.0.4' }, body: text }),
  }),
  route({
    method: 'get',
    path: '/openapi.json',
    operationId: 'openApi',
    tag: 'operations',
    summary: 'This document',
    access: 'public',
    success: { 200: { mediaType: 'application/json' } },
    handle: () => Promise.resolve(parts.openApi()),
    respond: (body) => ({ status: 200, body }),
  }),
  route({
    method: 'get',
    path: '/docs/errors',
    operationId: 'errorCatalogue',
    tag: 'operations',
    summary: 'Every error code, what it means and what to do',
    access: 'public',
    success: { 200: { mediaType: 'text/markdown' } },
    handle: () => readFile(join(parts.root, 'docs/errors.md'), 'utf8'),
    respond: (text) => ({ status: 200, headers: { 'Content-Type': 'text/markdown; charset=utf-8' }, body: text }),
  }),
];

/** Only a sandbox has them: time there stands where it is put. */
export const sandboxRoutes = (parts: PlatformParts & { readonly clock: SandboxClock }): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/sandbox/clock',
    operationId: 'getSandboxClock',
    tag: 'sandbox',
    summary: 'What time the business thinks it is',
    access: { scope: 'sandbox' },
    success: { 200: ClockView },
    handle: () => Promise.resolve({ now: parts.clock.now(), standing: parts.clock.isStanding }),
  }),
  route({
    method: 'post',
    path: '/v1/sandbox/clock',
    operationId: 'setSandboxClock',
    tag: 'sandbox',
    summary: 'Set the business clock forward',
    access: { scope: 'sandbox' },
    body: ClockRequest,
    success: { 200: ClockView },
    errors: ['sandbox.clock_goes_forward', 'sandbox.clock_too_far'],
    handle: async ({ body }) => ({ now: await parts.clock.set(instant(body.now)), standing: true }),
  }),
  route({
    method: 'post',
    path: '/v1/sandbox/settle',
    operationId: 'settleSandbox',
    tag: 'sandbox',
    summary: 'Wait until everything that is due has been done',
    access: { scope: 'sandbox' },
    body: SettleRequest,
    success: { 200: SettledView },
    handle: async ({ body }) => ({ settled: await parts.settle(body.timeoutMs), now: parts.clock.now() }),
  }),
];
