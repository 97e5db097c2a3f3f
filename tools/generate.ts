/** `make generate`: writes what is generated. `make verify` tells when somebody forgot to. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../src/infrastructure/system/root.ts';
import { GENERATED } from './generated.ts';

for (const { file, text } of GENERATED) {
  writeFileSync(join(projectRoot(), file), await text());
  console.log(`wrote ${file}`);
}
