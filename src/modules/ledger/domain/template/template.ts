/**
 * A template is data: which accounts a step of a product needs, and what it posts between them. A product is accounts
 * and templates, and no code. Texts hold parameters in braces; amounts are whole minor units, reckoned exactly.
 */
import type { Instant } from '../../../../shared/instant.ts';
import type { TransactionId } from '../../index.ts';

/** Digits, or the name of a parameter or of something `let`; or reckoned from such. */
export type Amount =
  | string
  | { readonly sum: readonly Amount[] }
  /** The first, less the others. */
  | { readonly less: readonly Amount[] }
  | { readonly least: readonly Amount[] }
  | { readonly greatest: readonly Amount[] }
  /** Half up. */
  | { readonly percent: string; readonly of: Amount }
  /** Of the first, as the second is to the third; half up. */
  | { readonly fraction: readonly [Amount, Amount, Amount] }
  /** Of equal parts that sum to the whole, those from one to another. */
  | { readonly parts: { readonly of: Amount; readonly among: Amount; readonly from: Amount; readonly through: Amount } }
  /** Of an account, on its normal side, before anything of this run; nothing where there is no such account. */
  | { readonly balance: string };

export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  | { readonly moreThan: readonly [Amount, Amount] }
  | { readonly atLeast: readonly [Amount, Amount] }
  | { readonly equal: readonly [Amount, Amount] }
  /** A parameter has that value. */
  | { readonly is: readonly [string, string] };

export type ParameterType = 'amount' | 'whole' | 'percent' | 'word' | 'currency' | 'moment';

export interface Parameter {
  readonly type: ParameterType;
  readonly about?: string;
  readonly default?: string;
}

export interface TemplateAccount {
  readonly code: string;
  readonly kind: string;
  readonly normalSide: 'debit' | 'credit';
  readonly bound: 'none' | 'no_overdraft';
  readonly creditLimit?: string;
  readonly parent?: string;
}

/** One of several accounts that an amount is distributed to. */
export interface Part {
  readonly account: string;
  readonly fixed?: Amount;
  /** Of the whole amount. */
  readonly percent?: string;
  /** What the others leave. */
  readonly remainder?: true;
  readonly when?: Condition;
}

export interface Line {
  readonly debit: string | readonly Part[];
  readonly credit: string | readonly Part[];
  readonly amount: Amount;
  readonly when?: Condition;
}

export interface Step {
  readonly purpose: string;
  readonly when?: Condition;
  /** So often, numbered from 1 by that name; each as many months after the moment of the run as its number, times that. */
  readonly repeat?: { readonly times: Amount; readonly as: string; readonly monthsApart?: number };
  readonly postings: readonly Line[];
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface TemplateBody {
  readonly name: string;
  readonly about: string;
  readonly currency: string;
  readonly parameters: Readonly<Record<string, Parameter>>;
  readonly accounts: readonly TemplateAccount[];
  readonly let?: Readonly<Record<string, Amount>>;
  readonly refuse?: readonly { readonly when: Condition; readonly because: string }[];
  readonly transactions: readonly Step[];
}

export interface PublishedTemplate {
  readonly name: string;
  /** 1, 2, 3 … */
  readonly version: number;
  readonly body: TemplateBody;
  readonly digest: string;
  readonly publishedAt: Instant;
}

export interface TemplateRun {
  readonly id: TransactionId;
  readonly name: string;
  readonly version: number;
  /** Of what was asked for. */
  readonly digest: string;
  readonly transactions: readonly TransactionId[];
}

export interface RunRequest {
  readonly id: TransactionId;
  readonly effectiveAt: Instant;
  readonly parameters: Readonly<Record<string, string>>;
}
