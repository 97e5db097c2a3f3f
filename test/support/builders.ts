import { calculate } from '../../src/modules/commission/domain/engine/calculate.ts';
import type { Commission } from '../../src/modules/commission/domain/life-cycle/commission.ts';
import {
  type Credit,
  creditFacts,
  type CreditPart,
  type Verdict,
  WHOLE,
} from '../../src/modules/commission/domain/life-cycle/credit.ts';
import type { CreditFacts, Facts } from '../../src/modules/commission/domain/engine/facts.ts';
import { type Calculations, reckon } from '../../src/modules/commission/domain/life-cycle/reckon.ts';
import type { Terms, TermsVersion } from '../../src/modules/commission/domain/terms/terms.ts';
import type { OrderFacts } from '../../src/modules/orders/index.ts';
import { digest } from '../../src/shared/digest.ts';
import { instant } from '../../src/shared/instant.ts';
import { idOf } from './clock.ts';

/** A delivered order of one line of 100.00 BRL; tests say what is different. */
export const anOrder = (overrides: Partial<OrderFacts> = {}): OrderFacts => ({
  orderId: idOf('ord', 1),
  programId: idOf('prg', 1),
  orderRef: 'A-1',
  state: 'placed',
  placedAt: instant('2018-01-02T00:00:00Z'),
  currency: 'BRL',
  lines: [aLine()],
  milestones: { placed: instant('2018-01-02T00:00:00Z') },
  returns: [],
  ...overrides,
});

export const aLine = (overrides: Partial<OrderFacts['lines'][number]> = {}): OrderFacts['lines'][number] => ({
  lineRef: '1',
  category: 'bebes',
  quantity: 1,
  returnedQuantity: 0,
  unitPrice: { minor: '10000', currency: 'BRL' },
  ...overrides,
});

export const aCredit = (overrides: Partial<Credit> = {}): Credit => ({
  orderId: idOf('ord', 1),
  programId: idOf('prg', 1),
  conversionId: idOf('cnv', 1),
  credits: [aPart()],
  decidedAt: instant('2018-01-02T00:00:01Z'),
  decision: 1,
  verdicts: [],
  ...overrides,
});

export const aPart = (n = 1, overrides: Partial<CreditPart> = {}): CreditPart => ({
  partnerId: idOf('par', n),
  share: WHOLE,
  ...overrides,
});

export const allowing = (n = 1): Verdict => ({
  partnerId: idOf('par', n),
  verdict: 'allow',
  reasons: [],
  assessedAt: instant('2018-01-02T00:00:02Z'),
  assessment: 1,
});

/** All that an amount depends on: of an order that is one partner's; tests say what is different. */
export const factsOn = (
  order: OrderFacts = anOrder(),
  { credit, ...overrides }: Partial<Omit<Facts, 'credit'>> & { readonly credit?: Partial<CreditFacts> } = {},
): Facts => ({
  order,
  credit: {
    partnerId: idOf('par', 1),
    groups: [],
    touch: { touchedAt: instant('2018-01-01T00:00:00Z') },
    shares: ['1/1'],
    own: 0,
    ...credit,
  },
  timeZone: 'America/Sao_Paulo',
  ...overrides,
});

const category = (name: string, percent: string, rank: number) => ({
  name,
  rank,
  when: { fact: 'line.category' as const, equals: name },
  amount: { percent },
});

/** An estimate of the order by the builders' own terms. */
export const aCommission = (overrides: Partial<Commission> = {}): Commission => {
  const [commission] = reckon({
    order: anOrder(),
    credit: aCredit(),
    commissions: [],
    parts: partsOf(anOrder()),
  }).commissions;
  if (commission === undefined) throw new Error('the builders make a commission');
  return { ...commission, ...overrides };
};

/** What each part of the credit comes to by the terms, where no other order counts. */
export const partsOf = (
  order: OrderFacts,
  credit: Credit = aCredit(),
  terms: TermsVersion = aTermsVersion(),
): ReadonlyMap<CreditPart['partnerId'], Calculations> => {
  const whole = { ...order, lines: order.lines.map((line) => ({ ...line, returnedQuantity: 0 })) };
  const calculated = (given: OrderFacts, part: CreditFacts) =>
    calculate({ order: given, credit: part, timeZone: 'UTC' }, terms, new Map());
  return new Map(
    creditFacts(credit, order.placedAt).map((part) => [
      part.partnerId,
      { ordered: calculated(whole, part), kept: calculated(order, part) },
    ]),
  );
};

/** The terms of the real orders: four rates, 250.00 at most an order, vests on delivery, locks 30 days after it. */
export const olistTerms: Terms = {
  currency: 'BRL',
  rounding: 'half_up',
  groups: [
    category('informatica_acessorios', '3', 1),
    category('beleza_saude', '8', 2),
    category('relogios_presentes', '6.5', 3),
    { name: 'everything else', rank: 4, when: { all: [] }, amount: { percent: '5' } },
  ],
  limits: [{ per: 'order', amount: { minor: '25000', currency: 'BRL' } }],
  vesting: [{ milestone: 'delivered', percent: '100' }],
  returnWindowDays: 30,
};

export const aTermsVersion = (terms: Partial<Terms> = {}, overrides: Partial<TermsVersion> = {}): TermsVersion => {
  const whole = { ...olistTerms, ...terms };
  return {
    termsId: idOf('trm', 1),
    programId: idOf('prg', 1),
    version: 1,
    terms: whole,
    hash: digest(whole),
    effectiveFrom: instant('2016-01-01T00:00:00Z'),
    publishedAt: instant('2016-01-01T00:00:00Z'),
    ...overrides,
  };
};
