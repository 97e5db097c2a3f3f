/** The document of the whole program as YAML: what `/openapi.json` serves, in a form that people can read and compare. */
import { stringify } from 'yaml';
import { createApp } from '../src/app.ts';
import { readConfig } from '../src/infrastructure/config.ts';

const HEADING = '# Generated from the route tables by `make generate`. Change the tables, not this file.\n';

/** Nothing connects before something is asked: no service is needed to put the program together. */
export const apiDocument = async (): Promise<string> => {
  const app = createApp(
    readConfig({
      DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
      MASTER_KEY: Buffer.alloc(32).toString('base64'),
      SANDBOX: 'true',
    }),
  );
  try {
    // Through JSON, as it is served; and each schema written out where it is used rather than as an alias.
    const served: unknown = JSON.parse(JSON.stringify(app.openApi()));
    return HEADING + stringify(served, { lineWidth: 120, aliasDuplicateObjects: false });
  } finally {
    await app.release();
  }
};
