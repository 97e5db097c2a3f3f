import { expect } from 'chai';
import fc from 'fast-check';
import { differences } from '../../../../src/modules/ledger/domain/template/diff.ts';
import { readTemplate } from '../../../../src/modules/ledger/domain/template/read-template.ts';
import { distribute, holds, reckon, type Scope } from '../../../../src/modules/ledger/domain/template/reckon.ts';
import type { Amount, Condition } from '../../../../src/modules/ledger/domain/template/template.ts';
import { productNamed } from '../../../support/product-ledger.ts';
import { rejects } from '../../../support/rejects.ts';

const scope: Scope = {
  currency: 'EUR',
  texts: new Map([
    ['fee', '2.5'],
    ['who', 'ada'],
    ['amount', '1001'],
  ]),
  amounts: new Map([['nth', 2n]]),
  balances: new Map([['wallet:ada', 300n]]),
};

const sound = {
  name: 'gift.give',
  about: 'A gift',
  currency: '{currency}',
  parameters: {
    who: { type: 'word' },
    amount: { type: 'amount' },
    fee: { type: 'percent' },
    currency: { type: 'currency' },
  },
  accounts: [{ code: 'gift:{who}', kind: 'gift', normalSide: 'credit', bound: 'no_overdraft' }],
  transactions: [{ purpose: 'gift', postings: [{ debit: 'bank', credit: 'gift:{who}', amount: 'amount' }] }],
};
const [step] = sound.transactions;
const [line] = step?.postings ?? [];
const withLine = (change: object) => ({ ...sound, transactions: [{ ...step, postings: [{ ...line, ...change }] }] });

describe('reading a template', () => {
  it('takes what is sound, and every template that ships', () => {
    expect(readTemplate(sound)).to.equal(sound);
    for (const name of ['affiliate', 'wallet', 'loan', 'escrow'])
      for (const template of productNamed(name).templates) readTemplate(template);
  });

  const faulty: readonly (readonly [string, unknown, string])[] = [
    ['no object', 'x', ''],
    ['no name', { ...sound, name: undefined }, '/name'],
    ['a name that is none', { ...sound, name: 'Gift' }, '/name'],
    ['a field nobody knows', { ...sound, more: 1 }, '/more'],
    [
      'a type nobody knows',
      { ...sound, parameters: { ...sound.parameters, x: { type: 'float' } } },
      '/parameters/x/type',
    ],
    ['braces around nothing known', { ...sound, currency: '{nobody}' }, '/currency'],
    ['an amount nobody knows', withLine({ amount: 'total' }), '/transactions/0/postings/0/amount'],
    ['an amount with decimals', withLine({ amount: '1.5' }), '/transactions/0/postings/0/amount'],
    ['a word for an amount', withLine({ amount: 'who' }), '/transactions/0/postings/0/amount'],
    ['a sum of nothing', withLine({ amount: { sum: [] } }), '/transactions/0/postings/0/amount/sum'],
    ['a sum nobody knows', withLine({ amount: { product: [] } }), '/transactions/0/postings/0/amount'],
    [
      'a percentage of a word',
      withLine({ amount: { percent: 'who', of: 'amount' } }),
      '/transactions/0/postings/0/amount/percent',
    ],
    [
      'a distribution without a remainder',
      withLine({ credit: [{ account: 'x', percent: '5' }] }),
      '/transactions/0/postings/0/credit',
    ],
    [
      'a part of two kinds',
      withLine({ credit: [{ account: 'x', percent: '5', remainder: true }] }),
      '/transactions/0/postings/0/credit/0',
    ],
    ['a condition nobody knows', withLine({ when: { less: ['1', '2'] } }), '/transactions/0/postings/0/when'],
    ['no transactions', { ...sound, transactions: [] }, '/transactions'],
  ];
  for (const [what, template, pointer] of faulty) {
    it(`refuses ${what}, and says where`, async () => {
      const error = await rejects(() => readTemplate(template), 'ledger.malformed_template');

      expect(error.details.faults?.map((fault) => fault.pointer)).to.include(pointer);
    });
  }

  it('survives whatever is sent', () => {
    fc.assert(
      fc.property(fc.anything({ maxDepth: 5 }), (value) => {
        expect(() => readTemplate(value)).to.throw('must');
      }),
    );
  });
});

