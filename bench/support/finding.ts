/** What a benchmark found out, and the table that shows it. */

export interface Finding {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** The same done otherwise, in the same run. */
  readonly beside?: { readonly what: string; readonly value: number };
  readonly bar?: Bar;
  /** A right or wrong result, and not a quick or slow one. */
  readonly isPromise?: true;
}

interface Bar {
  readonly least?: number;
  readonly most?: number;
  /** How many times the figure beside it, at least. */
  readonly ratio?: number;
  /** How many times the figure beside it, at most. */
  readonly mostRatio?: number;
}

export interface Report {
  readonly title: string;
  /** Why nothing was measured. */
  readonly skipped?: string;
  readonly findings: readonly Finding[];
}

export const ratioOf = ({ value, beside }: Finding): number | undefined =>
  beside === undefined || beside.value === 0 ? undefined : value / beside.value;

export const isHeld = (finding: Finding): boolean => {
  const { least = -Infinity, most = Infinity, ...ratios } = finding.bar ?? {};
  const { value } = finding;
  return Number.isFinite(value) && value >= least && value <= most && isWithin(ratioOf(finding), ratios);
};

const isWithin = (times: number | undefined, { ratio, mostRatio }: Pick<Bar, 'ratio' | 'mostRatio'>): boolean => {
  if (ratio !== undefined && (times === undefined || times < ratio)) return false;
  return mostRatio === undefined || (times !== undefined && times <= mostRatio);
};

/** `loses nothing` and `is quick enough` are told apart: the first one fails a run. */
export const isBroken = (finding: Finding): boolean => finding.isPromise === true && !isHeld(finding);

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const [low = 0, high = 0] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return (low + high) / 2;
};

/** The slowest of the quickest tenth: on a busy machine, about what one would see on a quiet one. */
export const quickestTenth = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => b - a);
  return sorted[Math.floor((sorted.length - 1) / 10)] ?? 0;
};

const number = (value: number): string =>
  value >= 100 || Number.isInteger(value) ? Math.round(value).toLocaleString('en-US') : value.toFixed(1);

const withUnit = (value: number, unit: string): string => `${number(value)}${unit === '' ? '' : ` ${unit}`}`;

/** Small ones to the hundredth, and never rounded to the bar they just miss. */
const ratioText = (times: number, { mostRatio }: Bar = {}): string => {
  if (times >= 10) return number(Math.round(times * 10) / 10);
  return String((mostRatio === undefined ? Math.floor(times * 100) : Math.ceil(times * 100)) / 100);
};

const barText = ({ bar: { least, most, ratio, mostRatio } = {}, unit }: Finding): string =>
  [
    ...(least === undefined ? [] : [`≥ ${withUnit(least, unit)}`]),
    ...(most === undefined ? [] : [most === 0 ? 'none' : `≤ ${withUnit(most, unit)}`]),
    ...(ratio === undefined ? [] : [`≥ ${ratio} ×`]),
    ...(mostRatio === undefined ? [] : [`≤ ${mostRatio} ×`]),
  ].join(' and ');

const heldText = (finding: Finding): string => {
  if (finding.bar === undefined) return '';
  return isHeld(finding) ? 'held' : '**missed**';
};

const cells = (finding: Finding): string[] => {
  const { what, value, unit, beside } = finding;
  const ratio = finding.isPromise ? undefined : ratioOf(finding);
  return [
    what,
    withUnit(value, unit),
    beside === undefined ? '' : `${beside.what}: ${withUnit(beside.value, unit)}`,
    ratio === undefined ? '' : `${ratioText(ratio, finding.bar)} ×`,
    barText(finding),
    heldText(finding),
  ];
};

const HEAD = ['what', 'measured', 'beside it', 'ratio', 'bar', ''];

const row = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`;

/** Markdown; a heading and a table for each report. */
export const tablesOf = (reports: readonly Report[]): string =>
  reports
    .map(({ title, skipped, findings }) => {
      if (skipped !== undefined) return `### ${title}\n\nSkipped: ${skipped}\n`;
      const rows = [HEAD, HEAD.map(() => '---'), ...findings.map(cells)];
      return `### ${title}\n\n${rows.map(row).join('\n')}\n`;
    })
    .join('\n');
