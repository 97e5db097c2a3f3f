import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../src/infrastructure/system/root.ts';
import type { NewTransaction } from '../../src/modules/ledger/index.ts';
import { instantiate, prepare } from '../../src/modules/ledger/domain/template/instantiate.ts';
import { readTemplate } from '../../src/modules/ledger/domain/template/read-template.ts';
import type { TemplateBody } from '../../src/modules/ledger/domain/template/template.ts';
import { instant } from '../../src/shared/instant.ts';
import { idOf } from './clock.ts';
import { shortly } from './contracts/ledger-contract.ts';
import { FakeLedger } from './fakes/fake-ledger.ts';

interface Product {
  readonly templates: readonly unknown[];
}

export const productNamed = (name: string): Product =>
  JSON.parse(readFileSync(join(projectRoot(), 'products', `${name}.json`), 'utf8')) as Product;

/** A product on a ledger in memory: what a run would post is posted there. */
export class ProductLedger {
  readonly ledger = new FakeLedger();
  private readonly templates: ReadonlyMap<string, TemplateBody>;
  private runs = 0;

  constructor(
    product: Product,
    private readonly fixed: Readonly<Record<string, string>>,
  ) {
    this.templates = new Map(product.templates.map((each) => readTemplate(each)).map((body) => [body.name, body]));
  }

  async rehearse(
    name: string,
    given: Readonly<Record<string, string>> = {},
    at = '2026-01-31T12:00:00Z',
  ): Promise<readonly NewTransaction[]> {
    const body = this.templates.get(name);
    if (body === undefined) throw new Error(`no template ${name}`);
    const known = Object.entries({ ...this.fixed, ...given }).filter(([key]) => Object.hasOwn(body.parameters, key));
    const { accounts, codes, scope } = prepare(body, Object.fromEntries(known));
    await this.ledger.openAccounts(accounts);
    const balances = await this.ledger.balances(codes);
    const held = new Map(balances.map(({ account, minor }) => [account, BigInt(minor)]));
    const id = idOf('txn', 1_000 * (this.runs += 1));
    return instantiate(body, { id, effectiveAt: instant(at) }, { ...scope, balances: held });
  }

  /** What the ledger answers: `posted` for each transaction, or why not. */
  async run(...asked: Parameters<ProductLedger['rehearse']>): Promise<readonly string[]> {
    return shortly(await this.ledger.post(await this.rehearse(...asked), { linked: true }));
  }

  async balance(code: string): Promise<string | undefined> {
    return (await this.ledger.balances([code]))[0]?.minor;
  }

  async balancesOf(...codes: readonly string[]): Promise<readonly (string | undefined)[]> {
    return Promise.all(codes.map((code) => this.balance(code)));
  }
}
