import type { Clock } from '../../../shared/clock.ts';
import { digest } from '../../../shared/digest.ts';
import { AppError } from '../../../shared/errors.ts';
import { instantiate, prepare } from '../domain/template/instantiate.ts';
import type { PublishedTemplate, RunRequest } from '../domain/template/template.ts';
import type { NewAccount, NewTransaction, TransactionId } from '../index.ts';
import type { LedgerStores, LedgerTransaction } from '../ports/ledger-stores.ts';
import { openAll } from './open-accounts.ts';
import { mustBePosted, writeBatches } from './write-batches.ts';

export interface TemplateRef {
  readonly name: string;
  /** The last one, when absent. */
  readonly version?: number | undefined;
}

export interface RunOutcome {
  readonly name: string;
  readonly version: number;
  readonly id: TransactionId;
  readonly verdict: 'posted' | 'exists';
  readonly transactions: readonly TransactionId[];
}

export interface Rehearsal {
  readonly name: string;
  readonly version: number;
  readonly accounts: readonly NewAccount[];
  readonly transactions: readonly NewTransaction[];
}

interface Done {
  readonly outcome: RunOutcome;
  readonly rehearsal: Rehearsal;
}

/** Carries what would have been posted out of a transaction that is undone. */
class Rehearsed extends Error {
  constructor(readonly rehearsal: Rehearsal) {
    super('rehearsed');
  }
}

/** Opens what a template needs and posts what it says, all or nothing, once for each id. */
export class RunTemplate {
  constructor(
    private readonly transaction: LedgerTransaction,
    private readonly clock: Clock,
  ) {}

  /**
   * Throws `ledger.template_not_found`, `ledger.malformed_parameters`, `ledger.template_refused`, `ledger.id_reused`, and
   * what posting refuses.
   */
  run(template: TemplateRef, request: RunRequest): Promise<RunOutcome> {
    const asked = digest([template.name, template.version ?? null, request.effectiveAt, request.parameters]);
    return this.transaction.run(async (stores): Promise<RunOutcome> => {
      const before = await stores.templates.run(request.id);
      if (before !== undefined) {
        if (before.digest !== asked) throw idReused(request.id);
        const { digest: _, ...known } = before;
        return { ...known, verdict: 'exists' };
      }
      const { outcome } = await this.post(stores, await this.found(stores, template), request);
      await stores.templates.addRun({ ...outcome, digest: asked }, this.clock.now());
      return outcome;
    });
  }

  /** What a run would open and post now; nothing is. Throws as a run does. */
  async rehearse(template: TemplateRef, request: RunRequest): Promise<Rehearsal> {
    try {
      return await this.transaction.run(async (stores) => {
        const { rehearsal } = await this.post(stores, await this.found(stores, template), request);
        throw new Rehearsed(rehearsal);
      });
    } catch (error) {
      if (error instanceof Rehearsed) return error.rehearsal;
      throw error;
    }
  }

  private async found({ templates }: LedgerStores, { name, version }: TemplateRef): Promise<PublishedTemplate> {
    const template = await templates.find(name, version);
    if (template !== undefined) return template;
    const which = version === undefined ? name : `${name} version ${version}`;
    throw new AppError('not_found', 'ledger.template_not_found', `no template ${which} was published`);
  }

  private async post(
    stores: LedgerStores,
    { name, version, body }: PublishedTemplate,
    request: RunRequest,
  ): Promise<Done> {
    const at = this.clock.now();
    const { accounts, codes, scope } = prepare(body, request.parameters);
    await openAll(stores.accounts, accounts, at);
    const book = await stores.journal.open(codes, [request.id]);
    if (book.digests.has(request.id)) throw idReused(request.id);
    const balances = await stores.journal.balances(codes);
    const transactions = instantiate(body, request, { ...scope, balances });
    const [verdicts = []] = await writeBatches(stores, [{ transactions, linked: true }], book, at);
    mustBePosted(verdicts);
    const about = { name, version };
    return {
      outcome: { ...about, id: request.id, verdict: 'posted', transactions: transactions.map(({ id }) => id) },
      rehearsal: { ...about, accounts, transactions },
    };
  }
}

const idReused = (id: TransactionId): AppError =>
  new AppError('conflict', 'ledger.id_reused', `${id} is taken, with another content; take a new id`);
