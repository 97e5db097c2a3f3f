/**
 * Reads rules somebody wrote. Everything wrong is found at once, each with its place; what cannot be read is never given a
 * meaning. Later code may rely on every word of what comes out.
 */
import type { Fault } from '../../../../shared/errors.ts';
import { isId } from '../../../../shared/ids.ts';
import { instant, isInstant } from '../../../../shared/instant.ts';
import { couponKey, MAX_CODE } from '../traffic/coupon.ts';
import { PolicyReader } from './policy-reader.ts';
import type { Rules } from './policy.ts';
import { SIGNALS } from '../traffic/signals.ts';
import { TOUCH_KINDS } from '../traffic/touchpoint.ts';

const MAX_DAYS = 730;
/** Partnerize's bound, and a sensible one: an hour is no hesitation at the till any more. */
const MAX_IN_CART_SECONDS = 3_540;
const MAX_CODES = 1_000;
const MAX_GROUPS = 50;
/** What a window before the order may be given to; a claim comes after it. */
const WINDOWED = TOUCH_KINDS.filter((kind) => kind !== 'late_claim');
const PERSONAL = ['windows', 'inCartSeconds', 'lateClaims'];
const WORDS = [
  'model',
  ...PERSONAL,
  'precedence',
  'exclusiveCodes',
  'preferredPartners',
  'suppressedCodes',
  'standDown',
  'groups',
];

export const readRules = (input: unknown): { readonly rules: Rules } | { readonly faults: readonly Fault[] } => {
  const reader = new PolicyReader();
  const rules = reader.members(input, '', WORDS);
  readModel(reader, rules['model']);
  readWindows(reader, rules['windows'], '/windows');
  readPersonal(reader, rules, '');
  const groups = readGroups(reader, rules['groups']);
  readPrecedence(reader, rules['precedence'], countedIn([rules, ...groups]));
  readCodes(reader, rules['exclusiveCodes'], '/exclusiveCodes', ['partnerId', 'from', 'until'], readExclusive);
  readPreferred(reader, rules['preferredPartners']);
  readCodes(reader, rules['suppressedCodes'], '/suppressedCodes', ['earns'], readSuppressed);
  readStandDown(reader, rules['standDown']);
  return reader.faults.length > 0 ? { faults: reader.faults } : { rules: input as Rules };
};

type Members = Readonly<Record<string, unknown>>;

const MODEL_WORDS: Readonly<Record<string, readonly string[]>> = {
  last_touch: [],
  first_touch: [],
  linear: [],
  position_based: ['first', 'middle', 'last'],
  time_decay: ['halfLifeHours'],
  split: ['initiator', 'contributor', 'converter', 'missing'],
};

const readModel = (reader: PolicyReader, input: unknown): void => {
  const kind = reader.kindOf(input, '/model', Object.keys(MODEL_WORDS));
  if (kind === undefined) return;
  const model = reader.members(input, '/model', ['kind', ...(MODEL_WORDS[kind] ?? [])]);
  const percents = (names: readonly string[]): void => {
    for (const name of names) reader.whole(model[name], `/model/${name}`, 0, 100);
    if (names.reduce((sum, name) => sum + Number(model[name]), 0) !== 100)
      reader.fault('/model', 'attribution.policy_contradictory', `${names.join(', ')} must sum to 100`);
  };
  if (kind === 'position_based') percents(['first', 'middle', 'last']);
  if (kind === 'time_decay') reader.whole(model['halfLifeHours'], '/model/halfLifeHours', 1, MAX_DAYS * 24);
  if (kind !== 'split') return;
  percents(['initiator', 'contributor', 'converter']);
  reader.oneOf(model['missing'], '/model/missing', ['initiator', 'converter', 'both']);
};

const readWindows = (reader: PolicyReader, input: unknown, at: string): void => {
  const windows = reader.members(input, at, WINDOWED);
  if (Object.keys(windows).length === 0)
    reader.fault(at, 'attribution.policy_unreadable', 'must give at least one kind of touch a window');
  for (const [kind, span] of Object.entries(windows)) readSpan(reader, span, `${at}/${kind}`);
};

const readSpan = (reader: PolicyReader, input: unknown, at: string): void => {
  const span = reader.members(input, at, ['hours', 'days']);
  if ('hours' in span === 'days' in span)
    reader.fault(at, 'attribution.policy_unreadable', 'must have either hours or days');
  else if ('hours' in span) reader.whole(span['hours'], `${at}/hours`, 1, MAX_DAYS * 24);
  else reader.whole(span['days'], `${at}/days`, 1, MAX_DAYS);
};

/** Beside the windows. */
const readPersonal = (reader: PolicyReader, { inCartSeconds, lateClaims }: Members, at: string): void => {
  if (inCartSeconds !== undefined) reader.whole(inCartSeconds, `${at}/inCartSeconds`, 0, MAX_IN_CART_SECONDS);
  if (lateClaims === undefined) return;
  const claims = reader.members(lateClaims, `${at}/lateClaims`, ['window', 'confirmation']);
  readSpan(reader, claims['window'], `${at}/lateClaims/window`);
  reader.oneOf(claims['confirmation'], `${at}/lateClaims/confirmation`, ['staff', 'valid_code']);
};