describe('reckoning', () => {
  const amounts: readonly (readonly [Amount, bigint])[] = [
    ['12', 12n],
    ['amount', 1001n],
    ['nth', 2n],
    [{ sum: ['1', '2', 'amount'] }, 1004n],
    [{ less: ['amount', '1', '2'] }, 998n],
    [{ least: ['7', 'amount'] }, 7n],
    [{ greatest: ['7', 'amount'] }, 1001n],
    [{ percent: 'fee', of: 'amount' }, 25n],
    [{ percent: '50', of: 'amount' }, 501n],
    [{ fraction: ['amount', '1', '12'] }, 83n],
    [{ balance: 'wallet:{who}' }, 300n],
    [{ balance: 'wallet:nobody' }, 0n],
    [{ parts: { of: 'amount', among: '3', from: '1', through: '1' } }, 334n],
    [{ parts: { of: 'amount', among: '3', from: 'nth', through: '3' } }, 667n],
  ];
  for (const [amount, minor] of amounts) {
    it(`makes ${JSON.stringify(amount)} ${minor}`, () => {
      expect(reckon(amount, scope)).to.equal(minor);
    });
  }

  const conditions: readonly (readonly [Condition, boolean])[] = [
    [{ moreThan: ['amount', '1000'] }, true],
    [{ moreThan: ['amount', '1001'] }, false],
    [{ atLeast: ['amount', '1001'] }, true],
    [{ equal: ['nth', '2'] }, true],
    [{ is: ['who', 'ada'] }, true],
    [{ is: ['who', 'bob'] }, false],
    [{ not: { is: ['who', 'ada'] } }, false],
    [{ all: [{ is: ['who', 'ada'] }, { equal: ['1', '2'] }] }, false],
    [{ any: [{ is: ['who', 'ada'] }, { equal: ['1', '2'] }] }, true],
  ];
  for (const [condition, expected] of conditions) {
    it(`finds ${JSON.stringify(condition)} ${expected}`, () => {
      expect(holds(condition, scope)).to.equal(expected);
    });
  }

  it('distributes so that the parts sum to the whole, whatever the percentages', () => {
    const percent = fc.integer({ min: 0, max: 3_300 }).map((points) => (points / 100).toFixed(2));
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n }), fc.array(percent, { maxLength: 3 }), (whole, percents) => {
        const parts = [
          ...percents.map((each, n) => ({ account: `a${n}`, percent: each })),
          { account: 'rest', remainder: true as const },
        ];

        const shares = distribute(whole, parts, scope);

        expect(shares.reduce((sum, { minor }) => sum + minor, 0n)).to.equal(whole);
        for (const { minor } of shares) expect(minor >= 0n).to.equal(true);
      }),
    );
  });

  it('distributes no more than there is', async () => {
    const rest = { account: 'rest', remainder: true as const };
    const over = (part: { fixed?: Amount; percent?: string }) => () =>
      distribute(100n, [{ account: 'a', ...part }, rest], scope);

    await rejects(over({ fixed: '101' }), 'ledger.template_refused');
    await rejects(over({ percent: '100.1' }), 'ledger.template_refused');
    await rejects(() => reckon({ fraction: ['1', '1', '0'] }, scope), 'ledger.template_refused');
  });
});

describe('the difference of two versions', () => {
  it('is each place that is said otherwise', () => {
    expect(differences({ a: 1, b: [1, 2], c: { d: 'x' } }, { a: 1, b: [1, 3, 4], e: null })).to.deep.equal([
      { at: '/b/1', kind: 'changed', before: '2', after: '3' },
      { at: '/b/2', kind: 'added', after: '4' },
      { at: '/c', kind: 'removed', before: '{"d":"x"}' },
      { at: '/e', kind: 'added', after: 'null' },
    ]);
    expect(differences(sound, structuredClone(sound))).to.deep.equal([]);
  });
});
