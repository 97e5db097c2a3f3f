/** What somebody sent, as a template: every fault with its place, or a body that cannot fail for its form. */
import { AppError } from '../../../../shared/errors.ts';
import { isObject } from '../../../../shared/shape.ts';
import { type Check, Form } from './form.ts';
import type { TemplateBody } from './template.ts';

const NAME = /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$/;
const DIGITS = /^(0|[1-9]\d{0,17})$/;
const PERCENT = /^\d{1,3}(\.\d{1,9})?$/;
const TYPES = ['amount', 'whole', 'percent', 'word', 'currency', 'moment'];
const NUMBERS = new Set(['amount', 'whole']);

/** Throws `ledger.malformed_template`, with each fault. */
export const readTemplate = (value: unknown): TemplateBody => {
  const reader = new Reader();
  reader.template(value);
  if (reader.faults.length > 0) {
    const detail = reader.faults.map(({ pointer, detail: what }) => `${pointer || '/'} ${what}`).join('; ');
    throw new AppError('invalid', 'ledger.malformed_template', detail, { faults: reader.faults });
  }
  return value as TemplateBody;
};

/** The names are parameters by type, amounts that are `let`, and the number of a repetition. */
class Reader extends Form {
  template(value: unknown): void {
    const body = this.object(
      value,
      '',
      ['name', 'about', 'currency', 'parameters', 'accounts', 'transactions'],
      ['let', 'refuse'],
    );
    if (body === undefined) return;
    this.matches(body['name'], '/name', NAME, 'must be words with dots between them, like wallet.top_up');
    this.text(body['about'], '/about', 500);
    this.entries(body['parameters'], '/parameters', (parameter, at, name) => {
      this.parameter(parameter, at, name);
    });
    this.filled(body['currency'], '/currency');
    this.entries(body['let'] ?? {}, '/let', (amount, at, name) => {
      this.amount(amount, at);
      this.name(name, 'amount', at);
    });
    this.list(body['accounts'], '/accounts', (account, at) => {
      this.account(account, at);
    });
    this.list(body['refuse'] ?? [], '/refuse', (refusal, at) => {
      this.refusal(refusal, at);
    });
    this.list(
      body['transactions'],
      '/transactions',
      (step, at) => {
        this.step(step, at);
      },
      1,
    );
  }

  private parameter(value: unknown, at: string, name: string): void {
    const parameter = this.object(value, at, ['type'], ['about', 'default']);
    if (parameter === undefined) return;
    this.oneOf(parameter['type'], `${at}/type`, TYPES);
    if (parameter['about'] !== undefined) this.text(parameter['about'], `${at}/about`, 500);
    if (parameter['default'] !== undefined) this.text(parameter['default'], `${at}/default`, 100);
    this.name(name, String(parameter['type']), at);
  }

  private account(value: unknown, at: string): void {
    const account = this.object(value, at, ['code', 'kind', 'normalSide', 'bound'], ['creditLimit', 'parent']);
    if (account === undefined) return;
    for (const name of ['code', 'kind', 'creditLimit', 'parent'])
      if (account[name] !== undefined) this.filled(account[name], `${at}/${name}`);
    this.oneOf(account['normalSide'], `${at}/normalSide`, ['debit', 'credit']);
    this.oneOf(account['bound'], `${at}/bound`, ['none', 'no_overdraft']);
  }

  private refusal(value: unknown, at: string): void {
    const refusal = this.object(value, at, ['when', 'because']);
    if (refusal === undefined) return;
    this.condition(refusal['when'], `${at}/when`);
    this.text(refusal['because'], `${at}/because`, 500);
  }

  private step(value: unknown, at: string): void {
    const step = this.object(value, at, ['purpose', 'postings'], ['when', 'repeat', 'metadata']);
    if (step === undefined) return;
    if (step['when'] !== undefined) this.condition(step['when'], `${at}/when`);
    const number = step['repeat'] === undefined ? undefined : this.repeat(step['repeat'], `${at}/repeat`);
    this.filled(step['purpose'], `${at}/purpose`);
    this.list(
      step['postings'],
      `${at}/postings`,
      (line, place) => {
        this.line(line, place);
      },
      1,
    );
    this.entries(step['metadata'] ?? {}, `${at}/metadata`, (text, place) => {
      this.filled(text, place);
    });
    if (number !== undefined) this.names.delete(number);
  }

  private repeat(value: unknown, at: string): string | undefined {
    const repeat = this.object(value, at, ['times', 'as'], ['monthsApart']);
    if (repeat === undefined) return undefined;
    this.amount(repeat['times'], `${at}/times`);
    const months = repeat['monthsApart'] ?? 0;
    if (!Number.isInteger(months) || Number(months) < 0 || Number(months) > 12)
      this.fault(`${at}/monthsApart`, 'must be 0 to 12');
    const name = String(repeat['as']);
    this.name(name, 'whole', `${at}/as`);
    return name;
  }

