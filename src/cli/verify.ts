/** `tributary verify`: looks at everything that must always be true. */
import type { Audit } from '../infrastructure/audit.ts';
import type { App } from '../infrastructure/compose.ts';
import { lookAtDatabase } from './local/reach.ts';

/** What a running program may take to finish what is under way. */
const PATIENCE_MS = 15_000;
const SECOND_LOOK_MS = 1_000;
const SHOWN = 20;
/** While the server reads for one of them, the program works out another. */
const AT_ONCE = 3;

export interface Audited {
  readonly promise: string;
  readonly findings: readonly string[];
}

/**
 * Everything, a few promises at a time. Audits look at several things one after the other, and a program at work may
 * change them in between: so what is under way may come to its end first, and what seems broken then is looked at again
 * and counts if it still is.
 */
export const audited = async (app: Pick<App, 'audits' | 'config' | 'settle'>): Promise<readonly Audited[]> => {
  const { inUse } = await lookAtDatabase(app.config.DATABASE_URL);
  if (inUse) await app.settle(PATIENCE_MS);
  const first = await lookAt(app.audits);
  if (!inUse || first.every(isKept)) return first;
  await new Promise((resolve) => setTimeout(resolve, SECOND_LOOK_MS));
  const doubtful = new Set(first.filter((each) => !isKept(each)).map(({ promise }) => promise));
  const second = await lookAt(app.audits.filter(({ promise }) => doubtful.has(promise)));
  return first.map((each) => second.find(({ promise }) => promise === each.promise) ?? each);
};

/** Throws what failed, when nobody is looking any more. */
const lookAt = async (audits: readonly Audit[]): Promise<readonly Audited[]> => {
  const results: Audited[] = [];
  const waiting = audits.entries();
  const look = async (): Promise<void> => {
    for (const [index, audit] of waiting) results[index] = { promise: audit.promise, findings: await audit.run() };
  };
  const looked = await Promise.allSettled(Array.from({ length: AT_ONCE }, look));
  const failed = looked.find((each) => each.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return results;
};

export const isKept = ({ findings }: Audited): boolean => findings.length === 0;

/** Says of each promise whether it holds, and what contradicts it. The number of those that do not. */
export const verify = async (app: App): Promise<number> => {
  const results = await audited(app);
  for (const { promise, findings } of results) {
    console.log(`${findings.length === 0 ? 'holds ' : 'BROKEN'} ${promise}`);
    for (const finding of findings.slice(0, SHOWN)) console.log(`         ${finding}`);
    if (findings.length > SHOWN) console.log(`         … and ${findings.length - SHOWN} more`);
  }
  const broken = results.filter((result) => !isKept(result)).length;
  console.log(
    broken === 0 ? `all ${results.length} promises hold` : `${broken} of ${results.length} promises are broken`,
  );
  return broken;
};
