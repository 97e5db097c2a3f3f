/** The journal as others' tools read it: hledger's journal format, and beancount's. One transaction after the other. */
import { exponentOf } from '../../../shared/currency.ts';
import type { RecordedTransaction } from '../domain/recorded.ts';

type Posting = RecordedTransaction['postings'][number];

/** `-12.50 EUR`: exact, for it is text that is cut. */
const decimal = ({ minor, currency }: Posting): string => {
  const exponent = exponentOf(currency);
  const digits = minor.replace('-', '').padStart(exponent + 1, '0');
  const whole = digits.slice(0, digits.length - exponent);
  const text = exponent === 0 ? whole : `${whole}.${digits.slice(-exponent)}`;
  return `${minor.startsWith('-') ? '-' : ''}${text} ${currency}`;
};

/** Characters that mean something to the reader, by their number: no two names become one. */
const escaped = (text: string, plain: RegExp): string =>
  Array.from(text, (each) => (plain.test(each) ? each : `_${each.codePointAt(0)?.toString(16) ?? ''}_`)).join('');

const oneLine = (text: string): string => text.replaceAll(/[\r\n;|"\\]/g, ' ');

/** https://hledger.org/hledger.html#journal */
export const toHledger = ({ id, effectiveAt, purpose, postings }: RecordedTransaction): string =>
  [
    `${effectiveAt.slice(0, 10)} * ${oneLine(purpose)}  ; id:${id}`,
    ...postings.map((posting) => `    ${escaped(posting.account, /[A-Za-z0-9:.-]/)}  ${decimal(posting)}`),
    '',
    '',
  ].join('\n');

/**
 * https://beancount.github.io/docs/beancount_language_syntax.html. Its accounts stand under one of five roots; which, it
 * cannot know from us, and it changes no balance: all of ours stand under `Assets`.
 */
export class BeancountWriter {
  private readonly open = new Set<string>();

  write({ id, effectiveAt, purpose, postings }: RecordedTransaction): string {
    const names = postings.map(({ account }) => this.nameOf(account));
    const fresh = [...new Set(names)].filter((name) => !this.open.has(name));
    for (const name of fresh) this.open.add(name);
    return [
      ...fresh.map((name) => `1583-01-01 open ${name}`),
      `${effectiveAt.slice(0, 10)} * "${oneLine(purpose)}"`,
      `  id: "${id}"`,
      ...postings.map((posting, index) => `  ${names[index] ?? ''}  ${decimal(posting)}`),
      '',
      '',
    ].join('\n');
  }

  private nameOf(code: string): string {
    const parts = code.split(':').map((part) => `0${escaped(part, /[A-Za-z0-9]/).replaceAll('_', '-')}`);
    return ['Assets', ...parts].join(':');
  }
}
