import type { Clock } from '../../../shared/clock.ts';
import { digest } from '../../../shared/digest.ts';
import { readTemplate } from '../domain/template/read-template.ts';
import type { PublishedTemplate } from '../domain/template/template.ts';
import type { LedgerTransaction } from '../ports/ledger-stores.ts';

/** Makes a template the next version of its name. What runs meanwhile goes on with the version it found. */
export class PublishTemplate {
  constructor(
    private readonly transaction: LedgerTransaction,
    private readonly clock: Clock,
  ) {}

  /** The version in force says the same: then that one. Throws `ledger.malformed_template`. */
  async run(sent: unknown, by: string): Promise<PublishedTemplate> {
    const body = readTemplate(sent);
    const content = digest(body);
    return this.transaction.run(async ({ templates }) => {
      await templates.lock(body.name);
      const last = await templates.find(body.name);
      if (last?.digest === content) return last;
      const version = (last?.version ?? 0) + 1;
      const template = { name: body.name, version, body, digest: content, publishedAt: this.clock.now() };
      await templates.publish(template, by);
      return template;
    });
  }
}
