/**
 * One person's spellings of one telephone number: `+`, the country, the rest (E.164). A zero in brackets is for callers
 * within the country, and no part of the number. Which zeros without brackets are one depends on the country: they stay.
 */
export const normalisedPhone = (phone: string): string =>
  phone
    .normalize('NFKC')
    .replaceAll('(0)', '')
    .replace(/[\s()./\p{Dash}]/gu, '');

/** Without its country a number could be anybody's. */
export const isPhone = (phone: string): boolean => /^\+[1-9]\d{6,14}$/.test(normalisedPhone(phone));
