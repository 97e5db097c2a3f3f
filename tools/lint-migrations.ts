/** `make migrate-lint` */
import { asLine, lintMigrations } from './migrations/lint.ts';

const findings = await lintMigrations();
for (const finding of findings) console.log(asLine(finding));
console.log(findings.length === 0 ? 'nothing to say against the migrations' : `${findings.length} findings`);
process.exitCode = findings.length === 0 ? 0 : 1;
