import { createApp } from './app.ts';
import { readConfig } from './infrastructure/config.ts';
import { endWell, sayWhy } from './infrastructure/system/process.ts';

/** A process of production: its roles and everything else come from the environment. */
const start = async (): Promise<void> => {
  const app = createApp(readConfig(process.env));
  try {
    const port = await app.start();
    app.logger.info('started', { port });
    endWell(() => app.stop());
  } catch (error) {
    await app.release();
    throw error;
  }
};

start().catch(sayWhy);
