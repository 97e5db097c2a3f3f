/** Signed click ids, checked one after the other on one core: genuine ones of many programs and days, and forged ones. */
import { randomBytes } from 'node:crypto';
import { HmacClickSigner } from '../../src/modules/attribution/adapters/hmac-click-signer.ts';
import { ClickTokens } from '../../src/modules/attribution/application/traffic/click-tokens.ts';
import { SystemWallClock } from '../../src/infrastructure/system/system.ts';
import { TimeOrderedIds } from '../../src/infrastructure/system/time-ordered-ids.ts';
import { Clock } from '../../src/shared/clock.ts';
import { type Instant, instantAt } from '../../src/shared/instant.ts';
import { median, type Report } from '../support/finding.ts';

const TOKENS = 20_000;
const DAY_MS = 86_400_000;
const SPREAD_DAYS = 300;
const VALID_DAYS = 400;

class Now extends Clock {
  override now(): Instant {
    return instantAt(Date.now());
  }
}

const ids = new TimeOrderedIds(new SystemWallClock());

const minted = (tokens: ClickTokens, n: number): string => {
  const link = { programId: ids.next('prg'), partnerId: ids.next('par'), linkId: ids.next('lnk') };
  return tokens.mint({ clickId: ids.next('clk'), ...link }, Date.now() - (n % SPREAD_DAYS) * DAY_MS);
};

/** Another last digit but one. */
const forged = (token: string): string => {
  const digit = token.at(-2) === 'A' ? 'B' : 'A';
  return `${token.slice(0, -2)}${digit}${token.slice(-1)}`;
};

/** By processor time: what others do meanwhile is not counted. */
const perCoreSecond = (count: number, work: () => void): number => {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (count / (user + system)) * 1_000_000;
};

export const clickIds = (rounds: number): Report => {
  const tokens = new ClickTokens(new HmacClickSigner(randomBytes(32)), new Now(), VALID_DAYS);
  const genuine = Array.from({ length: TOKENS }, (_, n) => minted(tokens, n));
  const wrong = genuine.map(forged);
  let mistaken = 0;
  const verify = (): void => {
    for (const token of genuine) if (tokens.verify(token).kind !== 'genuine') mistaken += 1;
  };
  verify();
  const figures = Array.from({ length: rounds }, () => perCoreSecond(TOKENS, verify));
  for (const token of wrong) if (tokens.verify(token).kind !== 'forged') mistaken += 1;
  const minting = Array.from({ length: rounds }, () =>
    perCoreSecond(TOKENS, () => {
      for (let n = 0; n < TOKENS; n += 1) minted(tokens, n);
    }),
  );
  return {
    title: 'Signed click ids',
    findings: [
      { what: 'verified by one core', value: median(figures), unit: '/s', bar: { least: 100_000 } },
      { what: 'minted by one core, with four ids each', value: median(minting), unit: '/s' },
      {
        what: `taken for what they are not, of ${(2 * TOKENS).toLocaleString('en-US')}`,
        value: mistaken,
        unit: '',
        bar: { most: 0 },
        isPromise: true,
      },
    ],
  };
};
