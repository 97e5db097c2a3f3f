/** Reads `journeys.txt`: journeys as people write them down, and what a policy should make of each. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PlacedOrder } from '../../../../../src/modules/attribution/domain/deciding/conversion.ts';
import { couponKey } from '../../../../../src/modules/attribution/domain/traffic/coupon.ts';
import type {
  Candidate,
  Decision,
  Role,
  Standing,
} from '../../../../../src/modules/attribution/domain/deciding/journey.ts';
import type { Objection, TouchKind } from '../../../../../src/modules/attribution/domain/traffic/touchpoint.ts';
import { projectRoot } from '../../../../../src/infrastructure/system/root.ts';
import { type Instant, instant, plusMs } from '../../../../../src/shared/instant.ts';
import { idOf } from '../../../../support/clock.ts';

export interface Section {
  readonly name: string;
  /** As a partner manager writes them, with letters for partners. */
  readonly rules: unknown;
  readonly journeys: readonly Journey[];
}

export interface Journey {
  readonly line: number;
  readonly text: string;
  readonly order: PlacedOrder;
  readonly touches: readonly Candidate[];
  /** Of each different touch, as written. */
  readonly fates: readonly string[];
  readonly credit: string;
  readonly why: string;
}

const placedAt = instant('2018-06-15T12:00:00Z');
const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const LETTERS = ['A', 'B', 'C', 'D', 'E', 'V', 'S', 'N'];
const ROLES: Readonly<Record<Role, string>> = { initiator: 'i', contributor: 'm', converter: 'c' };

const partnerOf = (letter: string) => {
  const place = LETTERS.indexOf(letter);
  if (place < 0) throw new Error(`there is no partner ${letter}`);
  return idOf('par', place + 1);
};

export const cast: readonly Standing[] = LETTERS.filter((letter) => letter !== 'N').map((letter): Standing => ({
  partnerId: partnerOf(letter),
  state: letter === 'S' ? 'suspended' : 'approved',
  ...({ D: { groups: ['dealers'] }, E: { groups: ['extensions'] }, V: { groups: ['vip'] } }[letter] ?? {}),
}));

export const sections = (): readonly Section[] => {
  const path = join(projectRoot(), 'test/unit/modules/attribution/journeys/journeys.txt');
  const lines = readFileSync(path, 'utf8').split('\n');
  const starts = lines.flatMap((line, at) => (line.startsWith('== ') ? [at] : []));
  return starts.map((start, nth) => sectionOf(lines, start, starts[nth + 1] ?? lines.length));
};

const sectionOf = (lines: readonly string[], start: number, end: number): Section => {
  const blank = lines.indexOf('', start);
  const rules: unknown = JSON.parse(lines.slice(start + 1, blank).join('\n'), (name, value: unknown) =>
    name === 'partnerId' && typeof value === 'string' ? partnerOf(value) : value,
  );
  const journeys = lines
    .map((text, at) => ({ text, line: at + 1 }))
    .slice(blank, end)
    .filter(({ text }) => text !== '')
    .map(({ text, line }) => journeyOf(text, line));
  return { name: (lines[start] ?? '').slice(3), rules, journeys };
};

const journeyOf = (text: string, line: number): Journey => {
  const [touches = '', fates = '', credit = '', why = ''] = text.split('|').map((part) => part.trim());
  const words = wordsOf(touches);
  const own = words.filter((word) => word.startsWith('[')).map((word) => word.slice(1, -1));
  const candidates: Candidate[] = [];
  for (const word of words.filter((each) => !each.startsWith('['))) {
    const [, again] = /^again(\d+)$/.exec(word) ?? [];
    const repeated = again === undefined ? undefined : candidates[Number(again) - 1];
    candidates.push(repeated ?? touchOf(word, candidates.length + 1));
  }
  const typed = candidates.filter(({ kind }) => kind === 'coupon').map(({ code }) => code ?? '');
  const order = {
    orderId: idOf('ord', 1),
    orderRef: 'A-1',
    programId: idOf('prg', 1),
    placedAt,
    couponCodes: [...typed, ...own],
  };
  return { line, text: touches, order, touches: candidates, fates: wordsOf(fates), credit, why };
};

const wordsOf = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== '');

const TOUCH =
  /^([A-Z]):([a-z_]+)(?:\((\w[\w-]*|-[\w-]*)\))?(?:@(after)?([\d+a-z-]+))?(?:!([a-z_]+))?(?:~([a-z_]+))?(%other)?$/;

const touchOf = (word: string, n: number): Candidate => {
  const [, letter = '', kind, code, after, time = '0ms', objection, signal, other] = TOUCH.exec(word) ?? [];
  if (kind === undefined) throw new Error(`${word} is no touch`);
  const moment = at(after === undefined ? -msOf(time) : msOf(time));
  return {
    clickId: idOf('clk', n),
    programId: idOf('prg', other === undefined ? 1 : 2),
    partnerId: partnerOf(letter),
    kind: kind as TouchKind,
    ...(kind === 'late_claim' ? { occurredAt: placedAt, claimedAt: moment } : { occurredAt: moment }),
    ...given('code', code && couponKey(code)),
    ...given('objection', objection as Objection | undefined),
    ...given('signals', signal && [signal]),
  };
};

const given = <Name extends string, Value>(name: Name, value: Value | undefined | '') =>
  value === undefined || value === '' ? {} : ({ [name]: value } as Record<Name, Value>);

const at = (ms: number): Instant => plusMs(placedAt, ms);

const msOf = (text: string): number =>
  [...text.matchAll(/([+-]?\d+)(ms|[smhd])/g)].reduce(
    (sum, [, count = '', unit = '']) => sum + Number(count) * (UNITS_MS[unit] ?? Number.NaN),
    0,
  );

/** A decision in the same words: the fate of each touch as written, and the credit. */
export const inWords = ({ touches }: Journey, { considered, outcome }: Decision) => {
  const fateOf = new Map(considered.map(({ clickId, fate }) => [clickId, fate]));
  return { fates: [...new Set(touches)].map(({ clickId }) => String(fateOf.get(clickId))), credit: creditIn(outcome) };
};

const creditIn = (outcome: Decision['outcome']): string => {
  if (outcome.kind === 'unattributed') return `nobody(${outcome.reason})`;
  const credits = outcome.credits ?? [];
  return credits
    .map(({ partnerId, clickId, share, role }) => {
      const letter = LETTERS.find((each) => partnerOf(each) === partnerId) ?? '?';
      const names = credits.length > 1 && clickId === outcome.clickId ? '!' : '';
      return `${letter}=${share}${ROLES[role]}${names}`;
    })
    .join(' ');
};
