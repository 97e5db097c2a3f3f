/**
 * Reads the golden tables: terms and orders in a short notation, with the arithmetic written out. Whoever reads a table
 * needs no code to check it.
 *
 *   EUR half_up; line.category equals car -> 5% max 20.00; all -> 1%; limit order 30.00
 *     2-1 × 400.00 car, 10.00 boat; customer.status new | min(round(400.00 × 5%), 20.00) + … = 20.10 | why
 */
import type { Facts } from '../../src/modules/commission/domain/engine/facts.ts';
import type { FiguresOfPeriods, Period, PeriodFigures } from '../../src/modules/commission/domain/periods/figures.ts';
import { scopesOf } from '../../src/modules/commission/domain/periods/scopes.ts';
import type { Terms } from '../../src/modules/commission/domain/terms/terms.ts';
import { exponentOf } from '../../src/shared/currency.ts';
import { instant, instantAt } from '../../src/shared/instant.ts';
import { Money, type MoneyJson } from '../../src/shared/money.ts';
import { aLine, anOrder, factsOn } from './builders.ts';
import { idOf } from './clock.ts';

export interface GoldenRow {
  readonly terms: string;
  readonly order: string;
  readonly arithmetic: string;
  readonly expected: string;
}

export const goldenRows = (text: string): readonly GoldenRow[] => {
  let terms = '';
  return text.split('\n').flatMap((line) => {
    if (line.startsWith('#') || line.trim() === '') return [];
    if (!line.startsWith(' ')) {
      terms = line;
      return [];
    }
    const [order = '', sum = ''] = line.slice(2).split(' | ');
    const [arithmetic = '', expected = ''] = sum.split(' = ');
    return [{ terms, order: order.trimEnd(), arithmetic: arithmetic.trim(), expected: expected.trim() }];
  });
};

// ── terms ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export const goldenTerms = (text: string): Terms => {
  const [head = '', ...rest] = text.split('; ');
  const [currency = '', rounding] = head.split(' ');
  const words: Words = { currency, groups: [], bonuses: [], limits: [], overrides: [] };
  for (const part of rest) readPart(part, words);
  return {
    rounding: rounding as Terms['rounding'],
    vesting: [{ milestone: 'delivered', percent: '100' }],
    returnWindowDays: 30,
    ...words,
  } as unknown as Terms;
};

interface Words {
  readonly currency: string;
  readonly groups: object[];
  readonly bonuses: object[];
  readonly limits: object[];
  readonly overrides: object[];
  exchange?: object;
}

const readPart = (part: string, words: Words): void => {
  const { currency } = words;
  const [word = '', ...more] = part.split(' ');
  if (word === 'limit') words.limits.push(limitOf(more, currency));
  else if (word === 'exchange') words.exchange = { source: more[0], at: 'order' };
  else if (word === 'for') words.overrides.push(overrideOf(more, words));
  else if (word === 'bonus')
    words.bonuses.push({ name: `b${words.bonuses.length}`, ...ruleOf(more.join(' '), currency) });
  else words.groups.push(groupOf(part, words.groups.length, currency));
};

const groupOf = (part: string, index: number, currency: string): object => {
  const [, category] = /^line\.category equals (\w+)/.exec(part) ?? [];
  return { name: category ?? `g${index}`, rank: index + 1, ...ruleOf(part, currency) };
};

const overrideOf = ([kind, who = '', ...rest]: readonly string[], { currency }: Words): object => {
  const named =
    kind === 'group'
      ? { partnerGroups: [who.replace(':', '')] }
      : { partners: [idOf('par', Number(who.replace(':', '')))] };
  const isLimit = rest[0] === 'limit';
  return {
    name: who,
    ...named,
    ...(isLimit ? { limits: [limitOf(rest.slice(1), currency)] } : { groups: [groupOf(rest.join(' '), 0, currency)] }),
  };
};

const money = (text: string, currency: string): MoneyJson => Money.parse(text, currency).toJSON();

const limitOf = ([per, ...rest]: readonly string[], currency: string): object => {
  if (per === 'order') return { per, amount: money(rest[0] ?? '', currency) };
  const [period, size = '', unit] = rest;
  return { per, period, ...(unit === 'orders' ? { orders: Number(size) } : { amount: money(size, currency) }) };
};

const ruleOf = (text: string, currency: string): object => {
  const [condition = '', right = ''] = text.split(' -> ');
  const [amount = '', during] = right.split(' during ');
  return {
    when: conditionOf(condition, currency),
    ...amountOf(amount, currency),
    ...(during && { during: duringOf(during) }),
  };
};

const conditionOf = (text: string, currency: string): object => {
  if (text === 'all') return { all: [] };
  if (text === 'none') return { any: [] };
  if (text.includes(' or ')) return { any: text.split(' or ').map((part) => conditionOf(part, currency)) };
  if (text.includes(' & ')) return { all: text.split(' & ').map((part) => conditionOf(part, currency)) };
  const [fact = '', operator = '', ...words] = text.split(' ');
  const values = words
    .join(' ')
    .split('|')
    .map((value) => operandOf(fact, operator, value, currency));
  return { fact, [operator]: /^(in|notIn|between)$/.test(operator) ? values : values[0] };
};