  private line(value: unknown, at: string): void {
    const line = this.object(value, at, ['debit', 'credit', 'amount'], ['when']);
    if (line === undefined) return;
    this.amount(line['amount'], `${at}/amount`);
    if (line['when'] !== undefined) this.condition(line['when'], `${at}/when`);
    if (Array.isArray(line['debit']) && Array.isArray(line['credit']))
      this.fault(at, 'distributes on one side alone: the other is one account');
    for (const side of ['debit', 'credit']) this.side(line[side], `${at}/${side}`);
  }

  private side(value: unknown, at: string): void {
    if (!Array.isArray(value)) {
      this.filled(value, at);
      return;
    }
    this.list(
      value,
      at,
      (part, place) => {
        this.part(part, place);
      },
      1,
    );
    const remainders = value.filter((part) => isObject(part) && 'remainder' in part).length;
    if (remainders !== 1) this.fault(at, 'needs one part that takes the remainder');
  }

  private part(value: unknown, at: string): void {
    const part = this.object(value, at, ['account'], ['fixed', 'percent', 'remainder', 'when']);
    if (part === undefined) return;
    this.filled(part['account'], `${at}/account`);
    if (part['when'] !== undefined) this.condition(part['when'], `${at}/when`);
    const kinds = ['fixed', 'percent', 'remainder'].filter((kind) => part[kind] !== undefined);
    if (kinds.length !== 1) this.fault(at, 'is one of fixed, percent and remainder');
    if (part['fixed'] !== undefined) this.amount(part['fixed'], `${at}/fixed`);
    if (part['percent'] !== undefined) this.percent(part['percent'], `${at}/percent`);
    if ('remainder' in part && part['remainder'] !== true) this.fault(`${at}/remainder`, 'must be true');
    if ('remainder' in part && 'when' in part) this.fault(`${at}/when`, 'is not for what takes the remainder');
  }

  // ── amounts and conditions ──────────────────────────────────────────────────────────────────────────────────────

  private amount(value: unknown, at: string): void {
    if (typeof value === 'string') {
      if (!DIGITS.test(value) && !NUMBERS.has(this.names.get(value) ?? ''))
        this.fault(at, 'must be whole minor units, or the name of an amount or a whole number');
      return;
    }
    const [kind] = isObject(value) ? Object.keys(value) : [];
    const check = kind === undefined ? undefined : this.amounts[kind];
    if (check === undefined) this.fault(at, `must be text, or one of ${Object.keys(this.amounts).join(', ')}`);
    else check(value, at);
  }

  private readonly several =
    (kind: string, least: number): Check =>
    (value, at) => {
      const bag = this.object(value, at, [kind]);
      this.list(
        bag?.[kind],
        `${at}/${kind}`,
        (amount, place) => {
          this.amount(amount, place);
        },
        least,
        kind === 'fraction' ? 3 : undefined,
      );
    };

  private readonly amounts: Readonly<Record<string, Check>> = {
    sum: this.several('sum', 1),
    less: this.several('less', 2),
    least: this.several('least', 1),
    greatest: this.several('greatest', 1),
    fraction: this.several('fraction', 3),
    percent: (value, at) => {
      const bag = this.object(value, at, ['percent', 'of']);
      this.percent(bag?.['percent'], `${at}/percent`);
      this.amount(bag?.['of'], `${at}/of`);
    },
    parts: (value, at) => {
      const names = ['of', 'among', 'from', 'through'];
      const parts = this.object(this.object(value, at, ['parts'])?.['parts'], `${at}/parts`, names);
      for (const name of names) this.amount(parts?.[name], `${at}/parts/${name}`);
    },
    balance: (value, at) => {
      this.filled(this.object(value, at, ['balance'])?.['balance'], `${at}/balance`);
    },
  };

  private condition(value: unknown, at: string): void {
    const [kind] = isObject(value) ? Object.keys(value) : [];
    const check = kind === undefined ? undefined : this.conditions[kind];
    if (kind === undefined || check === undefined)
      this.fault(at, `must be one of ${Object.keys(this.conditions).join(', ')}`);
    else check(this.object(value, at, [kind])?.[kind], `${at}/${kind}`);
  }

  private readonly conditionsIn: Check = (value, at) => {
    this.list(value, at, (each, place) => {
      this.condition(each, place);
    });
  };

  private readonly twoAmounts: Check = (value, at) => {
    const both: Check = (amount, place) => {
      this.amount(amount, place);
    };
    this.list(value, at, both, 2, 2);
  };

  private readonly conditions: Readonly<Record<string, Check>> = {
    all: this.conditionsIn,
    any: this.conditionsIn,
    not: (value, at) => {
      this.condition(value, at);
    },
    moreThan: this.twoAmounts,
    atLeast: this.twoAmounts,
    equal: this.twoAmounts,
    is: (value, at) => {
      this.isCondition(value, at);
    },
  };

  private isCondition(value: unknown, at: string): void {
    const [name, wanted] = Array.isArray(value) && value.length === 2 ? (value as unknown[]) : [];
    if (typeof name !== 'string' || typeof wanted !== 'string' || !this.names.has(name))
      this.fault(at, 'must be the name of a parameter, and a value');
  }

  private percent(value: unknown, at: string): void {
    const isPercent = typeof value === 'string' && (PERCENT.test(value) || this.names.get(value) === 'percent');
    if (!isPercent) this.fault(at, 'must be a percentage like "2.5", or the name of one');
  }
}