const readGroups = (reader: PolicyReader, input: unknown): readonly Members[] => {
  if (input === undefined) return [];
  const names = reader.once('/groups', 'group');
  return reader.list(input, '/groups', 1, MAX_GROUPS).map((item, index) => {
    const at = `/groups/${index}`;
    const group = reader.members(item, at, ['group', ...PERSONAL]);
    reader.text(group['group'], `${at}/group`);
    names(group['group'], index);
    if (group['windows'] !== undefined) readWindows(reader, group['windows'], `${at}/windows`);
    readPersonal(reader, group, at);
    return group;
  });
};

/** Every kind that may count for anybody. */
const countedIn = (parts: readonly Members[]): readonly string[] => [
  ...new Set(
    parts.flatMap(({ windows, lateClaims }) => [
      ...(typeof windows === 'object' && windows !== null ? Object.keys(windows) : []),
      ...(lateClaims === undefined ? [] : ['late_claim']),
    ]),
  ),
];

const readPrecedence = (reader: PolicyReader, input: unknown, counted: readonly string[]): void => {
  if (input === undefined) return;
  const seen = new Set<unknown>();
  for (const [index, tier] of reader.list(input, '/precedence', 1, TOUCH_KINDS.length).entries()) {
    for (const [place, kind] of reader.list(tier, `/precedence/${index}`, 1, TOUCH_KINDS.length).entries()) {
      const at = `/precedence/${index}/${place}`;
      reader.oneOf(kind, at, TOUCH_KINDS);
      if (seen.has(kind)) reader.fault(at, 'attribution.policy_contradictory', 'has its place in the order already');
      seen.add(kind);
    }
  }
  for (const kind of counted.filter((each) => !seen.has(each)))
    reader.fault('/precedence', 'attribution.policy_contradictory', `must name ${kind} too, which has a window`);
};

const readCodes = (
  reader: PolicyReader,
  input: unknown,
  at: string,
  more: readonly string[],
  readMore: (reader: PolicyReader, item: Members, at: string) => void,
): void => {
  if (input === undefined) return;
  for (const [index, each] of reader.list(input, at, 1, MAX_CODES).entries()) {
    const item = reader.members(each, `${at}/${index}`, ['code', 'match', ...more]);
    const { code } = item;
    if (typeof code !== 'string' || couponKey(code) === '' || code.length > MAX_CODE)
      reader.fault(
        `${at}/${index}/code`,
        'attribution.policy_unreadable',
        `must be a text of 1 to ${MAX_CODE} characters`,
      );
    reader.oneOf(item['match'], `${at}/${index}/match`, ['equals', 'contains', 'starts_with', 'ends_with']);
    readMore(reader, item, `${at}/${index}`);
  }
};

const readExclusive = (reader: PolicyReader, item: Members, at: string): void => {
  readPartner(reader, item, at);
  readDuring(reader, item, at);
};

const readSuppressed = (reader: PolicyReader, { earns }: Members, at: string): void => {
  reader.oneOf(earns, `${at}/earns`, ['nothing', 'with_click', 'nobody_anything']);
};

const readPreferred = (reader: PolicyReader, input: unknown): void => {
  if (input === undefined) return;
  for (const [index, each] of reader.list(input, '/preferredPartners', 1, MAX_CODES).entries()) {
    const at = `/preferredPartners/${index}`;
    const item = reader.members(each, at, ['partnerId', 'from', 'until']);
    readPartner(reader, item, at);
    readDuring(reader, item, at);
  }
};

const readPartner = (reader: PolicyReader, { partnerId }: Members, at: string): void => {
  if (!isId('par', partnerId))
    reader.fault(`${at}/partnerId`, 'attribution.policy_unreadable', 'must be an id like par_…');
};

const readDuring = (reader: PolicyReader, { from, until }: Members, at: string): void => {
  for (const [name, moment] of Object.entries({ from, until }))
    if (moment !== undefined && !(isInstant(moment) && instant(moment) === moment))
      reader.fault(
        `${at}/${name}`,
        'attribution.policy_unreadable',
        'must be a moment in UTC with milliseconds, like 2018-12-31T00:00:00.000Z',
      );
  if (typeof from === 'string' && typeof until === 'string' && until <= from)
    reader.fault(`${at}/until`, 'attribution.policy_contradictory', 'must lie after from');
};

const readStandDown = (reader: PolicyReader, input: unknown): void => {
  if (input === undefined) return;
  const rule = reader.members(input, '/standDown', ['groups', 'signals', 'withinMinutes', 'withinSessions']);
  const groups = reader.list(rule['groups'], '/standDown/groups', 0, MAX_GROUPS);
  const signals = reader.list(rule['signals'], '/standDown/signals', 0, SIGNALS.length);
  for (const [index, group] of groups.entries()) reader.text(group, `/standDown/groups/${index}`);
  const codes = SIGNALS.map(({ code }) => code);
  for (const [index, signal] of signals.entries()) reader.oneOf(signal, `/standDown/signals/${index}`, codes);
  if (groups.length + signals.length === 0)
    reader.fault('/standDown', 'attribution.policy_unreadable', 'must name at least one group or signal');
  if ('withinMinutes' in rule === 'withinSessions' in rule)
    reader.fault('/standDown', 'attribution.policy_unreadable', 'must have either withinMinutes or withinSessions');
  else if ('withinMinutes' in rule) reader.whole(rule['withinMinutes'], '/standDown/withinMinutes', 1, 43_200);
  else reader.whole(rule['withinSessions'], '/standDown/withinSessions', 1, 100);
};