const NUMBERS = /quantity|orderNumber|months|daysBefore|deposit|age$/;

const operandOf = (fact: string, operator: string, value: string, currency: string): unknown => {
  if (operator === 'exists') return value === 'true';
  if (/total|unitPrice/.test(fact)) return money(value.split(' ')[0] ?? '', currency);
  return NUMBERS.test(fact) ? Number(value) : value;
};

const plainOf = (text: string, currency: string): object => {
  if (text.endsWith('%')) return { percent: text.slice(0, -1) };
  return text.endsWith('-each') ? { perUnit: money(text.slice(0, -5), currency) } : { flat: money(text, currency) };
};

const amountOf = (text: string, currency: string): object => {
  const bound = (word: string): MoneyJson | undefined => {
    const [, size] = new RegExp(` ${word} (\\S+)`).exec(text) ?? [];
    return size === undefined ? undefined : money(size, currency);
  };
  const [atLeast, atMost, budget] = [bound('min'), bound('max'), bound('budget')];
  const own = text.replace(/ (min|max|budget) .*/, '').replace(' each', '-each');
  return {
    amount: {
      ...(own.startsWith('tiers ') ? { tiers: tiersOf(own.split(' ').slice(1), currency) } : plainOf(own, currency)),
      ...(atLeast && { atLeast }),
      ...(atMost && { atMost }),
    },
    ...(budget && { budget }),
  };
};

const tiersOf = ([by, of, per, mode, ...steps]: readonly string[], currency: string): object => ({
  ...{ by, of, per, mode },
  steps: steps.map((step) => {
    const [from = '', amount = ''] = step.split(':');
    return { from: by === 'count' ? from : money(from, currency).minor, amount: plainOf(amount, currency) };
  }),
});

const duringOf = (text: string): object => {
  const [dates = '', ...rest] = text.split(' ');
  const [from, until] = dates.split('..');
  const after = (word: string): string | undefined => (rest.includes(word) ? rest[rest.indexOf(word) + 1] : undefined);
  return {
    from,
    until,
    ...(after('on') && { weekdays: after('on')?.split(',').map(Number) }),
    ...(after('at') && { hours: after('at')?.split('-') }),
  };
};

// ── orders ────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface GoldenCase {
  readonly facts: Facts;
  readonly figures: FiguresOfPeriods;
}

export const goldenCase = (text: string, terms: Terms): GoldenCase => {
  const [lines = '', ...about] = text.split('; ');
  const said = new Map(about.map((each) => wordAnd(each)));
  const get = (name: string): string | undefined => said.get(name);
  const currency = / ([A-Z]{3})\b/.exec(lines)?.[1] ?? terms.currency;
  const placedAt = instant(get('at') ?? '2026-03-02T10:00:00Z');
  const order = anOrder({
    currency,
    placedAt,
    lines: lines.split(', ').map((line, index) => lineOf(line, String(index + 1), currency)),
    couponCodes: get('coupons')?.split('|'),
    metadata: bagOf(said, 'order.metadata.'),
    customer: customerOf(said),
  });
  return {
    facts: factsOn(order, {
      timeZone: 'Europe/Berlin',
      credit: creditOf(get, placedAt),
      ...(get('rate') && {
        exchange: { from: currency, to: terms.currency, rate: get('rate') ?? '', source: 'ecb', at: placedAt },
      }),
    }),
    figures: figuresOf(said, terms),
  };
};

const customerOf = (said: ReadonlyMap<string, string>): NonNullable<Facts['order']['customer']> => {
  const [first, orderNumber] = [said.get('first'), said.get('customer.orderNumber')];
  return {
    status: said.get('customer.status') as 'new' | undefined,
    country: said.get('customer.country'),
    orderNumber: orderNumber === undefined ? undefined : Number(orderNumber),
    firstOrderAt: first === undefined ? undefined : instant(first),
    metadata: bagOf(said, 'customer.metadata.'),
  };
};

const wordAnd = (text: string): readonly [string, string] => {
  const [word = '', ...rest] = text.split(' ');
  const isSpecific = word === 'earned' && rest.length > 1;
  return isSpecific ? [`earned ${rest[0]}`, rest[1] ?? ''] : [word, rest.join(' ')];
};

