/** An attestation as a page that a person can read, in English or Chinese. */
import { Money } from '../../../../shared/money.ts';
import type { Attestation, AttestedPromise } from './attestation.ts';
import type { PromiseState } from './watch.ts';

export const LANGUAGES = ['en', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

interface Words {
  readonly title: (attestation: Attestation) => string;
  readonly verdict: (attestation: Attestation) => string;
  readonly promises: string;
  readonly states: Readonly<Record<PromiseState, string>>;
  readonly unseen: (failure: string) => string;
  readonly books: (attestation: Attestation['books']) => string;
  readonly total: (currency: string, debit: string, credit: string) => string;
  readonly seal: (seal: NonNullable<Attestation['books']['seal']>) => string;
  readonly unsealed: string;
  readonly frozen: string;
  readonly chain: (attestation: Attestation) => string;
}

const ENGLISH: Words = {
  title: ({ number, at, isDaily }) => `Attestation ${number}, ${isDaily ? 'of the day' : 'on request'}, ${at}`,
  verdict: ({ holds, promises }) =>
    holds
      ? `All ${promises.length} promises hold.`
      : `${promises.filter(({ state }) => state !== 'holds').length} of ${promises.length} promises do not hold.`,
  promises: 'What was looked at:',
  states: { unknown: 'not seen', holds: 'holds', doubtful: 'doubtful', broken: 'BROKEN' },
  unseen: (failure) => `could not be looked at: ${failure}`,
  books: ({ accounts, transactions }) => `The books: ${transactions} transactions over ${accounts} accounts.`,
  total: (currency, debit, credit) => `${currency}: debits ${debit}, credits ${credit}`,
  seal: ({ number, head, keyId }) => `Sealed up to seal ${number}, head ${head}, signed with key ${keyId}.`,
  unsealed: 'Nothing is sealed yet.',
  frozen: 'Payouts are frozen.',
  chain: ({ digest, previous }) =>
    previous === undefined ? `Digest ${digest}; the first.` : `Digest ${digest}; the one before has ${previous}.`,
};

const CHINESE: Words = {
  title: ({ number, at, isDaily }) => `第 ${number} 号审计声明（${isDaily ? '每日' : '应要求'}），${at}`,
  verdict: ({ holds, promises }) =>
    holds
      ? `全部 ${promises.length} 项承诺均成立。`
      : `${promises.length} 项承诺中有 ${promises.filter(({ state }) => state !== 'holds').length} 项不成立。`,
  promises: '已核查的承诺：',
  states: { unknown: '未核查', holds: '成立', doubtful: '存疑', broken: '不成立' },
  unseen: (failure) => `无法核查：${failure}`,
  books: ({ accounts, transactions }) => `账簿：${accounts} 个账户，${transactions} 笔交易。`,
  total: (currency, debit, credit) => `${currency}：借方 ${debit}，贷方 ${credit}`,
  seal: ({ number, head, keyId }) => `已封存至第 ${number} 号封印，链头 ${head}，签名密钥 ${keyId}。`,
  unsealed: '尚无封印。',
  frozen: '付款已冻结。',
  chain: ({ digest, previous }) =>
    previous === undefined ? `摘要 ${digest}；此为第一份。` : `摘要 ${digest}；上一份为 ${previous}。`,
};

const WORDS: Readonly<Record<Language, Words>> = { en: ENGLISH, zh: CHINESE };

export const attestationText = (attestation: Attestation, language: Language): string => {
  const words = WORDS[language];
  const { books, promises, payoutsFrozen } = attestation;
  return [
    words.title(attestation),
    '',
    words.verdict(attestation),
    ...(payoutsFrozen ? [words.frozen] : []),
    '',
    words.promises,
    ...promises.flatMap((each) => promiseLines(each, words)),
    '',
    words.books(books),
    ...books.totals.map(
      ({ currency, debit, credit }) =>
        `  ${words.total(currency, Money.fromJson(debit).toString(), Money.fromJson(credit).toString())}`,
    ),
    books.seal === undefined ? words.unsealed : words.seal(books.seal),
    words.chain(attestation),
    '',
  ].join('\n');
};

const promiseLines = ({ promise, state, findings, failure }: AttestedPromise, words: Words): readonly string[] => [
  `  ${words.states[state]}  ${promise}`,
  ...(failure === undefined ? [] : [`      ${words.unseen(failure)}`]),
  ...findings.map((finding) => `      ${finding}`),
];
