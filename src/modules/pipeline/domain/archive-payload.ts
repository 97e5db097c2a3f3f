/** What of a payload may lie in files for years. */

/** Personal, and of no use to whoever reads an archive. */
const LEFT_OUT = new Set(['address', 'ip']);
/** What our own edge, or a neighbour's, saw of a visitor besides; attribution forgets it after some days. */
const LEFT_OUT_OF_VISITS = new Set([...LEFT_OUT, 'network', 'userAgent']);
const OF_VISITORS = new Set(['attribution.touch_taken', 'pipeline.click_received']);

/** The payload as JSON, without the personal fields, however deep they lie. */
export const archived = (type: string, payload: unknown): string => {
  const goes = OF_VISITORS.has(type) ? LEFT_OUT_OF_VISITS : LEFT_OUT;
  return JSON.stringify(payload, (name, value: unknown) => (goes.has(name) ? undefined : value));
};

/** Without the fields `visitorId` whose visitor asked to be forgotten; otherwise the same text. */
export const forgetting = (payload: string, isForgotten: (visitorId: string) => boolean): string => {
  if (!payload.includes('"visitorId":')) return payload;
  return JSON.stringify(JSON.parse(payload), (name, value: unknown) =>
    name === 'visitorId' && typeof value === 'string' && isForgotten(value) ? undefined : value,
  );
};
