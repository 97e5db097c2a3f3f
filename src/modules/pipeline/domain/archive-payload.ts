/** What of a payload may lie in files for years. */

/** Personal, and of no use to whoever reads an archive. */
const LEFT_OUT = ['address', 'ip'];
/** What our own edge, or a neighbour's, saw of a visitor; attribution forgets it after some days. */
const SEEN_OF_VISITORS = ['network', 'userAgent'];
const OF_VISITORS = new Set(['attribution.touch_taken', 'pipeline.click_received']);

/** The payload as JSON, without the personal fields, however deep they lie. */
export const archived = (type: string, payload: unknown): string => {
  const text = JSON.stringify(payload);
  const goes = OF_VISITORS.has(type) ? [...LEFT_OUT, ...SEEN_OF_VISITORS] : LEFT_OUT;
  const mayHold = goes.some((name) => text.includes(`"${name}":`));
  return mayHold ? JSON.stringify(without(payload, (name) => goes.includes(name))) : text;
};

/** Without the fields `visitorId` whose visitor asked to be forgotten; otherwise the same text. */
export const forgetting = (payload: string, isForgotten: (visitorId: string) => boolean): string => {
  if (!payload.includes('"visitorId":')) return payload;
  const isOf = (name: string, value: unknown): boolean =>
    name === 'visitorId' && typeof value === 'string' && isForgotten(value);
  return JSON.stringify(without(JSON.parse(payload), isOf));
};

const without = (value: unknown, goes: (name: string, value: unknown) => boolean): unknown => {
  if (Array.isArray(value)) return value.map((item) => without(item, goes));
  if (value === null || typeof value !== 'object') return value;
  const kept = Object.entries(value).filter(([name, field]) => !goes(name, field));
  return Object.fromEntries(kept.map(([name, field]) => [name, without(field, goes)]));
};