const lineOf = (text: string, lineRef: string, currency: string) => {
  const [, quantity = '1', returned = '0', price = '', category = '', sku] =
    /^(?:(\d+)(?:-(\d+))? × )?([\d.]+)(?: (?:[A-Z]{3}|([a-z]+)))?(?: #(\S+))?$/.exec(text) ?? [];
  return aLine({
    lineRef,
    category,
    sku,
    quantity: Number(quantity),
    returnedQuantity: Number(returned),
    unitPrice: money(price, currency),
  });
};

const bagOf = (said: ReadonlyMap<string, string>, prefix: string) =>
  Object.fromEntries(
    [...said].flatMap(([name, value]) => {
      if (!name.startsWith(prefix)) return [];
      const plain: string | number | boolean = /^[\d.e]+$/.test(value) ? Number(value) : value;
      return [[name.slice(prefix.length), value === 'true' || value === 'false' ? value === 'true' : plain]];
    }),
  );

const creditOf = (get: (name: string) => string | undefined, placedAt: string) => {
  const [own = '0', shares = '1/1'] = (get('share') ?? '0 of 1/1').split(' of ');
  return {
    partnerId: idOf('par', Number(get('partner') ?? 1)),
    groups: get('groups')?.split('|') ?? [],
    shares: shares.split(' '),
    own: Number(own),
    touch: {
      kind: get('touch.kind'),
      subs: { ...(get('touch.sub1') && { sub1: get('touch.sub1') ?? '' }) },
      touchedAt: instantAt(Date.parse(placedAt) - Number(get('touched') ?? 1) * 86_400_000),
    },
  };
};

/** `earned 3.00` of every scope, `earned day 3.00` of those of a day, `earned car 3.00` of a group's budget. */
const figuresOf = (said: ReadonlyMap<string, string>, terms: Terms): FiguresOfPeriods => {
  const minorIn = (text: string | undefined): bigint => BigInt(money(text ?? '0', terms.currency).minor);
  const counted = (name: string) => {
    const text = said.get(name) ?? '0';
    return text.endsWith(' orders')
      ? { orders: Number.parseInt(text, 10), revenueMinor: 0n, earnedMinor: 0n }
      : { orders: 0, revenueMinor: minorIn(text), earnedMinor: 0n };
  };
  return new Map(
    scopesOf(terms).map(({ name, period, group }): readonly [string, PeriodFigures] => {
      const earned = said.get(`earned ${group ?? (period satisfies Period)}`) ?? said.get('earned');
      const before = { ...counted('before'), earnedMinor: minorIn(earned) };
      const until = period === 'life' ? undefined : instant('2027-01-01T00:00:00Z');
      return [name, { from: instant('2026-01-01T00:00:00Z'), until, before, others: counted('others') }];
    }),
  );
};

// ── arithmetic ────────────────────────────────────────────────────────────────────────────────────────────────────

interface Fraction {
  readonly num: bigint;
  readonly den: bigint;
}

/** A pocket calculator: `min(round(19.99 × 5%), 2.00) + 1.00`, exactly, in major units; `round` is the terms'. */
export const worthOf = (arithmetic: string, currency: string, rounding: string): string => {
  const tokens = arithmetic.match(/\d+(?:\.\d+)?|[a-z]+|[()+×/,%−]/g) ?? [];
  const scale = 10n ** BigInt(exponentOf(currency));
  const isNext = (...wanted: readonly string[]): boolean => wanted.includes(tokens[0] ?? '');
  const list = (): readonly Fraction[] => {
    tokens.shift();
    const values = [sum()];
    while (tokens.shift() === ',') values.push(sum());
    return values;
  };
  const atom = (): Fraction => {
    if (isNext('(')) return list()[0] ?? ZERO;
    const token = tokens.shift() ?? '';
    if (/^[a-z]/.test(token)) return apply(token, list());
    const [whole = '', fraction = ''] = token.split('.');
    return { num: BigInt(whole + fraction), den: 10n ** BigInt(fraction.length) };
  };
  const apply = (name: string, values: readonly Fraction[]): Fraction => {
    const [first = ZERO] = values;
    if (name === 'round') return { num: rounded({ num: first.num * scale, den: first.den }, rounding), den: scale };
    return values.toSorted((a, b) => (isLess(a, b) ? -1 : 1)).at(name === 'min' ? 0 : -1) ?? ZERO;
  };
  const percent = (): Fraction => {
    const value = atom();
    if (!isNext('%')) return value;
    tokens.shift();
    return { num: value.num, den: value.den * 100n };
  };
  const product = (): Fraction => {
    let value = percent();
    while (isNext('×', '/')) {
      const isTimes = tokens.shift() === '×';
      const other = percent();
      const [num, den] = isTimes ? [other.num, other.den] : [other.den, other.num];
      value = { num: value.num * num, den: value.den * den };
    }
    return value;
  };
  const sum = (): Fraction => {
    let value = product();
    while (isNext('+', '−')) {
      const sign = tokens.shift() === '+' ? 1n : -1n;
      const other = product();
      value = { num: value.num * other.den + sign * other.num * value.den, den: value.den * other.den };
    }
    return value;
  };
  const { num, den } = sum();
  return Money.of((num * scale) / den, currency).toString();
};

const ZERO: Fraction = { num: 0n, den: 1n };

const isLess = (a: Fraction, b: Fraction): boolean => a.num * b.den < b.num * a.den;

const rounded = ({ num, den }: Fraction, rounding: string): bigint => {
  const [floor, rest] = [num / den, num % den];
  const isUp: Readonly<Record<string, boolean>> = {
    half_up: rest * 2n >= den,
    half_even: rest * 2n > den || (rest * 2n === den && floor % 2n === 1n),
    down: false,
    up: rest > 0n,
  };
  return isUp[rounding] === true ? floor + 1n : floor;
};
