import type { App } from '../infrastructure/compose.ts';

/** Looks at everything that must always be true. The number of promises that do not hold. */
export const verify = async (app: App): Promise<number> => {
  let broken = 0;
  for (const audit of app.audits) {
    const findings = await audit.run();
    console.log(`${findings.length === 0 ? 'holds ' : 'BROKEN'} ${audit.promise}`);
    for (const finding of findings.slice(0, 20)) console.log(`         ${finding}`);
    if (findings.length > 20) console.log(`         … and ${findings.length - 20} more`);
    if (findings.length > 0) broken += 1;
  }
  return broken;
};
